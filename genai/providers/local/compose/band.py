"""A picture area and a clean band of type beside it: close details, and photographs shown whole."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.enums import Aspect
from genai.media import pixels
from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box
from genai.providers.local.compose.scheme import Scheme
from genai.providers.local.compose.typography import Paragraph, Typesetter

_FILLED = 0.86  # of a detail's window, at least, the product covers
_DETAILS = 3  # different ones of a product
_VEILED = 4.0  # how much more what captions hide counts than what is seen
_ENLARGED = 2.2  # at most: beyond it a detail is a blur


@dataclass(frozen=True)
class Banded:
    """``area``: where the picture is; the rest is the band."""

    area: Box
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Captions:
    """Rows of the frame: ``top`` to ``bottom`` are the captions', and nothing will stand before ``clear``."""

    top: int
    bottom: int
    clear: tuple[int, int]


def divide(
    aspect: Aspect, width: int, height: int, safe: Box, reserved: int, words: Typesetter
) -> Banded | None:
    """The band at the top (at the left of a wide frame), as deep as its words need; None where they
    need more than half the frame. Without words the picture has the whole frame."""
    if words.is_empty:
        return Banded((0, 0, width, height), ())
    left, top, right, bottom = safe
    short = min(width, height)
    gap = round(0.06 * short)
    if aspect is Aspect.LANDSCAPE:
        measure = round(0.36 * width)
        block = words.fit(measure - left, bottom - top - reserved, "left", 7)
        if block is None:
            return None
        y = max(top + reserved, min((height - block.height) / 2, bottom - block.height))
        return Banded((measure + gap, 0, width, height), block.at(left, y))
    room = round(0.52 * height) - top - reserved - gap
    block = words.fit(right - left, room, "left", 7)
    if block is None:
        return None
    y = top + reserved + (0 if aspect is Aspect.PORTRAIT else 0.01 * short)
    return Banded((0, round(y + block.height + gap), width, height), block.at(left, y))


def within(area: Box, width: int, height: int) -> Box:
    """The part of an area that lies in the frame."""
    return max(0, area[0]), max(0, area[1]), min(width, area[2]), min(height, area[3])


def show_detail(
    rgba: NDArray[np.uint8],
    area: Box,
    scheme: Scheme,
    captions: Captions | None = None,
    turn: int = 0,
) -> tuple[Array, Box]:
    """One of the product's most textured parts, filling ``area``: a linear picture of the area, and the
    part of the frame that the product covers in it. With ``captions`` the part is shown in the middle of the
    rows that they leave, and is one below which little is to be read. ``turn``: which part, so that pictures
    differ."""
    width, height = area[2] - area[0], area[3] - area[1]
    first, last = captions.clear if captions else (area[1], area[3])
    middle, clear = (first + last) / 2 - area[1], last - first
    veiled = None
    if captions:
        veiled = (captions.top - first) / clear, (captions.bottom - first) / clear
    windows = _windows(rgba, width / clear, veiled)
    x, y, w, _ = windows[turn % len(windows)]
    # Where the product is too small a picture to fill the area, it still runs out of the frame.
    filling = 1.15 * max(width / rgba.shape[1], 0.6 * height / rgba.shape[0])
    scale = min(width / w, max(_ENLARGED * min(width, height) / 1080, filling))
    x = _held(x, width / 2 / scale, width / 2 / scale, rgba.shape[1])
    if captions is None:  # below captions it may end, and leaves them the ground
        y = _held(y, middle / scale, (height - middle) / scale, rgba.shape[0])
    matrix = np.array([[scale, 0, width / 2 - scale * x], [0, scale, middle - scale * y]], np.float32)
    alpha = rgba[..., 3:].astype(np.float32) / 255
    layer = np.dstack([color.decode(rgba[..., :3]) * alpha, alpha])
    shown = np.clip(cv2.warpAffine(layer, matrix, (width, height), flags=cv2.INTER_CUBIC), 0, 1)
    rows = np.linspace(1.03, 0.86, height, dtype=np.float32)[:, None, None]
    # Another colour than the band's: what its edge cuts off is seen to go on behind it.
    ground = scheme.behind(scheme.second)
    picture = shown[..., :3] + (1 - shown[..., 3:]) * (ground * rows)
    visible = np.argwhere(shown[..., 3] > 0.1)
    (top, left), (bottom, right) = visible.min(0), visible.max(0) + 1
    return picture, (area[0] + int(left), area[1] + int(top), area[0] + int(right), area[1] + int(bottom))


