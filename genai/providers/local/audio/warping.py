"""Dynamic time warping of two sequences of features (Sakoe and Chiba, 1978), within a band.

The cells of one anti-diagonal don't depend on one another, so each is computed at once. Memory is one byte
per cell of the band for the way back.
"""

from __future__ import annotations

import numpy as np

_BAND = 0.22  # of the longer sequence: how far from the straight line the path may go, to either side
_LEAST_BAND = 60  # frames
_DIAGONAL, _FIRST, _SECOND = 0, 1, 2
_SKEW = 0.25  # what a step along one sequence alone costs beside its distance


def warp(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, float]:
    """The path that matches two sequences of shape (frames, features), from both beginnings to both ends.

    Returns pairs of frame numbers, of shape (steps, 2), and the mean distance along the path (Euclidean, per
    feature). Symmetric weights: a diagonal step counts twice.
    """
    n, m = len(first), len(second)
    half = max(_LEAST_BAND, int(_BAND * max(n, m))) // 2
    width = 2 * half + 1
    lows = np.rint(np.arange(n + m - 1) * (n - 1) / max(n + m - 2, 1)).astype(int) - half
    steps = np.zeros((n + m - 1, width), np.uint8)
    infinite = np.float32(np.inf)
    one = np.full(width + 2, infinite, np.float32)  # the diagonal before, with a cell to either side
    two = one.copy()
    for diagonal in range(n + m - 1):
        low = lows[diagonal]
        start, end = max(0, low, diagonal - m + 1), min(n, low + width, diagonal + 1)
        i = np.arange(start, end)
        apart = first[start:end] - second[diagonal - i]
        distance = np.sqrt(np.einsum("kf,kf->k", apart, apart) / first.shape[1])
        if diagonal == 0:
            best, step = 2 * distance, np.zeros(1, np.uint8)
        else:
            shift = low - lows[diagonal - 1]
            shift_two = low - lows[diagonal - 2] if diagonal > 1 else 0
            k = i - low + 1
            options = np.stack(
                [
                    _cells(two, k - 1 + shift_two) + 2 * distance,
                    _cells(one, k - 1 + shift) + distance + _SKEW,
                    _cells(one, k + shift) + distance + _SKEW,
                ]
            )
            step = options.argmin(axis=0)
            best = np.take_along_axis(options, step[None], axis=0)[0]
        steps[diagonal, start - low : end - low] = step
        two, one = one, np.full(width + 2, infinite, np.float32)
        one[start - low + 1 : end - low + 1] = best
    path = _way_back(steps, lows, n, m)
    apart = first[path[:, 0]] - second[path[:, 1]]
    return path, float(np.sqrt((apart**2).mean(axis=1)).mean())


def _cells(diagonal: np.ndarray, k: np.ndarray) -> np.ndarray:
    return diagonal[np.clip(k, 0, diagonal.size - 1)]


def _way_back(steps: np.ndarray, lows: np.ndarray, n: int, m: int) -> np.ndarray:
    i, j = n - 1, m - 1
    path = [(i, j)]
    while i or j:
        step = steps[i + j, i - lows[i + j]]
        if i and (step != _SECOND or not j):
            i -= 1
            j -= step == _DIAGONAL and j > 0
        else:
            j -= 1
        path.append((i, int(j)))
    return np.array(path[::-1])
