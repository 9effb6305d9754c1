"""What every asset store does: one suite for the directory and for the bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from genai.assets.base import AssetStore
from genai.assets.filesystem import FilesystemStore
from genai.errors import NotFound
from tests.unit.assets.conftest import DATA

SHA = hashlib.sha256(DATA).hexdigest()


@dataclass
class Kind:
    """A store, the names of the files that it holds, and what makes all of them older."""

    store: AssetStore
    files: Callable[[], list[str]]
    grow_old: Callable[[float], None]


@pytest.fixture(params=["filesystem", "s3"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    if request.param == "s3":
        server = request.getfixturevalue("server")
        return Kind(request.getfixturevalue("s3"), lambda: server.keys("files/"), server.grow_old)
    root = tmp_path / "store"

    def files() -> list[Path]:
        return [path for path in root.rglob("*") if path.is_file()]

    def grow_old(seconds: float) -> None:
        for path in files():
            old = path.stat().st_mtime - seconds
            os.utime(path, (old, old))

    return Kind(FilesystemStore(root), lambda: sorted(path.name for path in files()), grow_old)


@pytest.fixture
def store(kind: Kind) -> AssetStore:
    return kind.store


def test_put_stores_the_bytes_under_their_hash(kind: Kind, source: Path) -> None:
    stored = kind.store.put(source, "image/png")
    assert (stored.sha256, stored.size, stored.media_type) == (SHA, len(DATA), "image/png")
    assert kind.files() == [SHA]
    assert kind.store.path(SHA).read_bytes() == DATA
    with kind.store.open(SHA) as opened:
        assert opened.read() == DATA
    assert kind.store.exists(SHA)
    assert source.read_bytes() == DATA


def test_the_same_bytes_are_one_file(kind: Kind, source: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.write_bytes(DATA)
    assert kind.store.put(source, "image/png") == kind.store.put(again, "image/png")
    assert kind.files() == [SHA]


def test_a_file_without_bytes(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    name = kind.store.put(path, "text/plain").sha256
    with kind.store.open(name) as opened:
        assert opened.read() == b""
    assert kind.store.path(name).read_bytes() == b""


def test_any_part_is_read(store: AssetStore, source: Path) -> None:
    store.put(source, "image/png")
    with store.open(SHA) as opened:
        for begin, many in ((5000, 300), (10, 20), (len(DATA) - 7, 100), (0, 1)):
            opened.seek(begin)
            assert opened.read(many) == DATA[begin : begin + many]
        assert opened.seek(-3, os.SEEK_END) == len(DATA) - 3
        assert opened.read() == DATA[-3:]
        assert opened.read() == b""


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", SHA.upper(), SHA + "\n", "tmp"])
def test_an_unknown_name_is_not_found(kind: Kind, source: Path, name: str) -> None:
    kind.store.put(source, "image/png")
    with pytest.raises(NotFound):
        kind.store.path(name)
    with pytest.raises(NotFound):
        kind.store.open(name)
    assert not kind.store.exists(name)
    kind.store.delete(name)
    assert kind.files() == [SHA]


def test_delete_removes_the_file(kind: Kind, source: Path) -> None:
    kind.store.put(source, "image/png")
    kind.store.delete(SHA)
    kind.store.delete(SHA)
    assert not kind.store.exists(SHA)
    assert kind.files() == []
    with pytest.raises(NotFound):
        kind.store.path(SHA)


def test_a_missing_source_is_the_callers_error(store: AssetStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put(tmp_path / "nothing", "image/png")


def test_check_passes_and_leaves_no_file(kind: Kind) -> None:
    kind.store.check()
    assert kind.files() == []


def test_a_file_that_nobody_puts_again_is_discarded(kind: Kind, source: Path) -> None:
    kind.store.put(source, "image/png")
    assert list(kind.store.untouched(older_than=3600)) == []
    assert not kind.store.discard(SHA, older_than=3600)
    assert kind.store.path(SHA).read_bytes() == DATA

    kind.grow_old(7200)
    assert list(kind.store.untouched(older_than=3600)) == [SHA]
    assert kind.store.discard(SHA, older_than=3600)
    assert kind.files() == []
    assert not kind.store.discard(SHA, older_than=3600)


def test_a_file_that_is_put_again_stays(kind: Kind, source: Path) -> None:
    """However long ago somebody looked at its age."""
    kind.store.put(source, "image/png")
    kind.grow_old(7200)
    assert list(kind.store.untouched(older_than=3600)) == [SHA]
    kind.store.put(source, "image/png")
    assert list(kind.store.untouched(older_than=3600)) == []
    assert not kind.store.discard(SHA, older_than=3600)
    assert kind.files() == [SHA]

    kind.grow_old(7200)
    assert kind.store.discard(SHA, older_than=3600)
    assert kind.files() == []


def test_sweep_of_a_store_never_used_finds_nothing(store: AssetStore) -> None:
    assert store.sweep(older_than=0) == 0


def test_sweep_leaves_files_alone(kind: Kind, source: Path) -> None:
    kind.store.put(source, "image/png")
    kind.grow_old(7200)
    kind.store.sweep(older_than=3600)
    assert kind.files() == [SHA]
