"""Under an SDK that is built on httpx: what went wrong is our error before the SDK can try again by itself.

SDKs repeat requests behind one's back, and their errors have lost ``Retry-After`` by then. Here a request is
made once, and an answer that is no success never reaches the SDK.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx

from genai.fetch.limits import FetchLimits
from genai.fetch.transport import SessionTransport
from genai.providers.http import Account, Meaning, failure, unanswered

_REDIRECT = 300


class OnceTransport(httpx.BaseTransport):
    """Raises what :func:`genai.providers.http.failure` and :func:`~genai.providers.http.unanswered` say.

    ``before`` may change a request. Safe to make before a fork.
    """

    def __init__(
        self, account: Account, meaning: Meaning, before: Callable[[httpx.Request], None] | None = None
    ) -> None:
        self._account = account
        self._meaning = meaning
        self._before = before
        self._inner = SessionTransport(
            FetchLimits(
                max_bytes=account.answer_bytes,
                connect=account.connect,
                read=account.read,
                total=account.total,
            )
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._before:
            self._before(request)
        try:
            response = self._inner.handle_request(request)
        except httpx.TransportError as error:
            raise unanswered(self._account, error) from None
        if response.status_code >= _REDIRECT:
            said = response.text
            raise failure(self._account, response.status_code, response.headers, said, self._meaning)
        return response

    def close(self) -> None:
        self._inner.close()
