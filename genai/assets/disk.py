"""Files on a disk, as the store in a directory and the copies of a remote one write them."""

from __future__ import annotations

import errno
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from genai.assets.naming import full, unavailable

CHUNK = 1 << 20
DIRECTORY_MODE = 0o750
FILE_MODE = 0o640
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def make(*directories: Path) -> None:
    for directory in directories:
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)


@contextmanager
def temporary(directory: Path) -> Iterator[Path]:
    """A name in ``directory`` that is gone afterwards; what fails on it fails as the store."""
    path = directory / uuid.uuid4().hex
    with storage_errors():
        make(directory.parent, directory)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def copy(source: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    """Copy what is left of ``source``; the SHA-256 of those bytes, and how many there were."""
    os.fchmod(target.fileno(), FILE_MODE)
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), target.tell()


def sweep(directory: Path, older_than: float) -> int:
    """Remove what writers that died left, last written over ``older_than`` seconds ago; how many files.

    A copy in progress is younger: each chunk that is written renews it.
    """
    horizon = time.time() - older_than
    removed = 0
    for leftover in directory.glob("*"):
        try:
            if leftover.stat().st_mtime < horizon:
                leftover.unlink()
                removed += 1
        except FileNotFoundError:  # its writer, or another sweep, was faster
            continue
    return removed


@contextmanager
def storage_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise full("the asset store is full") from error
        raise unavailable(
            f"the asset store cannot be used: {os.strerror(error.errno or errno.EIO)}"
        ) from error
