"""A photograph that fills the frame, for a moving picture of a product that cannot be cut out.

A photograph cannot be arranged as a set can: the product is where it was. So the frame is laid about it,
and the words go where they cover least of it, light on a side that is shaded for them. Where they would
stand on the product, the photograph fills what they leave of the frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box
from genai.providers.local.compose.typography import Paragraph, Typesetter
from genai.providers.local.saliency import Views

_LOOKED_AT = 400  # pixels of the longer side, when looking for the product
_EDGES = (0.06, 0.94)  # quantiles of where the product seems to be, along each side
_ENLARGED = 1.7  # at most; a photograph enlarged further is soft
_SHADE = 0.5  # of the encoded value, at the edge of the frame
_WHOLE = 0.97  # of the frame's side, at most, a product that is shown whole takes
_CROPPED = 0.9  # of the scale that fills the frame: a product that fits only below it is shown on a blur
_DIMMED = 0.55  # of the encoded value, behind a photograph that does not fill the frame
_FADED = 0.05  # of such a photograph's shorter side: its soft edge
_NEARER = {"wide": 0.75, "medium": 1.0, "close_up": 1.3, "detail": 1.6}


def product_in(rgb: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Where the product seems to be in a photograph: left, top, right, bottom in its pixels."""
    height, width = rgb.shape[:2]
    scale = _LOOKED_AT / max(height, width)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    seen = Views([cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)]).salient()[0]
    weight = np.where(seen > 0.5 * seen.max(), seen, 0).astype(np.float64)
    (left, right), (top, bottom) = (_extent(weight.sum(axis)) for axis in (0, 1))
    return left * width, top * height, right * width, bottom * height


def _extent(profile: NDArray[np.float64]) -> tuple[float, float]:
    """Where a profile begins and ends, as parts of its length: its quantiles, and beyond them what an even
    profile would have there, so that a few stray pixels say little."""
    along = np.cumsum(profile) / max(profile.sum(), 1e-9)
    first, last = np.searchsorted(along, _EDGES)
    beyond = (last + 1 - first) * _EDGES[0] / (_EDGES[1] - _EDGES[0])
    return max(0.0, first - beyond) / profile.size, min(profile.size, last + 1 + beyond) / profile.size


@dataclass(frozen=True)
class Filled:
    """``pixels``: sRGB uint8 of the frame's size; ``product``: where the product seems to be in it."""

    pixels: NDArray[np.uint8]
    product: Box


