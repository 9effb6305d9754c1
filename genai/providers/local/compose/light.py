"""The one key light of a scene, the dome that fills its shadows, and what stands before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genai.domain.creative import Light
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.geometry import Vector

_GOLDEN = np.pi * (3 - np.sqrt(5))


def daylight(kelvin: float) -> Array:
    """Linear RGB of a light against 5600 K, its luminance kept, its tint halved as an eye adapts.

    Black-body chromaticities: Kim et al., "Design of advanced color temperature control" (2002).
    """

    def white(temperature: float) -> NDArray[np.float64]:
        t = 1000.0 / float(np.clip(temperature, 1700, 20000))
        if t > 0.25:
            x = ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
        else:
            x = ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390
        y = ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483
        if t > 0.25:
            y = ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
        xyz = np.array([x / y, 1, (1 - x - y) / y])
        matrix = [[3.2404542, -1.5371385, -0.4985314], [-0.9692660, 1.8760108, 0.0415560]]
        return np.maximum(np.array([*matrix, [0.0556434, -0.2040259, 1.0572252]]) @ xyz, 0.02)

    tint = (white(kelvin) / white(5600)) ** 0.5
    return (tint / (tint @ np.array([0.2126, 0.7152, 0.0722]))).astype(np.float32)


@dataclass(frozen=True)
class KeyLight:
    """An area light (a disc that faces the product) with a soft lobe.

    ``toward``: unit vector from the product to it; ``distance`` and ``radius`` in product heights;
    ``lobe``: half width of its beam at the product; ``fill``: strength of the dome against it.
    """

    toward: tuple[float, float, float]
    distance: float
    radius: float
    color: Array
    lobe: float
    fill: float

    @classmethod
    def of(cls, light: Light, *, lobe: float = 2.6, fill: float = 0.55) -> KeyLight:
        """A light of the storyboard. Elevation is held within 18..72 degrees: lower throws the shadow
        out of the frame, higher hides it below the product."""
        azimuth = np.radians(light.azimuth)
        elevation = np.radians(np.clip(light.elevation, 18, 72))
        toward = (
            float(np.sin(azimuth) * np.cos(elevation)),
            float(np.sin(elevation)),
            float(-np.cos(azimuth) * np.cos(elevation)),
        )
        softness = float(np.clip(light.softness, 0, 1))
        return cls(toward, 6.5, 0.12 + 1.5 * softness, daylight(light.kelvin), lobe, fill)

    def position(self) -> tuple[float, float, float]:
        x, y, z = (axis * self.distance for axis in self.toward)
        return x, y + 0.4, z

    def frame(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Two unit vectors that span the light's disc: sideways and upwards."""
        x, y, z = self.toward
        side = np.array([-z, 0, x]) / max(np.hypot(x, z), 1e-6)
        up = np.cross(side, np.array([x, y, z]))
        up *= np.sign(up[1]) or 1
        return (float(side[0]), float(side[1]), float(side[2])), (float(up[0]), float(up[1]), float(up[2]))

    def arriving(self, point: Vector, normal: Vector) -> tuple[Array, Array]:
        """Unshadowed direct light (cosine, distance, lobe) and dome light at surface points; 1 is
        the key at the product facing it."""
        lx, ly, lz = self.position()
        vx, vy, vz = lx - point[0], ly - point[1], lz - point[2]
        square = vx * vx + vy * vy + vz * vz
        length = np.sqrt(square)
        cosine = np.maximum((vx * normal[0] + vy * normal[1] + vz * normal[2]) / length, 0)
        # Distance from the beam's axis decides how much of the lobe arrives.
        along = -(vx * self.toward[0] + vy * self.toward[1] + vz * self.toward[2])
        across = np.maximum(square - along * along, 0)
        lobe = 0.25 + 0.75 * np.exp(-across / np.float32(2 * self.lobe**2))
        direct = cosine * lobe * np.float32(self.distance**2) / square
        return direct.astype(np.float32), (0.72 + 0.28 * normal[1]).astype(np.float32)


def spiral(count: int, turn: Array) -> list[tuple[Array, Array]]:
    """Points of the unit disc on a sunflower spiral, each pixel's spiral turned by ``turn`` radians."""
    points = []
    for index in range(count):
        radius = np.float32(np.sqrt((index + 0.5) / count))
        angle = turn + np.float32(index * _GOLDEN)
        points.append((radius * np.cos(angle), radius * np.sin(angle)))
    return points
