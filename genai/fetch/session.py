"""Sessions to hosts that the settings name: connections are kept, and each request has one deadline.

``requests`` bounds single waits alone; a server that drips would be listened to for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from genai.fetch.connection import MeteredResponse
from genai.fetch.limits import Budget, FetchLimits

_budget: ContextVar[Budget] = ContextVar("budget of the request under way")


def session() -> requests.Session:
    """A session without cookies, and without proxies and credentials of the environment.

    Its requests are made :func:`within` limits, of which sizes and times count.
    """
    made = requests.Session()
    made.trust_env = False  # a .netrc would take the place of a key in the headers
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter())
    return made


@contextmanager
def within(limits: FetchLimits) -> Iterator[None]:
    """Requests of a :func:`session` in this block, the reading of their answers included, are bounded.

    What goes beyond raises FetchRefused (``timeout``, ``deadline``, ``too_large``).
    """
    token = _budget.set(Budget(limits))
    try:
        yield
    finally:
        _budget.reset(token)


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = cast(HTTPConnectionPool, super().get_connection_with_tls_context(*args, **kwargs))
        pool.ConnectionCls = _MeteredHTTPS if isinstance(pool, HTTPSConnectionPool) else _Metered
        return pool


class _Metered(HTTPConnection):
    """Waits no longer than the request's budget allows, neither to send nor to receive."""

    def send(self, data: Any) -> None:
        budget = _budget.get()
        wait = budget.wait(budget.limits.read)
        if self.sock is not None:  # None: it is about to be connected
            self.sock.settimeout(wait)
        super().send(data)

    def getresponse(self) -> Any:
        self.response_class = partial(MeteredResponse, _budget.get())  # type: ignore[assignment]
        return super().getresponse()


class _MeteredHTTPS(_Metered, HTTPSConnection):
    pass