def fill(rgba: NDArray[np.uint8], width: int, height: int, target: Box, shot: str) -> Filled:
    """The photograph over all of the frame, with its product in the middle of ``target`` and about as
    large, nearer or further by the ``shot``. It is not enlarged into softness but to fill the frame."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    left, top, right, bottom = product_in(rgb)
    fills = max(width / rgb.shape[1], height / rgb.shape[0])
    fits = min(_WHOLE * width / (right - left), _WHOLE * height / (bottom - top))
    if fits < _CROPPED * fills:
        return _on_its_blur(rgb, width, height, (left, top, right, bottom), fits)
    wanted = _NEARER.get(shot, 1.0) * min(
        (target[2] - target[0]) / (right - left), (target[3] - target[1]) / (bottom - top)
    )
    if shot != "detail":
        wanted = min(wanted, fits)
    scale = max(fills, min(wanted, max(_ENLARGED * min(width, height) / 1080, fills)))
    # Of a product that is taller than its place the top is shown: there its face or label is.
    middle = scale * min((top + bottom) / 2, top + (target[3] - target[1]) / scale / 2)
    x = _shift((target[0] + target[2]) / 2 - scale * (left + right) / 2, width, scale * rgb.shape[1])
    y = _shift((target[1] + target[3]) / 2 - middle, height, scale * rgb.shape[0])
    return Filled(
        _drawn(rgb, scale, x, y, width, height),
        _inside((scale * left + x, scale * top + y, scale * right + x, scale * bottom + y), width, height),
    )


def _on_its_blur(
    rgb: NDArray[np.uint8],
    width: int,
    height: int,
    product: tuple[float, float, float, float],
    fits: float,
) -> Filled:
    """The photograph as large as shows its product whole, on a dark blur of itself: at the right of a wide
    frame, in the middle of a tall one."""
    pixels = _blurred(rgb, width, height)
    scale = max(fits, min(width / rgb.shape[1], height / rgb.shape[0]))
    across, down = min(width, round(scale * rgb.shape[1])), min(height, round(scale * rgb.shape[0]))
    left, top, right, bottom = (scale * edge for edge in product)
    x = _shift(across / 2 - (left + right) / 2, across, scale * rgb.shape[1])
    y = _shift(down / 2 - (top + bottom) / 2, down, scale * rgb.shape[0])
    at_x = min(width - across, round(0.94 * width) - across) if across < width else 0
    at_y = (height - down) // 2
    shown = pixels[at_y : at_y + down, at_x : at_x + across]
    soft = _faded(across, down, sides=across < width, ends=down < height)
    shown[:] = cv2.blendLinear(_drawn(rgb, scale, x, y, across, down), shown, soft, 1 - soft)
    x, y = x + at_x, y + at_y
    return Filled(pixels, _inside((left + x, top + y, right + x, bottom + y), width, height))


def _faded(across: int, down: int, *, sides: bool, ends: bool) -> NDArray[np.float32]:
    """1 over a picture, falling to 0 at its left and right, and at its top and bottom."""
    reach = _FADED * min(across, down)
    x, y = (np.minimum(np.arange(n) + 0.5, n - 0.5 - np.arange(n)) / reach for n in (across, down))
    cover = np.minimum.outer(y if ends else np.ones(down), x if sides else np.ones(across))
    cover = np.clip(cover, 0, 1)
    return np.asarray(cover * cover * (3 - 2 * cover), np.float32)


def fill_beside(
    rgba: NDArray[np.uint8], width: int, height: int, area: Box, target: Box, shot: str
) -> Filled:
    """The photograph over ``area`` of the frame as :func:`fill` has it, with a dark blur of itself over the
    rest: there the words stand."""
    left, top, right, bottom = area
    aimed = max(target[0], left), max(target[1], top), min(target[2], right), min(target[3], bottom)
    shifted = aimed[0] - left, aimed[1] - top, aimed[2] - left, aimed[3] - top
    filled = fill(rgba, right - left, bottom - top, shifted, shot)
    pixels = _blurred(np.ascontiguousarray(rgba[..., :3]), width, height)
    pixels[top:bottom, left:right] = filled.pixels
    x, y, far, foot = filled.product
    return Filled(pixels, (x + left, y + top, far + left, foot + top))


def _blurred(rgb: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The photograph over the frame, dark and without any detail."""
    cover = max(width / rgb.shape[1], height / rgb.shape[0])
    small = _drawn(rgb, cover / 8, 0, 0, width // 8, height // 8)
    blur = cv2.GaussianBlur(small, (0, 0), min(width, height) / 160)
    return np.asarray(cv2.resize(blur, (width, height), interpolation=cv2.INTER_CUBIC) * _DIMMED, np.uint8)


def _inside(box: tuple[float, float, float, float], width: int, height: int) -> Box:
    left, top, right, bottom = (round(edge) for edge in box)
    return max(0, left), max(0, top), min(width, right), min(height, bottom)


@dataclass(frozen=True)
class Worded:
    """Paragraphs in their place, the side of the frame that is shaded for them (top, bottom or None), and
    the part of their block that stands on the product."""

    paragraphs: tuple[Paragraph, ...]
    side: str | None = None
    covering: float = 0.0


def place_words(words: Typesetter, room: Box, product: Box, reserved: int, *, wide: bool) -> Worded | None:
    """The words at the top or the bottom of ``room``, and in a ``wide`` frame at its left or right, where
    they cover least of the ``product``; None where the room does not take them. All in pixels."""
    if words.is_empty:
        return Worded(())
    left, top, right, bottom = room
    measure = (right - left) * (0.48 if wide else 1.0)
    block = words.fit(measure, 0.34 * (bottom - top), "left", 7)
    if block is None:
        return None
    columns = (left, round(right - block.width)) if wide else (left,)
    rows = {"top": top + reserved, "bottom": round(bottom - block.height)}

    def covered(place: tuple[str, int]) -> float:
        x, y = place[1], rows[place[0]]
        across = min(x + block.width, product[2]) - max(x, product[0])
        down = min(y + block.height, product[3]) - max(y, product[1])
        return max(0.0, across) * max(0.0, down)

    side, x = min(((side, x) for side in rows for x in columns), key=covered)  # the first of equals
    return Worded(block.at(x, rows[side]), side, covered((side, x)) / (block.width * block.height))


def shaded(srgb: Array, side: str, reach: float) -> None:
    """Darken the frame (encoded, 0..1), in place, from its top or bottom to ``reach`` of its height."""
    rows = np.linspace(0, 1, srgb.shape[0], dtype=np.float32)
    if side == "bottom":
        rows = rows[::-1]
    part = np.clip(1 - rows / reach, 0, 1)
    srgb *= (1 - _SHADE * part * part * (3 - 2 * part))[:, None, None]


def _shift(wanted: float, frame: float, size: float) -> float:
    """The nearest shift to the wanted one at which a picture of that size covers the frame."""
    return min(0.0, max(frame - size, wanted))


def _drawn(
    rgb: NDArray[np.uint8], scale: float, x: float, y: float, width: int, height: int
) -> NDArray[np.uint8]:
    if scale < 1:  # what is much smaller than the photograph is averaged, not sampled
        size = max(width, round(rgb.shape[1] * scale)), max(height, round(rgb.shape[0] * scale))
        rgb, scale = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8), 1.0
    matrix = np.array([[scale, 0, x], [0, scale, y]], np.float32)
    flags = cv2.INTER_LANCZOS4
    return np.asarray(
        cv2.warpAffine(rgb, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
