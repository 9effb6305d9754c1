"""Photographs of one rigid thing laid over each other: keypoints, matched, and a homography each pair.

SIFT (Lowe 2004) with the ratio test; RANSAC keeps the matches that one plane or a gentle bulge
explains. The ground differs from view to view, so what matches is the product.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_FEATURES = 1500
_RATIO = 0.8
_REACH = 0.012  # of the longer side: how far a match may lie off, since no product is quite flat
_FEWEST = 11  # distinct inliers: by chance alone some five or six agree


@dataclass(frozen=True)
class Overlay:
    """``transform``: 2x3, affine, from the other photograph's pixels to this one's. ``valid``: bool HxW of
    this photograph, where the matches lie and not far around them."""

    transform: np.ndarray
    valid: np.ndarray

    def onto(self, other: np.ndarray) -> np.ndarray:
        """The other photograph, or a float map of it, as it lies over this one; 0 beyond it."""
        height, width = self.valid.shape
        return np.asarray(cv2.warpAffine(other, self.transform, (width, height)))


@dataclass(frozen=True)
class Keypoints:
    points: np.ndarray
    descriptors: np.ndarray


def keypoints(rgb: np.ndarray, region: np.ndarray) -> Keypoints:
    """Those of ``rgb`` (uint8 HxWx3) within ``region`` (bool HxW)."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    sift = cv2.SIFT.create(nfeatures=_FEATURES, contrastThreshold=0.02)
    found, descriptors = sift.detectAndCompute(grey, region.astype(np.uint8))
    if descriptors is None:
        return Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    return Keypoints(np.array([point.pt for point in found], np.float32), np.asarray(descriptors, np.float32))


def overlay(this: Keypoints, other: Keypoints, shape: tuple[int, int]) -> Overlay | None:
    """How ``other`` lies over ``this`` (of ``shape``: height, width); None where it does not."""
    pairs = _matches(this.descriptors, other.descriptors)
    if len(pairs) < _FEWEST:
        return None
    here, there = this.points[pairs[:, 0]], other.points[pairs[:, 1]]
    cv2.setRNGSeed(7)
    reach = _REACH * max(shape)
    affine, kept = cv2.estimateAffine2D(there, here, ransacReprojThreshold=reach, maxIters=2000)
    if affine is None or not _plausible(affine):
        return None
    inliers = kept.ravel() > 0
    if min(_distinct(here[inliers]), _distinct(there[inliers])) < _FEWEST:
        return None
    return Overlay(affine, _around(here[inliers], shape))


def _matches(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    if len(first) < 2 or len(second) < 2:
        return np.zeros((0, 2), int)
    likeness = first @ second.T
    squared = (first**2).sum(1)[:, None] + (second**2).sum(1)[None] - 2 * likeness
    nearest = np.argpartition(squared, 1, axis=1)[:, :2]
    both = np.take_along_axis(squared, nearest, 1)
    order = np.argsort(both, axis=1)
    both = np.sqrt(np.maximum(np.take_along_axis(both, order, 1), 0))
    best = np.take_along_axis(nearest, order, 1)[:, 0]
    good = both[:, 0] < _RATIO * both[:, 1]
    return np.stack([np.flatnonzero(good), best[good]], 1)


def _plausible(affine: np.ndarray) -> bool:
    """No mirror, no knife's edge: scales within a factor of six and of each other's double."""
    if np.linalg.det(affine[:, :2]) <= 0:
        return False
    large, small = np.linalg.svd(affine[:, :2], compute_uv=False)
    return bool(large < 6 and small > 1 / 6 and large < 2 * small)


def _distinct(points: np.ndarray) -> int:
    return len(np.unique(np.rint(points / 3).astype(int), axis=0))


def _around(points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    hull = cv2.convexHull(points)[:, 0]
    centre = hull.mean(0)
    grown = centre + 1.9 * (hull - centre)
    valid = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(valid, np.rint(grown).astype(np.int32), 1)
    return valid > 0
