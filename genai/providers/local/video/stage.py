"""A scene image in layers: the product stands before its set and keeps its foot on its shadow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.media.encoding import Plane, Planes, fine_planes, halved, quantized, to_planes
from genai.providers.local.video.moves import Pose
from genai.providers.local.video.reveal import Sweep
from genai.providers.local.video.sheet import Cover, Matrix, Sheet, window

_MARGIN = 4  # pixels kept round the product
_OPAQUE = 128


@dataclass(frozen=True)
class Extent:
    """The product's box in pixels of the picture, right and bottom exclusive, and the point it stands on."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def foot(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, float(self.bottom)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def inside(self, width: int, height: int) -> bool:
        """No side is at the picture's border, so that nothing of the product is cut off."""
        return self.left > 0 and self.top > 0 and self.right < width and self.bottom < height


def extent_of(alpha: Plane) -> Extent | None:
    """Where the product is, None where it is nowhere."""
    columns, rows = np.flatnonzero((alpha >= _OPAQUE).any(0)), np.flatnonzero((alpha >= _OPAQUE).any(1))
    if not len(columns):
        return None
    return Extent(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


class Stage:
    """``plate`` sRGB and ``product`` straight RGBA, both uint8 of the canvas's size; ``extent`` the
    product's. ``sweep``: a light that passes over the product."""

    def __init__(
        self, plate: NDArray[np.uint8], product: NDArray[np.uint8], extent: Extent, sweep: Sweep | None = None
    ) -> None:
        self.height, self.width = plate.shape[:2]
        self.extent = extent
        self._plate = Sheet(to_planes(plate))
        self._sweep = sweep
        alpha = product[..., 3]
        # Soft edges may reach beyond what counts as the product.
        columns, rows = np.flatnonzero(alpha.any(0)), np.flatnonzero(alpha.any(1))
        left, top = (max(0, int(first) - _MARGIN) // 2 * 2 for first in (columns[0], rows[0]))
        right = min(self.width, (int(columns[-1]) + _MARGIN + 2) // 2 * 2)
        bottom = min(self.height, (int(rows[-1]) + _MARGIN + 2) // 2 * 2)
        self._box = left, top, right, bottom
        cut = product[top:bottom, left:right]
        cover = np.asarray(cut[..., 3] / 255, np.float32)
        half = halved(cover)
        # Premultiplied, so that sampling never mixes in what is transparent.
        planes = fine_planes(np.ascontiguousarray(cut[..., :3]), cover)
        self._product = Sheet(quantized(*planes, dither=False, floor=0), (left, top))
        self._cover = Cover(
            np.ascontiguousarray(cut[..., 3]), np.rint(half * 255).astype(np.uint8), (left, top)
        )

    def frame(self, pose: Pose, number: int) -> Planes:
        """The frame's planes."""
        whole = window(pose, self.width, self.height)
        planes = self._plate.seen(whole, (self.width, self.height))
        matrix = self._onto_product(pose) @ whole
        corner, size = self._reach(matrix)
        if min(size) <= 0:
            return planes
        colors = self._product.seen(matrix, size, corner)
        luma, chroma = self._cover.seen(matrix, size, corner)
        for plane, color, step in zip(planes, colors, (1, 2, 2), strict=True):
            left, top = corner[0] // step, corner[1] // step
            part = plane[top : top + color.shape[0], left : left + color.shape[1]]
            alpha = luma if step == 1 else chroma
            behind = cv2.multiply(part, cv2.bitwise_not(alpha), scale=1 / 255)
            part[:] = cv2.add(behind, color)
        if self._sweep is not None:
            left, top = corner
            part = planes[0][top : top + size[1], left : left + size[0]]
            self._sweep.light(part, luma, number)
        return planes

    def _onto_product(self, pose: Pose) -> Matrix:
        """From positions in the set to the product's own, about its foot."""
        x, y = self.extent.foot
        grown = np.array([[pose.nearer, -pose.lean, 0], [0, pose.nearer, 0], [0, 0, 1]])
        to, back = np.eye(3), np.eye(3)
        to[:2, 2], back[:2, 2] = (-x, -y), (x, y)
        return np.asarray(np.linalg.inv(back @ grown @ to))

    def _reach(self, matrix: Matrix) -> tuple[tuple[int, int], tuple[int, int]]:
        """The even part of the frame that the product covers: corner and size."""
        left, top, right, bottom = self._box
        corners = np.array([[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]])
        shown = (np.linalg.inv(matrix) @ corners.T)[:2]
        low = np.maximum(np.floor(shown.min(1)).astype(int) // 2 * 2, 0)
        high = np.minimum((np.ceil(shown.max(1)).astype(int) + 1) // 2 * 2, (self.width, self.height))
        return (int(low[0]), int(low[1])), (int(high[0] - low[0]), int(high[1] - low[1]))
