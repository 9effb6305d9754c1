"""The picture that stands for a video before it plays: its best frame."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image, ImageCms

from genai.domain.film import FPS
from genai.media.frames import picture
from genai.media.probe import open_media

_AT = (0.4, 0.65)  # of a cut: away from its transitions, with its words at rest
_LOOKED_AT = 16  # frames at most: each costs the decoding of its group
_WIDTH = 270  # pixels of the small picture that is judged
_UNREST = 8.0  # of 255, from one frame to the next: a camera's move makes 1 to 3
_QUALITY = 92


@dataclass(frozen=True)
class Stretch:
    """Frames ``start`` to before ``end`` of the video, without transitions. ``weight`` (0..1] is how much
    its frames are wanted."""

    start: int
    end: int
    weight: float = 1.0


@dataclass(frozen=True)
class _Look:
    frame: av.VideoFrame
    number: int
    score: float


def poster(video: Path, target: Path, stretches: Sequence[Stretch]) -> int:
    """Write the best frame of ``video`` to ``target``, a JPEG (sRGB) of the video's size; return its number.

    The best one is sharp, well exposed, rich in contrast and colour, and at rest: hardly different from
    the frame after it, so that no words are just moving in.
    """
    numbers = sorted({round(s.start + at * (s.end - 1 - s.start)) for s in stretches for at in _AT})
    chosen = numbers[:: -(-len(numbers) // _LOOKED_AT)]
    weights = {number: max(s.weight for s in stretches if s.start <= number < s.end) for number in chosen}
    best = max(_looks(video, weights.items()), key=lambda look: (look.score, -look.number))
    _save(best.frame, target)
    return best.number


def _looks(video: Path, wanted: Iterable[tuple[int, float]]) -> Iterable[_Look]:
    with open_media(video) as file:
        stream = file.streams.video[0]
        assert stream.time_base is not None
        for number, weight in wanted:
            file.seek(int(number / FPS / stream.time_base), stream=stream)
            later = (frame for frame in file.decode(stream) if round(frame.time * FPS) >= number)
            pair = list(islice(later, 2))
            if pair:
                yield _Look(pair[0], number, weight * _score(pair[0], pair[-1]))


def _score(frame: av.VideoFrame, after: av.VideoFrame) -> float:
    small, next_ = _small(frame), _small(after)
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = float(np.log1p(cv2.Laplacian(luma, cv2.CV_32F).var()))
    contrast = min(1.0, float(luma.std()) / 50)
    clipped = float(((luma < 6) | (luma > 252)).mean())
    colour = min(1.0, float(np.ptp(small.astype(np.int16), axis=2).mean()) / 60)
    unrest = float(np.abs(small.astype(np.float32) - next_).mean())
    return (
        detail
        * (0.4 + contrast)
        * (1 - 0.7 * clipped)
        * (0.7 + 0.3 * colour)
        * float(np.exp(-unrest / _UNREST))
    )


def _small(frame: av.VideoFrame) -> np.ndarray:
    height = max(2, round(_WIDTH * frame.height / frame.width))
    return frame.reformat(width=_WIDTH, height=height, format="rgb24").to_ndarray()


def _save(frame: av.VideoFrame, target: Path) -> None:
    image = Image.fromarray(picture(frame))
    image.save(target, "JPEG", quality=_QUALITY, subsampling=0, optimize=True, icc_profile=_profile())


def _profile() -> bytes:
    """sRGB, without the time at which it was made (ICC.1:2022, 7.2.8): the same poster is the same file."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + made[36:]
