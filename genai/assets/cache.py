"""Copies of a remote store's files on this machine's disk, since stages and ffmpeg read files.

Any number of processes and threads of the machine may share the directory: a copy is written aside and
renamed, so a name that can be seen is whole. Losing the directory costs time alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from genai.assets import disk

IN_USE = 30 * 60.0  # seconds; whoever has asked for a path reads the file within a step, which is shorter
UNUSED = 24 * 3600.0  # so long a copy outlives its last use at most, while others are fetched


@dataclass(frozen=True)
class FileCache:
    """Copies below ``root``, by SHA-256. When another comes, those that were used longest ago go until they
    take ``most`` bytes, but for those used within ``IN_USE``; and all that were not within ``UNUSED``."""

    root: Path
    most: int

    def temporary(self) -> AbstractContextManager[Path]:
        """A name on the same disk to write a copy to; it is gone afterwards unless it is kept."""
        return disk.temporary(self.root / "tmp")

    def path(self, sha256: str) -> Path | None:
        """The copy, which counts as used now."""
        copy = self._copy(sha256)
        with suppress(FileNotFoundError):
            os.utime(copy)
            return copy
        return None

    def keep(self, temporary: Path, sha256: str) -> Path:
        """Make the whole file of that name a copy, and room for it."""
        copy = self._copy(sha256)
        with disk.storage_errors():
            # A name must never have less than its bytes behind it, not even after a loss of power.
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            disk.make(copy.parent)
            os.utime(temporary)
            temporary.rename(copy)
            self._make_room()
        return copy

    def forget(self, sha256: str) -> None:
        self._copy(sha256).unlink(missing_ok=True)

    def sweep(self, older_than: float) -> int:
        """Remove what writers that died left; how many files."""
        return disk.sweep(self.root / "tmp", older_than)

    def _copy(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def _make_room(self) -> None:
        copies = sorted(self._copies(), reverse=True)  # used last comes first
        taken, now = 0, time.time()
        for used, size, copy in copies:
            taken += size
            age = now - used
            if age > UNUSED or (taken > self.most and age > IN_USE):
                taken -= size
                copy.unlink(missing_ok=True)

    def _copies(self) -> Iterator[tuple[float, int, Path]]:
        for copy in self.root.glob("??/*"):
            with suppress(FileNotFoundError):  # another process makes room as well
                found = copy.stat()
                yield found.st_mtime, found.st_size, copy
