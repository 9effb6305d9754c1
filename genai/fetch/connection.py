"""Connections to checked addresses only, every byte of which is metered.

Built on ``requests-hardened``, which resolves a name once, refuses most internal addresses, and
connects to the very address it has checked, with the name kept for Host, SNI and the certificate.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
from functools import partial
from ipaddress import ip_address
from typing import Any

from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from genai.errors import FetchRefused
from genai.fetch.limits import Budget

# It warns of broken headers with the whole address, whose query may be a secret.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)


class GuardedAdapter(IPFilterAdapter):
    """requests-hardened's adapter, with connections that hold to a budget.

    It lets every loopback address pass here; the connection lets those pass that the limits name.
    """

    def __init__(self, budget: Budget, *, https: bool) -> None:
        super().__init__(is_https_proto=https, allow_loopback=True)
        self._budget = budget

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        guarded = _GuardedHTTPS if isinstance(pool, HTTPSConnectionPool) else _Guarded
        pool.ConnectionCls = partial(guarded, budget=self._budget)
        return pool


class _Guarded(HTTPConnection):
    """Checks the address it is about to connect to, and meters what comes back."""

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._budget = budget
        self.response_class = partial(MeteredResponse, budget)  # type: ignore[assignment]

    def _new_conn(self) -> socket.socket:
        # An address by now. Were it still a name, this raises: nothing is connected to unchecked.
        self._budget.limits.check(ip_address(self.host.strip("[]")), self.port)
        return super()._new_conn()


class _GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class MeteredResponse(http.client.HTTPResponse):
    """An answer whose every byte, status line and chunk sizes included, goes through a meter."""

    def __init__(self, budget: Budget, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Meter(self.fp.detach(), sock, budget))


class _Meter(io.RawIOBase):
    """Reads from a socket within a budget."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, budget: Budget) -> None:
        self._raw = raw
        self._sock = sock
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._budget.wait(self._budget.limits.read))
        try:
            received = self._raw.readinto(buffer)
        except TimeoutError:
            self._budget.wait(0)  # raises when it was the deadline
            raise FetchRefused("timeout", "the server stopped answering", retryable=True) from None
        self._budget.count(received or 0)
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()
