"""A vendor of media on loopback, for tests and benchmarks: a real HTTP server with real latencies, limits
and faults, which writes down what it was asked and what it would charge.

    POST /v1/generations              {"capability", "kind", "inputs", "hook", "wait"}, Idempotency-Key
    GET  /v1/generations/{id}         queued, running, succeeded, failed, rejected, expired or cancelled
    POST /v1/generations/{id}/cancel  what it is now
    GET  /results/file?signature=...  a result's file; no key, and only for a while
    POST /control, GET /control       how it behaves; how things stand

:class:`Vendor` runs in the process of a test, :class:`VendorProcess` beside it; both are controlled in the
same way. ``python -m tests.harness.vendor --help`` runs one alone.
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import requests

from genai.embedded.process import Process, free_port
from tests.harness.vendor.faults import Fault, Kind, On
from tests.harness.vendor.generations import Latency, State
from tests.harness.vendor.log import VendorLog
from tests.harness.vendor.server import Server
from tests.harness.vendor.service import Behaviour, VendorService, as_json

__all__ = ["Behaviour", "Fault", "Kind", "Latency", "On", "State", "Vendor", "VendorLog", "VendorProcess"]

ROOT = Path(__file__).parents[3]


class _Controlled:
    """What both have: ``url``, ``key``, and ``log``."""

    url: str
    key: str
    log: VendorLog

    def environment(self) -> dict[str, str]:
        """What the provider ``vendor`` of the test plugin reads."""
        return {"VENDOR_URL": self.url, "VENDOR_KEY": self.key}

    def behave(self, **changes: Any) -> None:
        """Change fields of :class:`Behaviour`; the others stay as they are."""
        document = as_json(Behaviour(**changes))
        self._control({name: document[name] for name in changes})

    def fault(self, on: On, kind: Kind, **details: Any) -> None:
        """Have this one fault happen (once, unless ``times`` says otherwise), and no other that was left."""
        self.behave(faults=(Fault(on, kind, **details),))

    def finish(self) -> None:
        """End now all that is outstanding."""
        self._control({"finish": True})

    def _control(self, changes: Mapping[str, Any]) -> None:
        raise NotImplementedError


class Vendor(_Controlled):
    """A vendor in this process, while the ``with`` block lasts; its log is ``directory/vendor.jsonl``.

    ``port`` 0 is any. The process may fork: nothing of it is needed by children.
    """

    def __init__(self, directory: Path, *, port: int = 0, key: str | None = None) -> None:
        self.key = key or secrets.token_urlsafe(24)
        self._server = Server(port)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.service = VendorService(self.url, self.key, directory / "vendor.jsonl")
        self._server.service = self.service
        self.log = self.service.log
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def standing(self) -> dict[str, int]:
        """``outstanding`` generations, and the ``most_outstanding`` at once so far."""
        return self.service.standing()

    def _control(self, changes: Mapping[str, Any]) -> None:
        self.service.control(changes)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.service.close()
        self._server.shutdown()
        self._server.server_close()


class VendorProcess(_Controlled):
    """A vendor in a process of its own, while the ``with`` block lasts."""

    def __init__(self, directory: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.key = secrets.token_urlsafe(24)
        log = directory / "vendor.jsonl"
        self.process = Process(
            "vendor",
            [sys.executable, "-m", "tests.harness.vendor", "--port", str(port), "--log", log],
            log=directory / "vendor.log",
            env={"PYTHONPATH": str(ROOT), "VENDOR_KEY": self.key},
        )
        self.process.wait_until(self._answers)
        self.log = VendorLog(log)

    def standing(self) -> dict[str, int]:
        """As :meth:`Vendor.standing`."""
        standing: dict[str, int] = requests.get(f"{self.url}/control", timeout=30).json()
        return standing

    def _control(self, changes: Mapping[str, Any]) -> None:
        requests.post(f"{self.url}/control", data=json.dumps(dict(changes)), timeout=30).raise_for_status()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/control", timeout=1).ok
        except requests.RequestException:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()
        self.log.close()
