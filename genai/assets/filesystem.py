"""The asset store in a directory: ``ab/cd/<sha256>``, and ``tmp/`` for what is being written.

A file is copied to ``tmp/`` (the same filesystem), synced, then renamed to its final name, and the
directories are synced: a name that can be seen has all its bytes behind it, even after a crash.
Any number of processes and threads may share the directory.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from genai.assets import disk
from genai.assets.base import StoredFile
from genai.assets.naming import SHA256, checked, full, missing


class FilesystemStore:
    """An :class:`~genai.assets.base.AssetStore` below ``root``, which is made when it is missing.

    ``reserve`` is how many bytes must be free for :meth:`check` to call the store ready.
    """

    def __init__(self, root: Path, reserve: int = 256 << 20) -> None:
        self.root = root
        self.reserve = reserve
        self._incoming = root / "tmp"

    def put(self, path: Path, media_type: str) -> StoredFile:
        with path.open("rb") as source, disk.temporary(self._incoming) as temporary:
            with temporary.open("wb") as copy:
                sha256, size = disk.copy(source, copy)
                target = self._target(sha256)
                # Another size under this name is a damaged file: the good copy takes its place.
                if not _touch(target, size):
                    copy.flush()
                    os.fsync(copy.fileno())
                    disk.make(target.parent.parent, target.parent)
                    temporary.rename(target)
            # Also where the file was there: whoever renamed it may not have come to this line.
            for directory in (target.parent, target.parent.parent, self.root):
                _sync(directory)
        return StoredFile(sha256, size, media_type)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._target(sha256).open("rb")
        except FileNotFoundError:
            raise missing(sha256) from None

    def path(self, sha256: str) -> Path:
        target = self._target(sha256)
        if not target.is_file():
            raise missing(sha256)
        return target

    def link(self, sha256: str, media_type: str, seconds: float) -> str | None:
        return None

    def exists(self, sha256: str) -> bool:
        return SHA256.fullmatch(sha256) is not None and self._target(sha256).is_file()

    def delete(self, sha256: str) -> None:
        if self.exists(sha256):
            target = self._target(sha256)
            target.unlink(missing_ok=True)
            _sync(target.parent)

    def free_bytes(self) -> int:
        """What this process may still write, in bytes."""
        with disk.storage_errors():
            disk.make(self.root)
            return shutil.disk_usage(self.root).free

    def check(self) -> None:
        if (free := self.free_bytes()) < self.reserve:
            raise full(f"{free >> 20} MiB are free in the asset store, {self.reserve >> 20} MiB are needed")
        with disk.temporary(self._incoming) as probe:
            probe.write_bytes(b"ready")

    def untouched(self, older_than: float) -> Iterator[str]:
        horizon = time.time() - older_than
        for target in self.root.glob("??/??/*"):
            with suppress(FileNotFoundError):
                if target.stat().st_mtime < horizon:
                    yield target.name

    def discard(self, sha256: str, older_than: float) -> bool:
        target, aside = self._target(sha256), self._incoming / uuid.uuid4().hex
        try:
            target.rename(aside)
        except FileNotFoundError:
            return False
        # Out of the way of whoever puts it now. Who did so just before has made it young.
        if aside.stat().st_mtime >= time.time() - older_than:
            aside.rename(target)
            return False
        aside.unlink()
        _sync(target.parent)
        return True

    def sweep(self, older_than: float) -> int:
        return disk.sweep(self._incoming, older_than)

    def _target(self, sha256: str) -> Path:
        name = checked(sha256)
        return self.root / name[:2] / name[2:4] / name


def _touch(target: Path, size: int) -> bool:
    """Make the file young; False where it is not there, or not of that size."""
    try:
        os.utime(target)
        return target.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
