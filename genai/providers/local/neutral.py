"""The neutral image: the product alone on pure white with a soft contact shadow, and its cut-outs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImageRequest, ImageResult
from genai.domain.creative import Reference
from genai.domain.enums import AssetRole
from genai.domain.media import Mark
from genai.errors import InvalidInput
from genai.media import pixels
from genai.providers.local.cutout import Cutout, cut_out
from genai.providers.local.ground_shadow import shadow
from genai.providers.local.trust import CLEAN_MATTE

USABLE_MATTE = 0.3  # below this a cut-out is not even handed on with its mark
_FILL = 0.76  # of the canvas that the product's longer side takes
_FRAME_FILL = 0.8  # the same for a framed photograph
_MOST_ENLARGED = 3.0
_VISIBLY_ENLARGED = 1.6
_FRONTALITY = {"front": 1.0, "three_quarter": 0.8, None: 0.6, "left": 0.5, "right": 0.5, "detail": 0.05}


@dataclass(frozen=True)
class _Candidate:
    reference: Reference
    photograph: np.ndarray
    cut: Cutout

    @property
    def clean(self) -> bool:
        return self.cut.confidence >= CLEAN_MATTE


def neutral(request: ImageRequest, call: Call) -> ImageResult:
    """Make the neutral image (of the canvas's size) and one cut-out per reference that has one.

    A later attempt takes the next best view and in the end the framed photograph, always from the
    references themselves. Raises :class:`~genai.errors.InvalidInput` without a reference picture and
    :class:`~genai.errors.Permanent` where one cannot be read.
    """
    candidates = _candidates(request)
    width, height = request.canvas.width, request.canvas.height
    ranked = sorted(candidates, key=_merit, reverse=True)
    clean = [candidate for candidate in ranked if candidate.clean]
    turn = request.attempt - 1
    if turn < len(clean):
        chosen = clean[turn]
        picture, box, enlarged = _on_white(chosen.cut.rgba, width, height)
    else:
        chosen = ranked[(turn - len(clean)) % len(ranked)]
        picture, box, enlarged = _framed(chosen, width, height)
    marks = _marks(turn < len(clean), bool(clean), chosen, enlarged)
    path = call.workdir / "neutral.png"
    pixels.save_png(path, picture)
    details: dict[str, Any] = {
        "placement": [[round(float(x), 2), round(float(y), 2)] for x, y in box],
        "confidence": chosen.cut.confidence,
        "reference": chosen.reference.file.sha256,
        "scale": round(enlarged, 3),
        "framed": turn >= len(clean),
    }
    made = Produced(path, "image/png", AssetRole.NEUTRAL, chosen.reference.view, "Neutral", details, marks)
    details = {"clean": len(clean), "references": len(candidates)}
    return ImageResult((made, *_usable(candidates, call)), details, marks)


def cutouts(request: ImageRequest, call: Call) -> ImageResult:
    """The product of each photograph on transparency; of those alone whose edge is sure enough to be of use.

    Raises as :func:`neutral` does.
    """
    return ImageResult(_usable(_candidates(request), call))


def _candidates(request: ImageRequest) -> list[_Candidate]:
    references = [r for r in request.references if r.role == "source"] or list(request.references)
    if not references:
        raise InvalidInput("/product/images", "no picture of the product", "Supply at least one photograph.")
    photographs = [pixels.load_rgba(reference.file.path) for reference in references]
    return [_Candidate(*parts) for parts in zip(references, photographs, cut_out(photographs), strict=True)]


def _usable(candidates: list[_Candidate], call: Call) -> tuple[Produced, ...]:
    usable = [candidate for candidate in candidates if candidate.cut.confidence >= USABLE_MATTE]
    return tuple(_cutout(index, candidate, call) for index, candidate in enumerate(usable))


def _merit(candidate: _Candidate) -> float:
    """A clean front first; then by sureness, frontality, size and sharpness."""
    rgba = candidate.cut.rgba
    size = min(1.0, max(rgba.shape[:2]) / 1200)
    grey = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    inside = cv2.erode(rgba[..., 3], np.ones((9, 9), np.uint8)) > 250
    detail = cv2.Laplacian(grey, cv2.CV_32F)[inside]
    sharpness = float(np.clip(detail.std() / 20, 0, 1)) if detail.size else 0.0
    frontality = _FRONTALITY.get(candidate.reference.view, 0.3)
    stated_front = 1.0 if candidate.clean and candidate.reference.view == "front" else 0.0
    return stated_front + candidate.cut.confidence + 0.5 * frontality + 0.25 * size + 0.2 * sharpness


def _on_white(rgba: np.ndarray, width: int, height: int) -> tuple[np.ndarray, np.ndarray, float]:
    ys, xs = np.nonzero(rgba[..., 3] > 16)
    rgba = rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    scale = min(_FILL * width / rgba.shape[1], _FILL * height / rgba.shape[0], _MOST_ENLARGED)
    product = pixels.resize(rgba, max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale)))
    left, top = (width - product.shape[1]) // 2, (height - product.shape[0]) // 2
    layer = np.zeros((height, width, 4), np.uint8)
    layer[top : top + product.shape[0], left : left + product.shape[1]] = product
    white = np.full((height, width, 3), 255, np.float32)
    white *= 1 - shadow(layer[..., 3])[..., None]
    alpha = layer[..., 3:].astype(np.float32) / 255
    picture = layer[..., :3] * alpha + white * (1 - alpha)
    box = _corners(left, top, left + product.shape[1], top + product.shape[0])
    return np.rint(picture).astype(np.uint8), box, scale


def _framed(candidate: _Candidate, width: int, height: int) -> tuple[np.ndarray, np.ndarray, float]:
    """The photograph, cropped around the product where it is known, as a tidy print on white."""
    photograph = pixels.on_white(candidate.photograph)
    full_height, full_width = photograph.shape[:2]
    left, top, right, bottom = candidate.cut.box
    pad = 0.12 * max(right - left, bottom - top)
    x0, x1 = max(0, round((left - pad) * full_width)), min(full_width, round((right + pad) * full_width))
    y0, y1 = max(0, round((top - pad) * full_height)), min(full_height, round((bottom + pad) * full_height))
    crop = photograph[y0:y1, x0:x1]
    scale = min(_FRAME_FILL * width / crop.shape[1], _FRAME_FILL * height / crop.shape[0], _MOST_ENLARGED)
    crop = pixels.resize(crop, max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    rows, columns = crop.shape[:2]
    at_x, at_y = (width - columns) // 2, (height - rows) // 2
    mask = np.zeros((height, width), np.float32)
    radius = max(2, round(0.012 * max(rows, columns)))
    mask[at_y : at_y + rows, at_x : at_x + columns] = _rounded(columns, rows, radius)
    soft = cv2.GaussianBlur(np.roll(mask, round(0.006 * height), axis=0), (0, 0), 0.012 * height)
    white = 255 * (1 - 0.16 * soft[..., None])
    layer = np.full((height, width, 3), 255, np.float32)
    layer[at_y : at_y + rows, at_x : at_x + columns] = crop
    picture = layer * mask[..., None] + white * (1 - mask[..., None])
    inside = _corners(left, top, right, bottom) * (full_width, full_height) - (x0, y0)
    origin = np.array((at_x, at_y))
    corners = np.clip(inside * scale + origin, origin, origin + np.array((columns, rows)))
    return np.rint(picture).astype(np.uint8), corners, scale


def _rounded(columns: int, rows: int, radius: int) -> np.ndarray:
    """A rectangle with antialiased round corners, float32 rows x columns."""
    x = np.abs(np.arange(columns) + 0.5 - columns / 2) - (columns / 2 - radius)
    y = np.abs(np.arange(rows) + 0.5 - rows / 2) - (rows / 2 - radius)
    away = np.hypot(np.maximum(x, 0)[None], np.maximum(y, 0)[:, None])
    return np.clip(radius - away + 0.5, 0, 1).astype(np.float32)


def _corners(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)


def _marks(cut: bool, any_clean: bool, chosen: _Candidate, enlarged: float) -> tuple[Mark, ...]:
    marks = []
    if not cut:
        why = chosen.cut.reason if not any_clean else "the cut-outs did not pass the check"
        marks.append(Mark("low_confidence_cutout", f"The photograph is shown framed, not cut out: {why}."))
    if enlarged > _VISIBLY_ENLARGED:
        detail = f"The photograph is enlarged {enlarged:.1f} times; fine detail is soft."
        marks.append(Mark("upscaled", detail))
    return tuple(marks)


def _cutout(index: int, candidate: _Candidate, call: Call) -> Produced:
    path = call.workdir / f"cutout_{index}.png"
    pixels.save_png(path, candidate.cut.rgba)
    view = candidate.reference.view
    details = {
        "confidence": candidate.cut.confidence,
        "reference": candidate.reference.file.sha256,
        "reason": candidate.cut.reason,
        "box": [round(value, 5) for value in candidate.cut.box],
    }
    marks = () if candidate.clean else (Mark("low_confidence_cutout", f"Cut-out: {candidate.cut.reason}."),)
    return Produced(path, "image/png", AssetRole.CUTOUT, view, f"Cut-out: {view or 'view'}", details, marks)
