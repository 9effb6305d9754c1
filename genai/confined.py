"""Programs that read what strangers sent, each run once in a confined process of its own.

The libraries that decode pictures and pages are native code, and their input can be made to bring them
down or to keep them busy for hours. So nothing of it is read in the calling process: :func:`run` starts
a program in a child that has no environment (no credentials), may not write files, and is bounded in
memory and processor time. The limits are set in the child before the program is loaded, by this very
module, which therefore imports nothing but the standard library:

    python -I -B confined.py SECONDS MEMORY PROGRAM ARGUMENT...
"""

from __future__ import annotations

import resource
import runpy
import signal
import subprocess
import sys
from pathlib import Path

# How a child ends that its input has brought down. Any other signal comes from outside (a deploy,
# the kernel short of memory) and says nothing about the input.
_BROUGHT_DOWN = {signal.SIGXCPU, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}
# A busy machine may give a child a quarter of a processor.
_PATIENCE = 4


class BroughtDown(Exception):
    """The input has brought the program down, or took more than its processor time."""


class Stopped(Exception):
    """The program was stopped from outside, or this machine was too busy: the input may be good."""


def run(program: str, *arguments: str, seconds: int, memory: int, data: bytes = b"") -> bytes:
    """What the Python file ``program`` writes to its output, given ``data`` on its input.

    ``seconds`` is processor time, ``memory`` bytes of address space (enforced on Linux alone). Raises
    BroughtDown or Stopped, and RuntimeError with the program's error output where it exits with a failure.
    """
    limits = (str(seconds), str(memory))
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-B", __file__, *limits, program, *arguments],
            input=data,
            capture_output=True,
            env={},
            timeout=_PATIENCE * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Stopped("not done in time") from None
    if -child.returncode in _BROUGHT_DOWN:
        raise BroughtDown(signal.Signals(-child.returncode).name)
    if child.returncode < 0:
        raise Stopped(f"stopped by signal {-child.returncode}")
    if child.returncode > 0:
        raise RuntimeError(f"{program} failed: {child.stderr.decode(errors='replace')[-2000:]}")
    return child.stdout


def _confine(seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # others do not enforce it, some refuse the call
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    _confine(int(sys.argv[1]), int(sys.argv[2]))
    sys.argv = sys.argv[3:]
    sys.path.append(str(Path(__file__).parents[1]))  # this package, also where it is not installed
    runpy.run_path(sys.argv[0], run_name="__main__")
