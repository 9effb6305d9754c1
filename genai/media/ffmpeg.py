"""The ffmpeg program: run to its end with progress, or fed through a pipe; never left behind.

The binary comes with imageio-ffmpeg (https://ffmpeg.org, built with libx264, aac and libass). Whatever
ends a run early (an error, a timeout, a ``progress`` that raises) ends the process before the exception
goes up.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from types import TracebackType
from typing import IO, Self

import imageio_ffmpeg

from genai.errors import ConfigurationError, Permanent, Retryable, StepError

TIMEOUT = 900.0  # seconds; well below the hard limit of a task
_SAID = 12  # lines of its log that go into an error
_PIPE = 1 << 20  # bytes; a third of a frame of 1080p for each change of hands, and Linux's usual most
_PATH = re.compile(r"(?<![\w.])(?:/[^\s'\":,;|\[\]()]+)+")
_ADDRESS = re.compile(r" @ 0x[0-9a-f]+")
# What is the machine's state and not the input's fault.
_PASSING = (
    "no space left",
    "cannot allocate memory",
    "resource temporarily unavailable",
    "too many open files",
)


@lru_cache(maxsize=1)
def binary() -> str:
    """The program's path. Raises ConfigurationError where there is none."""
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise ConfigurationError(
            "no ffmpeg program: install the package imageio-ffmpeg, or set IMAGEIO_FFMPEG_EXE"
        ) from error


def run(
    arguments: Sequence[str],
    *,
    seconds: float | None = None,
    progress: Callable[[float], None] | None = None,
    timeout: float = TIMEOUT,
    log: str = "error",
) -> str:
    """Run ffmpeg with ``arguments`` (inputs, filters, outputs; existing files are overwritten) to its end.

    ``seconds`` is how long the output will be: with it ``progress`` hears now and then what part of it is
    done, 0..1. ``log`` is ffmpeg's log level; the log is returned (what filters measure stands in it, from
    ``info`` on). Raises Permanent (``ffmpeg_failed``), or Retryable where the machine is short of something,
    the process was killed (``ffmpeg_killed``) or took longer than ``timeout`` seconds (``ffmpeg_timeout``).
    """
    command = [*_command(log), "-nostdin", "-stats_period", "0.25", "-progress", "pipe:1", *arguments]
    with _started(command, timeout, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as running:
        assert running.process.stdout is not None
        for line in running.process.stdout:
            if progress and seconds and (done := _microseconds(line)) is not None:
                progress(min(1.0, done / (1e6 * seconds)))
        running.finish()
        if progress and seconds:
            progress(1.0)
        return running.said()


class Pipe:
    """ffmpeg fed through its input ``pipe:0``: a context manager whose :meth:`write` blocks while it is busy.

    Leaving the block waits for the end of its work; an exception inside ends it at once. ``timeout`` seconds
    are for all of it. Raises what :func:`run` raises, from ``write`` and at the end.
    """

    def __init__(self, arguments: Sequence[str], *, timeout: float = TIMEOUT, log: str = "error") -> None:
        self._command = [*_command(log), *arguments]
        self._timeout = timeout
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        started = _started(self._command, self._timeout, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self._running = self._stack.enter_context(started)
        assert self._running.process.stdin is not None
        self._input = self._running.process.stdin
        _widen(self._input)
        return self

    def write(self, data: bytes | memoryview) -> None:
        """Hand over all of ``data``."""
        try:
            self._input.write(data)
        except BrokenPipeError:
            self._running.finish()
            raise Permanent("ffmpeg stopped reading before the end", code="ffmpeg_failed") from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if kind is None:
                with contextlib.suppress(BrokenPipeError):  # its own error says more
                    self._input.close()
                self._running.finish()


class Tap:
    """ffmpeg read through its output ``pipe:1``: a context manager and a source of raw frames or samples.

    Leaving the block early ends ffmpeg. ``timeout`` seconds are for all of it.
    """

    def __init__(self, arguments: Sequence[str], *, timeout: float = TIMEOUT, log: str = "error") -> None:
        self._command = [*_command(log), "-nostdin", *arguments]
        self._timeout = timeout
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        started = _started(self._command, self._timeout, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self._running = self._stack.enter_context(started)
        assert self._running.process.stdout is not None
        self._output = self._running.process.stdout
        _widen(self._output)
        return self

    def read(self, size: int) -> bytearray | None:
        """The next ``size`` bytes; None after the last ones. Raises what :func:`run` raises."""
        data = bytearray(size)
        view, filled = memoryview(data), 0
        while filled < size and (more := self._output.readinto(view[filled:])):  # type: ignore[attr-defined]
            filled += more
        if filled < size:
            self._running.finish()
            return None
        return data

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


class _Running:
    def __init__(self, process: subprocess.Popen[bytes], command: Sequence[str], log: IO[bytes]) -> None:
        self.process = process
        self.late = threading.Event()
        self._command = command
        self._log = log

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def finish(self) -> None:
        """Wait for its end; raise if it was not a good one."""
        status = self.process.wait()
        if self.late.is_set():
            raise Retryable("ffmpeg was not done in time; the machine may be too busy", code="ffmpeg_timeout")
        if status < 0:
            raise Retryable(f"ffmpeg was ended by signal {-status}", code="ffmpeg_killed", retry_after=5)
        if status > 0:
            raise self._failure()

    def _failure(self) -> StepError:
        said = _without_paths(self.said(), self._command)
        lines = " | ".join([line.strip() for line in said.splitlines() if line.strip()][-_SAID:])
        if any(sign in lines.lower() for sign in _PASSING):
            return Retryable(f"ffmpeg lacked room or memory: {lines}", code="ffmpeg_failed", retry_after=30)
        return Permanent(f"ffmpeg failed: {lines}", code="ffmpeg_failed")


@contextlib.contextmanager
def _started(command: Sequence[str], timeout: float, *, stdin: int, stdout: int) -> Iterator[_Running]:
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        try:
            process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=log)
        except OSError as error:
            raise Retryable(f"ffmpeg did not start: {error.strerror}", code="ffmpeg_failed") from error
        running = _Running(process, command, log)

        def too_late() -> None:
            running.late.set()
            process.kill()

        clock = threading.Timer(timeout, too_late)
        clock.daemon = True
        clock.start()
        try:
            yield running
        finally:
            clock.cancel()
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(BrokenPipeError):  # what it did not read is lost on purpose
                    if stream:
                        stream.close()


def _widen(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError, AttributeError):  # a smaller pipe is slower and no more
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _command(log: str) -> list[str]:
    return [binary(), "-hide_banner", "-nostats", "-loglevel", log, "-y"]


def _microseconds(line: bytes) -> int | None:
    name, _, value = line.partition(b"=")
    return int(value) if name == b"out_time_us" and value.strip().isdigit() else None


def _without_paths(text: str, command: Sequence[str]) -> str:
    for argument in sorted((part for part in command if "/" in part), key=len, reverse=True):
        text = text.replace(argument, "FILE")
    return _ADDRESS.sub("", _PATH.sub("FILE", text))
