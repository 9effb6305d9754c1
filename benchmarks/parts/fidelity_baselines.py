"""Plain ways to compare two pictures, as a measure for the checker: higher is more alike.

None of them knows where the product is: the candidate is compared as a whole, reduced to 256 pixels.
The best reference counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from genai.media import pixels

_SIDE = 256
_SIFT_SIDE = 640


@lru_cache(maxsize=64)
def _small(path: Path) -> np.ndarray:
    return np.asarray(cv2.resize(pixels.load_rgb(path), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))


@lru_cache(maxsize=64)
def _features(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    rgb = pixels.load_rgb(path)
    scale = _SIFT_SIDE / max(rgb.shape[:2])
    grey = cv2.cvtColor(
        cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    points, descriptors = cv2.SIFT.create(nfeatures=900).detectAndCompute(grey, None)
    return np.array([point.pt for point in points], np.float32), descriptors


def pixel_error(reference: Path, candidate: Path) -> float:
    one, two = (_small(path).astype(np.float32) for path in (reference, candidate))
    return -float(np.square(one - two).mean())


def ssim(reference: Path, candidate: Path) -> float:
    """Mean SSIM of lightness (Wang et al. 2004)."""
    one, two = (
        cv2.cvtColor(_small(path), cv2.COLOR_RGB2GRAY).astype(np.float32) for path in (reference, candidate)
    )

    def soft(values: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), 1.5))

    a, b = soft(one), soft(two)
    both = soft(one * two) - a * b
    spread = soft(one * one) - a * a + soft(two * two) - b * b
    c1, c2 = 6.5025, 58.5225
    return float((((2 * a * b + c1) * (2 * both + c2)) / ((a * a + b * b + c1) * (spread + c2))).mean())


def histogram(reference: Path, candidate: Path) -> float:
    """Bhattacharyya affinity of hue and saturation."""
    found = []
    for path in (reference, candidate):
        hsv = cv2.cvtColor(_small(path), cv2.COLOR_RGB2HSV)
        counts = cv2.calcHist([hsv], [0, 1], None, [24, 8], [0, 180, 0, 256])
        found.append(counts / counts.sum())
    return float(np.sqrt(found[0] * found[1]).sum())


def sift(reference: Path, candidate: Path) -> float:
    """Share of the reference's SIFT features on which an affine map agrees (RANSAC)."""
    (mine, own), (theirs, shown) = _features(reference), _features(candidate)
    if own is None or shown is None or len(own) < 4 or len(shown) < 4:
        return 0.0
    pairs = cv2.BFMatcher().knnMatch(own, shown, k=2)
    kept = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(kept) < 4:
        return 0.0
    _, agreed = cv2.estimateAffine2D(
        mine[[m.queryIdx for m in kept]],
        theirs[[m.trainIdx for m in kept]],
        method=cv2.RANSAC,
        ransacReprojThreshold=4,
    )
    return float(agreed.sum() / len(own)) if agreed is not None else 0.0


def _best(measure: Callable[[Path, Path], float]) -> Callable[[Sequence[Path], Path], float]:
    return lambda references, candidate: max(measure(reference, candidate) for reference in references)


BASELINES = {
    "pixel error": _best(pixel_error),
    "SSIM": _best(ssim),
    "colour histogram": _best(histogram),
    "SIFT with RANSAC": _best(sift),
}
