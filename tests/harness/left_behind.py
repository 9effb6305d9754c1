"""What a command has left running: its temporary directory is known, and so are its descendants."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil


def processes_of(directory: Path) -> list[str]:
    """Command lines of the processes that were started with TMPDIR=``directory``, or name it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            command = process.cmdline()
            ours = process.environ().get("TMPDIR") == str(directory)
            if ours or any(str(directory) in part for part in command):
                found.append(" ".join(command))
    return found
