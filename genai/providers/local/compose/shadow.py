"""What light reaches a surface past the product and the set's solids: cast shadow and occlusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from genai.providers.local.compose.color import Array
from genai.providers.local.compose.geometry import MISS, Solid, Vector
from genai.providers.local.compose.light import KeyLight, spiral

_NEARBY = 1.2  # world units within which a solid takes light from the dome
_TILE = 4  # neighbouring pixels take turned samples; a box blur over the tile joins them again


@dataclass(frozen=True)
class Caster:
    """The product as light meets it: its matte on an upright card through the origin, turned half way
    to the light, since the depth of a photographed product is not known. ``matte`` is alpha 0..1, the
    bottom row on the ground; ``width`` in world units (its height is 1)."""

    matte: Array
    width: float
    turn: float

    @classmethod
    def of(cls, alpha: Array, light: KeyLight) -> Caster:
        """Of a trimmed alpha channel 0..1."""
        height, width = alpha.shape
        scale = 160 / max(height, width)
        matte = cv2.resize(grounded(alpha), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        azimuth = np.arctan2(light.toward[0], -light.toward[2])
        turn = float(np.clip(np.arctan(np.tan(azimuth)) / 2, -0.6, 0.6))
        return cls(cv2.copyMakeBorder(matte, 2, 0, 2, 2, cv2.BORDER_CONSTANT, value=0), width / height, turn)

    def blocks(self, origin: Vector, ray: Vector) -> Array:
        """Alpha 0..1 of the card where the ray passes it."""
        cos, sin = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        facing = -sin * ray[0] + cos * ray[2]
        facing = np.where(np.abs(facing) < 1e-5, np.float32(1e-5), facing)
        s = (sin * origin[0] - cos * origin[2]) / facing
        across = cos * (origin[0] + s * ray[0]) + sin * (origin[2] + s * ray[2])
        up = origin[1] + s * ray[1]
        rows, columns = self.matte.shape
        column = (across / np.float32(self.width) + 0.5) * (columns - 4) + np.float32(1.5)
        row = (1 - up) * (rows - 2) + np.float32(1.5)
        column = np.where(s > 1e-3, column, np.float32(-9)).astype(np.float32)
        return cv2.remap(self.matte, column, row.astype(np.float32), cv2.INTER_LINEAR, borderValue=0)


def grounded(alpha: Array) -> Array:
    """The matte with the dip below a rounded foot filled, so that its shadow starts at the ground."""
    height = alpha.shape[0]
    solid = alpha > 0.5
    lowest = height - 1 - np.argmax(solid[::-1], axis=0)
    near = solid.any(axis=0) & (lowest > height * 0.9)
    rows = np.arange(height)[:, None]
    return np.where(near[None] & (rows >= lowest[None]), np.float32(1), alpha).astype(np.float32)


def visibility(
    point: Vector,
    normal: Vector,
    light: KeyLight,
    caster: Caster | None,
    solids: Sequence[Solid],
    *,
    key_samples: int = 9,
    dome_samples: int = 10,
) -> tuple[Array, Array]:
    """The shares 0..1 of the key light and of the dome that surface points see.

    ``point`` and ``normal`` are H x W. Interleaved sampling after Keller and Heidrich (2001): each
    pixel of a 4 x 4 tile takes another rotation of the sample set.
    """
    rows, columns = point[0].shape
    order = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
    tiled = np.tile(order, (rows // _TILE + 1, columns // _TILE + 1))[:rows, :columns]
    turn = (tiled * np.float32(2 * np.pi / 16)).astype(np.float32)
    lift = np.float32(2e-3)
    origin: Vector = (
        point[0] + normal[0] * lift,
        point[1] + normal[1] * lift,
        point[2] + normal[2] * lift,
    )

    def seen(ray: Vector, reach: float) -> Array:
        clear = np.ones_like(origin[0]) if caster is None else 1 - caster.blocks(origin, ray)
        for solid in solids:
            entry = solid.enter(origin, ray)
            if reach < MISS:  # occlusion fades with distance: far walls do not darken a surface
                clear = clear * np.where(entry < reach, entry / np.float32(reach), np.float32(1))
            else:
                clear = clear * (entry >= MISS)
        return clear

    lx, ly, lz = light.position()
    side, up = light.frame()
    key = np.zeros_like(origin[0])
    for u, v in spiral(key_samples, turn):
        across, upwards = u * np.float32(light.radius), v * np.float32(light.radius)
        target = [
            c + across * s + upwards * w - o
            for c, s, w, o in zip((lx, ly, lz), side, up, origin, strict=True)
        ]
        length = np.sqrt(target[0] ** 2 + target[1] ** 2 + target[2] ** 2)
        key += seen((target[0] / length, target[1] / length, target[2] / length), MISS)
    dome = np.zeros_like(key)
    tangent, bitangent = _basis(normal)
    for u, v in spiral(dome_samples, turn):  # a uniform disc lifted to the hemisphere: cosine weighted
        w = np.sqrt(np.maximum(1 - u * u - v * v, 0))
        x, y, z = (u * t + v * b + w * n for t, b, n in zip(tangent, bitangent, normal, strict=True))
        dome += seen((x, y, z), _NEARBY)
    return key / key_samples, dome / dome_samples


def _basis(normal: Vector) -> tuple[Vector, Vector]:
    """Duff et al., "Building an Orthonormal Basis, Revisited" (2017)."""
    x, y, z = normal
    sign = np.where(z < 0, np.float32(-1), np.float32(1))
    a = -1 / (sign + z)
    b = x * y * a
    return (1 + sign * x * x * a, sign * b, -sign * x), (b, sign + y * y * a, -y)


def joined(values: Array, known: Array | None = None) -> Array:
    """The tile's samples joined, where ``known`` (0 or 1) holds, and carried beyond its border."""
    size = (_TILE, _TILE)
    if known is None:
        return cv2.blur(cv2.blur(values, size, borderType=cv2.BORDER_REFLECT), (3, 3))
    total, weight = cv2.blur(values * known, size), cv2.blur(known, size)
    wide, spread = cv2.blur(total, (9, 9)), cv2.blur(weight, (9, 9))
    close = total / np.maximum(weight, 1e-4)
    return np.where(weight > 0.05, close, wide / np.maximum(spread, 1e-4)).astype(np.float32)
