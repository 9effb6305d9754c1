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
        size = short * (0.03 + 0.12 * close**2)
        side = rng.choice([-1, 1])
        centre = np.array([width * (0.5 + side * rng.uniform(0.26, 0.54)), height * rng.uniform(0.0, 1.0)])
        angle = rng.uniform(0, 2 * np.pi)
        s = np.linspace(0, 2 * np.pi, 40)
        along, across = np.cos(s), np.sin(s) * (0.36 if pointed else 0.62)
        if pointed:
            across = across * (1 - along**2 * 0.75)
        else:
            across = across * (1 + 0.25 * along)
        points = np.stack(
            [along * np.cos(angle) - across * np.sin(angle), along * np.sin(angle) + across * np.cos(angle)]
        )
        outline = np.round((centre[:, None] + size * points).T * 16).astype(np.int32)
        sheet = np.zeros((height, width), np.float32)
        cv2.fillPoly(sheet, [outline], 1.0, cv2.LINE_AA, 4)
        tone = np.float32(rng.uniform(0.75, 1.1))
        _lay(
            layer,
            cv2.GaussianBlur(sheet, (0, 0), 1.0 + size * 0.16) * np.float32(0.92),
            colors[index % len(colors)] * tone,
        )
    return _kept_off(layer, brief)


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
