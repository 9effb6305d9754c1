"""Media as stages and providers hand it around: files with what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MediaFile:
    """A media file on this machine's disk that nobody changes any more.

    ``width`` and ``height`` are pixels as displayed (EXIF orientation applied), ``duration`` seconds.
    """

    path: Path
    media_type: str
    sha256: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None


@dataclass(frozen=True)
class Inspected:
    """A file as it was found. Width and height in pixels as displayed, duration in seconds, size in
    bytes."""

    media_type: str
    sha256: str
    size: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None


@dataclass(frozen=True)
class Mark:
    """Something about an output that its user must know: it is less than was asked for.

    ``reason`` is a stable word (``derived_view``, ``low_confidence_cutout``, ``framed_photograph``,
    ``whole_photograph``, ``unsure_check``, ``fallback_provider`` ...), ``detail`` a sentence.
    """

    reason: str
    detail: str


@dataclass(frozen=True)
class Color:
    """An sRGB colour with its common name; ``share`` is its part of the product's area, 0..1."""

    name: str
    hex: str
    share: float = 0.0


@dataclass(frozen=True)
class Quad:
    """A quadrilateral in pixels, clockwise from the top left corner."""

    points: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

    @classmethod
    def box(cls, left: float, top: float, right: float, bottom: float) -> Quad:
        """The axis-parallel one."""
        return cls(((left, top), (right, top), (right, bottom), (left, bottom)))
