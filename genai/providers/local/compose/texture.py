"""Seamless surfaces made by rule: wood, stone, terrazzo, linen, plaster. Linear RGB tiles."""

from __future__ import annotations

import cv2
import numpy as np

from genai.providers.local.compose.color import Array
from genai.providers.local.compose.scheme import shifted

SIDE = 1024  # pixels of a tile


def noise(rng: np.random.Generator, slope: float, stretch: float = 1.0, side: int = SIDE) -> Array:
    """Periodic noise of spectrum 1/f^slope, mean 0 and deviation 1; ``stretch`` draws it out along x."""
    fy = np.fft.fftfreq(side)[:, None].astype(np.float32)
    fx = np.fft.rfftfreq(side)[None].astype(np.float32) * np.float32(stretch)
    frequency = np.sqrt(fx * fx + fy * fy)
    frequency[0, 0] = 1
    amplitude = frequency ** np.float32(-slope)
    amplitude[0, 0] = 0
    phase = rng.random(amplitude.shape, np.float32) * np.float32(2 * np.pi)
    field = np.fft.irfft2(amplitude * np.exp(1j * phase), s=(side, side)).astype(np.float32)
    return np.asarray((field - field.mean()) / (field.std() + 1e-9), np.float32)


def _tinted(base: Array, light: Array) -> Array:
    """The base colour times a lightness field around 1."""
    return np.asarray(base[None, None] * np.clip(light, 0.05, 2.2)[..., None], np.float32)


def wood(rng: np.random.Generator, base: Array, planks: int = 4) -> Array:
    """Planks along x: growth rings cut lengthwise, pores, fine joints."""
    along = noise(rng, 1.9, 9)
    fibre = noise(rng, 0.9, 60)
    rows = np.arange(SIDE, dtype=np.float32)[:, None]
    plank = (rows * planks / SIDE).astype(int)
    value = rng.normal(0, 0.055, planks).astype(np.float32)[plank]
    shift = rng.uniform(0, 40, planks).astype(np.float32)[plank]
    local = rows * planks / SIDE - plank - 0.5
    rings = np.sin((local * 5.5 + shift + along * 0.95) * np.float32(2 * np.pi) * 0.9)
    early = np.clip(rings, -1, 1) ** 3
    light = 1 + 0.075 * early + 0.05 * fibre + 0.05 * along + value
    pores = np.clip(noise(rng, 0.35, 34) - 1.5, 0, 1.2)
    light -= 0.14 * pores
    edge = np.abs(np.abs(local) - 0.5) * SIDE / planks
    light *= 1 - 0.55 * np.exp(-((edge / 1.6) ** 2)) - 0.12 * np.exp(-edge / 7)
    tile = _tinted(base, light)
    # Late wood is redder as well as darker.
    tile[..., 2] *= np.clip(1 + 0.10 * early, 0.7, 1.2)
    return tile


def stone(rng: np.random.Generator, base: Array) -> Array:
    """Limestone: clouds, faint bedding, grain and small pits."""
    clouds, bedding = noise(rng, 1.7), noise(rng, 1.6, 5)
    grain = noise(rng, 0.25)
    pits = np.clip(noise(rng, 0.7) - 2.2, 0, 1)
    return _tinted(base, 1 + 0.035 * clouds + 0.03 * bedding + 0.025 * grain - 0.35 * pits)


def marble(rng: np.random.Generator, base: Array) -> Array:
    """Veins where warped noise crosses zero."""
    clouds, warp = noise(rng, 1.8), noise(rng, 2.1)
    vein = np.exp(-np.abs(warp + 0.18 * noise(rng, 1.5)) * 16) * np.clip(0.6 + 0.6 * clouds, 0, 1)
    hair = np.exp(-np.abs(noise(rng, 1.9)) * 40) * 0.5
    light = 1 + 0.03 * clouds - 0.30 * vein - 0.14 * hair
    return _tinted(base, light)


def terrazzo(rng: np.random.Generator, base: Array, chips: list[Array]) -> Array:
    """Angular chips of several colours and sizes in a fine matrix."""
    tile = _tinted(base, 1 + 0.015 * noise(rng, 1.2) + 0.015 * noise(rng, 0.2))
    palette = [*chips, shifted(base, 0.1), shifted(base, -0.14)]
    for radius, count in ((34, 60), (19, 190), (9, 520), (4, 1100)):
        for _ in range(count):
            x, y = rng.uniform(0, SIDE, 2)
            corners = int(rng.integers(5, 8))
            angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
            reach = radius * rng.uniform(0.55, 1.1, corners)
            points = np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle) * 0.85], axis=1)
            chip = palette[int(rng.integers(len(palette)))] * np.float32(rng.uniform(0.88, 1.1))
            for dx in (-SIDE, 0, SIDE):
                for dy in (-SIDE, 0, SIDE):
                    if -radius * 2 < x + dx < SIDE + radius * 2 and -radius * 2 < y + dy < SIDE + radius * 2:
                        moved = np.round((points + np.array([dx, dy])) * 16).astype(np.int32)
                        cv2.fillConvexPoly(tile, moved, chip.tolist(), cv2.LINE_AA, 4)
    return tile


def linen(rng: np.random.Generator, base: Array) -> Array:
    """A plain weave of uneven threads."""
    count = 128
    phase = np.arange(SIDE, dtype=np.float32) * np.float32(2 * np.pi * count / SIDE)
    wobble = noise(rng, 1.6, 3)
    warp, weft = np.sin(phase[None] + 0.5 * wobble), np.sin(phase[:, None] + 0.5 * wobble.T)
    weave = np.where((warp > 0) ^ (weft > 0), np.abs(warp), np.abs(weft))
    slub = noise(rng, 1.0, 40) * 0.03 + noise(rng, 1.0, 40).T * 0.03
    return _tinted(base, 0.94 + 0.09 * weave + slub + 0.02 * noise(rng, 1.8))


def plaster(rng: np.random.Generator, base: Array) -> Array:
    """Trowelled mineral plaster: soft clouds, quiet grain."""
    return _tinted(base, 1 + 0.03 * noise(rng, 1.6) + 0.012 * noise(rng, 0.5))
