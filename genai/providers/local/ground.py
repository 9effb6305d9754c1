"""The plain ground a product was photographed on, with the shadow that the product throws on it.

A shadow on a seamless ground begins softly: from the picture's border one walks into it without ever
crossing an edge, and its colour stays the ground's, only darker. A product's outline is an edge. So the
ground is what can be reached from the border by small steps of lightness at the ground's own hue.
"""

from __future__ import annotations

import cv2
import numpy as np

_SIZE = 500  # pixels, longer side: where a step of lightness is measured
_STEPS = (3, 2)  # of 255 in lightness between neighbours; the shorter where the longer leaks
_TINT = 7.0  # CIELAB distance in a*, b* from the ground's own colour
_LIGHTER = 6.0  # of lightness (CIELAB, 0..100) above the ground's
_PLAIN = 0.85  # share of the border that one walk must cover for the ground to count as plain
_MOST = 0.12  # share of an outline that may turn out to be shadow; more says the walk leaked into it


def without_shadow(rgb: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, float]:
    """The outline's mask without the shadow beside it, and how far the ground alone tells the same
    outline: intersection over union, 0..1.

    ``rgb``: uint8 HxWx3 sRGB, ``mask``: bool HxW. Where the ground is not plain the mask stays as it is,
    and the ground tells nothing: 0.
    """
    height, width = mask.shape
    scale = min(1.0, _SIZE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.GaussianBlur(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    inside = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    walks = (_ground(small, step) for step in _STEPS)
    ground = next((w for w in walks if w is not None and (w & inside).sum() <= _MOST * inside.sum()), None)
    if ground is None or not inside.any():
        return mask, 0.0
    # What hung on to the product by its shadow alone goes with it.
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    kept = cv2.morphologyEx((inside & ~ground).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    standing = cv2.morphologyEx((~ground).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    likeness = float((kept & standing).sum() / max(1, (kept | standing).sum()))
    grown = cv2.dilate(kept, np.ones((3, 3), np.uint8)).astype(np.float32)
    freed = mask & (cv2.resize(grown, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5)
    return np.asarray(freed), likeness


def _ground(small: np.ndarray, step: int) -> np.ndarray | None:
    """What is reached from the border, or None where the border is not one plain ground."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    border = np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]])
    lightness, tint = np.median(border[:, 0]), np.median(border[:, 1:], axis=0)
    alike = (np.linalg.norm(lab[..., 1:] - tint, axis=2) < _TINT) & (lab[..., 0] < lightness + _LIGHTER)
    steps = np.rint(lab[..., 0] * 2.55).astype(np.uint8)
    walked = np.zeros((small.shape[0] + 2, small.shape[1] + 2), np.uint8)
    walked[1:-1, 1:-1] = ~alike  # a wall to the walk
    height, width = steps.shape
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (2 << 8)
    for x, y in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1), (width // 2, 0)):
        if walked[y + 1, x + 1] == 0:
            cv2.floodFill(steps, walked, (x, y), 0, step, step, flags)
    reached = walked[1:-1, 1:-1] == 2
    edge = np.concatenate([reached[0], reached[-1], reached[:, 0], reached[:, -1]])
    return reached if edge.mean() >= _PLAIN else None
