"""The guarded HTTP client: the one way to an address that somebody else has chosen.

What an address may not be is refused before a name is resolved, and again on the connection. Each
redirect is a first address. One deadline holds over everything, and limits on bytes as received and
as decoded. No session is involved, so there are no cookies, no credentials, no proxies from the
environment, and no redirect whose body is read in full before anyone may say no.

Name resolution is the one step without a deadline of its own: the system's resolver bounds it.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

import requests
from requests.utils import requote_uri
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from genai.errors import FetchRefused
from genai.fetch.address import literal
from genai.fetch.connection import GuardedAdapter
from genai.fetch.limits import Budget, FetchLimits, too_large

HEADERS = {"User-Agent": "genai-fetch/1", "Accept-Encoding": "gzip, deflate", "Connection": "close"}
CHUNK = 64 << 10
MAX_URL = 4096
REDIRECTS = {301, 302, 303, 307, 308}
MAY_PASS = {408, 425, 429}  # and all of 5xx
ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}

PAGES = frozenset({"text/html", "application/xhtml+xml"})
# Storage services often don't know what they serve; the picture itself is checked afterwards.
IMAGES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/webp"})
IMAGES_OR_BYTES = IMAGES | {"application/octet-stream", "binary/octet-stream"}


@dataclass(frozen=True)
class Answer:
    """``content_type`` is the header with its parameters; ``final_url`` where the last redirect led,
    without its fragment."""

    content_type: str
    final_url: str
    status: int


@dataclass(frozen=True)
class Fetched(Answer):
    """An answer with its ``body``, decoded."""

    body: bytes


def fetch(url: str, *, limits: FetchLimits, accept: Collection[str]) -> Fetched:
    """Get ``url``, following redirects, if its media type is one of ``accept``.

    Raises FetchRefused, whose ``reason`` is one of: ``scheme``, ``credentials``, ``malformed``, ``host``,
    ``address``, ``port``, ``redirects``, ``status``, ``content_type``, ``encoding``, ``too_large``,
    ``tls``, ``resolution``, ``connection``, ``timeout`` (one wait), ``deadline`` (all of it).
    ``retryable`` says whether the same fetch may succeed later.
    """
    body = io.BytesIO()
    answer = _follow(url, limits, accept, body)
    return Fetched(answer.content_type, answer.final_url, answer.status, body.getvalue())


def fetch_to(path: Path, url: str, *, limits: FetchLimits, accept: Collection[str]) -> Answer:
    """Get ``url`` as :func:`fetch` does, into a file, which is there only when all of it came."""
    try:
        with path.open("wb") as file:
            return _follow(url, limits, accept, file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _follow(url: str, limits: FetchLimits, accept: Collection[str], sink: BinaryIO) -> Answer:
    budget = Budget(limits)
    for _ in range(limits.max_redirects + 1):
        request = _prepare(url, limits, accept)
        with closing(GuardedAdapter(budget, https=str(request.url).startswith("https:"))) as adapter:
            answer = _exchange(adapter, request, budget, accept, sink)
        if isinstance(answer, Answer):
            return answer
        url = urljoin(str(request.url), answer)
    raise FetchRefused("redirects", f"the address redirects more than {limits.max_redirects} times")


def _prepare(url: str, limits: FetchLimits, accept: Collection[str]) -> requests.PreparedRequest:
    """A request for ``url``, after all that can be said of it before a name is resolved."""
    malformed = FetchRefused("malformed", "the address is not a well-formed URL")
    if len(url) > MAX_URL or "\\" in url or any(char.isspace() or not char.isprintable() for char in url):
        raise malformed
    headers = HEADERS | {"Accept": ", ".join(sorted(accept))}
    try:
        _check_authority(urlsplit(url), limits)
        request = requests.Request("GET", url, headers=headers).prepare()
        # Once more as it will be connected to: escapes in the host are decoded by now.
        _check_authority(urlsplit(str(request.url)), limits)
    except ValueError:  # requests' own errors for a bad URL are ValueErrors too
        raise malformed from None
    return request


def _check_authority(parts: SplitResult, limits: FetchLimits) -> None:
    if parts.scheme not in ("http", "https"):
        raise FetchRefused("scheme", "only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise FetchRefused("credentials", "an address must not carry a user name or password")
    if not parts.hostname:
        raise ValueError("no host")
    port = {"http": 80, "https": 443}[parts.scheme] if parts.port is None else parts.port
    limits.check_host(parts.hostname, port)
    try:
        address = literal(parts.hostname)
    except ValueError:
        raise FetchRefused("address", "the host is a number, not a name") from None
    if address is None:
        limits.check_port(port)
    else:
        limits.check(address, port)


def _exchange(
    adapter: GuardedAdapter,
    request: requests.PreparedRequest,
    budget: Budget,
    accept: Collection[str],
    sink: BinaryIO,
) -> Answer | str:
    """One request: what was asked for, its body written to ``sink``, or where to go on."""
    timeout = (budget.wait(budget.limits.connect), budget.wait(budget.limits.read))
    try:
        with closing(adapter.send(request, stream=True, timeout=timeout)) as response:
            if response.status_code in REDIRECTS and "location" in response.headers:
                # Header bytes are UTF-8 by now, whatever HTTP once said, and not always quoted.
                return requote_uri(response.headers["location"].encode("latin-1").decode(errors="replace"))
            _check_head(response, accept)
            sink.writelines(pieces(response, budget.limits.max_bytes))
            final_url = urldefrag(str(request.url)).url
            return Answer(response.headers["content-type"].strip(), final_url, response.status_code)
    except (requests.RequestException, HTTPError) as error:
        raise refusal(error) from error


def _check_head(response: requests.Response, accept: Collection[str]) -> None:
    status = response.status_code
    if status != requests.codes.ok:
        passing = status >= 500 or status in MAY_PASS
        raise FetchRefused("status", f"the server answered {status}", retryable=passing)
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in accept:
        wanted = ", ".join(sorted(accept))
        raise FetchRefused("content_type", f"the server sent {media_type[:80] or 'no type'}, not {wanted}")
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise FetchRefused("encoding", "the server sent an encoding that was not asked for")


def pieces(response: requests.Response, max_bytes: int) -> Iterator[bytes]:
    """The body, decoded. Raises FetchRefused where there is more of it than ``max_bytes``."""
    read = 0
    for piece in response.iter_content(CHUNK):
        read += len(piece)
        if read > max_bytes:
            raise too_large(max_bytes)
        yield piece


def refusal(error: Exception) -> FetchRefused:
    """What a failed exchange is called."""
    if isinstance(error, InvalidIPAddress):
        return FetchRefused("address", "the address is not on the public internet")
    if isinstance(error.__cause__, socket.gaierror):
        again = error.__cause__.errno == socket.EAI_AGAIN
        return FetchRefused("resolution", "there is no host of this name", retryable=again)
    if isinstance(error, requests.exceptions.SSLError):
        return FetchRefused("tls", "no trusted connection to the server could be made")
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return FetchRefused("encoding", "the body is not encoded as the server says")
    if isinstance(error, requests.Timeout):
        return FetchRefused("timeout", "the server did not answer in time", retryable=True)
    if isinstance(error, requests.exceptions.InvalidURL):
        return FetchRefused("malformed", "the address is not a well-formed URL")
    return FetchRefused("connection", "the connection to the server failed", retryable=True)
