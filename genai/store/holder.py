"""Who holds a step: a process of a host, told apart from a later one with the same id."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

_PROC = Path("/proc")  # where there is one, as on Linux


@dataclass(frozen=True)
class Holder:
    """``start`` is the process's start time as the system gives it: process ids are reused."""

    host: str
    pid: int
    start: str

    def is_gone(self) -> bool:
        """True when this host can see that the process has ended; False where it cannot know."""
        return self.host == socket.gethostname() and self.start != _start_of(self.pid)


def this_process() -> Holder:
    return _holder(os.getpid())


@cache
def _holder(pid: int) -> Holder:
    return Holder(host=socket.gethostname(), pid=pid, start=_start_of(pid))


def _start_of(pid: int) -> str:
    """Empty when there is no such process, or only its corpse."""
    return _ticks(pid) if _PROC.exists() else _created(pid)


def _ticks(pid: int) -> str:
    # Since the machine's start (proc_pid_stat(5), 22): psutil adds when that was, which is another time once
    # somebody has set the clock, and everybody would seem to be gone.
    try:
        state, *others = (_PROC / str(pid) / "stat").read_bytes().rpartition(b") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state in (b"Z", b"X") else others[18].decode()


def _created(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""
