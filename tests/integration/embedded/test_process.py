"""A child process: readiness, early death, its end with all that belongs to it."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from genai.embedded.process import Process, StartFailed

PYTHON = sys.executable
# Two processes that don't want to end; the second one's number is in its log.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def python(code: str, tmp_path: Path, patience: float = 10) -> Process:
    return Process("child", [PYTHON, "-c", code], log=tmp_path / "log", patience=patience)


def test_an_early_death_shows_its_last_words(tmp_path: Path) -> None:
    with (
        pytest.raises(StartFailed, match=r"(?s)child ended with 3.*no such thing"),
        python("print('no such thing'); raise SystemExit(3)", tmp_path) as process,
    ):
        process.wait_until(lambda: False)


def test_one_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    with python("import time; time.sleep(600)", tmp_path) as process:
        with pytest.raises(StartFailed, match="not ready within 0"):
            process.wait_until(lambda: False, within=0)
        assert process.running
    assert not process.running


def test_stop_takes_all_of_a_stubborn_group(tmp_path: Path) -> None:
    process = python(STUBBORN, tmp_path, patience=0.2)
    process.wait_until(lambda: process.tail() != "")
    grandchild = psutil.Process(int(process.tail()))

    process.stop()

    assert not process.running
    assert grandchild.wait(60) is None
    process.stop()  # and again, harmlessly


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("the kernel does this on Linux alone")
    code = f"""
from pathlib import Path
from genai.embedded.process import Process
import os, signal, sys
sleeping = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
child = Process("child", sleeping, log=Path({str(tmp_path / "log")!r}))
child.wait_until(lambda: child.tail() != "")
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    parent = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=False)
    assert parent.returncode == -signal.SIGKILL
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(parent.stdout)).wait(60)
