"""What stands between the light and the set: a window, leaves. Transmission 0..1, square."""

from __future__ import annotations

import cv2
import numpy as np

from genai.providers.local.compose.color import Array

SIDE = 512


def window(rng: np.random.Generator, softness: float) -> Array:
    """A casement's panes, seen a little askew; dim outside."""
    picture = np.full((SIDE, SIDE), 0.42, np.float32)
    columns, rows = 2, int(rng.integers(3, 5))
    left, right, top, bottom = 0.2, 0.74, 0.04, 0.98
    bar = 0.028
    for column in range(columns):
        for row in range(rows):
            x0 = left + (right - left) * column / columns + bar
            x1 = left + (right - left) * (column + 1) / columns
            y0 = top + (bottom - top) * row / rows + bar
            y1 = top + (bottom - top) * (row + 1) / rows
            points = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) * SIDE * 16
            cv2.fillConvexPoly(picture, np.round(points).astype(np.int32), 1.0, cv2.LINE_AA, 4)
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), float(rng.uniform(-14, 14)), 1.0)
    turned = cv2.warpAffine(picture, turn, (SIDE, SIDE), borderValue=0.42)
    return cv2.GaussianBlur(turned, (0, 0), 2.5 + 9 * softness)


def leaves(rng: np.random.Generator, softness: float, kind: str = "palm") -> Array:
    """Fronds or branches that reach in from the sides; those further from the set are softer."""
    light = np.ones((SIDE, SIDE), np.float32)
    for depth in (2.2, 1.0):
        layer = np.zeros((SIDE, SIDE), np.float32)
        for _ in range(3):
            side = float(rng.choice([-1, 1]))
            root = np.array([SIDE * (0.5 + side * rng.uniform(0.36, 0.56)), SIDE * rng.uniform(-0.05, 0.75)])
            aim = np.array([-side * rng.uniform(0.5, 1.0), rng.uniform(-0.1, 0.9)])
            if kind == "palm":
                _frond(layer, rng, root, aim / np.linalg.norm(aim))
            else:
                _branch(layer, rng, root, aim / np.linalg.norm(aim))
        light *= 1 - 0.88 * cv2.GaussianBlur(layer, (0, 0), (2 + 7 * softness) * depth)
    return light


def _leaf(layer: Array, at: np.ndarray, direction: np.ndarray, length: float, width: float) -> None:
    s = np.linspace(0, 1, 14)
    normal = np.array([-direction[1], direction[0]])
    middle = at + np.outer(s * length, direction) + np.outer(s**2 * length * 0.15, (0.0, 1.0))
    half = np.outer(width * np.sin(np.pi * s**0.8), normal)
    outline = np.concatenate([middle + half, (middle - half)[::-1]]) * 16
    cv2.fillPoly(layer, [np.round(outline).astype(np.int32)], 1.0, cv2.LINE_AA, 4)


def _frond(layer: Array, rng: np.random.Generator, root: np.ndarray, aim: np.ndarray) -> None:
    length, leaflets = SIDE * rng.uniform(0.5, 0.72), int(rng.integers(13, 18))
    for index in range(leaflets):
        s = (index + 1) / leaflets
        at = root + aim * length * s + np.array([0, 1]) * length * 0.18 * s**2
        for side in (-1, 1):
            angle = np.radians(side * (64 - 34 * s))
            turned = np.array(
                [
                    aim[0] * np.cos(angle) - aim[1] * np.sin(angle),
                    aim[0] * np.sin(angle) + aim[1] * np.cos(angle),
                ]
            )
            _leaf(layer, at, turned, length * 0.44 * np.sin(np.pi * (0.18 + 0.74 * s)), 6.5)


def _branch(layer: Array, rng: np.random.Generator, root: np.ndarray, aim: np.ndarray) -> None:
    length = SIDE * rng.uniform(0.5, 0.75)
    for index in range(11):
        s = (index + 1) / 11
        at = root + aim * length * s + np.array([0, 1]) * length * 0.12 * s**2
        angle = np.radians((-1) ** index * rng.uniform(28, 62))
        turned = np.array(
            [aim[0] * np.cos(angle) - aim[1] * np.sin(angle), aim[0] * np.sin(angle) + aim[1] * np.cos(angle)]
        )
        _leaf(layer, at, turned, SIDE * rng.uniform(0.10, 0.16), SIDE * rng.uniform(0.022, 0.036))
    tip = root + aim * length
    ends = np.round(np.stack([root, tip]) * 16).astype(int).tolist()
    cv2.line(layer, ends[0], ends[1], 1.0, 4, cv2.LINE_AA, 4)
