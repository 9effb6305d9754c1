"""The frames of a transition: both scenes, moving on, one over the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from genai.domain.film import FPS, TransitionKind
from genai.media.encoding import Plane, Planes
from genai.media.frames import planes
from genai.media.probe import open_media

_FEATHER = 0.08  # of the width: the soft edge of a wipe


def blended(
    kind: TransitionKind, leaving: Iterator[Planes], coming: Iterator[Planes], frames: int
) -> Iterator[Planes]:
    """``frames`` pictures from the scene that leaves to the one that comes, eased at both ends."""
    for index, (old, new) in enumerate(zip(leaving, coming, strict=True)):
        part = _eased((index + 1) / (frames + 1))
        yield _wiped(old, new, part) if kind is TransitionKind.WIPE else _dissolved(old, new, part)


def pictures(path: Path, first: int, frames: int) -> Iterator[Planes]:
    """Frames of a clip of ours, decoded from the key frame before them on."""
    end = first + frames
    with open_media(path) as clip:
        stream = clip.streams.video[0]
        assert stream.time_base is not None
        clip.seek(int(first / FPS / stream.time_base), stream=stream)
        for frame in clip.decode(stream):
            number = round(frame.time * FPS)
            if number >= end:
                return
            if number >= first:
                yield planes(frame)


def _dissolved(old: Planes, new: Planes, part: float) -> Planes:
    y, u, v = (_mixed(one, other, part) for one, other in zip(old, new, strict=True))
    return y, u, v


def _mixed(old: Plane, new: Plane, part: float) -> Plane:
    return np.asarray(cv2.addWeighted(old, 1 - part, new, part, 0), np.uint8)


def _wiped(old: Planes, new: Planes, part: float) -> Planes:
    """The new scene comes in from the left behind a soft edge."""
    y, u, v = (_uncovered(one, other, part) for one, other in zip(old, new, strict=True))
    return y, u, v


def _uncovered(old: Plane, new: Plane, part: float) -> Plane:
    across = (np.arange(old.shape[1]) + 0.5) / old.shape[1]
    edge = part * (1 + _FEATHER)
    share = np.clip((edge - across) / _FEATHER, 0, 1)
    share = (share * share * (3 - 2 * share)).astype(np.float32)
    return np.asarray(np.rint(old + (new.astype(np.float32) - old) * share), np.uint8)


def _eased(part: float) -> float:
    return part * part * (3 - 2 * part)
