"""HTTP as vendors' adapters use it: one place for connections, deadlines, limits and what errors mean.

An adapter makes one :class:`VendorApi` and asks it for JSON; results, whose addresses the vendor chooses,
are downloaded through the guarded client. No error and no log line holds a key or an address with a query.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from urllib3.exceptions import HTTPError

from genai.domain.media import MediaFile
from genai.errors import FetchRefused, Permanent, RateLimited, Retryable, StepError
from genai.fetch.client import MAY_PASS, fetch_to, pieces, refusal
from genai.fetch.limits import FetchLimits
from genai.fetch.retry_after import retry_after
from genai.fetch.session import session, within

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

_HEADERS = {"User-Agent": "genai/1", "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
_ERROR_BYTES = 64 << 10  # what of an error answer is looked at
_LOGGED = 300  # characters of it
_OK, _NO_CONTENT, _REDIRECT, _SERVER_ERROR = 200, 204, 300, 500
_UNAUTHORIZED = {401, 403}
_TOO_MANY = 429
# 409: a request with this idempotency key is under way (draft-ietf-httpapi-idempotency-key-header-07, 2.6).
_PASSING = MAY_PASS | {409}
_QUERY = re.compile(r"(https?:\\?/\\?/[^\s\"'<>?#]*)[?#][^\s\"'<>]*")

Document = dict[str, Any]
Meaning = Callable[[int, Mapping[str, Any]], StepError | None]


@dataclass(frozen=True)
class Account:
    """Where a vendor is, and who we are there.

    ``provider`` is the adapter's name in the settings; ``url`` the API's address, which paths are appended
    to; ``key`` the headers of every request that say who asks (see :func:`bearer`). Results are downloaded
    from ``result_hosts`` alone: names, names with a leading dot for all that end in it, ``address:port``
    for a server of this machine. ``connect`` and ``read`` are seconds of one wait, ``total`` and
    ``download`` of a whole request and of a whole download; ``answer_bytes`` and ``result_bytes`` their
    sizes.
    """

    provider: str
    url: str
    key: Mapping[str, str] = field(repr=False)
    result_hosts: tuple[str, ...] = ()
    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0
    download: float = 300.0
    answer_bytes: int = 4_000_000
    result_bytes: int = 500_000_000


def bearer(key: str) -> dict[str, str]:
    """The header for a bearer key."""
    return {"Authorization": f"Bearer {key}"}


class VendorApi:
    """A vendor's HTTP API. Safe to make before a fork and to use from several threads.

    ``meaning`` is the adapter's: what an answer below 500 with this JSON document means where the
    status does not tell, above all Rejected for content that the vendor refuses; None for all others.

    All methods raise RateLimited for 429, Retryable for 5xx, for what does not come in time or in full
    and for what is no JSON (``bad_answer``), Permanent for a key that is not accepted (``vendor_auth``)
    and for any other refusal (``vendor_refused``).
    """

    def __init__(self, account: Account, meaning: Meaning) -> None:
        self._account = account
        self._meaning = meaning
        self._session: requests.Session | None = None
        self._session_of = 0

    def get(self, path: str, **query: str) -> Document:
        return self._ask("GET", path, params=query)

    def post(
        self,
        path: str,
        document: Mapping[str, Any],
        *,
        files: Mapping[str, MediaFile] | None = None,
        idempotency_key: str | None = None,
    ) -> Document:
        """Send JSON; with ``files`` as multipart, where the values of ``document`` are texts."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        if not files:
            return self._ask("POST", path, json=document, headers=headers)
        with ExitStack() as stack:
            parts = {
                name: (file.path.name, stack.enter_context(file.path.open("rb")), file.media_type)
                for name, file in files.items()
            }
            return self._ask("POST", path, data=document, files=parts, headers=headers)

    def download(self, address: str, path: Path, *, accept: Collection[str]) -> str:
        """Fetch a result to a file; its media type, one of ``accept``. The key is not sent.

        Raises Retryable where it may come later or from another address (``result_unavailable``),
        Permanent for what cannot be taken (``bad_result``).
        """
        account = self._account
        limits = FetchLimits(
            max_bytes=account.result_bytes,
            connect=account.connect,
            read=account.read,
            total=account.download,
            allow_loopback=account.result_hosts,
            hosts=account.result_hosts,
        )
        try:
            answer = fetch_to(path, address, limits=limits, accept=accept)
        except FetchRefused as error:
            text = f"the result of {account.provider} was not fetched: {error}"
            if error.retryable or error.reason == "status":
                raise Retryable(text, code="result_unavailable") from None
            raise Permanent(text, code="bad_result", details={"reason": error.reason}) from None
        return answer.content_type.partition(";")[0].strip().lower()

    def without_secrets(self, said: str) -> str:
        """What the vendor said, fit for an error's text."""
        return without_secrets(self._account, said)

    def bad_answer(self, what: str) -> Retryable:
        """The error for an answer that is not as the vendor's documentation says."""
        return bad_answer(self._account, what)

    def _ask(self, method: str, path: str, **what: Any) -> Document:
        account = self._account
        url = f"{account.url.rstrip('/')}/{path.lstrip('/')}"
        limits = FetchLimits(
            max_bytes=account.answer_bytes, connect=account.connect, read=account.read, total=account.total
        )
        waits = (account.connect, account.read)
        try:
            with (
                within(limits),
                self._connections().request(
                    method, url, timeout=waits, allow_redirects=False, stream=True, **what
                ) as response,
            ):
                if not _OK <= response.status_code < _REDIRECT:
                    raise self._failure(response)
                body = b"".join(pieces(response, account.answer_bytes))
        except (requests.RequestException, HTTPError) as error:
            raise self._unanswered(refusal(error)) from None
        except FetchRefused as error:
            raise self._unanswered(error) from None
        document = {} if response.status_code == _NO_CONTENT else _parsed(body)
        if document is None:
            raise self.bad_answer("is no JSON object")
        return document

    def _connections(self) -> requests.Session:
        # A worker makes its providers before it forks, and processes must not share connections.
        if self._session is None or self._session_of != os.getpid():
            self._session, self._session_of = session(), os.getpid()
            self._session.headers.update(_HEADERS | dict(self._account.key))
        return self._session

    def _unanswered(self, error: FetchRefused) -> Retryable:
        if error.reason in ("too_large", "encoding"):
            return self.bad_answer(f"cannot be read: {error}")
        return Retryable(f"{self._account.provider} did not answer: {error}")

    def _failure(self, response: requests.Response) -> StepError:
        headers, said = response.headers, _beginning(response)
        return failure(self._account, response.status_code, headers, said, self._meaning)


