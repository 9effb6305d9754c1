"""A client of the HTTP API, for others' backends and scripts.

It needs ``requests`` alone and imports nothing of this package, so the file can be copied. All calls
are safe to repeat, so each is tried again where the service is away for a moment.

    client = Client("http://localhost:8000", token)
    asset = client.upload(Path("bottle.jpg"))
    job = client.submit({"contract": 2, ..., "product": {"images": [{"asset_id": asset["asset_id"]}], ...}})
    for event in client.follow(job["job_id"]):
        print(event["data"]["percent"])
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypedDict

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

Document = dict[str, Any]
EventType = Literal[
    "job.accepted", "job.started", "job.progress", "job.completed", "job.failed", "job.cancelled"
]
DeliveryState = Literal["pending", "delivered", "dead", "dropped", "unaddressed"]

TERMINAL = frozenset({"job.completed", "job.failed", "job.cancelled"})
_CHUNK = 1 << 20


class Event(TypedDict):
    """What a callback carries, and what is listed of a job. ``data`` says which job and how far it is; in
    callbacks ``data["links"]`` has addresses by asset id, where the service makes them."""

    type: EventType
    timestamp: str
    data: Document


class ApiError(Exception):
    """The service refused, or could not answer. ``problem`` is its problem document (RFC 9457);
    ``status`` is 0 where there was no answer at all."""

    def __init__(self, status: int, problem: Document) -> None:
        self.status = status
        self.problem = problem
        places = [f"{entry['pointer'] or '/'}: {entry['detail']}" for entry in problem.get("problems", ())]
        super().__init__("; ".join([str(problem.get("detail") or problem.get("title") or status), *places]))


class Client:
    """``token`` is the client's bearer token; ``timeout`` is how many seconds the service may be silent."""

    def __init__(self, base_url: str, token: str, *, timeout: float = 30.0, retries: int = 3) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self._session = requests.Session()
        # Proxies and netrc of the environment are not for a service of one's own network; netrc would
        # replace the token.
        self._session.trust_env = False
        self._session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})
        again = Retry(
            total=retries,
            backoff_factor=0.3,
            status_forcelist=(502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))

    def upload(self, path: Path | str) -> Document:
        """Store a picture, video or sound; the asset. The same bytes again are the same asset."""
        with Path(path).open("rb") as file:
            return self._json("POST", "/v1/assets", data=file)

    def asset(self, asset_id: str) -> Document:
        """What is known of an asset."""
        return self._json("GET", f"/v1/assets/{asset_id}")

    def submit(self, request: Mapping[str, Any]) -> Document:
        """Hand in a job request; the job. The same idempotency key gives the same job."""
        return self._json("POST", "/v1/jobs", json=dict(request))

    def job(self, job_id: str) -> Document:
        """The job as it is now."""
        return self._json("GET", f"/v1/jobs/{job_id}")

    def jobs(self, *, limit: int = 50) -> Iterator[Document]:
        """All jobs of this client, newest first, ``limit`` a page."""
        cursor: str | None = None
        while True:
            page = self._json("GET", "/v1/jobs", params={"limit": limit, "cursor": cursor})
            yield from page["jobs"]
            cursor = page["next"]
            if cursor is None:
                return

    def steps(self, job_id: str) -> list[Document]:
        """The job's steps in their order."""
        steps: list[Document] = self._json("GET", f"/v1/jobs/{job_id}/steps")["steps"]
        return steps

    def events(self, job_id: str, after: int = 0) -> list[Document]:
        """The job's events whose number is above ``after``, oldest first; at most one page of them."""
        page = self._json("GET", f"/v1/jobs/{job_id}/events", params={"after": after})
        events: list[Document] = page["events"]
        return events

    def follow(self, job_id: str, after: int = 0, *, every: float = 0.5) -> Iterator[Document]:
        """The job's events as they come, to its last one; asks ``every`` so many seconds."""
        while True:
            events = self.events(job_id, after)
            for event in events:
                yield event
                if event["type"] in TERMINAL:
                    return
                after = event["data"]["number"]
            if not events:
                time.sleep(every)

    def deliveries(
        self,
        *,
        job_id: str | None = None,
        state: DeliveryState | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 50,
    ) -> Iterator[Document]:
        """What became of this client's events, newest first, ``limit`` a page. ``since`` and ``until`` are
        moments of their creation in ISO 8601 with an offset."""
        wanted = {"job_id": job_id, "state": state, "since": since, "until": until, "limit": limit}
        cursor: str | None = None
        while True:
            page = self._json("GET", "/v1/deliveries", params={**wanted, "cursor": cursor})
            yield from page["deliveries"]
            cursor = page["next"]
            if cursor is None:
                return

    def replay(self, event_id: str) -> Document:
        """Have an event sent again; its delivery."""
        return self._json("POST", f"/v1/deliveries/{event_id}/replay")

    def replay_all(
        self,
        *,
        job_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        state: DeliveryState = "dead",
    ) -> int:
        """Have events sent again, those of a job or of a time, dead letters unless ``state`` says otherwise;
        how many."""
        wanted = {"job_id": job_id, "since": since, "until": until, "state": state}
        document = {name: value for name, value in wanted.items() if value is not None}
        return int(self._json("POST", "/v1/deliveries/replay", json=document)["replayed"])

    def modes(self) -> Document:
        """The output modes that the service offers."""
        return self._json("GET", "/v1/modes")

    def download(self, asset_id: str, to: Path | str) -> Path:
        """Write an asset's bytes to the file ``to``, which appears whole or not at all.

        Raises ApiError where the bytes are not those of the asset.
        """
        target = Path(to)
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with self._call("GET", f"/v1/assets/{asset_id}/content", stream=True) as response:
                digest = hashlib.sha256()
                with partial.open("wb") as file:
                    for chunk in response.iter_content(_CHUNK):
                        digest.update(chunk)
                        file.write(chunk)
            if digest.hexdigest() != asset_id:
                raise ApiError(response.status_code, {"title": "The bytes are not those of the asset."})
            partial.replace(target)
        except requests.RequestException as error:  # the answer broke off
            raise _unreachable(error) from error
        finally:
            partial.unlink(missing_ok=True)
        return target

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _json(self, method: str, path: str, **options: Any) -> Document:
        with self._call(method, path, **options) as response:
            document = _document(response)
        if document is None:
            raise ApiError(response.status_code, {"title": "The answer is no JSON object."})
        return document

    def _call(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            response = self._session.request(
                method, self.base_url + path, timeout=self.timeout, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            raise _unreachable(error) from error
        if not 200 <= response.status_code < 300:
            with response:
                raise ApiError(response.status_code, _document(response) or {"title": response.reason})
        return response


def verify(secret: str | Sequence[str], headers: Mapping[str, str], body: bytes) -> Event:
    """The event of a callback that was signed with the secret, or one of them while they rotate, within
    the last five minutes. ``body`` is what came in, byte for byte.

    The same event may come again, under the same ``webhook-id``. Needs ``standardwebhooks``; raises its
    WebhookVerificationError for anything else.
    """
    from standardwebhooks import Webhook, WebhookVerificationError

    refused: Exception = WebhookVerificationError("there is no secret to verify with")
    for one in (secret,) if isinstance(secret, str) else secret:
        try:
            event: Event = Webhook(one).verify(body, dict(headers))
        except (WebhookVerificationError, ValueError) as error:  # what was signed need not be JSON
            refused = error
        else:
            return event
    raise WebhookVerificationError(str(refused))


def _document(response: requests.Response) -> Document | None:
    try:
        document = response.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _unreachable(error: requests.RequestException) -> ApiError:
    # The text of the error can hold addresses; its kind is enough.
    return ApiError(0, {"title": f"The service did not answer ({type(error).__name__})."})
