"""What the photographs of one product say about each other's cut-outs, pixel by pixel.

Two witnesses. Colour: what the other cut-outs consist of, against what surrounds this one. Overlay: where
another view of the rigid product can be laid over this one (:mod:`alignment`), the product looks the
same in both and lies within both outlines; the ground, that changed, does neither. What they say is a
log-odds map: positive for the product, negative for the ground.
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from genai.providers.local import alignment

_BINS = (16, 32, 32)  # of CIELAB as OpenCV scales it; lightness, which the light changes, coarser
_FLOOR = 2e-5  # of a colour's density: less is chance
_COLOR_LIMIT = 2.5
# A part in a colour of the ground, or unseen in the other views, is no ground yet.
_AGAINST_LIMIT = 1.4
_FEW = 0.5  # the weight of a colour that only a few of the cut-outs have
_LOOK_LIMIT = 1.5
_OUTLINE_VOTE = 2.5
_DIFFERENCES = 24


class Consensus:
    """Several photographs (uint8 HxWx3) of one product, laid over each other where that can be done.

    ``regions``: bool HxW each, where the product is about.
    """

    def __init__(self, photographs: list[np.ndarray], regions: list[np.ndarray]) -> None:
        self._labs = [
            cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), 0.8), cv2.COLOR_RGB2LAB) for rgb in photographs
        ]
        points = [
            alignment.keypoints(rgb, _wide(region, 0.35))
            for rgb, region in zip(photographs, regions, strict=True)
        ]
        self._overlays = {
            (i, j): laid
            for i, lab in enumerate(self._labs)
            for j in range(len(points))
            if i != j and (laid := alignment.overlay(points[i], points[j], lab.shape[:2])) is not None
        }

    def evidence(self, masks: list[np.ndarray]) -> list[np.ndarray]:
        """Log-odds, float32 HxW, per photograph, given a bool HxW cut of each."""
        colors = _by_color(self._labs, masks)
        return [self._at(index, masks, color) for index, color in enumerate(colors)]

    def _at(self, index: int, masks: list[np.ndarray], color: np.ndarray) -> np.ndarray:
        lab, mask = self._labs[index], masks[index]
        votes = np.zeros(mask.shape, np.float32)
        count = np.zeros(mask.shape, np.float32)
        reached = np.zeros(mask.shape, bool)
        laid_over = 0
        for other in range(len(masks)):
            laid = self._overlays.get((index, other))
            if laid is None or not masks[other].any():
                continue
            said = _by_overlay(lab, mask, self._labs[other], masks[other], laid)
            votes += np.where(laid.valid, said, 0)
            count += laid.valid
            laid_over += 1
            reached |= _wide(laid.onto(masks[other].astype(np.float32)) > 0.5, 0.1)
        own = _OUTLINE_VOTE * (2.0 * mask - 1)
        # The more views are laid over a pixel, the less its colour alone is needed.
        together = np.where(count > 0, (votes + own + color) / np.sqrt(count + 1), color)
        if laid_over > 1:
            # Where no view that is laid over this one has any of the product, there is none here.
            together = np.where(reached | (count > 0), together, np.minimum(together, -_OUTLINE_VOTE))
        return np.asarray(together, np.float32)


def _by_color(labs: list[np.ndarray], masks: list[np.ndarray]) -> list[np.ndarray]:
    codes = [_codes(lab) for lab in labs]
    fronts = [_histogram(code[mask]) for code, mask in zip(codes, masks, strict=True)]
    said = []
    for index, (code, mask) in enumerate(zip(codes, masks, strict=True)):
        others = [front for j, front in enumerate(fronts) if j != index and masks[j].any()]
        if not others:
            said.append(np.zeros(code.shape, np.float32))
            continue
        # The median: one cut-out that took its ground along hardly convinces.
        product = np.maximum(np.median(np.stack(others), axis=0), _FEW * np.mean(others, axis=0))
        ground = _histogram(code[~_wide(mask, 0.12)])
        odds = np.log((product + _FLOOR) / (ground + _FLOOR))
        looked = np.clip(odds, -2 * _COLOR_LIMIT, 2 * _COLOR_LIMIT)[code].astype(np.float32)
        said.append(np.clip(cv2.GaussianBlur(looked, (0, 0), 1.2), -_AGAINST_LIMIT, _COLOR_LIMIT))
    return said


def _codes(lab: np.ndarray) -> np.ndarray:
    steps = [lab[..., channel].astype(int) * bins // 256 for channel, bins in enumerate(_BINS)]
    return np.asarray((steps[0] * _BINS[1] + steps[1]) * _BINS[2] + steps[2])


def _histogram(codes: np.ndarray) -> np.ndarray:
    counts = np.bincount(codes.ravel(), minlength=int(np.prod(_BINS))).astype(np.float32)
    smooth = gaussian_filter(counts.reshape(_BINS), 1.0, mode="constant").ravel()
    return np.asarray(smooth / max(float(smooth.sum()), 1e-6))


def _by_overlay(
    lab: np.ndarray, mask: np.ndarray, other: np.ndarray, other_mask: np.ndarray, laid: alignment.Overlay
) -> np.ndarray:
    warped = laid.onto(other)
    outline = laid.onto(other_mask.astype(np.float32))
    both = mask & (outline > 0.5) & laid.valid
    around = laid.valid & ~_wide(mask | (outline > 0.5), 0.03)
    vote = _OUTLINE_VOTE * (2 * outline - 1)
    if np.count_nonzero(both) < 100 or np.count_nonzero(around) < 100:
        return np.asarray(vote)
    here, there = lab.astype(np.float32), warped.astype(np.float32)
    there += np.median(here[both], axis=0) - np.median(there[both], axis=0)  # another light
    difference = cv2.erode(np.linalg.norm(here - there, axis=2), np.ones((5, 5), np.uint8))
    steps = np.minimum(difference / 4, _DIFFERENCES - 1).astype(int)
    same, changed = _density(steps[both]), _density(steps[around])
    look = np.log(same / changed)[steps].astype(np.float32)
    return np.asarray(vote + cv2.GaussianBlur(np.clip(look, -_LOOK_LIMIT, _LOOK_LIMIT), (0, 0), 1.5))


def _density(steps: np.ndarray) -> np.ndarray:
    counts = np.bincount(steps.ravel(), minlength=_DIFFERENCES).astype(float)
    smooth = gaussian_filter(counts, 1.0) / counts.sum() + 0.01
    return np.asarray(smooth / smooth.sum())


def _wide(mask: np.ndarray, share: float) -> np.ndarray:
    """The mask grown by ``share`` of its size."""
    reach = max(2.0, share * float(np.sqrt(np.count_nonzero(mask))))
    return np.asarray(cv2.distanceTransform(1 - mask.astype(np.uint8), cv2.DIST_L2, 3) <= reach)
