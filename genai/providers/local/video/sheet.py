"""A still picture seen through a moving window, plane by plane, smooth to hundredths of a pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.media.encoding import Plane, Planes
from genai.providers.local.video.moves import Pose

Matrix = NDArray[np.float64]

_FINER = 2  # a picture is kept at so many times its size


def window(pose: Pose, width: int, height: int) -> Matrix:
    """From positions in the frame to positions in the picture, in pixels of both; 3x3."""
    step = 1 / pose.scale
    return np.array([[step, 0, pose.x * width], [0, step, pose.y * height], [0, 0, 1]])


@dataclass(frozen=True)
class Grid:
    """Where a plane's samples are: sample i at ``step`` * i + ``offset`` pixels, across and down."""

    step: float
    across: float
    down: float

    def matrix(self) -> Matrix:
        """From samples to positions."""
        return np.array([[self.step, 0, self.across], [0, self.step, self.down], [0, 0, 1]])

    def finer(self) -> Grid:
        """The samples after resizing by :data:`_FINER`."""
        step = self.step / _FINER
        return Grid(step, self.across + (step - self.step) / 2, self.down + (step - self.step) / 2)


LUMA = Grid(1, 0.5, 0.5)
CHROMA = Grid(2, 0.5, 1.0)  # on the left of its pair of pixels, between two lines


class Sheet:
    """Planes that are looked at through a window. ``corner`` is where their left top pixel is.

    They are kept at twice their size (bicubic), so that plain bilinear sampling of them is both sharp
    and equally sharp at every fraction of a pixel; bicubic sampling of the picture takes three times as
    long.
    """

    def __init__(self, planes: Planes, corner: tuple[int, int] = (0, 0)) -> None:
        y, u, v = planes
        self._luma = _Sampled([y], LUMA, corner)
        self._chroma = _Sampled([u, v], CHROMA, corner)

    def seen(self, matrix: Matrix, size: tuple[int, int], corner: tuple[int, int] = (0, 0)) -> Planes:
        """The frame's part of ``size`` (width, height) from ``corner`` on, all even, where ``matrix`` leads
        from the frame's positions to the picture's."""
        width, height = size
        (y,) = self._luma.seen(matrix, (width, height), corner)
        u, v = self._chroma.seen(matrix, (width // 2, height // 2), corner)
        return y, u, v


class Cover:
    """An alpha channel, as :class:`Sheet` has colours: sampled for luma and for chroma; 0 outside."""

    def __init__(self, luma: Plane, chroma: Plane, corner: tuple[int, int]) -> None:
        self._luma = _Sampled([luma], LUMA, corner, cv2.BORDER_CONSTANT)
        self._chroma = _Sampled([chroma], CHROMA, corner, cv2.BORDER_CONSTANT)

    def seen(self, matrix: Matrix, size: tuple[int, int], corner: tuple[int, int]) -> tuple[Plane, Plane]:
        width, height = size
        (luma,) = self._luma.seen(matrix, (width, height), corner)
        (chroma,) = self._chroma.seen(matrix, (width // 2, height // 2), corner)
        return luma, chroma


class _Sampled:
    def __init__(
        self,
        planes: Sequence[Plane],
        grid: Grid,
        corner: tuple[int, int],
        border: int = cv2.BORDER_REPLICATE,
    ) -> None:
        self._grid = grid
        self._border = border
        placed = np.array([[1, 0, corner[0]], [0, 1, corner[1]], [0, 0, 1.0]]) @ grid.finer().matrix()
        self._to_samples = np.linalg.inv(placed)
        self._planes = [
            cv2.resize(plane, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_CUBIC) for plane in planes
        ]

    def seen(self, matrix: Matrix, size: tuple[int, int], corner: tuple[int, int]) -> list[Plane]:
        moved = np.array([[1, 0, corner[0]], [0, 1, corner[1]], [0, 0, 1.0]]) @ self._grid.matrix()
        whole = (self._to_samples @ matrix @ moved)[:2]
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return [
            cv2.warpAffine(plane, whole, size, flags=flags, borderMode=self._border) for plane in self._planes
        ]
