"""Where the camera is: a window that moves over a picture, eased, and never past its border."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sin

from genai.domain.film import FPS, Move, MoveKind

SMALLEST, LARGEST = 0.02, 0.08  # of scale, or of the frame's width or height
# Parallax of a product that is nearer to the camera than its set: what of the move's amount it grows more,
# and by how much its head leans over its foot in a pan, as a part of the frame's width per its own.
_NEARER, _MOST_NEARER = 0.35, 0.018
_LEAN = 0.12
_RAMP = 0.6  # seconds in which a move gets up to speed, and to rest

Easing = Callable[[float], float]


@dataclass(frozen=True)
class Pose:
    """The window has its left top corner at ``x``, ``y`` (parts of the picture's width and height) and is
    1/``scale`` of it. ``nearer`` scales the product about its foot over its set; ``lean`` moves its head
    sideways, pixels per pixel of its height."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    nearer: float = 1.0
    lean: float = 0.0

    def closer(self, factor: float) -> Pose:
        """Scaled by ``factor`` >= 1 about the middle of the window."""
        scale = self.scale * factor
        shift = (1 / self.scale - 1 / scale) / 2
        return Pose(scale, self.x + shift, self.y + shift, self.nearer, self.lean)


def easing(frames: int) -> Easing:
    """Progress 0..1 of a move over ``frames`` frames: it starts and ends at rest.

    The speed rises along half a cosine, stays, and falls likewise: long shots glide, short ones swing.
    """
    ramp = min(0.5, _RAMP * FPS / max(frames - 1, 1))

    def rise(t: float) -> float:  # the integral of (1 - cos(pi t / ramp)) / 2
        return t / 2 - ramp / (2 * pi) * sin(pi * t / ramp)

    total = 1 - ramp

    def ease(t: float) -> float:
        if t < ramp:
            return rise(t) / total
        if t > 1 - ramp:
            return 1 - rise(1 - t) / total
        return (t - ramp / 2) / total

    return ease


def path(
    move: Move, frames: int, focus: tuple[float, float] = (0.5, 0.5), *, continues: bool = False
) -> Callable[[int], Pose]:
    """The pose at each of ``frames`` frames, counted from 0.

    ``focus`` (parts of width and height) stays where it is while the scale changes. A shot that
    ``continues`` begins with the whole picture, where the shot before ended; it cannot pull out of that and
    goes in a little instead, and it pans towards a side.
    """
    amount = min(LARGEST, max(SMALLEST, move.amount))
    kind = move.kind
    if kind is MoveKind.STATIC or (continues and kind is MoveKind.PULL_OUT):
        kind, amount = MoveKind.PUSH_IN, SMALLEST
    ease = easing(frames)
    nearer = min(_NEARER * amount, _MOST_NEARER)

    def at(number: int) -> Pose:
        done = ease(min(1.0, number / max(frames - 1, 1)))
        way = done if kind is not MoveKind.PULL_OUT else 1 - done
        if kind in (MoveKind.PUSH_IN, MoveKind.PULL_OUT):
            return _about(1 + amount * way, focus, 1 + nearer * way, 0.0)
        scale = 1 + amount * (done if continues else 1)
        start = (focus[0], focus[1]) if continues else _FROM.get(kind, focus)
        end = _TO[kind]
        horizontal = kind in (MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT)
        x = start[0] + (end[0] - start[0]) * done if horizontal else focus[0]
        y = focus[1] if horizontal else start[1] + (end[1] - start[1]) * done
        turn = 1 if kind is MoveKind.PAN_RIGHT else -1
        lean = -turn * _LEAN * amount * (done if continues else done - 0.5) if horizontal else 0.0
        return _about(scale, (x, y), 1 + nearer / 2 * done, lean)

    return at


def _about(scale: float, fixed: tuple[float, float], nearer: float, lean: float) -> Pose:
    room = 1 - 1 / scale
    return Pose(scale, fixed[0] * room, fixed[1] * room, nearer, lean)


# The sides of its room that a window goes from and to: the camera pans left, what it sees goes right.
_FROM = {
    MoveKind.PAN_LEFT: (1.0, 0.5),
    MoveKind.PAN_RIGHT: (0.0, 0.5),
    MoveKind.TILT_UP: (0.5, 1.0),
    MoveKind.TILT_DOWN: (0.5, 0.0),
}
_TO = {kind: (1 - x, 1 - y) for kind, (x, y) in _FROM.items()}
