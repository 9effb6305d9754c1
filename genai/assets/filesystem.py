"""The asset store in a directory: ``ab/cd/<sha256>``, and ``tmp/`` for what is being written.

A file is copied to ``tmp/`` (the same filesystem), synced, then renamed to its final name, and the
directories are synced: a name that can be seen has all its bytes behind it, even after a crash.
Any number of processes and threads may share the directory.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from genai.assets.base import StoredFile
from genai.errors import NotFound, Retryable

CHUNK = 1 << 20
DIRECTORY_MODE = 0o750
FILE_MODE = 0o640
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SHA256 = re.compile(r"[0-9a-f]{64}")


class FilesystemStore:
    """An :class:`~genai.assets.base.AssetStore` below ``root``, which is made when it is missing.

    ``reserve`` is how many bytes must be free for :meth:`check` to call the store ready.
    """

    def __init__(self, root: Path, reserve: int = 256 << 20) -> None:
        self.root = root
        self.reserve = reserve
        self._incoming = root / "tmp"

    def put(self, path: Path, media_type: str) -> StoredFile:
        with path.open("rb") as source, self._temporary() as temporary:
            with temporary.open("wb") as copy:
                os.fchmod(copy.fileno(), FILE_MODE)
                digest = hashlib.sha256()
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    copy.write(chunk)
                size = copy.tell()
                target = self._target(digest.hexdigest())
                # Another size under this name is a damaged file: the good copy takes its place.
                if not (target.is_file() and target.stat().st_size == size):
                    copy.flush()
                    os.fsync(copy.fileno())
                    _make(target.parent.parent, target.parent)
                    temporary.rename(target)
            # Also where the file was there: whoever renamed it may not have come to this line.
            for directory in (target.parent, target.parent.parent, self.root):
                _sync(directory)
        return StoredFile(digest.hexdigest(), size, media_type)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._target(sha256).open("rb")
        except FileNotFoundError:
            raise _missing(sha256) from None

    def path(self, sha256: str) -> Path:
        target = self._target(sha256)
        if not target.is_file():
            raise _missing(sha256)
        return target

    def exists(self, sha256: str) -> bool:
        return SHA256.fullmatch(sha256) is not None and self._target(sha256).is_file()

    def delete(self, sha256: str) -> None:
        if self.exists(sha256):
            target = self._target(sha256)
            target.unlink(missing_ok=True)
            _sync(target.parent)

    def free_bytes(self) -> int:
        """What this process may still write, in bytes."""
        with _storage_errors():
            _make(self.root)
            return shutil.disk_usage(self.root).free

    def check(self) -> None:
        if (free := self.free_bytes()) < self.reserve:
            raise _full(f"{free >> 20} MiB are free in the asset store, {self.reserve >> 20} MiB are needed")
        with self._temporary() as probe:
            probe.write_bytes(b"ready")

    def sweep(self, older_than: float) -> int:
        """Remove what writers that died left in ``tmp/``, last written over ``older_than`` seconds ago.

        Returns how many files. A copy in progress is younger: each chunk that is written renews it.
        """
        horizon = time.time() - older_than
        removed = 0
        for leftover in self._incoming.glob("*"):
            try:
                if leftover.stat().st_mtime < horizon:
                    leftover.unlink()
                    removed += 1
            except FileNotFoundError:  # its writer, or another sweep, was faster
                continue
        return removed

    def _target(self, sha256: str) -> Path:
        if SHA256.fullmatch(sha256) is None:  # never let anything else become a path
            raise _missing(sha256)
        return self.root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _temporary(self) -> Iterator[Path]:
        """A name in ``tmp/`` that is gone afterwards; what fails on it fails as the store."""
        temporary = self._incoming / uuid.uuid4().hex
        with _storage_errors():
            _make(self.root, self._incoming)
            try:
                yield temporary
            finally:
                temporary.unlink(missing_ok=True)


def _make(*directories: Path) -> None:
    for directory in directories:
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)


def _sync(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _full("the asset store is full") from error
        raise Retryable(
            f"the asset store cannot be used: {os.strerror(error.errno or errno.EIO)}",
            code="storage_unavailable",
            retry_after=30,
        ) from error


def _full(message: str) -> Retryable:
    return Retryable(message, code="storage_full", retry_after=60)


def _missing(sha256: str) -> NotFound:
    return NotFound(f"the asset store holds no file {sha256[:64]!r}")
