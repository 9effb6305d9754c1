"""A client of the HTTP API, and the check of its callbacks, for others' backends and scripts.

It needs ``requests`` alone and imports nothing of this package, so the file can be copied. All calls
are safe to repeat, so each is tried again where the service is away for a moment.

    client = Client("http://localhost:8000", token)
    asset = client.upload(Path("bottle.jpg"))
    job = client.submit({"contract": 2, ..., "product": {"images": [{"asset_id": asset["asset_id"]}], ...}})
    for event in client.follow(job["job_id"]):
        print(event["data"]["percent"])
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, Self, TypedDict
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util import Retry

Document = dict[str, Any]
EventType = Literal[
    "job.accepted", "job.started", "job.progress", "job.completed", "job.failed", "job.cancelled"
]
DeliveryState = Literal["pending", "delivered", "dead", "dropped", "unaddressed"]
Scope = Literal["missing", "only", "onward"]

TERMINAL = frozenset({"job.completed", "job.failed", "job.cancelled"})
TOLERANCE = 300  # seconds between a callback's timestamp and this machine's clock
_CHUNK = 1 << 20


class Event(TypedDict):
    """What a callback carries, and what is listed of a job. ``data`` says which job and how far it is; in
    callbacks ``data["links"]`` has addresses by asset id, where the service makes them."""

    type: EventType
    timestamp: str
    data: Document


@dataclass(frozen=True)
class SigningKey:
    """What requests are signed with (RFC 9421) where the service wants that: the private half of an
    Ed25519 key in base64, and the id under which the service knows the public half."""

    key_id: str
    private: str = field(repr=False)


class VerificationError(Exception):
    """What came in is no callback of the service, or is too old."""


class ApiError(Exception):
    """The service refused, or could not answer. ``problem`` is its problem document (RFC 9457);
    ``status`` is 0 where there was no answer at all."""

    def __init__(self, status: int, problem: Document) -> None:
        self.status = status
        self.problem = problem
        places = [f"{entry['pointer'] or '/'}: {entry['detail']}" for entry in problem.get("problems", ())]
        super().__init__("; ".join([str(problem.get("detail") or problem.get("title") or status), *places]))


class Client:
    """``token`` is the client's bearer token; ``timeout`` is how many seconds the service may be silent.
    Signing needs the package ``http-message-signatures``."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = 30.0,
        retries: int = 3,
        signing_key: SigningKey | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self._session = requests.Session()
        # Proxies and netrc of the environment are not for a service of one's own network; netrc would
        # replace the token.
        self._session.trust_env = False
        self._session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/json"})
        if signing_key is not None:
            self._session.auth = _Signing(signing_key)
        # A signature serves once, so what may have arrived is not sent again under it.
        again = Retry(
            total=retries,
            read=False if signing_key else None,
            status=0 if signing_key else None,
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

    def estimate(self, request: Mapping[str, Any]) -> Document:
        """What a job request would make, cost and take; nothing is submitted."""
        return self._json("POST", "/v1/estimates", json=dict(request))

    def retry(
        self,
        job_id: str,
        *,
        scope: Scope = "missing",
        stage: str | None = None,
        scene: int | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Document:
        """Make part of a job that has ended again: what is ``missing`` of it, ``only`` a stage or scene, or
        that and all after it (``onward``); the new job. ``more`` are further fields of ``retry``, such as
        ``edits``. Without an idempotency key of your own, each call is another retry."""
        retry = {"job_id": job_id, "scope": scope, "stage": stage, "scene": scene, **more}
        return self.submit(
            {
                "contract": 2,
                "job_type": "retry",
                "idempotency_key": idempotency_key or f"retry-{secrets.token_hex(16)}",
                "retry": {name: value for name, value in retry.items() if value is not None},
            }
        )

    def cancel(self, job_id: str) -> Document:
        """Stop a job; the job, which may take a moment to end. Raises ApiError (409) where it has ended."""
        return self._json("POST", f"/v1/jobs/{job_id}/cancel")

    def audit(self, job_id: str) -> list[Document]:
        """Who did what with the job, oldest first."""
        entries: list[Document] = self._json("GET", f"/v1/jobs/{job_id}/audit")["entries"]
        return entries

    def erase_product(self, product_id: str) -> None:
        """Erase all that the service has of a product. Raises ApiError (409) while a job of it is alive."""
        self._call("DELETE", f"/v1/products/{quote(product_id, safe='')}").close()

    def job(self, job_id: str) -> Document:
        """The job as it is now."""
        return self._json("GET", f"/v1/jobs/{job_id}")

    def jobs(self, *, limit: int = 50, **wanted: str) -> Iterator[Document]:
        """Jobs of this client, newest first, ``limit`` a page; ``wanted`` are filters: ``state``, ``mode``,
        ``job_type``, ``product_id``, ``retry_of``, ``since`` and ``until``."""
        return self._pages("/v1/jobs", "jobs", {"limit": limit, **wanted})

    def steps(self, job_id: str) -> list[Document]:
        """The job's steps in their order."""
        steps: list[Document] = self._json("GET", f"/v1/jobs/{job_id}/steps")["steps"]
        return steps

    def events(self, job_id: str, after: int = 0, *, wait: int = 0) -> list[Event]:
        """The job's events whose number is above ``after``, oldest first; at most one page of them. Where
        there are none the service waits for one, for ``wait`` seconds at most (60)."""
        page = self._json("GET", f"/v1/jobs/{job_id}/events", params={"after": after, "wait": wait})
        events: list[Event] = page["events"]
        return events

    def follow(self, job_id: str, after: int = 0, *, wait: int = 20) -> Iterator[Event]:
        """The job's events as they come, from the one after ``after`` to its last one.

        Each request waits for ``wait`` seconds (below the client's ``timeout``); where the service has no
        room for waiting requests, it is asked every second.
        """
        while True:
            try:
                events = self.events(job_id, after, wait=wait)
            except ApiError as error:
                if error.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                time.sleep(1)
                events = self.events(job_id, after)
            for event in events:
                yield event
                if event["type"] in TERMINAL:
                    return
                after = event["data"]["number"]
            if not events and f"job.{self.job(job_id)['state']}" in TERMINAL:
                return  # its last event was before

    def costs(self, *, since: str | None = None, until: str | None = None) -> Document:
        """What this client's calls have cost, by day, mode, capability and provider: those begun from
        ``since`` (by default 30 days) to before ``until``, ISO 8601 with an offset."""
        return self._json("GET", "/v1/costs", params={"since": since, "until": until})

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
        return self._pages("/v1/deliveries", "deliveries", wanted)

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

    def _pages(self, path: str, of: str, wanted: Mapping[str, Any]) -> Iterator[Document]:
        cursor: str | None = None
        while True:
            page = self._json("GET", path, params={**wanted, "cursor": cursor})
            yield from page[of]
            cursor = page["next"]
            if cursor is None:
                return

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


class _Signing(AuthBase):
    """Signs each request with Ed25519: what it asks for, with which token and body, once."""

    def __init__(self, key: SigningKey) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
        from http_message_signatures.algorithms import ED25519

        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.private))
        resolver = MappingKeyResolver(public_keys={}, private_keys={key.key_id: private})
        self._key_id = key.key_id
        self._signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=resolver)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        covered = ["@method", "@authority", "@path", "@query", "authorization"]
        if request.body:
            digest = base64.b64encode(_digest(request.body)).decode()
            request.headers["Content-Digest"] = f"sha-256=:{digest}:"
            covered.append("content-digest")
        self._signer.sign(
            request,
            key_id=self._key_id,
            tag="genai",
            nonce=secrets.token_hex(16),
            covered_component_ids=covered,
            use_existing_digest=bool(request.body),
        )
        return request


