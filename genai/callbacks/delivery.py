"""One attempt to send one event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from genai.callbacks.signing import signed_headers
from genai.clients import Callback
from genai.fetch.retry_after import retry_after

_ANSWER_BYTES = 500  # what of an answer is kept for the log
_ANSWER_SECONDS = 2.0  # and how long its body is waited for; the status is known by then
_KEEP_ALIVE = 2.0  # seconds, below what servers commonly allow, so that no connection is met half closed
_USER_AGENT = "genai-callbacks/1"
_OK, _REDIRECT, _GONE = 200, 300, 410


@dataclass(frozen=True)
class Delivery:
    """``status`` is None where no answer came; ``latency`` seconds; ``gone`` asks to send no more;
    ``retry_after`` seconds from now."""

    status: int | None
    error: str | None
    latency: float
    answer: str
    retry_after: float | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and _OK <= self.status < _REDIRECT

    @property
    def gone(self) -> bool:
        return self.status == _GONE


def session() -> aiohttp.ClientSession:
    """Connections to receivers. No proxies of the environment, no cookies; answers are taken as they
    come, since what a compressed one expands to is nobody's business."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"content-type": "application/json", "user-agent": _USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=None),
        auto_decompress=False,
        read_bufsize=4096,
    )


async def deliver(
    connections: aiohttp.ClientSession,
    callback: Callback,
    message_id: str,
    payload: str,
    *,
    within: float,
    headers: Mapping[str, str] | None = None,
) -> Delivery:
    """Send the event once, signed. ``within`` seconds bounds the whole exchange: name resolution,
    connecting, and an answer however slowly it drips. Redirects are never followed: the destination is
    what the operator configured."""
    signed = signed_headers(callback.secrets, message_id, datetime.now(UTC), payload)
    begun = time.monotonic()
    try:
        async with (
            asyncio.timeout(within),
            connections.post(
                callback.url,
                data=aiohttp.BytesPayload(payload.encode()),
                headers={**headers, **signed} if headers else signed,
                allow_redirects=False,
            ) as response,
        ):
            left = within - (time.monotonic() - begun)
            answer = await _read(response, min(_ANSWER_SECONDS, 0.9 * left))
            return Delivery(
                status=response.status,
                error=None,
                latency=time.monotonic() - begun,
                answer=answer,
                retry_after=retry_after(response.headers.get("retry-after")),
            )
    except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        return Delivery(None, type(error).__name__, time.monotonic() - begun, "")


async def _read(response: aiohttp.ClientResponse, within: float) -> str:
    """The first bytes of the answer; its status counts even where its body breaks off or never ends."""
    if response.content.at_eof():  # a deadline costs as much as a signature
        return ""
    read = b""
    try:
        async with asyncio.timeout(within):
            while len(read) < _ANSWER_BYTES and (
                chunk := await response.content.read(_ANSWER_BYTES - len(read))
            ):
                read += chunk
    except (aiohttp.ClientError, OSError):
        response.close()
    return read.decode("utf-8", "replace").replace("\0", "")
