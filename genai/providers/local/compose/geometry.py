"""Rays and the solids they meet.

World units are product heights. The product's foot is the origin; X points right, Y up, Z away from
the camera. Directions of camera rays have dz = 1, so the ray parameter t counts depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from genai.providers.local.compose.color import Array

Vector = tuple[Array, Array, Array]
MISS = 1e6


@dataclass(frozen=True)
class View:
    """A camera with shifted lens: verticals stay vertical, as a product photographer has them.

    ``foot``: the pixel of the origin; ``unit``: pixels per world unit at Z = 0; ``vanish``: the
    vanishing point's column; ``height``: the lens above the product's foot, ``distance`` in front.
    """

    foot: tuple[float, float]
    unit: float
    vanish: float
    height: float
    distance: float

    @property
    def horizon(self) -> float:
        """Row of the horizon in pixels."""
        return self.foot[1] - self.height * self.unit

    @property
    def eye(self) -> tuple[float, float, float]:
        return (self.vanish - self.foot[0]) / self.unit, self.height, -self.distance

    def rays(self, left: int, top: int, right: int, bottom: int, step: float) -> Vector:
        """Directions through the middle of each ``step`` pixels wide cell of the pixel box."""
        columns = np.arange(left + step / 2, right, step, dtype=np.float32)
        rows = np.arange(top + step / 2, bottom, step, dtype=np.float32)
        scale = np.float32(self.unit * self.distance)
        dx, dy = np.meshgrid((columns - self.vanish) / scale, (np.float32(self.horizon) - rows) / scale)
        return dx, dy, np.ones_like(dx)

    def pixel(self, x: float, y: float, z: float) -> tuple[float, float]:
        scale = self.unit * self.distance / (self.distance + z)
        eye = self.eye
        return self.vanish + scale * (x - eye[0]), self.horizon + scale * (eye[1] - y)


class Solid(Protocol):
    """A convex body: where a ray enters it, and the surface normal there."""

    def enter(self, origin: Vector, ray: Vector) -> Array:
        """Ray parameter of the entry, MISS where there is none in front of the origin."""
        ...

    def normal(self, x: Array, y: Array, z: Array) -> Vector:
        """Unit normal at points of the surface."""
        ...

    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Least and greatest corner."""
        ...


def _inverse(value: Array) -> Array:
    return np.asarray(1 / np.where(np.abs(value) < 1e-7, np.float32(1e-7), value), np.float32)


