"""The product cut out of its photographs, each with an honest confidence.

Steps: where it is (:mod:`saliency`, all photographs together), its outline (:mod:`segment`) without the
shadow beside it (:mod:`ground`), its soft edge and clean colours (:mod:`matte`), and how far all that
can be believed (:mod:`trust`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from genai.media import pixels
from genai.providers.local.consensus import Consensus
from genai.providers.local.ground import without_shadow
from genai.providers.local.matte import foreground, matte
from genai.providers.local.saliency import Views
from genai.providers.local.segment import SURE, Outline, outline, rough
from genai.providers.local.trust import judge

WORK_SIZE = 2048  # pixels: a larger photograph is reduced to this longer side
_SALIENCY_SIZE = 400
_SMALLEST_SIDE = 32  # pixels at that size: a strip is no photograph, and too little for superpixels
_ROUNDS = 2  # of hearing what the views say about each other
_ALONE = 0.95  # likeness of the outline to what a plain ground leaves over: two ways to the same edge
_MARGIN = 0.04  # of the product's longer side, left transparent around it


@dataclass(frozen=True)
class Cutout:
    """``rgba``: uint8 HxWx4, straight alpha, trimmed to the product with a narrow margin, colours
    freed from the ground's spill. ``box``: left, top, right, bottom of ``rgba`` in the photograph, 0..1 of
    its size (may reach beyond it by the margin). ``confidence`` 0..1 that the edge is right all
    around; ``reason`` says what speaks against it, or what it rests on."""

    rgba: np.ndarray
    box: tuple[float, float, float, float]
    confidence: float
    reason: str


def cut_out(photographs: Sequence[np.ndarray]) -> tuple[Cutout, ...]:
    """One cut-out per photograph (uint8 HxWx3 or HxWx4 sRGB) of one and the same product.

    An alpha channel that cuts something out is taken as it is, with confidence 1. Where nothing can
    be told from the ground the whole photograph comes back, opaque, with confidence 0.
    """
    works = [_bounded(photograph) for photograph in photographs]
    cuts = {index: _from_alpha(work) for index, work in enumerate(works) if _has_alpha(work)}
    small: dict[int, np.ndarray] = {}
    for index, work in enumerate(works):
        width, height = _fit(work, _SALIENCY_SIZE)
        if index not in cuts and min(width, height) >= _SMALLEST_SIDE:
            small[index] = pixels.resize(np.ascontiguousarray(work[..., :3]), width, height)
    cuts |= _together({index: works[index][..., :3] for index in small}, list(small.values()))
    return tuple(cuts[i] if i in cuts else _whole(work[..., :3]) for i, work in enumerate(works))


def _together(works: dict[int, np.ndarray], small: list[np.ndarray]) -> dict[int, Cutout]:
    if not works:
        return {}
    views = Views(small)
    first = [rough(rgb, seen) for rgb, seen in zip(small, views.salient(), strict=True)]
    maps = views.revised(_masks(small, first))
    said: list[np.ndarray] | None = None
    if len(small) > 1:
        maps, said = _agreed(small, maps)
    sure = SURE if said else 1.0
    found = [outline(rgb, seen, sure) for rgb, seen in zip(works.values(), maps, strict=True)]
    foreign = views.foreign(_masks(small, found))
    return {
        index: _from_photograph(rgb, outlined, strange, said[i] if said else None)
        for i, ((index, rgb), outlined, strange) in enumerate(zip(works.items(), found, foreign, strict=True))
    }


def _agreed(
    photographs: list[np.ndarray], maps: list[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The maps after the views have heard each other, and what they said at last."""
    consensus: Consensus | None = None
    seen = maps
    said: list[np.ndarray] = []
    for _ in range(_ROUNDS):
        cuts = [rough(rgb, map_, SURE if said else 1.0) for rgb, map_ in zip(photographs, seen, strict=True)]
        masks = [mask > 0.5 for mask in _masks(photographs, cuts)]
        consensus = consensus or Consensus(photographs, masks)
        said = consensus.evidence(masks)
        seen = [_with(map_, more) for map_, more in zip(maps, said, strict=True)]
    return seen, said


