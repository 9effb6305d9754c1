"""How an MP4 file is laid out: the order of its boxes and the edit lists of its tracks.

ISO/IEC 14496-12: a box is its size in four bytes (1: in eight more behind the type; 0: to the end of the
file), its type in four, and its content.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Edit:
    """One entry of an edit list: ``duration`` in seconds (0: to the end); ``skipped`` seconds of the media
    come before what it shows, None where it shows nothing (a delay); ``rate`` is its speed."""

    duration: float
    skipped: float | None
    rate: float


@dataclass(frozen=True)
class Layout:
    """``index_first``: the index (moov) stands before the media (mdat), so that a player may start before
    it has the whole file; None for no MP4. ``edits`` by track number."""

    index_first: bool | None
    edits: Mapping[int, tuple[Edit, ...]]


def layout(path: Path) -> Layout:
    """How the MP4 at ``path`` is laid out; broken boxes end the reading."""
    with path.open("rb") as file:
        top = list(_boxes(file, 0, os.fstat(file.fileno()).st_size))
        starts = {kind: start for kind, start, _ in reversed(top)}
        moov = next(((start, end) for kind, start, end in top if kind == b"moov"), None)
        if moov is None:
            return Layout(None, {})
        return Layout(starts[b"moov"] < starts.get(b"mdat", moov[1]), _edits(file, *moov))


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of the content of each box between two places."""
    while at + 8 <= end:
        file.seek(at)
        size, kind = struct.unpack(">I4s", file.read(8))
        content = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))
            content += 8
        stop = end if size == 0 else at + size
        if stop < content or stop > end:
            return
        yield kind, content, stop
        at = stop


def _edits(file: BinaryIO, start: int, end: int) -> dict[int, tuple[Edit, ...]]:
    found: dict[int, tuple[Edit, ...]] = {}
    boxes = list(_boxes(file, start, end))
    movie_scale = next((_scale(file, at) for kind, at, _ in boxes if kind == b"mvhd"), 1)
    for kind, at, stop in boxes:
        if kind != b"trak":
            continue
        inside = {name: (a, b) for name, a, b in _deep(file, at, stop)}
        if b"tkhd" not in inside or b"mdhd" not in inside:
            continue
        track = _number(file, inside[b"tkhd"][0], (12, 20))
        scale = _scale(file, inside[b"mdhd"][0])
        found[track] = _entries(file, *inside[b"elst"], movie_scale, scale) if b"elst" in inside else ()
    return found


def _deep(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for kind, at, stop in _boxes(file, start, end):
        yield kind, at, stop
        if kind in (b"edts", b"mdia"):
            yield from _deep(file, at, stop)


def _entries(file: BinaryIO, start: int, end: int, movie_scale: int, scale: int) -> tuple[Edit, ...]:
    file.seek(start)
    content = file.read(end - start)
    form = struct.Struct(">Qqhh" if content[:1] == b"\1" else ">Iihh")
    count = int.from_bytes(content[4:8])
    rows = content[8 : 8 + min(count, 1000) * form.size]
    return tuple(
        Edit(length / movie_scale, None if media < 0 else media / scale, rate + fraction / 65536)
        for length, media, rate, fraction in form.iter_unpack(rows[: len(rows) // form.size * form.size])
    )


def _scale(file: BinaryIO, start: int) -> int:
    """The time scale of an mvhd or mdhd box, ticks a second."""
    return _number(file, start, (12, 20)) or 1


def _number(file: BinaryIO, start: int, offsets: tuple[int, int]) -> int:
    """The 32-bit number at the offset for version 0 or 1 of a full box."""
    file.seek(start)
    head = file.read(32)
    at = offsets[head[:1] == b"\1"]
    return int.from_bytes(head[at : at + 4])
