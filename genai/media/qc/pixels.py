"""One pass over a video's pictures, at a quarter of their size: black, flashes, standstill, cuts, repeats."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from genai.domain.film import FPS
from genai.errors import Permanent
from genai.media.probe import open_media

_SIDE = 480  # pixels of the longer side of what is kept and compared
_BLOCKS = 24  # along the longer side, for flashes
_STILL = 0.04  # of 255: half a percent of zoom over two seconds changes twice as much
_REFRESHED = 2.0  # by a key frame, which draws the same picture anew
_CUT = 14.0  # of 255, and so many times the change before and after
_CUT_FACTOR = 3.0
_OVER = 12  # frames within which a transition is over
_SLOW_FACTOR = 2.0
_REPEATED = (
    4.0  # of 255: what encoding the same picture twice changes at most, but for one pixel in a hundred
)
# WCAG 2.2, general flash: opposing changes of relative luminance by 0.1 with the darker below 0.8.
_FLASH_STEP, _FLASH_DARK = 0.1, 0.8
_FLASH_AREA = 0.25
_FLASH_FRAMES = 3  # within which the area must have changed

Luma = NDArray[np.uint8]


@dataclass(frozen=True)
class Pixels:
    """``brightness``: 8-bit luma that all but the brightest 2 percent of the first frame stay below (16 is
    black). ``flashes``: most in any second. ``still``: longest run of equal frames. ``cuts``: frames that
    begin another scene at once. ``looks``: small pictures by frame number, for the frames asked for."""

    frames: int
    brightness: float
    flashes: int
    still: int
    cuts: tuple[int, ...]
    looks: dict[int, Luma]


def look_through(path: Path, wanted: Sequence[int] = ()) -> Pixels:
    """Decode the video once. ``wanted`` are numbers of frames to keep small pictures of."""
    keep, looks = set(wanted), {}
    changes: list[float] = []
    slow: list[float] = []
    recent: deque[Luma] = deque(maxlen=_OVER)
    flashes = _Flashes()
    brightness, still, longest, count = 0.0, 0, 0, 0
    before: Luma | None = None
    try:
        with open_media(path) as file:
            stream = file.streams.video[0]
            stream.thread_type = "AUTO"
            for count, frame in enumerate(file.decode(stream), 1):
                small = _small(frame)
                if before is None:
                    brightness = float(np.percentile(small, 98))
                else:
                    change = _difference(small, before)
                    changes.append(change)
                    slow.append(_difference(small, recent[0]))
                    stands = change < (_REFRESHED if frame.key_frame else _STILL)
                    still = still + 1 if stands else 0
                    longest = max(longest, still)
                flashes.see(small)
                if count - 1 in keep:
                    looks[count - 1] = small
                before = small
                recent.append(small)
    except av.error.FFmpegError as error:
        raise Permanent("the video cannot be decoded to its end", code="unreadable_media") from error
    return Pixels(
        count, brightness, flashes.most, longest + 1 if longest else 0, _scenes(changes, slow), looks
    )


def repeated(one: Sequence[Luma], other: Sequence[Luma], free: slice = slice(0, 0)) -> bool:
    """Whether two scenes show the same, picture by picture; rows ``free`` (captions) are left out."""
    return all(
        _same(np.delete(a, free, axis=0), np.delete(b, free, axis=0)) for a, b in zip(one, other, strict=True)
    )


def _same(one: Luma, other: Luma) -> bool:
    return float(np.percentile(cv2.absdiff(one, other), 99)) <= _REPEATED and float(one.std()) > 3


def _small(frame: VideoFrame) -> Luma:
    """The luma plane of a frame, made smaller; as it is coded, without conversion."""
    if frame.format.name not in ("yuv420p", "yuv422p", "yuv444p"):
        frame = frame.reformat(format="yuv420p")
    plane = frame.planes[0]
    full = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
        : frame.height, : frame.width
    ]
    scale = min(1.0, _SIDE / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    return np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA), np.uint8)


def _difference(one: Luma, other: Luma) -> float:
    return float(cv2.norm(one, other, cv2.NORM_L1)) / one.size


def _scenes(changes: Sequence[float], slow: Sequence[float]) -> tuple[int, ...]:
    """Frames that begin a scene: cuts, and transitions that stand apart from them."""
    cuts = _cuts(changes)
    passages = (start for start in _passages(slow) if all(abs(start - cut) > _OVER for cut in cuts))
    return tuple(sorted((*cuts, *passages)))


def _passages(slow: Sequence[float]) -> list[int]:
    """Frames at which a dissolve or a wipe begins. ``slow`` is the change over :data:`_OVER` frames: much
    while a transition is within them, and little before and after."""
    apart = _OVER + 4
    padded = [*[0.0] * apart, *slow, *[0.0] * apart]
    high = [
        number
        for number, change in enumerate(slow, 1)
        if change > _CUT and change > _SLOW_FACTOR * max(padded[number - 1], padded[number - 1 + 2 * apart])
    ]
    runs: list[list[int]] = []
    for number in high:
        if runs and number - runs[-1][-1] <= 2:
            runs[-1].append(number)
        else:
            runs.append([number])
    # Highest once the transition is over, until its beginning is no longer within reach.
    return [max(run, key=lambda number: (slow[number - 1], number)) - _OVER for run in runs]


def _cuts(changes: Sequence[float]) -> tuple[int, ...]:
    """Frames that differ much from the one before, and much more than frames around do."""
    padded = [0.0, *changes, 0.0]
    return tuple(
        number
        for number, change in enumerate(changes, 1)
        if change > _CUT and change > _CUT_FACTOR * max(padded[number - 1], padded[number + 1])
    )


class _Flashes:
    """Counts general flashes: pairs of opposing changes over a quarter of the picture."""

    def __init__(self) -> None:
        self._low = self._high = self._state = np.zeros(0)
        self._recent: deque[tuple[float, float]] = deque(maxlen=_FLASH_FRAMES)
        self._events: list[tuple[int, int]] = []
        self._frame = 0

    @property
    def most(self) -> int:
        """In any second."""
        times = [frame for frame, _ in self._events]
        return max((sum(start <= time < start + FPS for time in times) // 2 for start in times), default=0)

    def see(self, small: Luma) -> None:
        height, width = small.shape
        scale = _BLOCKS / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        blocks = cv2.resize(small, size, interpolation=cv2.INTER_AREA)
        light = (np.clip((blocks.astype(float) - 16) / 219, 0, 1)) ** 2.4
        if not self._frame:
            self._low, self._high, self._state = light.copy(), light.copy(), np.zeros_like(light)
        self._low, self._high = np.minimum(self._low, light), np.maximum(self._high, light)
        rise = (light - self._low >= _FLASH_STEP) & (self._low < _FLASH_DARK) & (self._state != 1)
        fall = (self._high - light >= _FLASH_STEP) & (light < _FLASH_DARK) & (self._state != -1)
        self._state[rise], self._high[rise] = 1, light[rise]
        self._state[fall], self._low[fall] = -1, light[fall]
        self._recent.append((float(rise.mean()), float(fall.mean())))
        self._note(*(sum(shares) for shares in zip(*self._recent, strict=True)))
        self._frame += 1

    def _note(self, rise: float, fall: float) -> None:
        if max(rise, fall) < _FLASH_AREA:
            return
        direction = 1 if rise > fall else -1
        if not self._events or self._events[-1][1] != direction:
            self._events.append((self._frame, direction))
        self._recent.clear()
