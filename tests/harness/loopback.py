"""Tests talk to this machine alone: a connection to anywhere else is an error in the test's process."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


class NotLoopback(OSError):
    """Something tried to leave this machine. An OSError, so that whoever connects cleans up as usual."""


def enforce() -> None:
    """For the rest of this process: an audit hook cannot be removed."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if not isinstance(address, tuple):  # a Unix socket's path
        return
    try:
        inside = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        inside = address[0] in ("localhost", "")
    if not inside:
        raise NotLoopback(f"a test may not connect to {address[0]}")
