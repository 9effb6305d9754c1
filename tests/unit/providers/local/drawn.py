"""Drawn products with known masks, and the grounds they stand on."""

from __future__ import annotations

import cv2
import numpy as np


def bottle(size: int = 480, shift: tuple[int, int] = (0, 0)) -> tuple[np.ndarray, np.ndarray]:
    """A blue bottle with a cream label: its colours uint8 HxWx3 and its mask bool HxW."""
    mask = np.zeros((size, size), np.uint8)
    unit, (dx, dy) = size // 24, shift
    cv2.rectangle(mask, (8 * unit + dx, 9 * unit + dy), (16 * unit + dx, 20 * unit + dy), 1, -1)
    cv2.rectangle(mask, (10 * unit + dx, 4 * unit + dy), (14 * unit + dx, 10 * unit + dy), 1, -1)
    colors = np.full((size, size, 3), (28, 70, 170), np.uint8)
    shade = np.linspace(1.15, 0.75, size)[None, :, None]
    colors = np.clip(colors * shade, 0, 255).astype(np.uint8)
    cv2.rectangle(
        colors, (9 * unit + dx, 12 * unit + dy), (15 * unit + dx, 17 * unit + dy), (240, 228, 196), -1
    )
    return colors, mask > 0


def on_ground(colors: np.ndarray, mask: np.ndarray, ground: np.ndarray) -> np.ndarray:
    alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
    return np.rint(colors * alpha + ground * (1 - alpha)).astype(np.uint8)


def plain(size: int = 480, color: tuple[int, int, int] = (214, 205, 190)) -> np.ndarray:
    return np.full((size, size, 3), color, np.uint8)


def textured(size: int = 480, seed: int = 3) -> np.ndarray:
    """Something like gravel: grey-brown patches of several sizes."""
    source = np.random.default_rng(seed)
    ground = np.zeros((size, size), np.float32)
    for cell in (4, 9, 20):
        noise = source.normal(0, 1, (size // cell + 1, size // cell + 1)).astype(np.float32)
        ground += cv2.resize(noise, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.array((150, 140, 120)) + 22 * ground[..., None], 0, 255).astype(np.uint8)


def cluttered(size: int = 480, seed: int = 5) -> np.ndarray:
    """Overlapping shapes of all colours from edge to edge: no product, or nothing but."""
    source = np.random.default_rng(seed)
    picture = np.zeros((size, size, 3), np.uint8)
    for _ in range(260):
        centre = tuple(int(value) for value in source.integers(0, size, 2))
        axes = tuple(int(value) for value in source.integers(size // 40, size // 7, 2))
        color = tuple(int(value) for value in source.integers(0, 255, 3))
        cv2.ellipse(picture, centre, axes, int(source.integers(0, 180)), 0, 360, color, -1)
    return picture


def on_slab(colors: np.ndarray, mask: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """The product on a stone, as wide as itself, that stands out from the ground as it does."""
    size = len(mask)
    ys, xs = np.nonzero(mask)
    stone = np.zeros((size, size), np.uint8)
    cv2.rectangle(stone, (int(xs.min()), int(ys.max())), (int(xs.max()), int(ys.max()) + size // 10), 1, -1)
    slab = np.clip(textured(size, 8).astype(int) + np.array((40, 0, -60)), 0, 255).astype(np.uint8)
    return on_ground(colors, mask, on_ground(slab, stone > 0, ground))


def printed(colors: np.ndarray, shift: tuple[int, int] = (0, 0), seed: int = 11) -> np.ndarray:
    """The bottle's colours with a print on its label that can be found again."""
    unit, (dx, dy) = len(colors) // 24, shift
    result, source = colors.copy(), np.random.default_rng(seed)
    for _ in range(60):
        x, y = source.integers((9 * unit, 12 * unit), (15 * unit, 17 * unit))
        ink = tuple(int(value) for value in source.integers(0, 200, 3))
        radius = int(source.integers(2, max(3, unit // 2)))
        cv2.circle(result, (int(x) + dx, int(y) + dy), radius, ink, -1)
    return result
