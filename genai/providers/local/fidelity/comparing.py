"""What differs between a reference and the picture laid over it, in figures."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genai.providers.local.fidelity.matching import Alignment, support
from genai.providers.local.fidelity.view import Bytes, Floats

FRAME = 288  # longer side in pixels of the common frame
SMALLEST = 56  # a product shown smaller than this cannot be judged
_CELLS = 12  # cells along the longer side
_TEXTURE = 3.5  # standard deviation of lightness (CIELAB) from which a cell has a print
_REACH = 4  # pixels of the frame that a print may be off: views differ a little
_CHROMA = 10.0  # CIELAB chroma from which a hue can be told
_OTHER_COLOR = 20.0  # CIELAB distance, after the picture's overall cast, at which a cell is something else
# Upper bounds of CIELAB hue in degrees.
_HUE_NAMES = (
    (15, "pink"),
    (50, "red"),
    (75, "orange"),
    (105, "yellow"),
    (170, "green"),
    (230, "teal"),
    (290, "blue"),
    (330, "purple"),
    (360, "pink"),
)
_UNLIKE = 0.25  # and below which it shows something else
_LIKE = 0.45  # correlation from which a cell shows the reference's print


@dataclass(frozen=True)
class Comparison:
    """Figures of one alignment.

    ``stretch``: larger over smaller scale. ``hue``: degrees the colours are turned by, positive from
    red towards yellow; ``cast``: CIELAB a*, b* and lightness differences (medians); ``recolored``:
    share of cells whose colour differs from the rest's cast. ``print_likeness``: correlation of
    lightness in cells that have texture, -1..1, None without, and ``print_weakest`` that of the cell that
    a quarter of them stays below; ``sharpness``: fine detail over the
    reference's. ``complete``: share of the visible product that is there; ``visible``: share of the
    product inside the picture. ``edges``: how much of the silhouette lies on edges.
    ``missing``: where the missing cells are, and ``becomes`` the hue most of the product has, in a word.
    """

    alignment: Alignment
    stretch: float
    hue: float | None
    cast: tuple[float, float, float]
    recolored: float
    print_likeness: float | None
    print_weakest: float | None
    textured: float
    sharpness: float | None
    complete: float
    visible: float
    edges: float
    missing: str
    becomes: str

    @property
    def agreement(self) -> float:
        """One figure to choose among alignments by."""
        likeness = 0.0 if self.print_likeness is None else self.print_likeness * min(1.0, 4 * self.textured)
        turned = min(1.0, float(np.hypot(self.cast[0], self.cast[1])) / 60)
        return self.complete + likeness + 0.6 * self.edges - 0.4 * turned - 0.3 * self.recolored


def compare(alignment: Alignment) -> Comparison | None:
    """None where the product is shown too small to be compared."""
    frame = _Frame.of(alignment)
    if frame is None:
        return None
    cells = _cells(frame)
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
    like = np.nan_to_num(likeness, nan=0.0) >= _LIKE
    # The picture's cast is what most of what is surely the product shares.
    sure = shown & like if (shown & like).sum() >= 6 else shown
    cast = np.median(offsets[sure], axis=0)
    apart = np.linalg.norm((offsets - cast) * (0.7, 1, 1), axis=1)
    other = shown & (apart > _OTHER_COLOR)
    has_print = ~np.isnan(likeness)
    # Where the print is nothing like it, a smaller difference of colour tells that it is not the product.
    lost = shown & has_print & (np.nan_to_num(likeness, nan=1.0) < _UNLIKE) & (apart > 0.4 * _OTHER_COLOR)
    gone = (other & ~(has_print & like)) | lost
    complete = float(1 - weight[gone].sum() / max(weight[shown].sum(), 1e-6))
    printed = shown & has_print & ~gone
    print_likeness = print_weakest = sharpness = None
    textured = float(weight[printed].sum() / max(weight[shown].sum(), 1e-6))
    if printed.sum() >= 3 and textured >= 0.03:
        weights = weight[printed] * np.minimum(energy[printed], 20)
        print_likeness = float(np.average(likeness[printed], weights=weights))
        print_weakest = float(np.quantile(likeness[printed], 0.25))
        sharpness = _sharpness(
            frame, [cell for cell, is_printed in zip(cells, printed, strict=True) if is_printed]
        )
    recolored = float(weight[other & has_print & like].sum() / max(weight[shown].sum(), 1e-6))
    return Comparison(
        alignment,
        alignment.stretch,
        _hue(frame, sure, cells),
        (float(cast[1]), float(cast[2]), float(cast[0])),
        recolored,
        print_likeness,
        print_weakest,
        textured,
        sharpness,
        complete,
        visible,
        support(alignment.view, alignment.picture, alignment.matrix) if len(alignment.view.outline) else 0.0,
        _where([cell for cell, is_gone in zip(cells, gone, strict=True) if is_gone], frame),
        _hue_name(frame),
    )


@dataclass(frozen=True)
class _Frame:
    """Both pictures in CIELAB at one size; ``core`` is where the product surely is, ``seen`` where the
    candidate reaches."""

    reference: Floats
    candidate: Floats
    core: Bytes
    seen: Bytes

    @classmethod
    def of(cls, alignment: Alignment) -> _Frame | None:
        view, picture = alignment.view, alignment.picture
        size = min(float(FRAME), view.size, view.size * alignment.scale)
        if size < SMALLEST:
            return None
        scale = size / view.size
        width, height = max(2, round(view.mask.shape[1] * scale)), max(2, round(view.mask.shape[0] * scale))
        reference = np.asarray(cv2.resize(view.rgb, (width, height), interpolation=cv2.INTER_AREA))
        mask = np.asarray(cv2.resize(view.mask, (width, height), interpolation=cv2.INTER_AREA))
        core = np.where(mask > 250, 255, 0).astype(np.uint8)
        if view.masked:
            core = cv2.erode(core, np.ones((5, 5), np.uint8))
        elif len(alignment.places) >= 3:
            # Nobody cut the product out: what features agree on is what can be compared.
            hull = cv2.convexHull(np.rint(alignment.places * scale).astype(np.int32))
            core = cv2.fillConvexPoly(np.zeros_like(core), hull, 255)
        rgb, matrix = picture.rgb, alignment.matrix.astype(np.float64)
        shrink = scale / alignment.scale
        if shrink < 0.8:
            rgb = np.asarray(cv2.resize(rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
            matrix = matrix * shrink
        # From the frame's pixels to the picture's, pixel centres on pixel centres.
        matrix[:, 2] += matrix[:, :2] @ np.full(2, 0.5 / scale - 0.5)
        matrix[:, :2] /= scale
        warped = cv2.warpAffine(
            rgb,
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        inside = cv2.warpAffine(
            np.full(rgb.shape[:2], 255, np.uint8),
            matrix,
            (width, height),
            flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        )
        return cls(_lab(reference), _lab(np.asarray(warped)), core, np.asarray(inside))


@dataclass(frozen=True)
class _Cell:
    """``offset``: median CIELAB difference; ``likeness``: correlation of lightness, nan without texture."""

    box: tuple[slice, slice]
    area: float
    seen: float
    offset: Floats
    texture: float
    likeness: float


def _cells(frame: _Frame) -> list[_Cell]:
    height, width = frame.core.shape
    side = max(10, round(max(height, width) / _CELLS))
    reference, candidate = _filled(frame)
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
                found.append(_Cell(box, area, seen, np.zeros(3, np.float32), 0.0, np.nan))
                continue
            offset = np.median((frame.candidate[box] - frame.reference[box])[visible], axis=0)
            texture = float(frame.reference[..., 0][box][core].std())
            likeness = np.nan
            if texture >= _TEXTURE and area >= 0.45 and seen >= 0.9:
                likeness = _likeness(reference, candidate, box)
            found.append(_Cell(box, area, seen, offset, texture, likeness))
    return found


def _filled(frame: _Frame) -> tuple[Floats, Floats]:
    """Lightness of both with what is outside the product levelled, so that it correlates with nothing."""
    filled = []
    for picture in (frame.reference, frame.candidate):
        light = picture[..., 0].copy()
        light[frame.core == 0] = np.median(light[frame.core > 0]) if (frame.core > 0).any() else 50.0
        filled.append(cv2.GaussianBlur(light, (0, 0), 0.8))
    return filled[0], filled[1]


def _likeness(reference: Floats, candidate: Floats, box: tuple[slice, slice]) -> float:
    """The best correlation within the reach."""
    rows, columns = box
    field = candidate[
        max(0, rows.start - _REACH) : rows.stop + _REACH,
        max(0, columns.start - _REACH) : columns.stop + _REACH,
    ]
    return float(np.nan_to_num(cv2.matchTemplate(field, reference[box], cv2.TM_CCOEFF_NORMED)).max())


def _sharpness(frame: _Frame, cells: list[_Cell]) -> float | None:
    """Fine detail against all detail, over the same of the reference; gain and fog cancel."""
    ratios, weights = [], []
    fine = [
        light - cv2.GaussianBlur(light, (0, 0), 1.6)
        for light in (frame.reference[..., 0], frame.candidate[..., 0])
    ]
    for cell in cells:
        core = frame.core[cell.box] > 0
        own, shown = (float(f[cell.box][core].std()) for f in fine)
        own_all, shown_all = (
            float(p[..., 0][cell.box][core].std()) for p in (frame.reference, frame.candidate)
        )
        if own > 0.8 and shown_all > 0.8:
            ratios.append(min(2.0, (shown / shown_all) / (own / own_all)))
            weights.append(own)
    return float(np.average(ratios, weights=weights)) if len(ratios) >= 2 else None


def _hue(frame: _Frame, sure: np.ndarray, cells: list[_Cell]) -> float | None:
    """The median turn of hue in degrees over what has a hue in the reference."""
    where = np.zeros(frame.core.shape, bool)
    for cell, is_sure in zip(cells, sure, strict=True):
        if is_sure:
            where[cell.box] = True
    where &= (frame.core > 0) & (frame.seen > 0)
    own = frame.reference[..., 1] + 1j * frame.reference[..., 2]
    shown = frame.candidate[..., 1] + 1j * frame.candidate[..., 2]
    where &= (np.abs(own) > _CHROMA) & (np.abs(shown) > 0.4 * _CHROMA)
    if where.sum() < 0.02 * (frame.core > 0).sum() or where.sum() < 30:
        return None
    return float(np.degrees(np.median(np.angle(shown[where] * np.conj(own[where])))))


def _hue_name(frame: _Frame) -> str:
    shown = (frame.candidate[..., 1] + 1j * frame.candidate[..., 2])[(frame.core > 0) & (frame.seen > 0)]
    vivid = shown[np.abs(shown) > 0.4 * _CHROMA]
    if not len(vivid):
        return "grey"
    hue = float(np.degrees(np.angle(vivid.sum()))) % 360
    return next(name for limit, name in _HUE_NAMES if hue < limit)


def _where(cells: list[_Cell], frame: _Frame) -> str:
    if not cells:
        return ""
    height, width = frame.core.shape
    weights = np.array([cell.area for cell in cells])
    y = float(np.average([(c.box[0].start + c.box[0].stop) / 2 for c in cells], weights=weights)) / height
    x = float(np.average([(c.box[1].start + c.box[1].stop) / 2 for c in cells], weights=weights)) / width
    if abs(y - 0.5) >= abs(x - 0.5):
        return "lower part" if y > 0.58 else "upper part" if y < 0.42 else "middle"
    return "right part" if x > 0.58 else "left part" if x < 0.42 else "middle"


def _lab(rgb: np.ndarray) -> Floats:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float32)
