"""The cuts of a fast video: what they show, and how long."""

from __future__ import annotations

from collections.abc import Sequence

from genai.domain.film import frames_of, seconds_of
from genai.domain.pacing import FAST_DEFAULT, FAST_LENGTH, cut_bounds, cut_limits
from genai.errors import Permanent
from genai.providers.local.storyboard.chance import fraction, pick
from genai.providers.local.storyboard.shots import Shot

_USUAL = 1.5  # seconds a cut, where nobody asks for a number
# Between the hero and the last context; neighbours differ wherever it is cut off.
_MIDDLE = ("detail", "benefit", "detail", "hero", "benefit", "detail", "context", "benefit", "detail", "hero")
_STARTS = (0, 4, 1, 7)  # where in it a treatment begins: never with the hero that stands before it
# How long a purpose's cut is beside the others: quick in the middle, longer at the hero and the end.
_WEIGHTS = {"hook": 0.95, "hero": 1.35, "benefit": 1.0, "detail": 0.8, "context": 1.1, "call_to_action": 1.65}
_RUSH = (0.78, 0.88)  # the second and third cut after the hook
_SWING = 0.24  # of a cut's weight, so that the rhythm is not a metronome's
_PULL = 0.9  # how far, in seconds, a cut moves to fall on a beat
_OFF_BEAT = 0.35  # what it costs a cut not to


def fast_cuts(
    duration: float | None, count: int | None, beats: Sequence[float], variant: int, key: str
) -> list[Shot]:
    """Hook first, the whole product by the second cut, the call to action last.

    Durations are whole frames and come to ``duration`` (15 s where None). Raises
    :class:`~genai.errors.Permanent` ``scene_count`` where ``count`` cuts cannot, ``duration`` outside
    3 to 180 s.
    """
    length = FAST_DEFAULT if duration is None else duration
    if not FAST_LENGTH[0] <= length <= FAST_LENGTH[1]:
        raise Permanent(
            f"A fast video of {length:g} s was asked for; ask for {FAST_LENGTH[0]:g} to "
            f"{FAST_LENGTH[1]:g} s.",
            code="duration",
        )
    lowest, highest = cut_bounds(length)
    number = min(highest, max(lowest, round(length / _USUAL))) if count is None else count
    if not lowest <= number <= highest:
        raise Permanent(
            f"{number} scenes were asked for; a fast video of {length:g} s has {lowest} to {highest}. "
            "Ask for another number or another duration.",
            code="scene_count",
        )
    purposes = _purposes(number, _STARTS[(variant - 1) % len(_STARTS)])
    frames = _rhythm(purposes, frames_of(length), key)
    if beats:
        frames = _on_beats(frames, [frames_of(beat) for beat in beats])
    continued = _continued(purposes, key)
    return [
        Shot(purpose, duration=seconds_of(long), continues=index == continued)
        for index, (purpose, long) in enumerate(zip(purposes, frames, strict=True))
    ]


def _purposes(count: int, start: int) -> list[str]:
    if count == 2:
        return ["hook", "call_to_action"]
    middle = [_MIDDLE[(start + i) % len(_MIDDLE)] for i in range(max(0, count - 4))]
    if middle and middle[-1] == "context":
        middle[-1] = "hero"
    context = ["context"] if count >= 5 else ["detail"] if count == 4 else []
    return ["hook", "hero", *middle, *context, "call_to_action"]


def _continued(purposes: Sequence[str], key: str) -> int | None:
    """The detail that goes on from the hero before it, in two of three longer videos."""
    if len(purposes) < 7 or pick(key + "continues", 3) == 0:
        return None
    pairs = [i for i in range(2, len(purposes)) if purposes[i - 1 : i + 1] == ["hero", "detail"]]
    return pairs[pick(key + "continued", len(pairs))] if pairs else None


def _rhythm(purposes: Sequence[str], total: int, key: str) -> list[int]:
    """Frames of each cut: its weight, scaled and bounded so that all come to ``total``."""
    weights = []
    for index, purpose in enumerate(purposes):
        rush = _RUSH[index - 2] if 2 <= index < 2 + len(_RUSH) and index < len(purposes) - 2 else 1.0
        swing = 1 + _SWING * (2 * fraction(f"{key}length{index}") - 1)
        weights.append(_WEIGHTS[purpose] * rush * swing)
    limits = [cut_limits(index, len(purposes)) for index in range(len(purposes))]
    low, high = 0.0, 2.0 * total / min(weights)
    for _ in range(60):  # bisection: the sum grows with the scale
        scale = (low + high) / 2
        if sum(_bounded(scale * w, limit) for w, limit in zip(weights, limits, strict=True)) < total:
            low = scale
        else:
            high = scale
    exact = [_bounded(high * w, limit) for w, limit in zip(weights, limits, strict=True)]
    frames = [int(value) for value in exact]
    # What rounding took goes to those that lost most and have room.
    while (missing := total - sum(frames)) > 0:
        room = [i for i, limit in enumerate(limits) if frames[i] < limit[1]]
        for i in sorted(room, key=lambda i: frames[i] - exact[i])[:missing]:
            frames[i] += 1
    return frames


def _bounded(value: float, limit: tuple[int, int]) -> float:
    return min(float(limit[1]), max(float(limit[0]), value))


def _on_beats(frames: Sequence[int], beats: Sequence[int]) -> list[int]:
    """The rhythm moved onto beats where its bounds allow: the cheapest row of cuts by dynamic
    programming, over the beats near each cut and the cut as it was."""
    total, count, pull = sum(frames), len(frames), frames_of(_PULL)
    states: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    wanted_end = 0
    for index, frame in enumerate(frames):
        wanted_end += frame
        last = index == count - 1
        near = [beat for beat in beats if abs(beat - wanted_end) <= pull and 0 < beat < total]
        ends = {total: 0.0} if last else {wanted_end: _OFF_BEAT, **dict.fromkeys(near, 0.0)}
        low, high = cut_limits(index, count)
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for end, off in ends.items():
            options = [
                (cost + off + ((end - start - frame) / frame) ** 2, (*path, end - start))
                for start, (cost, path) in states.items()
                if low <= end - start <= high
            ]
            if options:
                found[end] = min(options)
        states = found
    # The rhythm as it was is always one of the rows.
    return list(states[total][1])
