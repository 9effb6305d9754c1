"""Our HTTP under a vendor's SDK: those that are built on httpx take a client, and a client a transport.

httpx bounds single waits alone, and reads on as long as an answer comes. Under this transport a request has
one deadline over everything and an answer has a size, no proxy or ``.netrc`` of the environment counts,
and no redirect is followed to an address that nobody checked.
"""

from __future__ import annotations

import os

import httpx
import requests
from urllib3.exceptions import HTTPError

from genai.errors import FetchRefused
from genai.fetch.client import pieces, refusal
from genai.fetch.limits import FetchLimits
from genai.fetch.session import session, within

# What is said anew of a request that has its body, and of a body that is read and decoded.
_OF_THE_WAY = {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
_OF_THE_BODY = {"content-encoding", "content-length", "transfer-encoding"}


def client(limits: FetchLimits) -> httpx.Client:
    """A client for an SDK. Safe to make before a fork: connections are opened by the process that uses it."""
    return httpx.Client(
        transport=SessionTransport(limits),
        timeout=httpx.Timeout(limits.total),
        trust_env=False,
        follow_redirects=False,
    )


class SessionTransport(httpx.BaseTransport):
    """Requests by a :func:`genai.fetch.session.session`; of ``limits`` sizes and times count.

    Raises httpx.ReadTimeout for what does not come in time, httpx.ReadError for all else that keeps an
    answer from coming whole.
    """

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = limits
        self._session: requests.Session | None = None
        self._session_of = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        limits = self._limits
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_WAY}
        headers["accept-encoding"] = "gzip, deflate"
        prepared = requests.Request(
            request.method, str(request.url), headers=headers, data=request.read()
        ).prepare()
        waits = (limits.connect, limits.read)
        try:
            with (
                within(limits),
                self._connections().send(
                    prepared, timeout=waits, allow_redirects=False, stream=True
                ) as answer,
            ):
                body = b"".join(pieces(answer, limits.max_bytes))
        except (requests.RequestException, HTTPError) as error:
            raise _failed(refusal(error), request) from None
        except FetchRefused as error:
            raise _failed(error, request) from None
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _OF_THE_BODY]
        return httpx.Response(answer.status_code, headers=kept, content=body)

    def close(self) -> None:
        if self._session is not None and self._session_of == os.getpid():
            self._session.close()
        self._session = None

    def _connections(self) -> requests.Session:
        # A worker makes its providers before it forks, and processes must not share connections.
        if self._session is None or self._session_of != os.getpid():
            self._session, self._session_of = session(), os.getpid()
        return self._session


def _failed(error: FetchRefused, request: httpx.Request) -> httpx.TransportError:
    if error.reason in ("timeout", "deadline"):
        return httpx.ReadTimeout(str(error), request=request)
    return httpx.ReadError(str(error), request=request)
