"""What a confined program gets, may do, and may take."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from genai import confined


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def run(program: Path, text: str, *arguments: str, seconds: int = 5, data: bytes = b"") -> bytes:
    program.write_text(text)
    return confined.run(str(program), *arguments, seconds=seconds, memory=128 << 20, data=data)


def test_it_gets_its_arguments_and_its_input_and_may_import_the_package(program: Path) -> None:
    text = (
        "import json, sys, genai.errors\n"
        "print(json.dumps([__name__, sys.argv, sys.stdin.read(), genai.errors.__name__]))"
    )
    answer = json.loads(run(program, text, "a", "-b c", data=b"what was sent"))
    assert answer == ["__main__", [str(program), "a", "-b c"], "what was sent", "genai.errors"]


def test_it_has_no_credentials(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENAI_SECRET", "hunter2")
    assert b"hunter2" not in run(program, "import os; print(dict(os.environ))")


def test_it_may_not_write_files(program: Path) -> None:
    text = (
        "import sys\n"
        "try:\n    open(sys.argv[0] + '.out', 'wb', 0).write(b'x')\n"
        "except OSError as error:\n    print(error.strerror)"
    )
    assert run(program, text) == b"File too large\n"


def test_it_is_bounded_in_processor_time(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "_PATIENCE", 100)  # however busy the machine is
    with pytest.raises(confined.BroughtDown, match="SIGXCPU"):
        run(program, "while True: pass", seconds=1)


@pytest.mark.skipif("sys.platform != 'linux'", reason="others do not enforce it")
def test_it_is_bounded_in_memory(program: Path) -> None:
    text = "try:\n    bytes(128 << 20)\nexcept MemoryError:\n    print('bounded')"
    assert run(program, text) == b"bounded\n"


def test_it_is_ended_where_it_only_waits(program: Path) -> None:
    with pytest.raises(confined.Stopped, match="in time"):
        run(program, "import signal; signal.pause()", seconds=1)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT"])
def test_its_input_may_bring_it_down(program: Path, name: str) -> None:
    with pytest.raises(confined.BroughtDown, match=name):
        run(program, f"import os, signal; os.kill(os.getpid(), signal.{name})", data=b"unread" * 100_000)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_stops_it_from_outside_says_nothing_about_its_input(program: Path, number: int) -> None:
    with pytest.raises(confined.Stopped):
        run(program, f"import os; os.kill(os.getpid(), {int(number)})")


def test_its_own_failure_is_told_with_its_error_output(program: Path) -> None:
    with pytest.raises(RuntimeError, match="no_such_module"):
        run(program, "import no_such_module")
