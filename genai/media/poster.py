"""The picture that stands for a video before it plays: its best frame, looked for in its clips."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image, ImageCms

from genai.domain.film import FPS
from genai.media.frames import picture
from genai.media.probe import open_media

_AT = (0.4, 0.65)  # of a clip: away from its transitions, with its words at rest
_LOOKED_AT = 16  # frames at most: each costs the decoding of its group
_WIDTH = 270  # pixels of the small picture that is judged
_UNREST = 8.0  # of 255, from one frame to the next: a camera's move makes 1 to 3
_QUALITY = 92


@dataclass(frozen=True)
class Stretch:
    """Frames ``start`` to before ``end`` of ``clip``, without transitions; frame 0 of the clip is frame
    ``first`` of the video. ``weight`` (0..1] is how much its frames are wanted."""

    clip: Path
    start: int
    end: int
    first: int = 0
    weight: float = 1.0


@dataclass(frozen=True)
class _Look:
    frame: av.VideoFrame
    number: int
    score: float


def poster(stretches: Sequence[Stretch], target: Path) -> int:
    """Write the best frame of the stretches, in their order in the video, to ``target``, a JPEG (sRGB) of
    the clips' size; return its number in the video.

    The best one is sharp, well exposed, rich in contrast and colour, and at rest: hardly different from
    the frame after it, so that no words are just moving in. Frames that others are decoded from are looked
    at alone: B-frames are left out, which a third of the decoding is enough for.
    """
    places = [(one, round(one.start + at * (one.end - 1 - one.start))) for one in stretches for at in _AT]
    chosen = places[:: -(-len(places) // _LOOKED_AT)]
    looks = (look for one, numbers in groupby(chosen, itemgetter(0)) for look in _looks(one, numbers))
    best = max(looks, key=lambda look: (look.score, -look.number))
    _save(best.frame, target)
    return best.number


def _looks(stretch: Stretch, chosen: Iterable[tuple[Stretch, int]]) -> Iterator[_Look]:
    """The frames that are shown at the ``chosen`` ones, or little before them."""
    with open_media(stretch.clip) as file:
        stream = file.streams.video[0]
        assert stream.time_base is not None
        stream.codec_context.skip_frame = "NONREF"
        for _, number in chosen:
            file.seek(int(number / FPS / stream.time_base), stream=stream)
            pair = list(_around(file.decode(stream), number))
            steps = max(1, _number(pair[-1]) - _number(pair[0]))
            score = stretch.weight * _score(pair[0], pair[-1], steps)
            yield _Look(pair[0], stretch.first + _number(pair[0]), score)


def _around(decoded: Iterator[av.VideoFrame], number: int) -> Iterator[av.VideoFrame]:
    """The last frame up to ``number``, and the one after it where there is one."""
    shown = None
    for frame in decoded:
        if shown is not None and _number(frame) > number:
            yield from (shown, frame)
            return
        shown = frame
    if shown is not None:
        yield shown


def _number(frame: av.VideoFrame) -> int:
    return round(frame.time * FPS)


def _score(frame: av.VideoFrame, after: av.VideoFrame, steps: int) -> float:
    small, next_ = _small(frame), _small(after)
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = float(np.log1p(cv2.Laplacian(luma, cv2.CV_32F).var()))
    contrast = min(1.0, float(luma.std()) / 50)
    clipped = float(((luma < 6) | (luma > 252)).mean())
    colour = min(1.0, float(np.ptp(small.astype(np.int16), axis=2).mean()) / 60)
    unrest = float(np.abs(small.astype(np.float32) - next_).mean()) / steps
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
