"""The port of the asset store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class StoredFile:
    """A file of the store. ``sha256`` (64 lower-case hex digits) is its name; ``size`` is in bytes."""

    sha256: str
    size: int
    media_type: str


class AssetStore(Protocol):
    """Where media files rest, addressed by content.

    Every method that takes a ``sha256`` which the store does not hold, or which is no SHA-256 at all,
    raises :class:`~genai.errors.NotFound`, except ``exists`` and ``delete``. A store that cannot do its
    work now raises :class:`~genai.errors.Retryable` with code ``storage_full`` or ``storage_unavailable``.
    """

    def put(self, path: Path, media_type: str) -> StoredFile:
        """Copy the file at ``path`` into the store. When this returns, it survives a loss of power.

        The same bytes again are the same file, not written twice, but as young as a new one. A failure
        leaves nothing visible.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The file's bytes, to be read and closed by the caller."""
        ...

    def path(self, sha256: str) -> Path:
        """The file on this machine's disk, to be read only; a remote store fetches a copy."""
        ...

    def link(self, sha256: str, media_type: str, seconds: float) -> str | None:
        """An address under which anybody may fetch the file for so long, without asking whether it is there;
        None where the store has no addresses."""
        ...

    def exists(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> None:
        """Remove the file for good; one that is not there is as good as removed."""
        ...

    def untouched(self, older_than: float) -> Iterator[str]:
        """The files that were last put over ``older_than`` seconds ago, by their SHA-256."""
        ...

    def discard(self, sha256: str, older_than: float) -> bool:
        """Remove the file for good unless it was put again within the last ``older_than`` seconds; whether
        it was removed. A file that is put at the same time is there afterwards."""
        ...

    def sweep(self, older_than: float) -> int:
        """Remove what writers that died left half written, untouched for ``older_than`` seconds; how many."""
        ...

    def check(self) -> None:
        """Return when files can be stored now, raise Retryable when not. For readiness probes."""
        ...
