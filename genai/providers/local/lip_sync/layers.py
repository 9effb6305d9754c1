"""Pictures as premultiplied bt709 planes, laid over each other where they have moved to.

Planes, not RGB: a frame needs half as many samples, and no conversion. Every plane is a contiguous
array of its own, which OpenCV warps fastest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.media.encoding import fine_planes

Matrix = NDArray[np.float64]  # 3x3, to canvas pixels (pixel centres are whole numbers)
Plane = NDArray[np.uint8]
Map = NDArray[np.float32]
Field = Callable[[Map, Map], Map]  # of the x and y of a layer's pixels
Rect = tuple[int, int, int, int]  # left, top, right, bottom; even

# Chroma sample (i, j) stands at pixel (2i, 2j + 0.5).
_CHROMA = np.array([[2.0, 0, 0], [0, 2, 0.5], [0, 0, 1]])


@dataclass(frozen=True)
class Layer:
    """``y`` and ``alpha`` of full size, ``u``, ``v`` and ``chroma_alpha`` of half; premultiplied, uint8."""

    y: Plane
    u: Plane
    v: Plane
    alpha: Plane
    chroma_alpha: Plane

    @property
    def planes(self) -> tuple[Plane, ...]:
        return self.y, self.u, self.v, self.alpha, self.chroma_alpha

    def crop(self, rect: Rect) -> Layer:
        """A copy of a part, with even edges."""
        left, top, right, bottom = rect
        full = slice(top, bottom), slice(left, right)
        half = slice(top // 2, bottom // 2), slice(left // 2, right // 2)
        return Layer(
            *(
                plane[part].copy()
                for plane, part in zip(self.planes, (full, half, half, full, half), strict=True)
            )
        )

    def paste(self, patch: Layer, left: int, top: int) -> None:
        """Put a patch in place of what is there; ``left`` and ``top`` are even."""
        for mine, its in zip(self.planes, patch.planes, strict=True):
            step = 1 if its.shape == patch.y.shape else 2
            y, x = top // step, left // step
            mine[y : y + its.shape[0], x : x + its.shape[1]] = its

    def over(self, under: Layer) -> Layer:
        """This on top of another of the same size."""
        full, half = cv2.bitwise_not(self.alpha), cv2.bitwise_not(self.chroma_alpha)
        return Layer(
            *(
                cv2.add(cv2.multiply(below, keep, scale=1 / 255), above)
                for above, below, keep in zip(
                    self.planes, under.planes, (full, half, half, full, half), strict=True
                )
            )
        )


def _bytes(plane: Map) -> Plane:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def layer(rgba: Plane) -> Layer:
    """The planes of a straight RGBA picture with even sides."""
    alpha: Map = rgba[..., 3].astype(np.float32) / np.float32(255)
    planes = fine_planes(np.asarray(rgba[..., :3] * alpha[..., None], np.float32))
    # The alpha as chroma is sampled: of a blue of that strength, U is 112/255 of it above the middle.
    _, thinned, _ = fine_planes(
        np.asarray(np.dstack([np.zeros_like(alpha), np.zeros_like(alpha), alpha * 255]), np.float32)
    )
    thin: Map = np.clip((thinned - 128) / 112, 0, 1)
    luma, *chroma = planes
    y = _bytes(luma - 16 * (1 - alpha))
    u, v = (_bytes(plane - 128 * (1 - thin)) for plane in chroma)
    return Layer(y, u, v, rgba[..., 3].copy(), _bytes(thin * 255))


@dataclass
class Picture:
    """A frame in the making: bt709 planes of the canvas."""

    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def of(cls, width: int, height: int) -> Picture:
        half = (height // 2, width // 2)
        return cls(np.empty((height, width), np.uint8), np.empty(half, np.uint8), np.empty(half, np.uint8))

    def cover(self, ground: Layer, matrix: Matrix) -> None:
        """Fill the canvas with an opaque layer; ``matrix`` takes its pixels to the canvas's."""
        height, width = self.y.shape
        for target, source, inverse in (
            (self.y, ground.y, np.linalg.inv(matrix)),
            (self.u, ground.u, _chroma_inverse(matrix)),
            (self.v, ground.v, _chroma_inverse(matrix)),
        ):
            size = (width, height) if target is self.y else (width // 2, height // 2)
            cv2.warpAffine(
                source, inverse[:2], size, dst=target, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip

    def lay(self, sheet: Layer, matrix: Matrix) -> None:
        """Lay a layer over the picture."""
        left, top, right, bottom = _reach(sheet, matrix, self.y.shape)
        if right <= left or bottom <= top:
            return
        for chroma in (False, True):
            step = 2 if chroma else 1
            x, y, width, height = left // step, top // step, (right - left) // step, (bottom - top) // step
            inverse = _chroma_inverse(matrix) if chroma else np.linalg.inv(matrix)
            inverse = inverse @ np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])

            def moved(
                plane: Plane, inverse: Matrix = inverse, size: tuple[int, int] = (width, height)
            ) -> Plane:
                return cv2.warpAffine(plane, inverse[:2], size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)

            self._blend(sheet, moved, (slice(y, y + height), slice(x, x + width)), chroma)

    def lay_bent(self, sheet: Layer, matrix: Matrix, bend: Bend, amounts: tuple[float, float, float]) -> None:
        """Lay a layer that is bent on its way; ``amounts`` of the bend's three fields."""
        left, top, right, bottom = bend.rect
        for chroma in (False, True):
            step = 2 if chroma else 1
            x, y, width, height = left // step, top // step, (right - left) // step, (bottom - top) // step
            inverse = _chroma_inverse(matrix) if chroma else np.asarray(np.linalg.inv(matrix))
            maps = bend.maps(inverse, amounts, chroma)

            def moved(plane: Plane, maps: tuple[Map, Map] = maps) -> Plane:
                return cv2.remap(plane, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)

            self._blend(sheet, moved, (slice(y, y + height), slice(x, x + width)), chroma)

    def _blend(
        self, sheet: Layer, moved: Callable[[Plane], Plane], part: tuple[slice, slice], chroma: bool
    ) -> None:
        keep = cv2.bitwise_not(moved(sheet.chroma_alpha if chroma else sheet.alpha))
        pairs = ((self.u, sheet.u), (self.v, sheet.v)) if chroma else ((self.y, sheet.y),)
        for target, source in pairs:
            target[part] = cv2.add(cv2.multiply(target[part], keep, scale=1 / 255), moved(source))


