"""A reference picture with its features, computed once per process."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.creative import Reference
from genai.media import pixels
from genai.providers.local.fidelity.features import Bytes, Features, Floats, find_features

SIZE = 448  # longer side in pixels of a product's reference
_WHOLE_SIZE = 640  # the same for a photograph whose product nobody has cut out
_KEPT = 96  # references times two (as they are, and mirrored)
_POINTS = 240  # of an outline
_PAD = 10  # pixels about a mask, so that its outline has an outside
_WHITE = 244  # from here on a neutral image's ground counts as white


@dataclass(frozen=True, eq=False)
class View:
    """``rgb`` uint8, ``mask`` uint8 0 or 255 where the product is; ``masked`` False: nobody knows where
    in the photograph it is. ``outline``: points of its silhouette with their normals (N x 4); ``evenness``:
    how far the silhouette is its own mirror image, 0..1. Each is itself alone, so that what is worked out
    from one can be kept."""

    rgb: Bytes
    mask: Bytes
    masked: bool
    confidence: float
    features: Features
    outline: Floats
    evenness: float

    @property
    def size(self) -> int:
        return max(self.mask.shape)


@dataclass(frozen=True)
class _Key:
    """What a view is made of, by content: ``path`` is only where to find it."""

    sha256: str
    role: str
    confidence: float
    mirrored: bool
    path: Path = field(compare=False)


def view_of(reference: Reference, *, mirrored: bool = False) -> View:
    """The reference as the matcher wants it. Raises :class:`~genai.errors.Permanent` where it cannot be
    read or shows nothing."""
    file = reference.file
    return _view(_Key(file.sha256, reference.role, reference.confidence, mirrored, file.path))


@lru_cache(maxsize=_KEPT)
def _view(key: _Key) -> View:
    rgba = pixels.load_rgba(key.path)
    alpha = rgba[..., 3] if key.role != "neutral" else _off_white(rgba)
    masked = bool((alpha < 128).mean() > 0.005) and bool((alpha >= 128).any())
    cut_off = np.zeros(4, bool)
    if masked:
        rows, columns = np.flatnonzero((alpha >= 128).any(1)), np.flatnonzero((alpha >= 128).any(0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        ends = rows[0], alpha.shape[0] - 1 - rows[-1], columns[0], alpha.shape[1] - 1 - columns[-1]
        cut_off = np.array(ends) == 0
        rgba, alpha = rgba[box], alpha[box]
    scale = (SIZE if masked else _WHOLE_SIZE) / max(alpha.shape)
    width, height = (max(2, round(side * min(1.0, scale))) for side in (alpha.shape[1], alpha.shape[0]))
    small = pixels.resize(np.ascontiguousarray(rgba), width, height)
    mask = cv2.resize(np.ascontiguousarray(alpha), (width, height), interpolation=cv2.INTER_AREA)
    mask = (
        np.where(mask >= 128, 255, 0).astype(np.uint8) if masked else np.full((height, width), 255, np.uint8)
    )
    if masked:
        # Pinholes that a cut-out's soft edge leaves are none of the product's.
        mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    rgb = pixels.on_white(small)
    if masked:
        # The cut edge would make features of its own: outside, the product's mean.
        rgb = np.where(mask[..., None] > 0, rgb, np.rint(rgb[mask > 0].mean(0))).astype(np.uint8)
    if key.mirrored:
        cut_off = cut_off[[0, 1, 3, 2]]
        rgb, mask = np.ascontiguousarray(rgb[:, ::-1]), np.ascontiguousarray(mask[:, ::-1])
    core = cv2.erode(mask, np.ones((3, 3), np.uint8)) if masked else mask
    both, either = (int(np.count_nonzero(part)) for part in (mask & mask[:, ::-1], mask | mask[:, ::-1]))
    return View(
        rgb,
        mask,
        masked,
        key.confidence,
        find_features(rgb, core, 900),
        _outline(mask, cut_off) if masked else np.zeros((0, 4), np.float32),
        both / max(either, 1),
    )


def _off_white(rgba: Bytes) -> Bytes:
    """The product on a neutral image: what is not joined to the border by white or soft grey."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    ground = (rgb.min(2) >= _WHITE) | ((rgb.max(2) - rgb.min(2) <= 6) & (rgb.min(2) >= 150))
    _, labels = cv2.connectedComponents(ground.astype(np.uint8))
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    outside = np.isin(labels, edge[edge > 0])
    return np.where(outside, 0, 255).astype(np.uint8)


def _outline(mask: Bytes, cut_off: NDArray[np.bool_]) -> Floats:
    """``cut_off``: whether the product leaves its picture at the top, bottom, left, right: no edge of its."""
    padded = cv2.copyMakeBorder(mask, _PAD, _PAD, _PAD, _PAD, cv2.BORDER_CONSTANT, value=0)
    contours, _ = cv2.findContours(padded, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = max(contours, key=len)[:, 0]
    soft = cv2.GaussianBlur(padded, (0, 0), 3).astype(np.float32)
    dx, dy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    x, y = points[:: max(1, len(points) // _POINTS)].T
    normals = np.stack([dx[y, x], dy[y, x]], 1)
    lengths = np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-3)
    x, y = x - _PAD, y - _PAD
    height, width = mask.shape
    at = np.stack([y <= 1, y >= height - 2, x <= 1, x >= width - 2])
    found = np.concatenate([np.stack([x, y], 1), normals / lengths], 1).astype(np.float32)
    inner = ~at[cut_off].any(0)
    return found[inner] if inner.sum() >= 40 else found
