"""References that nobody has cut out: cut out together, once per set of photographs.

The service hands its own cut-outs to the checker; photographs alone come from the command line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.creative import Reference
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.media import pixels
from genai.providers.local.cutout import cut_out

_SIDE = 640  # longer side in pixels that is enough to compare by
_KEPT = 16  # sets of photographs whose cut-outs stay in memory


@dataclass(frozen=True)
class _Photograph:
    """By content: ``path`` is only where to find it."""

    sha256: str
    path: Path = field(compare=False)


@dataclass(frozen=True)
class _Made:
    """A cut-out as PNG, and how sure its edge is."""

    png: bytes
    confidence: float


def cut(references: Sequence[Reference], workdir: Path) -> tuple[Reference, ...]:
    """A cut-out of every readable photograph, each with its confidence, as files below ``workdir``.

    Made once in a process; whoever keeps the work directory finds them made already in another one, too.
    The order of the references does not matter.
    """
    known = {r.file.sha256: _Photograph(r.file.sha256, r.file.path) for r in references}
    photographs = tuple(known[sha256] for sha256 in sorted(known))
    key = hashlib.sha256("".join(sorted(known)).encode()).hexdigest()[:16]
    kept = workdir / f"cutouts_{key}"
    index = kept / "index.json"
    if not index.exists():
        kept.mkdir(parents=True, exist_ok=True)
        entries = []
        for number, made in enumerate(_made(photographs)):
            path = kept / f"{number:02}.png"
            path.write_bytes(made.png)
            entries.append([path.name, hashlib.sha256(made.png).hexdigest(), made.confidence])
        index.write_text(json.dumps(entries))
    return tuple(
        Reference(MediaFile(kept / name, "image/png", sha256), "cutout", None, confidence)
        for name, sha256, confidence in json.loads(index.read_text())
    )


@lru_cache(maxsize=_KEPT)
def _made(photographs: tuple[_Photograph, ...]) -> tuple[_Made, ...]:
    small = []
    for photograph in photographs:
        try:
            rgba = pixels.load_rgba(photograph.path)
        except Permanent:
            continue  # one unreadable photograph does not spoil the others
        scale = min(1.0, _SIDE / max(rgba.shape[:2]))
        width, height = (max(1, round(side * scale)) for side in (rgba.shape[1], rgba.shape[0]))
        small.append(pixels.resize(rgba, width, height))
    return tuple(_Made(_png(cutout.rgba), float(cutout.confidence)) for cutout in cut_out(small))


def _png(rgba: NDArray[np.uint8]) -> bytes:
    _, encoded = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))
    return encoded.tobytes()
