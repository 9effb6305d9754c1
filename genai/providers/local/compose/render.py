"""Renders a set: one key light, a dome, soft shadows and occlusion by solids and product.

Light is sampled on a coarse grid per surface, each surface evaluated whole, so that nothing leaks over
an edge; albedo and outlines are drawn at full resolution.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Brief, Design, Piece
from genai.providers.local.compose.geometry import MISS, Solid, Vector, View
from genai.providers.local.compose.light import KeyLight
from genai.providers.local.compose.shadow import Caster, joined, visibility

_COARSE = 330  # the light grid's cells along the frame's shorter side
_FINEST = 1.6  # pixels of a cell, in small pictures
_DIRECT = 0.66  # of the light at the product, the key's part; the rest comes from the dome


class Renderer:
    """Draws one design for one brief. ``bounce`` is the product's mean colour, which it throws back."""

    def __init__(self, design: Design, brief: Brief, caster: Caster | None, bounce: Array) -> None:
        self.design, self.brief, self.caster, self.bounce = design, brief, caster, bounce
        self.view: View = design.view
        self.light: KeyLight = replace(brief.light, lobe=design.lobe)
        self.step = max(_FINEST, min(brief.width, brief.height) / _COARSE)
        self.solids = tuple(piece.solid for piece in design.pieces if piece.blur < 4)
        self.exposure = 1.0

    def picture(self) -> Array:
        """The set without the product: linear light, height x width x 3."""
        image = self._backdrop()
        if self.design.backdrop is not None:
            size = (self.brief.width, self.brief.height)
            image += cv2.resize(self.design.backdrop, size, interpolation=cv2.INTER_LINEAR)
        for piece in self.design.pieces:
            self._draw(piece, image)
        return self._graded(image)

    def _peak(self) -> float:
        """The key's own level: the better of a level and an upright surface at the product."""
        return max(self.light.toward[1], -self.light.toward[2], 0.35)

    def _irradiance(
        self, point: Vector, normal: Vector, known: Array | None = None, own: Solid | None = None
    ) -> Array:
        """Light at surface points (of the solid ``own``, which is convex and cannot shade itself), 1
        where the set shows its own colours."""
        direct, dome = self.light.arriving(point, normal)
        key, open_sky = visibility(
            point, normal, self.light, self.caster, [s for s in self.solids if s is not own]
        )
        key, open_sky = joined(key, known), joined(open_sky, known)
        if self.design.gobo is not None:
            key = key * self._gobo(point)
        direct = direct * key * np.float32(_DIRECT * self.exposure / self._peak())
        fill = dome * np.float32((1 - _DIRECT) * self.exposure)
        returned = (1 - open_sky)[..., None] * (0.10 + 0.28 * self.bounce)
        return direct[..., None] * self.light.color + fill[..., None] * (open_sky[..., None] + returned)

    def _gobo(self, point: Vector) -> Array:
        """Transmission of what stands before the light, by parallel projection along the key."""
        gobo = self.design.gobo
        assert gobo is not None
        side, up = self.light.frame()
        u = sum(c * np.float32(s) for c, s in zip(point, side, strict=True))
        v = sum(c * np.float32(s) for c, s in zip(point, up, strict=True))
        scale = gobo.shape[0] / self.design.gobo_size
        column = (u * scale + gobo.shape[1] / 2).astype(np.float32)
        row = (gobo.shape[0] * 0.5 - (v - 0.2) * scale).astype(np.float32)
        return cv2.remap(gobo, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)

    def _backdrop(self) -> Array:
        design, brief = self.design, self.brief
        ray = self.view.rays(0, 0, brief.width, brief.height, self.step)
        origin = _constant(self.view.eye, ray[0])
        point = _at(origin, ray, design.sweep.enter(origin, ray))
        light = self._irradiance(point, design.sweep.normal(*point))
        # Exposed for the lit part of the set, so that it shows the palette's own colours.
        self.exposure = 1 / max(float(np.percentile(light[..., 1], 82)), 1e-3)
        light = light * np.float32(self.exposure)
        light = cv2.resize(light, (brief.width, brief.height), interpolation=cv2.INTER_CUBIC)
        image = self._albedo() * np.maximum(light, 0)
        return self._defocused(image) if design.focus else image

    def _rows(self) -> tuple[Array, Array, Array, Array]:
        """Depth parameter, height, Z and 'upness' of the sweep for every row of the picture."""
        sweep = self.design.sweep
        _, dy, one = self.view.rays(0, 0, 1, self.brief.height, 1)
        origin = _constant(self.view.eye, dy)
        t = sweep.enter(origin, (np.zeros_like(dy), dy, one))
        y, z = origin[1] + t * dy, origin[2] + t
        return t, y, z, sweep.normal(np.zeros_like(y), y, z)[1]

    def _albedo(self) -> Array:
        design, brief = self.design, self.brief
        t, y, z, up = self._rows()
        ground = np.clip((up - 0.35) / 0.3, 0, 1)[..., None]
        low = np.broadcast_to(design.floor.albedo, (brief.height, 1, 3))
        high = np.broadcast_to(design.wall.albedo, (brief.height, 1, 3))
        if design.floor.tile is None and design.paint is None:
            return np.asarray(high + (low - high) * ground, np.float32)  # one column is as good as all
        columns = (np.arange(brief.width, dtype=np.float32) + 0.5)[None]
        dx = (columns - self.view.vanish) / np.float32(self.view.unit * self.view.distance)
        x = np.float32(self.view.eye[0]) + t * dx
        if design.floor.tile is not None:
            low = _tiled(design.floor.tile, design.floor.size, x, z)
        if design.paint is not None:
            high = design.paint(x, np.broadcast_to(y, x.shape))
        return np.asarray(high + (low - high) * ground, np.float32)

    def _defocused(self, image: Array) -> Array:
        """Blurs rows by their distance from the product's depth."""
        _, _, z, _ = self._rows()
        near = np.where(z < 0, np.float32(0.8), np.float32(1))
        amount = np.clip(np.abs(z) * near * np.float32(self.design.focus) - 0.15, 0, 2)
        short = min(self.brief.width, self.brief.height)
        soft = _blurred(image, 0.0035 * short)
        softer = _blurred(image, 0.011 * short)
        first, second = np.clip(amount, 0, 1)[..., None], np.clip(amount - 1, 0, 1)[..., None]
        mixed = image + (soft - image) * first
        return np.asarray(mixed + (softer - mixed) * second, np.float32)

    def _draw(self, piece: Piece, image: Array) -> None:
        """Draws a solid over ``image`` in place."""
        height, width = image.shape[:2]
        left, top, right, bottom = self._extent(piece, width, height)
        if right - left < 2 or bottom - top < 2:
            return
        fine = self.view.rays(left, top, right, bottom, 0.5)
        hit = piece.solid.enter(_constant(self.view.eye, fine[0]), fine) < MISS
        size = (right - left, bottom - top)
        cover = cv2.resize(hit.astype(np.float32), size, interpolation=cv2.INTER_AREA)

        ray = self.view.rays(left, top, right, bottom, self.step / 1.5)
        origin = _constant(self.view.eye, ray[0])
        t = piece.solid.enter(origin, ray)
        known = (t < MISS).astype(np.float32)
        point = _at(origin, ray, np.where(t < MISS, t, np.float32(self.view.distance)))
        light = self._irradiance(point, piece.solid.normal(*point), known, piece.solid)
        light = np.stack([joined(light[..., c], known) for c in range(3)], axis=-1)
        colour = np.maximum(cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), 0) * piece.albedo
        if piece.blur:
            sigma = piece.blur / 1000 * min(width, height)
            colour, cover = _blurred(colour * cover[..., None], sigma), _blurred(cover, sigma)
        else:
            colour = colour * cover[..., None]
        window = image[top:bottom, left:right]
        window *= 1 - cover[..., None]
        window += colour

    def _extent(self, piece: Piece, width: int, height: int) -> tuple[int, int, int, int]:
        low, high = piece.solid.bounds()
        nearest = 0.15 - self.view.distance
        corners = [
            self.view.pixel(x, y, max(z, nearest))
            for x in (low[0], high[0])
            for y in (low[1], high[1])
            for z in (low[2], high[2])
        ]
        xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
        pad = 2 + int(piece.blur / 1000 * min(width, height) * 3)
        return (
            max(0, int(min(xs)) - pad),
            max(0, int(min(ys)) - pad),
            min(width, int(max(xs)) + pad),
            min(height, int(max(ys)) + pad),
        )

    def _graded(self, image: Array) -> Array:
        """A glow of light behind the product and a darker edge."""
        brief, design = self.brief, self.design
        step = 8
        y, x = np.mgrid[0 : brief.height : step, 0 : brief.width : step].astype(np.float32)
        left, top, right, bottom = brief.product
        reach = 0.8 * max(right - left, bottom - top)
        cx, cy = (left + right) / 2 - 0.15 * brief.facing * reach, top + 0.35 * (bottom - top)
        glow = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * reach**2))
        dx, dy = x / brief.width - 0.5, y / brief.height - 0.5
        edge = np.clip((dx**2 + dy**2) * 2, 0, 1) ** 1.2
        gain = ((1 + design.glow * glow) * (1 - design.vignette * edge)).astype(np.float32)
        image *= cv2.resize(gain, (brief.width, brief.height), interpolation=cv2.INTER_CUBIC)[..., None]
        return image


