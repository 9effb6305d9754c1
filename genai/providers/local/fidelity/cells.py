"""The product cell by cell: colour, print and fine detail of the candidate against the reference's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.providers.local.fidelity.features import Bytes, Floats
from genai.providers.local.fidelity.frame import Frame, Pattern

_CELLS = 12  # along the longer side
_TEXTURE = 3.5  # standard deviation of lightness (CIELAB) from which a cell has a print
_REACH = 4  # pixels of the frame that a print may be off: views differ a little
_EVEN = 0.004  # correlation that another place must gain to be the better one
_KEPT = 24  # references
_FINE = (0.8, 2.6)  # pixels (sigma) between which detail counts as fine: a blurred print loses it


@dataclass(frozen=True)
class Cell:
    """``area``: share of it that is product, ``seen``: share of that inside the picture. ``offset``: median
    CIELAB difference; ``texture``: standard deviation of the reference's lightness, ``likeness``:
    correlation of lightness at the best place within reach, nan without texture. ``detail``: standard
    deviation of the reference's fine band, ``slope``: how much of it the candidate shows there."""

    box: tuple[slice, slice]
    area: float
    seen: float
    offset: Floats
    texture: float
    likeness: float
    detail: float = 0.0
    slope: float = 1.0
    move: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class _Square:
    """What is known of a cell from the reference alone. ``core``: numbers of the pixels, row by row, that are
    product; ``fine``: its fine band, with its ``detail`` and the sum of its squares, ``power``."""

    box: tuple[slice, slice]
    area: float
    core: NDArray[np.intp]
    texture: float
    fine: Floats
    detail: float
    power: float


@dataclass(frozen=True, eq=False)
class _Grid:
    """The reference's cells, and its ``soft`` lightness that prints are looked for by."""

    soft: Floats
    squares: tuple[_Square, ...]


@lru_cache(maxsize=_KEPT)
def _grid(pattern: Pattern) -> _Grid:
    height, width = pattern.core.shape
    side = max(10, round(max(height, width) / _CELLS))
    soft, fine = _bands(pattern.lab, pattern.core)
    numbers = np.arange(height * width).reshape(height, width)
    squares = []
    for top in range(0, height - side // 2, side):
        for left in range(0, width - side // 2, side):
            box = slice(top, min(top + side, height)), slice(left, min(left + side, width))
            core = pattern.core[box] > 0
            area = float(core.mean())
            if area < 0.3:
                continue
            texture = float(pattern.lab[..., 0][box][core].std())
            own = fine[box]
            power = float(np.square(own).sum())
            squares.append(_Square(box, area, numbers[box][core], texture, own, float(own.std()), power))
    return _Grid(soft, tuple(squares))


def cells_of(frame: Frame) -> list[Cell]:
    grid = _grid(frame.pattern)
    shown_soft, shown_fine = _bands(frame.candidate, frame.core)
    apart = np.ascontiguousarray((frame.candidate - frame.reference).reshape(-1, 3).T)
    reached = frame.seen.ravel() > 0
    whole = bool(reached.all())
    found = []
    for square in grid.squares:
        box, area, texture, pixels, seen = square.box, square.area, square.texture, square.core, 1.0
        if not whole:
            pixels = pixels[reached[pixels]]
            seen = float(len(pixels) / len(square.core))
            if seen < 0.3:
                found.append(Cell(box, area, seen, np.zeros(3, np.float32), 0.0, np.nan))
                continue
        offset = _median(apart[:, pixels])
        if texture < _TEXTURE or area < 0.45 or seen < 0.9:
            found.append(Cell(box, area, seen, offset, texture, np.nan))
            continue
        likeness, (dx, dy) = _best(grid.soft, shown_soft, box)
        there = _at(shown_fine, box, round(dx), round(dy))
        slope = float((square.fine * there).sum() / square.power) if square.power > 1e-6 else 1.0
        found.append(Cell(box, area, seen, offset, texture, likeness, square.detail, slope, (dx, dy)))
    return found


def _median(rows: Floats) -> Floats:
    """Of each row."""
    middle = rows.shape[1] // 2
    return np.asarray(np.partition(rows, middle, axis=1)[:, middle], np.float32)


def shifted(cells: list[Cell]) -> Floats:
    """Centres of the cells whose print is surely there, and where it is (N x 4, the frame's pixels)."""
    rows = []
    for cell in cells:
        if cell.likeness >= 0.7:
            x = (cell.box[1].start + cell.box[1].stop - 1) / 2
            y = (cell.box[0].start + cell.box[0].stop - 1) / 2
            rows.append((x, y, x + cell.move[0], y + cell.move[1]))
    return np.array(rows, np.float32).reshape(-1, 4)


def _bands(lab: Floats, core: Bytes) -> tuple[Floats, Floats]:
    """Lightness without its noise, and of that the fine detail; what is outside the product is levelled
    before, so that it correlates with nothing."""
    light = lab[..., 0].copy()
    light[core == 0] = np.median(light[core > 0]) if (core > 0).any() else 50.0
    soft = np.asarray(cv2.GaussianBlur(light, (0, 0), _FINE[0]), np.float32)
    return soft, np.asarray(soft - cv2.GaussianBlur(light, (0, 0), _FINE[1]), np.float32)


def _best(
    reference: Floats, candidate: Floats, box: tuple[slice, slice]
) -> tuple[float, tuple[float, float]]:
    """The best correlation within the reach, and the move (x, y) in pixels to it, to a part of a pixel."""
    rows, columns = box
    top, left = max(0, rows.start - _REACH), max(0, columns.start - _REACH)
    field = candidate[top : rows.stop + _REACH, left : columns.stop + _REACH]
    scores = cv2.matchTemplate(field, reference[box], cv2.TM_CCOEFF_NORMED)
    y, x = divmod(int(scores.argmax()), scores.shape[1])
    here = rows.start - top, columns.start - left
    if scores[here] >= scores[y, x] - _EVEN:
        y, x = here  # along an edge every place is as good
    dx = x + _peak(scores[y, max(0, x - 1) : x + 2]) + left - columns.start
    dy = y + _peak(scores[max(0, y - 1) : y + 2, x]) + top - rows.start
    return float(scores[y, x]), (float(dx), float(dy))


def _peak(three: np.ndarray) -> float:
    """Where the parabola through three values has its top, from the middle one."""
    if len(three) < 3:
        return 0.0
    bend = float(three[0] - 2 * three[1] + three[2])
    return float(min(0.5, max(-0.5, 0.5 * (three[0] - three[2]) / bend))) if bend < -1e-6 else 0.0


def _at(picture: Floats, box: tuple[slice, slice], dx: int, dy: int) -> Floats:
    """The box moved, as far as the picture reaches; beyond it, its border."""
    top, left = box[0].start + dy, box[1].start + dx
    bottom, right = box[0].stop + dy, box[1].stop + dx
    if top >= 0 and left >= 0 and bottom <= picture.shape[0] and right <= picture.shape[1]:
        return picture[top:bottom, left:right]
    rows = np.clip(np.arange(top, bottom), 0, picture.shape[0] - 1)
    columns = np.clip(np.arange(left, right), 0, picture.shape[1] - 1)
    return picture[np.ix_(rows, columns)]