class Bend:
    """Fields that displace a layer's content, over the part of the canvas where the layer is.

    ``turn`` weighs a shift to the right and one down (a face on a head that turns and nods), ``drop`` a
    shift down alone (a jaw). Both are sampled where the layer rests; it moves little against their size.
    """

    def __init__(self, rect: Rect, rest: Matrix, turn: Field, drop: Field) -> None:
        self.rect = rect
        left, top, right, bottom = rect
        self._grids = []
        for chroma in (False, True):
            step = 2 if chroma else 1
            columns = np.arange(left // step, right // step, dtype=np.float32)
            rows = np.arange(top // step, bottom // step, dtype=np.float32)
            gx, gy = np.meshgrid(columns, rows)
            inverse = _chroma_inverse(rest) if chroma else np.linalg.inv(rest)
            x, y = (inverse[row, 0] * gx + inverse[row, 1] * gy + inverse[row, 2] for row in (0, 1))
            place = (x * 2, y * 2 + 0.5) if chroma else (x, y)
            fields = turn(*place) / step, drop(*place) / step
            self._grids.append((gx, gy, *(np.ascontiguousarray(field, np.float32) for field in fields)))

    def maps(self, inverse: Matrix, amounts: tuple[float, float, float], chroma: bool) -> tuple[Map, Map]:
        """Where in the layer's plane each pixel comes from; ``amounts`` in the layer's pixels."""
        gx, gy, turn, drop = self._grids[1 if chroma else 0]
        right, down, fall = amounts
        x = cv2.addWeighted(gx, inverse[0, 0], gy, inverse[0, 1], inverse[0, 2])
        y = cv2.addWeighted(gx, inverse[1, 0], gy, inverse[1, 1], inverse[1, 2])
        x = cv2.scaleAdd(turn, -right, x)
        y = cv2.scaleAdd(drop, -fall, cv2.scaleAdd(turn, -down, y))
        return x, y


def _chroma_inverse(matrix: Matrix) -> Matrix:
    """From a canvas chroma sample to the layer's."""
    return np.asarray(np.linalg.inv(_CHROMA) @ np.linalg.inv(matrix) @ _CHROMA)


def _reach(sheet: Layer, matrix: Matrix, shape: tuple[int, ...]) -> Rect:
    """The even rectangle of the canvas that the layer touches."""
    height, width = sheet.y.shape
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    left, top = np.floor(corners[:2].min(axis=1) / 2).astype(int) * 2
    right, bottom = np.ceil(corners[:2].max(axis=1) / 2).astype(int) * 2
    return max(0, int(left)), max(0, int(top)), min(shape[1], int(right)), min(shape[0], int(bottom))
