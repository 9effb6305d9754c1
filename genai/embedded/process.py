"""A child process: its log, its readiness, its end."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from genai.errors import GenaiError

# Below 32768, where Linux starts to hand out ports to outgoing connections.
PORTS = range(20_000, 32_000)
_given: set[int] = set()  # those of them that this process has been told are free
POLL = 0.03  # seconds between two looks at a process or at its port
TAIL = 4_000  # bytes of a log that an error shows


class StartFailed(GenaiError):
    """A process ended early or did not become ready; the text holds the end of its log."""

    code = "start_failed"


class Process:
    """One child process, leader of a session of its own, so that a Ctrl-C reaches the parent alone.

    It is asked to end when the thread that started it ends, be it by kill -9, where the system can do
    that (Linux with setpriv). Its output goes to ``log``; ``given`` is written to its standard input.
    ``stop_signal`` asks it to end, and ``patience`` is how many seconds it has for that before its whole
    process group is killed.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        given: str = "",
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 10.0,
    ) -> None:
        self.name = name
        self.log = log
        self._stop_signal = stop_signal
        self._patience = patience
        # A file, because a pipe would want a reader before it takes a long text.
        with log.open("ab") as output, tempfile.TemporaryFile() as given_file:
            given_file.write(given.encode())
            given_file.seek(0)
            self._popen = subprocess.Popen(
                [*_tether(stop_signal), *(str(part) for part in command)],
                stdin=given_file,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def running(self) -> bool:
        return not self._has_exited()

    def wait_until(self, ready: Callable[[], bool], *, within: float = 180.0) -> None:
        """Return as soon as ``ready()``. Raises StartFailed when it ends or ``within`` seconds pass first."""
        deadline = time.monotonic() + within
        while not ready():
            if self._has_exited():
                raise StartFailed(f"{self.name} ended with {self._popen.wait()}\n{self.tail()}")
            if time.monotonic() > deadline:
                raise StartFailed(f"{self.name} was not ready within {within:g} s\n{self.tail()}")
            time.sleep(POLL)

    def tail(self) -> str:
        """The end of its log."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - TAIL))
            return file.read().decode(errors="replace").strip()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens when it has ended."""
        if not self._has_exited():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9, with all of its process group, and wait."""
        if self._popen.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait()

    def wait(self, within: float) -> bool:
        """Whether it ended within so many seconds."""
        deadline = time.monotonic() + within
        while not self._has_exited():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL)
        return True

    def stop(self) -> None:
        """Ask it to end, wait, and kill what is left of its group."""
        self.signal(self._stop_signal)
        self.wait(self._patience)
        self.kill()

    def _has_exited(self) -> bool:
        """Asked without reaping it: until :meth:`kill` nobody else can get its process group's number."""
        if self._popen.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _tether(number: signal.Signals) -> list[str]:
    """The command prefix that has the kernel send the signal when the parent is gone."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", number.name.removeprefix("SIG"), "--"] if setpriv else []


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now; never the same one twice."""
    for port in random.sample(PORTS, len(PORTS)):
        if port in _given:  # whoever asked for it may not listen yet
            continue
        with socket.socket() as candidate, suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            _given.add(port)
            return port
    raise StartFailed(f"no free port from {PORTS.start} to {PORTS.stop}")


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end the block by SystemExit (128 and the number); a second one is ignored.

    So the ``with`` blocks inside run to their end, however impatient somebody is. Main thread only.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def end(number: int, _: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