def _tiled(tile: Array, size: float, x: Array, z: Array) -> Array:
    """A seamless tile of ``size`` world units, seen on the ground at ``x``, ``z``."""
    scale = np.float32(tile.shape[0] / size)
    wrapped = cv2.copyMakeBorder(tile, 0, 1, 0, 1, cv2.BORDER_WRAP)
    columns = np.mod(x * scale, np.float32(tile.shape[1]))
    rows = np.broadcast_to(np.mod(-z * scale, np.float32(tile.shape[0])), x.shape)
    rows = np.ascontiguousarray(rows, np.float32)
    return np.asarray(cv2.remap(wrapped, columns.astype(np.float32), rows, cv2.INTER_LINEAR), np.float32)


def _constant(values: tuple[float, float, float], like: Array) -> Vector:
    x, y, z = (np.full_like(like, value) for value in values)
    return x, y, z


def _at(origin: Vector, ray: Vector, t: Array) -> Vector:
    return origin[0] + t * ray[0], origin[1] + t * ray[1], origin[2] + t * ray[2]


def _blurred(image: Array, sigma: float) -> Array:
    """Gaussian; wide ones at reduced size, where nothing is lost."""
    shrink = max(1, int(sigma / 2))
    if shrink == 1:
        return cv2.GaussianBlur(image, (0, 0), max(sigma, 0.3))
    height, width = image.shape[:2]
    size = (max(2, width // shrink), max(2, height // shrink))
    small = cv2.GaussianBlur(cv2.resize(image, size, interpolation=cv2.INTER_AREA), (0, 0), sigma / shrink)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