def failure(
    account: Account, status: int, headers: Mapping[str, str], said: str, meaning: Meaning
) -> StepError:
    """What an answer that is no success means, whoever made the request: a :class:`VendorApi` or a vendor's
    SDK. ``said`` is the answer's body; it is in the log alone, without secrets."""
    provider = account.provider
    said = without_secrets(account, said)
    logger.warning("%s answered %d: %s", provider, status, " ".join(said.split())[:_LOGGED])
    wait = retry_after(headers.get("retry-after"))
    if status >= _SERVER_ERROR:
        return Retryable(f"{provider} answered {status}", retry_after=wait)
    if meant := meaning(status, _parsed(said.encode()) or {}):
        return meant
    if status == _TOO_MANY:
        return RateLimited(f"{provider} wants fewer calls", retry_after=wait)
    if status in _PASSING:
        return Retryable(f"{provider} answered {status}", retry_after=wait)
    if status in _UNAUTHORIZED:
        return Permanent(f"{provider} does not accept our key ({status})", code="vendor_auth")
    return Permanent(f"{provider} refused the request ({status})", code="vendor_refused")


def sdk_client(account: Account) -> httpx.Client:
    """The connections for a vendor's SDK that is built on httpx, with the account's times and sizes. The SDK
    must not retry; what it raises goes through :func:`failure` and :func:`unanswered`."""
    from genai.fetch.transport import client  # httpx comes with the SDKs

    return client(
        FetchLimits(
            max_bytes=account.answer_bytes, connect=account.connect, read=account.read, total=account.total
        )
    )


def unanswered(account: Account, error: Exception) -> Retryable:
    """The error for a request of an SDK that got no answer; ``error`` is httpx's, or has it as its cause."""
    cause = error.__cause__ or error
    return Retryable(without_secrets(account, f"{account.provider} did not answer: {cause}"))


def bad_answer(account: Account, what: str) -> Retryable:
    """The error for an answer that is not as the vendor's documentation says: one that ``what``."""
    return Retryable(f"{account.provider} gave an answer that {what}", code="bad_answer")


@contextmanager
def charged(cost: float) -> Iterator[None]:
    """For what is done with an answer that is paid for: errors in this block say that the call cost so many
    US dollars, in addition to what they say already."""
    try:
        yield
    except StepError as error:
        error.cost = (error.cost or 0.0) + cost
        raise


def without_secrets(account: Account, said: str) -> str:
    """What a vendor said, without the key that it may repeat and without the queries of addresses."""
    for value in account.key.values():
        said = said.replace(value.rpartition(" ")[2], "***")
    return _QUERY.sub(r"\1", said)


def _beginning(response: requests.Response) -> str:
    """The first part of an error's body; empty where it does not come."""
    try:
        return next(response.iter_content(_ERROR_BYTES), b"").decode(errors="replace")
    except (requests.RequestException, HTTPError, FetchRefused):
        return ""


def _parsed(body: bytes) -> Document | None:
    """The JSON object, None for anything else."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
