"""The asset store in a bucket of S3, or of a store that speaks its API.

    files/<sha256>           a file
    touched/<sha256>         written when that file is put again: it is as young as this
    discarding/<sha256>/...  while somebody looks at that file and removes it

S3 cannot remove an object on the condition that nobody has just put it again. So whoever puts a file that is
there writes ``touched`` and then looks for ``discarding``; whoever discards writes ``discarding`` and then
looks for ``touched``. S3 is strongly consistent: one of the two sees the other's. A put that sees a discard
is refused, to be tried again, and a discard that sees a put leaves the file alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from genai.assets import disk
from genai.assets.base import StoredFile
from genai.assets.bucket import Bucket
from genai.assets.cache import FileCache
from genai.assets.naming import SHA256, checked, missing, unavailable
from genai.assets.remote import opened

_FILES, _TOUCHED, _DISCARDING = "files/", "touched/", "discarding/"
_TRIES = 3
_IN_FLIGHT = (
    300.0  # seconds; a request that removes a file has arrived by then, whatever became of its sender
)


class S3Store:
    """An :class:`~genai.assets.base.AssetStore` in a bucket, with copies on this machine's disk."""

    def __init__(self, bucket: Bucket, cache: FileCache) -> None:
        self._bucket = bucket
        self._cache = cache

    def put(self, path: Path, media_type: str) -> StoredFile:
        with path.open("rb") as source, self._cache.temporary() as temporary:
            with temporary.open("wb") as copy:
                sha256, size = disk.copy(source, copy)
            for _ in range(_TRIES):
                if self._settled(temporary, sha256, size, media_type):
                    self._cache.keep(temporary, sha256)
                    return StoredFile(sha256, size, media_type)
        raise unavailable("the asset store holds the file of another writer for too long")

    def _settled(self, file: Path, sha256: str, size: int, media_type: str) -> bool:
        """Bring the file to the store, or make it young there; whether it is there for sure."""
        known = self._bucket.head(_file(sha256))
        # Another size under this name is a damaged file: the good one takes its place.
        there = known is not None and known.size == size
        if there:
            self._bucket.mark(_touched(sha256))
        elif not self._bucket.upload(file, _file(sha256), sha256, media_type, new=known is None):
            return False
        if any(each.age <= _IN_FLIGHT for each in self._bucket.entries(_discarding(sha256))):
            raise unavailable("the asset store is about to remove this very file")
        # A discard that has come to its end in between has removed it.
        return not there or self._bucket.head(_file(sha256)) is not None

    def open(self, sha256: str) -> BinaryIO:
        known = self._bucket.head(_file(checked(sha256)))
        if known is None:
            raise missing(sha256)
        return opened(lambda start: self._bucket.reading(_file(sha256), start), known.size)

    def path(self, sha256: str) -> Path:
        if copy := self._cache.path(checked(sha256)):
            return copy
        with self.open(sha256) as source, self._cache.temporary() as temporary:
            with temporary.open("wb") as written:
                came, _ = disk.copy(source, written)
            if came != sha256:
                raise unavailable(f"the bytes of {sha256} did not come whole")
            return self._cache.keep(temporary, sha256)

    def link(self, sha256: str, media_type: str, seconds: float) -> str | None:
        what = {**self._bucket.at(_file(checked(sha256))), "ResponseContentType": media_type}
        presigned = self._bucket.client.generate_presigned_url
        return str(presigned("get_object", Params=what, ExpiresIn=max(1, int(seconds))))

    def exists(self, sha256: str) -> bool:
        return SHA256.fullmatch(sha256) is not None and self._bucket.head(_file(sha256)) is not None

    def delete(self, sha256: str) -> None:
        if SHA256.fullmatch(sha256) is not None:
            self._remove(sha256)

    def check(self) -> None:
        self._bucket.mark("probe")

    def untouched(self, older_than: float) -> Iterator[str]:
        young = {each.name for each in self._bucket.entries(_TOUCHED) if each.age <= older_than}
        for each in self._bucket.entries(_FILES):
            if each.age > older_than and each.name not in young:
                yield each.name

    def discard(self, sha256: str, older_than: float) -> bool:
        discarding = _discarding(checked(sha256)) + uuid.uuid4().hex
        self._bucket.mark(discarding)
        found = [self._bucket.head(key) for key in (_file(sha256), _touched(sha256))]
        removed = found[0] is not None and all(each is None or each.age > older_than for each in found)
        if removed:
            self._remove(sha256)
        # Where a request above failed the mark stays: it may still arrive.
        self._bucket.delete(discarding)
        return removed

    def sweep(self, older_than: float) -> int:
        """Also the marks of those that died discarding. Returns how many uploads and files."""
        for each in self._bucket.entries(_DISCARDING):
            if each.age > max(older_than, _IN_FLIGHT):
                self._bucket.delete(_DISCARDING + each.name)
        return self._bucket.abort_uploads(older_than) + self._cache.sweep(older_than)

    def _remove(self, sha256: str) -> None:
        self._bucket.delete(_file(sha256))
        self._bucket.delete(_touched(sha256))
        self._cache.forget(sha256)


def _file(sha256: str) -> str:
    return _FILES + sha256


def _touched(sha256: str) -> str:
    return _TOUCHED + sha256


def _discarding(sha256: str) -> str:
    return f"{_DISCARDING}{sha256}/"