@dataclass(frozen=True)
class Box:
    """An axis-parallel box."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def enter(self, origin: Vector, ray: Vector) -> Array:
        near, far = np.full_like(ray[1], -1e9), np.full_like(ray[1], 1e9)
        for o, d, low, high in zip(origin, ray, self.low, self.high, strict=True):
            inverse = _inverse(d)
            a, b = (np.float32(low) - o) * inverse, (np.float32(high) - o) * inverse
            near, far = np.maximum(near, np.minimum(a, b)), np.minimum(far, np.maximum(a, b))
        return np.where((near <= far) & (near > 1e-3), near, MISS).astype(np.float32)

    def normal(self, x: Array, y: Array, z: Array) -> Vector:
        center = [(a + b) / 2 for a, b in zip(self.low, self.high, strict=True)]
        half = [(b - a) / 2 for a, b in zip(self.low, self.high, strict=True)]
        # Slack to the face on each axis; a rounded edge blends the two normals that meet there.
        round_off = 0.012
        parts = []
        for value, middle, extent in zip((x, y, z), center, half, strict=True):
            offset = value - np.float32(middle)
            parts.append(np.sign(offset) * np.clip(1 - (extent - np.abs(offset)) / round_off, 0, 1))
        return _unit(parts[0], parts[1], parts[2])

    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        return self.low, self.high


@dataclass(frozen=True)
class Cylinder:
    """A cylinder with caps. ``axis`` is y (a podium) or z (a disc that faces the camera); ``low`` and
    ``high`` bound it along the axis, ``center`` are the other two coordinates in order."""

    center: tuple[float, float]
    radius: float
    low: float
    high: float
    axis: str = "y"

    def _split(self, vector: Vector) -> Vector:
        x, y, z = vector
        return (x, z, y) if self.axis == "y" else (x, y, z)

    def enter(self, origin: Vector, ray: Vector) -> Array:
        (ou, ov, oa), (du, dv, da) = self._split(origin), self._split(ray)
        ou, ov = ou - np.float32(self.center[0]), ov - np.float32(self.center[1])
        a = np.maximum(du * du + dv * dv, np.float32(1e-9))
        b = ou * du + ov * dv
        root = b * b - a * (ou * ou + ov * ov - np.float32(self.radius**2))
        reach = np.sqrt(np.maximum(root, 0))
        inverse = _inverse(da)
        one, two = (np.float32(self.low) - oa) * inverse, (np.float32(self.high) - oa) * inverse
        near = np.maximum((-b - reach) / a, np.minimum(one, two))
        far = np.minimum((-b + reach) / a, np.maximum(one, two))
        return np.where((root > 0) & (near <= far) & (near > 1e-3), near, MISS).astype(np.float32)

    def normal(self, x: Array, y: Array, z: Array) -> Vector:
        u, v, a = self._split((x, y, z))
        u, v = u - np.float32(self.center[0]), v - np.float32(self.center[1])
        distance = np.sqrt(u * u + v * v) + np.float32(1e-6)
        round_off = 0.014
        side = np.clip(1 - (self.radius - distance) / round_off, 0, 1)
        top = np.clip(1 - (self.high - a) / round_off, 0, 1)
        bottom = np.clip(1 - (a - self.low) / round_off, 0, 1)
        u, v, a = u / distance * side, v / distance * side, top - bottom
        x, y, z = (u, a, v) if self.axis == "y" else (u, v, a)
        return _unit(x, y, z)

    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        (u, v), r = self.center, self.radius
        if self.axis == "y":
            return (u - r, self.low, v - r), (u + r, self.high, v + r)
        return (u - r, v - r, self.low), (u + r, v + r, self.high)


@dataclass(frozen=True)
class Arch:
    """An upright slab whose top is a half circle: centre ``x``, half width ``radius``, straight from
    ``floor`` up to ``spring``, between depths ``near`` and ``far``."""

    x: float
    radius: float
    floor: float
    spring: float
    near: float
    far: float

    def enter(self, origin: Vector, ray: Vector) -> Array:
        low, high = (
            (self.x - self.radius, self.floor, self.near),
            (self.x + self.radius, self.spring, self.far),
        )
        crown = Cylinder((self.x, self.spring), self.radius, self.near, self.far, "z")
        return np.minimum(Box(low, high).enter(origin, ray), crown.enter(origin, ray))

    def normal(self, x: Array, y: Array, z: Array) -> Vector:
        u, v = x - np.float32(self.x), np.maximum(y - np.float32(self.spring), 0)
        distance = np.sqrt(u * u + v * v) + np.float32(1e-6)
        round_off = 0.014
        side = np.clip(1 - (self.radius - distance) / round_off, 0, 1)
        front = np.clip(1 - (z - self.near) / round_off, 0, 1)
        return _unit(u / distance * side, v / distance * side, -np.maximum(front, 1e-3))

    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        return (self.x - self.radius, self.floor, self.near), (
            self.x + self.radius,
            self.spring + self.radius,
            self.far,
        )


@dataclass(frozen=True)
class Sphere:
    center: tuple[float, float, float]
    radius: float

    def enter(self, origin: Vector, ray: Vector) -> Array:
        o = [value - np.float32(middle) for value, middle in zip(origin, self.center, strict=True)]
        a = ray[0] ** 2 + ray[1] ** 2 + ray[2] ** 2
        b = o[0] * ray[0] + o[1] * ray[1] + o[2] * ray[2]
        root = b * b - a * (o[0] ** 2 + o[1] ** 2 + o[2] ** 2 - np.float32(self.radius**2))
        near = (-b - np.sqrt(np.maximum(root, 0))) / a
        return np.where((root > 0) & (near > 1e-3), near, MISS).astype(np.float32)

    def normal(self, x: Array, y: Array, z: Array) -> Vector:
        return _unit(x - self.center[0], y - self.center[1], z - self.center[2])

    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        (x, y, z), r = self.center, self.radius
        return (x - r, y - r, z - r), (x + r, y + r, z + r)


@dataclass(frozen=True)
class Sweep:
    """The ground and what closes it behind: a floor at ``floor``, a wall at ``wall``, joined by a cove
    of radius ``cove``. A tiny cove gives a corner, a wall far away an open ground."""

    floor: float
    wall: float
    cove: float

    def enter(self, origin: Vector, ray: Vector) -> Array:
        """For camera rays, which point towards the wall."""
        (_, oy, oz), (_, dy, dz) = origin, ray
        down = np.where(dy < -1e-6, (np.float32(self.floor) - oy) / np.minimum(dy, -1e-6), MISS)
        t = np.minimum(down, (np.float32(self.wall) - oz) / dz)
        y, z = oy + t * dy, oz + t * dz
        # Where the corner would be, the inside of the cove's quarter circle is met first.
        r = np.float32(self.cove)
        cy, cz = np.float32(self.floor) + r, np.float32(self.wall) - r
        inside = (y < cy) & (z > cz)
        a, b = dy * dy + dz * dz, (oy - cy) * dy + (oz - cz) * dz
        c = (oy - cy) ** 2 + (oz - cz) ** 2 - r * r
        curve = (-b + np.sqrt(np.maximum(b * b - a * c, 0))) / a
        return np.where(inside, curve, t).astype(np.float32)

    def normal(self, x: Array, y: Array, z: Array) -> Vector:
        r = np.float32(self.cove)
        up = np.clip((self.floor + r - y) / r, 0, 1)
        back = np.clip((z - self.wall + r) / r, 0, 1)
        return _unit(np.zeros_like(y), np.maximum(up, 1e-4), -back)


def _unit(x: Array, y: Array, z: Array) -> Vector:
    length = np.sqrt(x * x + y * y + z * z) + np.float32(1e-6)
    return (x / length).astype(np.float32), (y / length).astype(np.float32), (z / length).astype(np.float32)
