"""What pytest-celery's fixtures stand on here: our own servers and worker processes, no containers.

Its node classes ask their container for little; these two answer for a server and for a worker.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from importlib.metadata import version

from genai.embedded.services import Worker
from tests.harness.servers import Server


@dataclass
class ServerContainer:
    """A broker or a result backend that runs already; whoever started it ends it. One that has a ``server``
    may be killed and started again meanwhile."""

    url: str
    server: Server | None = None

    @property
    def celeryconfig(self) -> dict[str, str]:
        return {"url": self.url, "host_url": self.url}

    @property
    def status(self) -> str:
        return "running" if self.server is None or self.server.running else "exited"

    def ready(self) -> bool:
        return True

    def kill(self, signal: str | int = "SIGKILL") -> None:
        assert self.server is not None, "this server is not the test's own"
        if _number(signal) == _number("SIGKILL"):
            self.server.kill()
        else:
            self.server.stop()

    def restart(self, timeout: float) -> None:
        assert self.server is not None, "this server is not the test's own"
        self.server.stop()
        self.server.start()

    def reload(self) -> None:
        """Its state is asked for each time."""

    def teardown(self) -> None:
        """Its fixture does that."""


class WorkerContainer:
    """A worker process: ``kill`` takes a signal's name or number, as Docker does."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.name, _, self.id = worker.node.partition("@")

    @property
    def status(self) -> str:
        return "running" if self._worker.running else "exited"

    def ready(self) -> bool:
        self._worker.wait_until_ready()
        return True

    def logs(self) -> str:
        return self._worker.log.read_text()

    def kill(self, signal: str | int = "SIGKILL") -> None:
        number = _number(signal)
        if number == _number("SIGKILL"):
            self._worker.kill()
        else:
            self._worker.signal(number)

    def reload(self) -> None:
        """A process has nothing to be read again."""

    def teardown(self) -> None:
        self._worker.kill()

    def worker_name(self) -> str:
        return self.name

    def version(self) -> str:
        return version("celery")


def _number(name: str | int) -> signal.Signals:
    return signal.Signals[name] if isinstance(name, str) else signal.Signals(name)
