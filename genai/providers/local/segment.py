"""The product's outline: graph cuts grown from a saliency map, several times, and how well they agree.

GrabCut (Rother, Kolmogorov, Blake 2004) finds a good outline when it is started near one and says
nothing about whether it was. So it is started from a tight, a middle and a loose guess: where they
end in the same outline the picture itself holds it there.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_SIZE = 260  # pixels, the longer side of what is cut
_ROUGH_SIZE = 170  # the same for a first guess
GUESSES = (0.8, 1.0, 1.3)  # factors of the saliency threshold: loose, middle, tight
_ITERATIONS = 3
SURE = 0.86  # a saliency, told by several views, that the cut has to take in (1 - SURE: to leave out)
_SMALLEST = 0.004  # of the picture: less is noise, not a product


@dataclass(frozen=True)
class Outline:
    """``mask``: bool HxW of the photograph's size. ``agreement``: mean overlap (intersection over
    union) of the single cuts with their majority, 0..1. ``leaning``: mean saliency inside less mean
    saliency outside, near the product, 0..1. ``stray``: the part of all that is salient in the
    photograph that the mask leaves out, 0..1."""

    mask: np.ndarray
    agreement: float
    leaning: float
    stray: float


def rough(rgb: np.ndarray, saliency: np.ndarray, sure: float = 1.0) -> Outline | None:
    """A quick :func:`outline` from the middle guess alone; its agreement says nothing."""
    return outline(rgb, saliency, sure, (1.0,), _ROUGH_SIZE)


def outline(
    rgb: np.ndarray,
    saliency: np.ndarray,
    sure: float = 1.0,
    guesses: tuple[float, ...] = GUESSES,
    longest: int = _SIZE,
) -> Outline | None:
    """Cut the product out of ``rgb`` (uint8 HxWx3) at ``longest`` pixels; ``saliency`` float 0..1 of any
    size of the same aspect; above ``sure``, and below its complement, it has the last word. None where
    there is nothing to cut."""
    height, width = rgb.shape[:2]
    saliency = cv2.resize(saliency, (width, height), interpolation=cv2.INTER_LINEAR)
    window = _window(saliency)
    if window is None:
        return None
    left, top, right, bottom = window
    scale = min(1.0, longest / max(right - left, bottom - top))
    size = (max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale)))
    patch = cv2.resize(rgb[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    local = cv2.resize(saliency[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    threshold = _threshold(local)
    attempts = [_cut(patch, local, factor * threshold, sure) for factor in guesses]
    cuts = [cut for cut in attempts if cut is not None]
    if not cuts:
        return None
    majority = np.mean(cuts, axis=0) >= 0.5
    majority = _whole(majority, patch)
    if not majority.any():
        return None
    agreement = float(np.mean([overlap(cut, majority) for cut in cuts])) * len(cuts) / len(guesses)
    leaning = float(local[majority].mean() - (local[~majority].mean() if (~majority).any() else 0))
    mask = np.zeros((height, width), bool)
    full = (right - left, bottom - top)
    grown = cv2.resize(majority.astype(np.float32), full, interpolation=cv2.INTER_CUBIC)
    mask[top:bottom, left:right] = grown > 0.5
    salient = np.where(saliency > _threshold(saliency), saliency, 0)
    stray = float(salient[~mask].sum() / max(float(salient.sum()), 1e-6))
    return Outline(mask=mask, agreement=agreement, leaning=max(0.0, leaning), stray=stray)


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    """Intersection over union of two bool masks; 1 where both are empty."""
    union = np.count_nonzero(first | second)
    return np.count_nonzero(first & second) / union if union else 1.0


def _threshold(saliency: np.ndarray) -> float:
    scaled = np.rint(np.clip(saliency, 0, 1) * 255).astype(np.uint8)
    level, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return max(level / 255, 0.05)


def _window(saliency: np.ndarray) -> tuple[int, int, int, int] | None:
    """The box of the most salient region and its surroundings: left, top, right, bottom in pixels."""
    height, width = saliency.shape
    region = _main(saliency > _threshold(saliency), saliency)
    if np.count_nonzero(region) < _SMALLEST * region.size:
        return None
    ys, xs = np.nonzero(region)
    left, right, top, bottom = xs.min(), xs.max() + 1, ys.min(), ys.max() + 1
    pad = round(0.3 * max(right - left, bottom - top))
    return max(0, left - pad), max(0, top - pad), min(width, right + pad), min(height, bottom + pad)


def _main(mask: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The component of ``mask`` with the most weight, and those large enough beside it."""
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return mask
    weights = np.bincount(labels.ravel(), weight.ravel(), count)
    weights[0] = 0
    return np.asarray(np.isin(labels, np.flatnonzero(weights >= 0.25 * weights.max())) & mask)


def _cut(patch: np.ndarray, saliency: np.ndarray, threshold: float, sure: float) -> np.ndarray | None:
    guess = _main(saliency > threshold, saliency)
    if not guess.any() or guess.mean() > 0.97:
        return None
    labels = np.where(guess, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[saliency < max(0.35 * threshold, 1 - sure)] = cv2.GC_BGD
    labels[guess & (saliency > sure)] = cv2.GC_FGD
    core = cv2.erode(guess.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=max(2, len(guess) // 60))
    labels[(core > 0) & (saliency > np.percentile(saliency[guess], 70))] = cv2.GC_FGD
    # The window is wider than the product, and a product that leaves the frame is judged down anyway.
    edge = max(2, len(patch) // 50)
    for side in (np.s_[:, :edge], np.s_[:edge], np.s_[:, -edge:], np.s_[-edge:]):
        labels[side] = cv2.GC_BGD
    if not np.any((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)) or np.all(labels & 1):
        return None
    cv2.setRNGSeed(7)  # GrabCut seeds its mixtures from OpenCV's global generator
    lab = cv2.cvtColor(patch, cv2.COLOR_RGB2LAB)
    cv2.grabCut(lab, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), _ITERATIONS, cv2.GC_INIT_WITH_MASK)
    cut = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    return _whole(cut, patch) if cut.any() else None


def _whole(cut: np.ndarray, patch: np.ndarray) -> np.ndarray:
    """One solid thing: specks, threads and pinholes removed, openings seen through kept."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    opened = cv2.morphologyEx(cut.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0
    if not opened.any():
        opened = cut
    solid = _main(opened, np.ones(cut.shape))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~solid).astype(np.uint8), connectivity=4)
    area = np.count_nonzero(solid)
    ring = cv2.dilate(solid.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    outside = set(np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))) - {0}
    ground = patch[ring & np.isin(labels, list(outside))] if outside else patch[:0]
    filled = solid.copy()
    for index in range(1, count):
        if index in outside:
            continue
        share = stats[index, cv2.CC_STAT_AREA] / area
        through = len(ground) and 0.006 < share < 0.06 and _alike(patch[labels == index], ground)
        if not through:
            filled |= labels == index
    return np.asarray(filled)


def _alike(inside: np.ndarray, ground: np.ndarray) -> bool:
    spread = np.maximum(ground.std(0), 8.0)
    return bool((np.abs(np.median(inside, 0) - np.median(ground, 0)) / spread).max() < 1.2)
