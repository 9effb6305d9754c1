"""Copies on a machine's disk: bounded, whole, shared by its processes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from genai.assets.cache import IN_USE, UNUSED, FileCache

SIZE = 1000


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(tmp_path / "copies", 3 * SIZE)


def keep(cache: FileCache, number: int, *, used: float = 0.0) -> str:
    """Another copy, used so many seconds ago."""
    data = bytes([number]) * SIZE
    name = hashlib.sha256(data).hexdigest()
    with cache.temporary() as temporary:
        temporary.write_bytes(data)
        path = cache.keep(temporary, name)
    last = time.time() - used
    os.utime(path, (last, last))
    return name


def there(cache: FileCache) -> set[str]:
    return {path.name for path in cache.root.rglob("*") if path.is_file()}


def test_what_was_used_longest_ago_makes_room(cache: FileCache) -> None:
    names = [keep(cache, number, used=IN_USE + 500 - number) for number in range(3)]
    assert there(cache) == set(names)
    assert cache.path(names[0]) is not None  # now it is used
    newest = keep(cache, 3)
    assert there(cache) == {names[0], names[2], newest}


def test_what_a_step_may_be_reading_stays(cache: FileCache) -> None:
    names = {keep(cache, number, used=IN_USE - 60) for number in range(6)}
    assert there(cache) == names


def test_what_nobody_wants_goes_even_where_there_is_room(cache: FileCache) -> None:
    keep(cache, 0, used=UNUSED + 60)
    newest = keep(cache, 1)
    assert there(cache) == {newest}


def test_a_copy_that_is_not_there(cache: FileCache) -> None:
    assert cache.path("0" * 64) is None
    cache.forget("0" * 64)
    name = keep(cache, 1)
    cache.forget(name)
    assert cache.path(name) is None


def test_processes_share_it(cache: FileCache) -> None:
    user = (
        "import sys; from pathlib import Path; from genai.assets.cache import FileCache; import hashlib, os\n"
        "cache = FileCache(Path(sys.argv[1]), 3000); print(flush=True); sys.stdin.readline()\n"
        "for number in list(range(30)) * 3:\n"
        "    data = bytes([number]) * 1000; name = hashlib.sha256(data).hexdigest()\n"
        "    with cache.temporary() as temporary:\n"
        "        temporary.write_bytes(data); path = cache.keep(temporary, name)\n"
        "    found = cache.path(name)\n"
        "    assert found is not None and found.read_bytes() == data\n"
    )
    users = [
        subprocess.Popen(
            [sys.executable, "-c", user, str(cache.root)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in users:
        assert process.stdout is not None
        process.stdout.readline()
    for process in users:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in users:
        process.communicate()
    assert [process.returncode for process in users] == [0] * 3
    assert len(there(cache)) == 30
