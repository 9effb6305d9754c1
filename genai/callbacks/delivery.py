"""One attempt to send one event."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from genai.callbacks.signing import signed_headers
from genai.settings import Callback

_ANSWER_BYTES = 500  # what of an answer is kept for the log
_USER_AGENT = "genai-callbacks/1"


@dataclass(frozen=True)
class Delivery:
    """``status`` is None where no answer came; ``latency`` seconds; ``gone`` asks to send no more."""

    status: int | None
    error: str | None
    latency: float
    answer: str
    retry_after: float | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == requests.codes.gone


def deliver(
    session: requests.Session, callback: Callback, message_id: str, body: Mapping[str, Any], *, timeout: float
) -> Delivery:
    """Send the event once, signed. ``timeout`` seconds bounds the whole exchange, however slowly the
    receiver answers. Redirects are never followed: the destination is what the operator configured."""
    payload = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {
        "content-type": "application/json",
        "user-agent": _USER_AGENT,
        **signed_headers(callback.secrets, message_id, datetime.now(UTC), payload),
    }
    begun = time.monotonic()
    try:
        with session.post(
            callback.url,
            data=payload.encode(),
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            answer = _read(response, begun + timeout)
            return Delivery(
                status=response.status_code,
                error=None,
                latency=time.monotonic() - begun,
                answer=answer,
                retry_after=_seconds(response.headers.get("retry-after")),
            )
    except requests.RequestException as error:
        return Delivery(None, type(error).__name__, time.monotonic() - begun, "")


def _read(response: requests.Response, deadline: float) -> str:
    """The first bytes of the answer; its status counts even where its body never ends."""
    read = b""
    while len(read) < _ANSWER_BYTES and time.monotonic() < deadline:
        chunk = response.raw.read1(_ANSWER_BYTES - len(read))
        if not chunk:
            break
        read += chunk
    return read[:_ANSWER_BYTES].decode("utf-8", "replace").replace("\0", "")


def _seconds(value: str | None) -> float | None:
    """``Retry-After`` in its form of seconds; dates are for pages, no receiver sends them."""
    return float(value) if value and value.isdigit() else None
