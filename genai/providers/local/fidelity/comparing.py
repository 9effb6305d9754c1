"""What differs between a reference and the picture laid over it, in figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.providers.local.fidelity.cells import Cell, cells_of, shifted
from genai.providers.local.fidelity.frame import Frame
from genai.providers.local.fidelity.matching import Alignment, support
from genai.providers.local.fidelity.tint import Tint, hue_word, tint_of

LIKE = 0.45  # correlation from which a cell shows the reference's print
_UNLIKE = 0.25  # and below which it shows something else
_OTHER_COLOR = 20.0  # CIELAB distance, after the picture's overall cast, at which a cell is something else
_SOFT = 0.5  # fine detail over the reference's below which a cell is blurred
_PLAIN = 0.7  # fine detail (CIELAB lightness) from which blur would show
_FEWEST = 4  # cells with print from which the view can be told
_FITTED = 6  # cells on which a refined alignment must agree
_ROUNDS = 3
_SETTLED = 0.01  # gain of correlation below which another round is not worth it


@dataclass(frozen=True)
class Comparison:
    """Figures of one alignment.

    ``stretch``: larger over smaller scale. ``tint``: how the colours are turned and cast.
    ``recolored``: share of the product whose colour differs from the rest's cast.
    ``print_likeness``: correlation of lightness in cells that have texture, -1..1, None without, and
    ``print_weakest`` that of the cell that a quarter of them stays below, ``print_lowest`` the lowest;
    ``altered`` and ``softened``: share of the product with detail that shows something else, or less of it,
    than the rest of it.
    ``sharpness``: fine detail over the reference's. ``complete``: share of the visible product that is
    there; ``visible``: share of the product inside the picture. ``edges``: how much of the silhouette
    lies on edges. ``missing``: where the missing cells are, ``damaged`` where the altered or softened
    ones, and ``becomes`` the hue most of the product has, in a word.
    """

    alignment: Alignment
    frame: Frame
    stretch: float
    tint: Tint
    recolored: float
    print_likeness: float | None
    print_weakest: float | None
    print_lowest: float
    best_likeness: float
    settled: float
    textured: float
    altered: float
    softened: float
    sharpness: float | None
    complete: float
    visible: float
    edges: float
    missing: str
    damaged: str
    becomes: str

    @property
    def agreement(self) -> float:
        """One figure to choose among alignments by."""
        likeness = 0.0 if self.print_likeness is None else self.print_likeness * min(1.0, 4 * self.textured)
        turned = min(1.0, self.tint.distance / 60)
        return self.complete + likeness + 0.6 * self.edges - 0.4 * turned - 0.3 * self.recolored


def compare(alignment: Alignment, *, held: bool = False) -> Comparison | None:
    """None where the product is shown too small to be compared. ``held``: something may reach over it from
    its edge; what it hides is missing, not altered."""
    frame = Frame.of(alignment)
    if frame is None:
        return None
    alignment, frame, cells = _fitted(alignment, frame)
    if not cells:
        return None
    area = np.array([cell.area for cell in cells])
    offsets = np.array([cell.offset for cell in cells])
    seen = np.array([cell.seen for cell in cells])
    likeness = np.array([cell.likeness for cell in cells])
    energy = np.array([cell.texture for cell in cells])
    weight = area * seen
    visible = float(weight.sum() / area.sum())
    shown = seen >= 0.5
    if not shown.any():
        return None
    whole = max(float(weight[shown].sum()), 1e-6)
    like = np.nan_to_num(likeness, nan=0.0) >= LIKE
    # The picture's cast is what most of what is surely the product shares.
    sure = shown & like if (shown & like).sum() >= 6 else shown
    cast = np.median(offsets[sure], axis=0)
    apart = np.linalg.norm((offsets - cast) * (0.7, 1, 1), axis=1)
    other = shown & (apart > _OTHER_COLOR)
    has_print = ~np.isnan(likeness)
    # Where the print is nothing like it, a smaller difference of colour tells that it is not the product.
    lost = shown & has_print & (np.nan_to_num(likeness, nan=1.0) < _UNLIKE) & (apart > 0.4 * _OTHER_COLOR)
    gone = (other & ~(has_print & like)) | lost
    if held:
        unlike = has_print & (np.nan_to_num(likeness, nan=1.0) < LIKE) & (apart > 0.4 * _OTHER_COLOR)
        hidden, beside = _reaching_in(cells, shown & (gone | unlike), frame)
        gone |= hidden
        has_print &= ~(hidden | beside)
    complete = float(1 - weight[gone].sum() / whole)
    printed = shown & has_print & ~gone
    print_likeness = print_weakest = sharpness = None
    textured = float(weight[printed].sum() / whole)
    if printed.sum() >= 3 and textured >= 0.03:
        weights = weight[printed] * np.minimum(energy[printed], 20)
        print_likeness = float(np.average(likeness[printed], weights=weights))
        print_weakest = float(np.quantile(likeness[printed], 0.25))
    told = shown & has_print
    fine = np.array([cell.detail for cell in cells])
    slope = np.array([cell.slope for cell in cells])
    detailed = printed & (fine >= _PLAIN)
    if detailed.sum() >= 2:
        sharpness = float(np.average(slope[detailed], weights=(weight * fine)[detailed]))
    # Detail that most of the product keeps and some of it lost.
    clear = float(np.quantile(slope[detailed], 0.8)) if detailed.sum() >= 4 else 1.0
    soft = detailed & (slope < _SOFT * min(1.0, max(clear, 0.4)))
    softened = float((weight * fine)[soft].sum() / max((weight * fine)[detailed].sum(), 1e-6))
    changed = shown & has_print & (np.nan_to_num(likeness, nan=1.0) < LIKE)
    recolored = float(weight[other & has_print & like].sum() / whole)
    return Comparison(
        alignment,
        frame,
        alignment.stretch,
        tint_of(frame, [cell for cell, is_sure in zip(cells, sure, strict=True) if is_sure]),
        recolored,
        print_likeness,
        print_weakest,
        float(likeness[told].min()) if told.any() else 0.0,
        *_same(cells),
        textured,
        float(weight[changed & ~gone].sum() / whole),
        softened,
        sharpness,
        complete,
        visible,
        support(alignment.view, alignment.picture, alignment.matrix) if len(alignment.view.outline) else 0.0,
        _where([cell for cell, is_gone in zip(cells, gone, strict=True) if is_gone], frame),
        _where([cell for cell, bad in zip(cells, soft | changed, strict=True) if bad], frame),
        hue_word(frame),
    )


def _reaching_in(
    cells: list[Cell], bad: NDArray[np.bool_], frame: Frame
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of the ``bad`` cells hang together with one at the product's edge, and which cells are beside
    these."""
    side = max(cell.box[0].stop - cell.box[0].start for cell in cells)
    at = np.array([(cell.box[0].start // side + 1, cell.box[1].start // side + 1) for cell in cells])
    rows, columns = at.T
    size = max(frame.core.shape) // side + 4
    product, wrong = np.zeros((size, size), np.uint8), np.zeros((size, size), np.uint8)
    product[rows, columns] = [cell.area >= 0.9 for cell in cells]
    wrong[rows, columns] = bad
    inner = cv2.erode(product, np.ones((3, 3), np.uint8))
    _, pieces = cv2.connectedComponents(wrong, connectivity=8)
    reaching = np.unique(pieces[(wrong > 0) & (inner == 0)])
    hidden = (np.isin(pieces, reaching) & (wrong > 0)).astype(np.uint8)
    beside = cv2.dilate(hidden, np.ones((3, 3), np.uint8))
    return hidden[rows, columns] > 0, beside[rows, columns] > 0


def _same(cells: list[Cell]) -> tuple[float, float]:
    known = [cell for cell in cells if not np.isnan(cell.likeness)]
    if len(known) < _FEWEST:
        return 0.0, float("inf")
    likeness = np.array([cell.likeness for cell in known])
    moves = np.array([np.hypot(*cell.move) for cell in known])
    best = likeness >= np.quantile(likeness, 0.65)
    return float(np.quantile(likeness, 0.8)), float(np.median(moves[best]))


def _likeness(cells: list[Cell]) -> float:
    known = [cell.likeness for cell in cells if not np.isnan(cell.likeness)]
    return float(np.mean(known)) if known else -1.0


def _fitted(alignment: Alignment, frame: Frame) -> tuple[Alignment, Frame, list[Cell]]:
    """The alignment moved as long as the cells' prints fit better for it."""
    cells = cells_of(frame)
    for _ in range(_ROUNDS):
        better = _refined(alignment, frame, cells)
        if better is None or (moved := Frame.of(better)) is None:
            break
        again = cells_of(moved)
        gained = _likeness(again) - _likeness(cells)
        if gained < 0:
            break
        alignment, frame, cells = better, moved, again
        if gained < _SETTLED:
            break
    return alignment, frame, cells


def _refined(alignment: Alignment, frame: Frame, cells: list[Cell]) -> Alignment | None:
    """The alignment moved to where the cells' prints fit best; None where too few of them tell."""
    places = shifted(cells)
    if len(places) < _FITTED:
        return None
    matrix, agreed = cv2.estimateAffine2D(
        np.ascontiguousarray(places[:, :2]),
        np.ascontiguousarray(places[:, 2:]),
        method=cv2.RANSAC,
        ransacReprojThreshold=1.5,
        maxIters=500,
    )
    if matrix is None or agreed.sum() < _FITTED or agreed.mean() < 0.4:
        return None
    moved = frame.to_picture @ np.vstack([matrix, [0, 0, 1]])
    better = replace(alignment, matrix=frame.to_view(moved))
    return better if abs(better.stretch / alignment.stretch - 1) < 0.08 else None


def _where(cells: list[Cell], frame: Frame) -> str:
    if not cells:
        return ""
    height, width = frame.core.shape
    weights = np.array([cell.area for cell in cells])
    y = float(np.average([(c.box[0].start + c.box[0].stop) / 2 for c in cells], weights=weights)) / height
    x = float(np.average([(c.box[1].start + c.box[1].stop) / 2 for c in cells], weights=weights)) / width
    if abs(y - 0.5) >= abs(x - 0.5):
        return "lower part" if y > 0.58 else "upper part" if y < 0.42 else "middle"
    return "right part" if x > 0.58 else "left part" if x < 0.42 else "middle"
