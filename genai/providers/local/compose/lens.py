"""What is out of focus: things close to the lens, lights far behind. Drawn small, then blurred."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Brief

_SHRINK = 3


def lights(brief: Brief, colors: Sequence[Array], count: int, top: float, bottom: float) -> Array:
    """Discs of light between two shares of the height, to be added to a backdrop (linear RGB)."""
    rng = brief.rng
    height, width = brief.height // _SHRINK, brief.width // _SHRINK
    picture = np.zeros((height, width, 3), np.float32)
    short = min(height, width)
    for _ in range(count):
        radius = short * rng.uniform(0.018, 0.06)
        centre = rng.uniform(0, width), rng.uniform(top, bottom) * height
        disc = np.zeros((height, width), np.float32)
        cv2.circle(disc, _fixed(centre), int(radius * 16), 1.0, -1, cv2.LINE_AA, 4)
        # A lens draws its discs a little brighter at the rim.
        cv2.circle(disc, _fixed(centre), int(radius * 16), 1.35, max(1, int(radius * 0.1)), cv2.LINE_AA, 4)
        tint = colors[int(rng.integers(len(colors)))]
        picture += disc[..., None] * tint * np.float32(rng.uniform(0.06, 0.42))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.6), np.float32)


def snow(brief: Brief, tint: Array) -> Array:
    """Flakes at several distances (RGBA, premultiplied): few large and soft, many small."""
    layer = _blank(brief)
    short = min(layer.shape[:2])
    for size, blur, count, alpha in (
        (0.03, 0.016, 12, 0.5),
        (0.011, 0.005, 40, 0.65),
        (0.0045, 0.0015, 110, 0.85),
    ):
        sheet = np.zeros(layer.shape[:2], np.float32)
        for _ in range(count):
            centre = brief.rng.uniform(0, layer.shape[1]), brief.rng.uniform(0, layer.shape[0])
            radius = short * size * brief.rng.uniform(0.5, 1.2)
            cv2.circle(
                sheet, _fixed(centre), int(radius * 16), float(brief.rng.uniform(0.4, 1)), -1, cv2.LINE_AA, 4
            )
        _lay(layer, cv2.GaussianBlur(sheet, (0, 0), max(0.6, short * blur)) * alpha, tint)
    return _kept_off(layer, brief)


def petals(brief: Brief, colors: Sequence[Array], count: int, *, pointed: bool = False) -> Array:
    """Petals, or with ``pointed`` leaves, that fall close to the lens along the frame's sides."""
    rng = brief.rng
    layer = _blank(brief)
    height, width = layer.shape[:2]
    short = min(height, width)
    for index in range(count):
        close = (index + 1) / count
        size = short * (0.022 + 0.07 * close**2.5)
        side = rng.choice([-1, 1])
        centre = np.array([width * (0.5 + side * rng.uniform(0.26, 0.54)), height * rng.uniform(0.0, 1.0)])
        angle = rng.uniform(0, 2 * np.pi)
        outline = _leaf(angle) if pointed else _petal(angle)
        points = np.round((centre + size * outline) * 16).astype(np.int32)
        sheet = np.zeros((height, width), np.float32)
        cv2.fillPoly(sheet, [points], 1.0, cv2.LINE_AA, 4)
        sheet = cv2.GaussianBlur(sheet, (0, 0), 0.7 + size * 0.1)
        # One side turns to the light: a flat petal would be confetti.
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        slope = ((x - centre[0]) * np.cos(angle + 1.2) + (y - centre[1]) * np.sin(angle + 1.2)) / np.float32(
            size
        )
        shade = np.clip(0.92 + 0.22 * slope, 0.6, 1.12)[..., None]
        _lay(layer, sheet * np.float32(0.94), colors[index % len(colors)] * shade)
    return _kept_off(layer, brief)


def _petal(angle: float) -> np.ndarray:
    """A cherry petal's outline: notched at the broad end, curled by foreshortening."""
    s = np.linspace(0, 2 * np.pi, 48)
    reach = 1 - 0.22 * np.exp(-((np.minimum(s, 2 * np.pi - s) / 0.28) ** 2))
    along, across = reach * np.cos(s), 0.62 * reach * np.sin(s) * (0.72 + 0.28 * np.cos(s))
    return _turned(along, across, angle)


def _leaf(angle: float) -> np.ndarray:
    """A beech leaf's outline with its stalk."""
    s = np.linspace(-1, 1, 30)
    half = 0.42 * (1 - s**2) ** 0.8 * (1 - 0.25 * s)
    along = np.concatenate([[-1.5], s, s[::-1], [-1.5]])
    across = np.concatenate([[0.02], half, -half[::-1], [-0.02]])
    return _turned(along, across + 0.12 * along**2, angle)


def _turned(along: np.ndarray, across: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([along * cos - across * sin, along * sin + across * cos], axis=1)


def _blank(brief: Brief) -> Array:
    return np.zeros((brief.height // _SHRINK, brief.width // _SHRINK, 4), np.float32)


def _fixed(point: tuple[float, float]) -> tuple[int, int]:
    return int(point[0] * 16), int(point[1] * 16)


def _lay(layer: Array, cover: Array, tint: Array) -> None:
    layer *= 1 - cover[..., None]
    layer[..., :3] += tint * cover[..., None]
    layer[..., 3] += cover


def _kept_off(layer: Array, brief: Brief) -> Array:
    """Nothing passes before the product or the words."""
    keep = np.ones(layer.shape[:2], np.float32)
    pad = 0.02 * min(brief.width, brief.height)
    for left, top, right, bottom in (brief.product, *brief.words):
        rows = slice(max(0, int((top - pad) / _SHRINK)), int((bottom + pad) / _SHRINK) + 1)
        keep[rows, max(0, int((left - pad) / _SHRINK)) : int((right + pad) / _SHRINK) + 1] = 0
    keep = cv2.GaussianBlur(keep, (0, 0), 0.02 * min(layer.shape[:2]))
    return np.asarray(layer * np.clip(2.4 * keep - 1.4, 0, 1)[..., None], np.float32)