def verify(secret: str | Sequence[str], headers: Mapping[str, str], body: bytes) -> Event:
    """The event of a callback (Standard Webhooks) that was signed with the secret, or with one of them
    while they rotate, within the last five minutes. ``body`` is what came in, byte for byte.

    The same event may come again, under the same ``webhook-id``. Raises VerificationError for anything
    else, ValueError for a secret that is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given.get("webhook-id"), given.get("webhook-timestamp")
    signatures = given.get("webhook-signature", "").split()
    if not message_id or not (timestamp and timestamp.isascii() and timestamp.isdigit()):
        raise VerificationError("a header is missing: webhook-id, webhook-timestamp or webhook-signature")
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        raise VerificationError("the timestamp is too old or too new")
    signed = f"{message_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(one.removeprefix("whsec_"), validate=True) for one in _listed(secret)]
    expected = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in keys]
    if not any(hmac.compare_digest(good, one.encode()) for good in expected for one in signatures):
        raise VerificationError("no signature is right")
    try:
        event = json.loads(body)
    except ValueError as error:
        raise VerificationError("the body is not JSON") from error
    if not isinstance(event, dict):
        raise VerificationError("the body is no event")
    return Event(**event)  # type: ignore[typeddict-item]  # the service has signed it


def _listed(secret: str | Sequence[str]) -> Sequence[str]:
    return (secret,) if isinstance(secret, str) else secret


def _digest(body: Any) -> bytes:
    """SHA-256 of a body: bytes, text, or a file, which is read and wound back."""
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes):
        return hashlib.sha256(body).digest()
    digest = hashlib.file_digest(body, "sha256").digest()
    body.seek(0)
    return digest


def _document(response: requests.Response) -> Document | None:
    try:
        document = response.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _unreachable(error: requests.RequestException) -> ApiError:
    # The text of the error can hold addresses; its kind is enough.
    return ApiError(0, {"title": f"The service did not answer ({type(error).__name__})."})
