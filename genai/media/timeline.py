"""Where cuts stand in a film, in whole frames and whole samples, so that nothing drifts.

A cut's place is the sum of the lengths before it. A transition takes no time of its own: it shows the
first frames of a cut over the handle of the cut before, which has ended by then.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from genai.domain.film import FPS, SAMPLES_PER_FRAME, SpokenWord, frames_of, seconds_of

# A cut may be moved this far, in frames, to fall on a beat: a quarter of a second.
BEAT_REACH = FPS // 4


@dataclass(frozen=True)
class Place:
    """A cut's place in the film: its first frame, counted from 0, and its length in frames."""

    start: int
    frames: int

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.frames

    @property
    def sample(self) -> int:
        """The first sample of sound of its first frame."""
        return samples_of(self.start)

    @property
    def samples(self) -> int:
        """Its length in samples."""
        return samples_of(self.frames)

    @property
    def seconds(self) -> tuple[float, float]:
        """When it starts and ends."""
        return seconds_of(self.start), seconds_of(self.end)

    def shifted(self, words: Iterable[SpokenWord]) -> tuple[SpokenWord, ...]:
        """Words timed from the cut's first frame, timed from the film's."""
        start = seconds_of(self.start)
        return tuple(replace(word, start=word.start + start, end=word.end + start) for word in words)


def placed(lengths: Sequence[int]) -> tuple[Place, ...]:
    """Cuts of these lengths in frames, one after the other. Raises ValueError for an empty cut."""
    if any(length < 1 for length in lengths):
        raise ValueError("a cut has at least one frame")
    starts = accumulate(lengths, initial=0)
    return tuple(Place(start, length) for start, length in zip(starts, lengths, strict=False))


def samples_of(frames: int) -> int:
    """How many samples so many frames last."""
    return frames * SAMPLES_PER_FRAME


def paced(
    wanted: Sequence[float],
    *,
    total: float | None,
    beats: Sequence[float] = (),
    shortest: float,
    longest: float,
    first_longest: float | None = None,
) -> list[int]:
    """Lengths in frames of cuts that would like to be ``wanted`` seconds long.

    They sum to ``total`` seconds, rounded to a frame (None: whatever the wanted ones come to within the
    bounds), each has ``shortest`` to ``longest`` seconds, the first at most ``first_longest``. Within
    that the wanted lengths keep their proportions, and a cut within a quarter of a second of a beat
    (seconds) falls on the nearest frame to it. Raises ValueError where no lengths can do that.
    """
    if not wanted or not all(math.isfinite(seconds) and seconds > 0 for seconds in wanted):
        raise ValueError("lengths of cuts are positive, and there is at least one cut")
    low, high = math.ceil(shortest * FPS - 1e-6), math.floor(longest * FPS + 1e-6)
    first_high = high if first_longest is None else min(high, math.floor(first_longest * FPS + 1e-6))
    highs = [first_high] + [high] * (len(wanted) - 1)
    if low < 1 or low > min(highs):
        raise ValueError(f"no cut has at least {shortest:g} s and at most {min(highs) / FPS:g} s")
    if total is None:
        lengths = [
            min(max(frames_of(seconds), low), most) for seconds, most in zip(wanted, highs, strict=True)
        ]
    else:
        lengths = _scaled(wanted, frames_of(total), low, highs)
    return _on_beats(lengths, [frames_of(beat) for beat in beats], low, highs)


def _scaled(wanted: Sequence[float], frames: int, low: int, highs: Sequence[int]) -> list[int]:
    """The wanted lengths times one factor, held within the bounds, to the sum of ``frames``."""
    least, most = low * len(wanted), sum(highs)
    if not least <= frames <= most:
        raise ValueError(
            f"{len(wanted)} cuts of the allowed lengths last {least / FPS:g} to {most / FPS:g} s, "
            f"not {frames / FPS:g} s"
        )

    def lengths(factor: float) -> list[float]:
        return [min(max(seconds * factor, low), high) for seconds, high in zip(wanted, highs, strict=True)]

    under, over = 0.0, max(highs) / min(wanted)
    for _ in range(100):  # bisection down to the last bit of the factor
        factor = (under + over) / 2
        under, over = (factor, over) if sum(lengths(factor)) < frames else (under, factor)
    exact = lengths(over)
    whole = [math.floor(length) for length in exact]
    # The frames that rounding down has left over go where it took most: nothing was taken from those at a
    # bound, which is whole.
    by_loss = sorted(range(len(exact)), key=lambda i: whole[i] - exact[i])
    missing = frames - sum(whole)
    for index in by_loss[:missing]:
        whole[index] += 1
    return whole


def _on_beats(lengths: list[int], beats: Sequence[int], low: int, highs: Sequence[int]) -> list[int]:
    ends = list(accumulate(lengths, initial=0))
    inner = range(1, len(lengths))
    targets = {index: beat for index in inner if (beat := _nearest(sorted(beats), ends[index])) is not None}
    moved = True
    while moved:  # a cut that had no room may have it once its neighbour has moved
        moved = False
        for index, beat in list(targets.items()):
            before, after = beat - ends[index - 1], ends[index + 1] - beat
            if low <= before <= highs[index - 1] and low <= after <= highs[index]:
                ends[index] = targets.pop(index)
                moved = True
    return [end - start for start, end in pairwise(ends)]


def _nearest(beats: Sequence[int], frame: int) -> int | None:
    """The nearest beat within reach."""
    at = bisect_left(beats, frame)
    near = min(beats[max(at - 1, 0) : at + 1], key=lambda beat: abs(beat - frame), default=None)
    return near if near is not None and abs(near - frame) <= BEAT_REACH else None
