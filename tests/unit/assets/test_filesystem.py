"""What the store in a directory does beside what every store does, on real files and in real processes."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from genai.assets.filesystem import FilesystemStore
from genai.errors import Retryable
from tests.unit.assets.conftest import DATA

SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(tmp_path / "store")


@contextmanager
def file_size_limit(limit: int) -> Iterator[None]:
    """The kernel refuses to let any file of this process grow beyond so many bytes; that holds for the
    file that a test run's output goes to as well, so nothing may be printed meanwhile."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def files(store: FilesystemStore) -> list[Path]:
    return sorted(path.relative_to(store.root) for path in store.root.rglob("*") if path.is_file())


def test_permissions_keep_others_out(store: FilesystemStore, source: Path) -> None:
    umask = os.umask(0)
    try:
        path = store.path(store.put(source, "image/png").sha256)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    for directory in (path.parent, path.parent.parent, store.root, store.root / "tmp"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o750


def test_the_same_bytes_are_not_written_again(store: FilesystemStore, source: Path) -> None:
    before = store.path(store.put(source, "image/png").sha256).stat()
    after = store.path(store.put(source, "image/png").sha256).stat()
    assert before.st_ino == after.st_ino
    assert len(files(store)) == 1


def test_a_damaged_file_is_replaced(store: FilesystemStore, source: Path) -> None:
    path = store.path(store.put(source, "image/png").sha256)
    path.write_bytes(DATA[:100])
    store.put(source, "image/png")
    assert path.read_bytes() == DATA


def test_every_byte_and_name_is_synced_before_put_returns(
    store: FilesystemStore, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str]] = []
    fsync, rename = os.fsync, Path.rename

    def recording_fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        calls.append(("fsync", path.parent.name if path.is_file() else path.name))
        assert path.is_dir() or path.stat().st_size == len(DATA)
        fsync(descriptor)

    def recording_rename(self: Path, target: Path) -> Path:
        calls.append(("rename", target.name))
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", recording_fsync)
    monkeypatch.setattr(Path, "rename", recording_rename)
    store.put(source, "image/png")

    directories = [("fsync", SHA[2:4]), ("fsync", SHA[:2]), ("fsync", "store")]
    assert calls == [("fsync", "tmp"), ("rename", SHA), *directories]

    # The second writer may be told "it is there" by a first that crashes before it has synced.
    calls.clear()
    store.put(source, "image/png")
    assert calls == directories


def test_a_full_store_fails_retryably_and_shows_nothing(store: FilesystemStore, source: Path) -> None:
    with pytest.raises(Retryable) as caught, file_size_limit(len(DATA) // 2):
        store.put(source, "image/png")
    assert caught.value.code == "storage_full"
    assert str(store.root) not in str(caught.value)
    assert files(store) == []
    assert not store.exists(SHA)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_is_full_at_the_sync_fails_retryably(
    store: FilesystemStore, source: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(descriptor: int) -> None:  # delayed allocation tells only here
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Retryable) as caught:
        store.put(source, "image/png")
    assert caught.value.code == "storage_full"
    assert files(store) == []


def test_an_unusable_directory_is_told_apart_from_a_full_one(tmp_path: Path, source: Path) -> None:
    (tmp_path / "blocked").write_bytes(b"")
    store = FilesystemStore(tmp_path / "blocked" / "store")
    for use in (lambda: store.put(source, "image/png"), store.check):
        with pytest.raises(Retryable) as caught:
            use()
        assert caught.value.code == "storage_unavailable"


def test_check_fails_when_the_reserve_is_gone(store: FilesystemStore) -> None:
    hungry = FilesystemStore(store.root, reserve=store.free_bytes() * 2)
    with pytest.raises(Retryable) as caught:
        hungry.check()
    assert caught.value.code == "storage_full"


def test_processes_that_put_the_same_bytes_at_once_agree(store: FilesystemStore, tmp_path: Path) -> None:
    sources = [tmp_path / f"upload{number}" for number in range(40)]
    for number, path in enumerate(sources):
        path.write_bytes(DATA + bytes([number]))
    writer = (
        "import sys; from pathlib import Path; from genai.assets.filesystem import FilesystemStore\n"
        "store = FilesystemStore(Path(sys.argv[1])); print(flush=True); sys.stdin.readline()\n"
        "for path in map(Path, sys.argv[2:]):\n"
        "    name = store.put(path, 'image/png').sha256\n"
        "    assert store.path(name).read_bytes() == path.read_bytes()\n"
    )
    command = [sys.executable, "-c", writer, str(store.root), *map(str, sources)]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in writers:
        assert process.stdout is not None
        process.stdout.readline()
    for process in writers:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in writers:
        process.communicate()

    assert [process.returncode for process in writers] == [0] * 4
    names = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sources]
    assert files(store) == sorted(Path(name[:2], name[2:4], name) for name in names)


def test_sweep_removes_what_dead_writers_left(store: FilesystemStore, source: Path) -> None:
    store.put(source, "image/png")
    stale, fresh = store.root / "tmp" / "stale", store.root / "tmp" / "fresh"
    for path in (stale, fresh):
        path.write_bytes(DATA)
    old = time.time() - 7200
    os.utime(stale, (old, old))
    os.utime(store.path(SHA), (old, old))

    assert store.sweep(older_than=3600) == 1
    assert not stale.exists()
    assert fresh.exists()
    assert store.exists(SHA)
