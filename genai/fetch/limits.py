"""How far a fetch may go, and what is left of it on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from genai.errors import FetchRefused
from genai.fetch.address import is_public


@dataclass(frozen=True)
class FetchLimits:
    """How far a fetch may go: sizes in bytes as decoded, times in seconds, ``total`` over all hops.

    ``hosts``, unless None, are the only ones that may be asked: names, names with a leading dot for all
    that end in it, and ``address:port``. ``allow_loopback`` names, as ``address:port``, servers of this
    machine that may be asked in tests and the embedded demonstration.
    """

    max_bytes: int = 5_000_000
    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})
    allow_loopback: tuple[str, ...] = ()
    hosts: tuple[str, ...] | None = None

    def check_host(self, host: str, port: int) -> None:
        """Raise FetchRefused for a host that is not among those that may be asked."""
        if self.hosts is None or host in self.hosts or f"{host}:{port}" in self.hosts:
            return
        if not any(name.startswith(".") and host.endswith(name) for name in self.hosts):
            raise FetchRefused("host", "the host is not one that may be asked")

    def check_port(self, port: int) -> None:
        """Raise FetchRefused for a port that no address may be asked on."""
        loopback = any(server.endswith(f":{port}") for server in self.allow_loopback)
        if port not in self.ports and not loopback:
            raise _port_refused(port)

    def check(self, address: IPv4Address | IPv6Address, port: int) -> None:
        """Raise FetchRefused unless this address and port may be connected to."""
        if address.is_loopback and f"{address}:{port}" in self.allow_loopback:
            return
        if not is_public(address):
            raise FetchRefused("address", "the address is not on the public internet")
        if port not in self.ports:
            raise _port_refused(port)


@dataclass
class Budget:
    """What is left of a fetch over all of its hops: time, and bytes as they come from the network.

    Those are bounded apart from the body because headers and chunk sizes have no end either.
    """

    limits: FetchLimits
    received: int = 0
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.limits.total

    def wait(self, longest: float) -> float:
        """How long the next wait may be, in seconds."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FetchRefused("deadline", f"no end after {self.limits.total:g} s", retryable=True)
        return min(longest, left)

    def count(self, received: int) -> None:
        self.received += received
        if self.received > 2 * self.limits.max_bytes + (1 << 20):
            raise too_large(self.limits.max_bytes)


def too_large(max_bytes: int) -> FetchRefused:
    return FetchRefused("too_large", f"the answer has more than {max_bytes / 1e6:g} MB")


def _port_refused(port: int) -> FetchRefused:
    return FetchRefused("port", f"port {port} is not fetched from")
