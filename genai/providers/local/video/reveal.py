"""The first look at a product: it comes to rest, and a light passes over it."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from genai.domain.creative import Scene
from genai.domain.film import FPS
from genai.media.encoding import Plane

REVEALING = ("hook", "hero")
SETTLED = 0.4  # seconds until the product is at its size and complete
_SMALLER = 0.035  # of its size, at the first frame
_CLOSER = 0.05  # of scale, by which the camera starts closer where the product is no layer of its own

_SWEEP_STARTS, _SWEEP_ENDS = 0.3, 1.1  # seconds
_SWEEP_ANGLE = 22.0  # degrees off the upright
_SWEEP_WIDTH = 0.22  # of the product's diagonal
_SWEEP_GAIN = 0.38  # of the way to white, at its middle, for what is light; the dark takes less
_DARK_GAIN = 0.4  # of that
_BLACK, _WHITE = 16.0, 235.0


def reveals(scene: Scene) -> bool:
    """Whether this clip is a first look."""
    return not scene.continues and (scene.number == 1 or scene.purpose in REVEALING)


def unsettled(number: int) -> float:
    """How far the product is from rest at a frame: 1 at the first one, 0 from :data:`SETTLED` on."""
    left = 1 - min(1.0, number / (SETTLED * FPS))
    return left**4


def smaller(number: int) -> float:
    """The product's scale about its foot."""
    return 1 - _SMALLER * unsettled(number)


def closer(number: int) -> float:
    """The camera's extra scale, for a picture without layers."""
    return 1 + _CLOSER * unsettled(number)


class Sweep:
    """A soft band of light that crosses the product once, from the side of the key light.

    It ends within the clip's ``frames``. ``from_left``: the side it comes from.
    """

    def __init__(self, frames: int, *, from_left: bool = True) -> None:
        self._first = round(min(_SWEEP_STARTS * FPS, 0.2 * frames))
        self._last = max(self._first + 1, round(min(_SWEEP_ENDS * FPS, 0.85 * frames)))
        self._from_left = from_left

    def light(self, luma: Plane, alpha: Plane, number: int) -> None:
        """Lightens ``luma``, a part of a frame that holds the product, in place where ``alpha`` (0..255)
        covers it."""
        if not self._first <= number <= self._last or not luma.size:
            return
        height, width = luma.shape
        across, down = cos(radians(_SWEEP_ANGLE)), sin(radians(_SWEEP_ANGLE))
        reach = width * across + height * down
        half = _SWEEP_WIDTH * float(np.hypot(width, height)) / 2
        done = (number - self._first) / (self._last - self._first)
        at = -half + (reach + 2 * half) * done * done * (3 - 2 * done)
        columns = np.arange(width, dtype=np.float32)
        if not self._from_left:
            columns = columns[::-1]
        rows = np.arange(height, dtype=np.float32)[:, None]
        place = columns[None] * np.float32(across) + rows * np.float32(down)
        band = np.maximum(0, 1 - ((place - np.float32(at)) / np.float32(half)) ** 2) ** 2
        band *= alpha * np.float32(_SWEEP_GAIN / 255)
        value = luma.astype(np.float32)
        takes = _DARK_GAIN + (1 - _DARK_GAIN) / (_WHITE - _BLACK) * (value - np.float32(_BLACK))
        luma[:] = np.rint(value + (np.float32(_WHITE) - value) * takes * band).astype(np.uint8)
