"""Reference and candidate laid over each other at one size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.providers.local.fidelity.features import Bytes, Floats
from genai.providers.local.fidelity.matching import Alignment
from genai.providers.local.fidelity.view import View

SIDE = 320  # longer side in pixels of the common frame
_ENOUGH = 0.4  # of the product must be free for the covered rest to be left out
SMALLEST = 56  # a product shown smaller than this cannot be judged
_KEPT = 24  # references at a frame's size, some two megabytes each with what cells keep of them


@dataclass(frozen=True, eq=False)
class Pattern:
    """A reference at a frame's size, in CIELAB; ``core`` is where the product surely is and nothing is laid
    over it on purpose. Each is itself alone, so that what is worked out from one can be kept."""

    lab: Floats
    core: Bytes


@dataclass(frozen=True)
class Frame:
    """Reference and candidate in CIELAB at one size; ``seen`` is where the candidate reaches. ``to_picture``:
    2 x 3, from the frame's pixels to those of the (perhaps ``shrink`` times smaller) picture; ``scale``: the
    frame's size over the view's."""

    pattern: Pattern
    candidate: Floats
    seen: Bytes
    to_picture: NDArray[np.float64]
    scale: float
    shrink: float

    @property
    def reference(self) -> Floats:
        return self.pattern.lab

    @property
    def core(self) -> Bytes:
        return self.pattern.core

    @classmethod
    def of(cls, alignment: Alignment) -> Frame | None:
        """None where the product is shown smaller than :data:`SMALLEST`."""
        view, picture = alignment.view, alignment.picture
        size = min(float(SIDE), view.size, view.size * alignment.scale)
        if size < SMALLEST:
            return None
        scale = size / view.size
        width, height = max(2, round(view.mask.shape[1] * scale)), max(2, round(view.mask.shape[0] * scale))
        pattern = _pattern(view, width, height)
        if not view.masked and len(alignment.places) >= 3:
            # Nobody cut the product out: what features agree on is what can be compared.
            hull = cv2.convexHull(np.rint(alignment.places * scale).astype(np.int32))
            agreed = np.asarray(cv2.fillConvexPoly(np.zeros_like(pattern.core), hull, 255), np.uint8)
            pattern = replace(pattern, core=agreed)
        rgb, matrix = picture.rgb, alignment.matrix.astype(np.float64)
        shrink = scale / alignment.scale
        if shrink < 0.8:
            rgb = np.asarray(cv2.resize(rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
            matrix = matrix * shrink
            matrix[:, 2] += 0.5 * shrink - 0.5
        else:
            shrink = 1.0
        # From the frame's pixels to the picture's, pixel centres on pixel centres.
        matrix[:, 2] += matrix[:, :2] @ np.full(2, 0.5 / scale - 0.5)
        matrix[:, :2] /= scale
        warped = cv2.warpAffine(
            rgb,
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        inside = cv2.warpAffine(
            np.full(rgb.shape[:2], 255, np.uint8),
            matrix,
            (width, height),
            flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        )
        if picture.covered:
            free = np.asarray(cv2.resize(picture.open(), rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST))
            uncovered = np.where(_warped(free, matrix, width, height) > 0, pattern.core, 0).astype(np.uint8)
            if uncovered.sum() >= _ENOUGH * pattern.core.sum():
                pattern = replace(pattern, core=uncovered)
        return cls(pattern, lab(np.asarray(warped)), np.asarray(inside), matrix, scale, shrink)

    def to_view(self, to_picture: NDArray[np.float64]) -> Floats:
        """The alignment's own matrix, from the view's pixels to the picture's, for a map of this frame's."""
        matrix = to_picture.copy()
        matrix[:, :2] *= self.scale
        matrix[:, 2] -= matrix[:, :2] @ np.full(2, 0.5 / self.scale - 0.5)
        matrix[:, 2] -= 0.5 * self.shrink - 0.5
        return np.asarray(matrix / self.shrink, np.float32)


@lru_cache(maxsize=_KEPT)
def _pattern(view: View, width: int, height: int) -> Pattern:
    rgb = np.asarray(cv2.resize(view.rgb, (width, height), interpolation=cv2.INTER_AREA))
    mask = np.asarray(cv2.resize(view.mask, (width, height), interpolation=cv2.INTER_AREA))
    core = np.where(mask > 250, 255, 0).astype(np.uint8)
    if view.masked:
        core = np.asarray(cv2.erode(core, np.ones((5, 5), np.uint8)), np.uint8)
    return Pattern(lab(rgb), core)


def _warped(mask: Bytes, matrix: NDArray[np.float64], width: int, height: int) -> Bytes:
    """A mask of the picture in the frame; what lies beyond the picture is free."""
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask, matrix, (width, height), flags=flags, borderValue=255.0))


def lab(rgb: np.ndarray) -> Floats:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), np.float32)