def _held(centre: float, before: float, after: float, size: float) -> float:
    """The centre moved as little as lets the product cover what is shown ``before`` and ``after`` it; the
    product's own middle where it is too small for that."""
    first, last = before, size - after
    return min(max(centre, first), last) if first <= last else (first + last) / 2


def _windows(
    rgba: NDArray[np.uint8], ratio: float, veiled: tuple[float, float] | None
) -> list[tuple[float, float, float, float]]:
    """Centres and sizes of windows that the product nearly fills: the largest there is, and smaller ones
    about other places; of each size those with most texture, and least of it in the ``veiled`` rows, from
    and to so many of a window's heights below its top; pixels of the cut-out."""
    shrink = max(1.0, max(rgba.shape[:2]) / 240)
    size = max(2, round(rgba.shape[1] / shrink)), max(2, round(rgba.shape[0] / shrink))
    small = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA)
    inside = cv2.integral((small[..., 3] > 250).astype(np.float64))
    edges = np.abs(cv2.Laplacian(cv2.cvtColor(small[..., :3], cv2.COLOR_RGB2GRAY), cv2.CV_64F))
    texture = cv2.integral(np.minimum(edges, 80.0))

    def sums(table: NDArray[np.float64], w: int, h: int) -> NDArray[np.float64]:
        return table[h:, w:] - table[:-h, w:] - table[h:, :-w] + table[:-h, :-w]

    rows, columns = small.shape[:2]
    found: list[tuple[float, float, float, float]] = []
    for share in np.linspace(0.8, 0.2, 25):
        if found and share * columns * shrink > 0.8 * found[-1][2]:
            continue  # the next one comes clearly nearer
        w = int(share * columns)
        h = int(w / ratio)
        if w < 2 or not 2 <= h <= rows:
            continue
        filled = sums(inside, w, h) / (w * h)
        if filled.max() >= _FILLED:
            seen = sums(texture, w, h)
            if veiled is not None:
                tops = np.arange(rows - h + 1)
                start, end = (np.clip(tops + round(part * h), 0, rows) for part in veiled)
                hidden = texture[end] - texture[start]
                seen = seen / (1 + _VEILED * (hidden[:, w:] - hidden[:, :-w]) / (seen + 1))
            merit = np.where(filled >= _FILLED, seen * filled**2, -1)
            for x, y, _, _ in found:  # and shows something else
                rows_near = np.abs((np.arange(merit.shape[0]) + h / 2) * shrink - y) < 0.5 * h * shrink
                columns_near = np.abs((np.arange(merit.shape[1]) + w / 2) * shrink - x) < 0.5 * w * shrink
                merit[np.ix_(rows_near, columns_near)] = -1
            row, column = np.unravel_index(int(np.argmax(merit)), merit.shape)
            if merit[row, column] > 0:
                centre = (column + w / 2) * shrink, (row + h / 2) * shrink
                found.append((*centre, w * shrink, h * shrink))
            if len(found) == _DETAILS:
                break
    middle = rgba.shape[1] / 2, rgba.shape[0] / 2
    return found or [(*middle, rgba.shape[1] / 2, rgba.shape[1] / 2 / ratio)]


def takes(rgba: NDArray[np.uint8], area: Box) -> bool:
    """Whether a photograph shown whole reaches across the area, so that no stub of ground is left."""
    height, width = rgba.shape[:2]
    across, down = area[2] - area[0], area[3] - area[1]
    return min(across, down * width / height) >= 0.9 * across


def show_photograph(rgba: NDArray[np.uint8], area: Box) -> tuple[Array, Box]:
    """A photograph, whole and as large as the area takes it: its linear pixels and its box, flush with
    the area's right and lower part."""
    height, width = rgba.shape[:2]
    scale = min((area[2] - area[0]) / width, (area[3] - area[1]) / height)
    w, h = round(width * scale), round(height * scale)
    left, top = area[2] - w, area[1] + (area[3] - area[1] - h) // 3
    return color.decode(pixels.resize(rgba, w, h)[..., :3]), (left, top, left + w, top + h)
