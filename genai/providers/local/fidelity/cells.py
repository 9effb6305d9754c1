"""The product cell by cell: colour, print and fine detail of the candidate against the reference's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genai.providers.local.fidelity.frame import Frame
from genai.providers.local.fidelity.view import Floats

_CELLS = 12  # along the longer side
_TEXTURE = 3.5  # standard deviation of lightness (CIELAB) from which a cell has a print
_REACH = 4  # pixels of the frame that a print may be off: views differ a little
_EVEN = 0.004  # correlation that another place must gain to be the better one
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


def cells_of(frame: Frame) -> list[Cell]:
    height, width = frame.core.shape
    side = max(10, round(max(height, width) / _CELLS))
    reference, candidate = _levelled(frame)
    fine, shown_fine = _fine(reference), _fine(candidate)
    soft, shown_soft = (cv2.GaussianBlur(light, (0, 0), 0.8) for light in (reference, candidate))
    found = []
    for top in range(0, height - side // 2, side):
        for left in range(0, width - side // 2, side):
            box = slice(top, min(top + side, height)), slice(left, min(left + side, width))
            core = frame.core[box] > 0
            area = float(core.mean())
            if area < 0.3:
                continue
            visible = core & (frame.seen[box] > 0)
            seen = float(visible.sum() / core.sum())
            if seen < 0.3:
                found.append(Cell(box, area, seen, np.zeros(3, np.float32), 0.0, np.nan))
                continue
            offset = np.median((frame.candidate[box] - frame.reference[box])[visible], axis=0)
            texture = float(frame.reference[..., 0][box][core].std())
            if texture < _TEXTURE or area < 0.45 or seen < 0.9:
                found.append(Cell(box, area, seen, offset, texture, np.nan))
                continue
            likeness, (dx, dy) = _best(soft, shown_soft, box)
            own = fine[box]
            there = _at(shown_fine, box, round(dx), round(dy))
            power = float(np.square(own).sum())
            slope = float((own * there).sum() / power) if power > 1e-6 else 1.0
            found.append(Cell(box, area, seen, offset, texture, likeness, float(own.std()), slope, (dx, dy)))
    return found


def shifted(cells: list[Cell]) -> Floats:
    """Centres of the cells whose print is surely there, and where it is (N x 4, the frame's pixels)."""
    rows = []
    for cell in cells:
        if cell.likeness >= 0.7:
            x = (cell.box[1].start + cell.box[1].stop - 1) / 2
            y = (cell.box[0].start + cell.box[0].stop - 1) / 2
            rows.append((x, y, x + cell.move[0], y + cell.move[1]))
    return np.array(rows, np.float32).reshape(-1, 4)


def _levelled(frame: Frame) -> tuple[Floats, Floats]:
    """Lightness of both with what is outside the product levelled, so that it correlates with nothing."""
    filled = []
    for picture in (frame.reference, frame.candidate):
        light = picture[..., 0].copy()
        light[frame.core == 0] = np.median(light[frame.core > 0]) if (frame.core > 0).any() else 50.0
        filled.append(light)
    return filled[0], filled[1]


def _fine(light: Floats) -> Floats:
    return np.asarray(
        cv2.GaussianBlur(light, (0, 0), _FINE[0]) - cv2.GaussianBlur(light, (0, 0), _FINE[1]), np.float32
    )


def _best(
    reference: Floats, candidate: Floats, box: tuple[slice, slice]
) -> tuple[float, tuple[float, float]]:
    """The best correlation within the reach, and the move (x, y) in pixels to it, to a part of a pixel."""
    rows, columns = box
    top, left = max(0, rows.start - _REACH), max(0, columns.start - _REACH)
    field = candidate[top : rows.stop + _REACH, left : columns.stop + _REACH]
    scores = np.nan_to_num(cv2.matchTemplate(field, reference[box], cv2.TM_CCOEFF_NORMED))
    y, x = np.unravel_index(int(scores.argmax()), scores.shape)
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
    return float(np.clip(0.5 * (three[0] - three[2]) / bend, -0.5, 0.5)) if bend < -1e-6 else 0.0


def _at(picture: Floats, box: tuple[slice, slice], dx: int, dy: int) -> Floats:
    """The box moved, as far as the picture reaches; beyond it, its border."""
    rows = np.clip(np.arange(box[0].start, box[0].stop) + dy, 0, picture.shape[0] - 1)
    columns = np.clip(np.arange(box[1].start, box[1].stop) + dx, 0, picture.shape[1] - 1)
    return picture[np.ix_(rows, columns)]