def _with(saliency: np.ndarray, said: np.ndarray) -> np.ndarray:
    """The probability after the other views were heard; ``said`` in log-odds."""
    # A little against a pixel is doubt, and no reason to bite it out.
    said = np.where(said < 0, np.minimum(said + 1, 0), said)
    bounded = np.clip(saliency, 0.05, 0.95)
    return np.asarray(1 / (1 + (1 - bounded) / bounded * np.exp(-said)), np.float32)


def _masks(photographs: list[np.ndarray], found: list[Outline | None]) -> list[np.ndarray]:
    return [
        outlined.mask.astype(np.float32) if outlined else np.zeros(rgb.shape[:2], np.float32)
        for rgb, outlined in zip(photographs, found, strict=True)
    ]


def _bounded(photograph: np.ndarray) -> np.ndarray:
    return pixels.resize(photograph, *_fit(photograph, WORK_SIZE))


def _fit(picture: np.ndarray, longest: int) -> tuple[int, int]:
    height, width = picture.shape[:2]
    scale = min(1.0, longest / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _has_alpha(work: np.ndarray) -> bool:
    if work.shape[2] < 4:
        return False
    alpha = work[..., 3]
    # A photograph with rounded corners or a stray pixel is not a cut-out.
    return bool((alpha < 128).mean() > 0.02 and (alpha > 128).mean() > 0.002)


def _from_alpha(work: np.ndarray) -> Cutout:
    return Cutout(*_trimmed(work), confidence=1.0, reason="the uploaded picture's own alpha channel")


def _from_photograph(
    rgb: np.ndarray, found: Outline | None, foreign: float, said: np.ndarray | None
) -> Cutout:
    if found is None:
        return _whole(rgb)
    mask, alone = without_shadow(rgb, found.mask)
    found = replace(found, mask=mask)
    left, top, right, bottom = _around(found.mask)
    patch, inside = rgb[top:bottom, left:right], found.mask[top:bottom, left:right]
    alpha = matte(patch, inside)
    confidence, reason = judge(rgb, found, foreign, said)
    if alone >= _ALONE and confidence < alone:
        confidence, reason = alone, "it stands alone on a plain ground"
    full = np.zeros((*rgb.shape[:2], 4), np.uint8)
    full[top:bottom, left:right, :3] = foreground(patch, alpha)
    full[top:bottom, left:right, 3] = np.rint(alpha * 255)
    return Cutout(*_trimmed(full), confidence=confidence, reason=reason)


def _whole(rgb: np.ndarray) -> Cutout:
    opaque = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    return Cutout(opaque, (0.0, 0.0, 1.0, 1.0), 0.0, "nothing can be told from the ground")


def _around(mask: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(mask)
    pad = round(0.08 * max(np.ptp(ys), np.ptp(xs))) + 8
    height, width = mask.shape
    return (
        max(0, int(xs.min()) - pad),
        max(0, int(ys.min()) - pad),
        min(width, int(xs.max()) + 1 + pad),
        min(height, int(ys.max()) + 1 + pad),
    )


def _trimmed(rgba: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    ys, xs = np.nonzero(rgba[..., 3] > 4)
    top, bottom, left, right = int(ys.min()), int(ys.max()) + 1, int(xs.min()), int(xs.max()) + 1
    margin = max(2, round(_MARGIN * max(bottom - top, right - left)))
    trimmed = cv2.copyMakeBorder(
        rgba[top:bottom, left:right], margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)
    )
    height, width = rgba.shape[:2]
    box = (
        (left - margin) / width,
        (top - margin) / height,
        (right + margin) / width,
        (bottom + margin) / height,
    )
    return np.asarray(trimmed), box
