"""Whether a product's colours are anywhere in a picture, by histograms of windows.

It does not tell a product from another one of its colours: it tells where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from genai.providers.local.fidelity.features import Bytes, Floats
from genai.providers.local.fidelity.view import View

_KEPT = 96  # histograms of references
_SIDE = 64  # longer side in pixels at which a picture is looked through
_BINS = 12  # along each of the two axes of chromaticity
_WIDTH = 14.0  # of a bin, in a* and b* at a lightness of 50
_NEUTRAL = 9.0  # chroma below which only the lightness tells
_APART = 0.2  # overlap of colours below which two references show different things
_SHARES = (0.2, 0.3, 0.45, 0.65, 0.9)  # windows' sides over the picture's shorter one


def likeness(views: Sequence[View], rgb: Bytes) -> float:
    """The largest overlap, 0..1, of any window's colours with those of any view's product."""
    known = [_histogram(view) for view in views]
    scale = _SIDE / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bins = _bins(np.asarray(small, np.uint8))
    sums = np.zeros((bins.shape[0] + 1, bins.shape[1] + 1, _BINS * _BINS + 3), np.float32)
    sums[1:, 1:] = np.eye(_BINS * _BINS + 3, dtype=np.float32)[bins].cumsum(0).cumsum(1)
    best = 0.0
    for share in _SHARES:
        side = max(6, round(share * min(bins.shape)))
        rows = np.arange(0, max(1, bins.shape[0] - side + 1), 3)
        columns = np.arange(0, max(1, bins.shape[1] - side + 1), 3)
        low, right = np.minimum(rows + side, bins.shape[0]), np.minimum(columns + side, bins.shape[1])
        counts = (
            sums[np.ix_(low, right)]
            - sums[np.ix_(rows, right)]
            - sums[np.ix_(low, columns)]
            + sums[np.ix_(rows, columns)]
        )
        windows = _smooth(counts.reshape(-1, counts.shape[-1]))
        best = max(best, *(float(np.minimum(windows, own).sum(1).max()) for own in known))
    return best


def apart(view: View, others: Sequence[View]) -> bool:
    """Whether hardly any of the product's colours are in any of the other references."""
    own = _histogram(view)
    return all(float(np.minimum(own, _histogram(other)).sum()) < _APART for other in others)


@lru_cache(maxsize=_KEPT)
def _histogram(view: View) -> Floats:
    scale = _SIDE / view.size
    rgb, mask = (
        cv2.resize(each, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for each in (view.rgb, view.mask)
    )
    return _smooth(_counts(_bins(np.asarray(rgb, np.uint8)), np.asarray(mask) > 128))


def _bins(rgb: Bytes) -> np.ndarray:
    """The number of each pixel's bin: chromaticity, which exposure leaves, or three greys."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    light = lab[..., 0]
    chroma = lab[..., 1:] * (65 / (light + 15))[..., None]
    place = np.clip(np.floor(chroma / _WIDTH + _BINS / 2), 0, _BINS - 1).astype(int)
    grey = _BINS * _BINS + np.digitize(light, (30, 65))
    return np.where(np.linalg.norm(chroma, axis=2) < _NEUTRAL, grey, place[..., 0] * _BINS + place[..., 1])


def _counts(bins: np.ndarray, where: np.ndarray) -> Floats:
    return np.bincount(bins[where], minlength=_BINS * _BINS + 3).astype(np.float32)[None]


def _smooth(counts: np.ndarray) -> Floats:
    """Histograms (N x bins) spread to neighbouring bins, each with the sum 1."""
    square = counts[:, :-3].reshape(-1, _BINS, _BINS)
    kernel = np.array([0.2, 0.6, 0.2], np.float32)
    padded = np.pad(square, ((0, 0), (1, 1), (1, 1)))
    across = sum(w * padded[:, i : i + _BINS] for i, w in enumerate(kernel))
    both = sum(w * across[:, :, i : i + _BINS] for i, w in enumerate(kernel))
    full = np.concatenate([both.reshape(len(square), -1), counts[:, -3:]], 1)
    return np.asarray(full / np.maximum(full.sum(1, keepdims=True), 1e-6), np.float32)
