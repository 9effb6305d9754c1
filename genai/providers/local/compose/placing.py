"""Stands the cut-out on the rendered set: reflection, contact, a touch of the set's light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from genai.media import pixels
from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box, Brief
from genai.providers.local.compose.light import KeyLight
from genai.providers.local.compose.subject import Subject

_RIM = 0.07  # gain of the edge that faces the light; the far edge loses as much
_FOOT = 0.14  # of light lost at the very foot
_WARMTH = 2.2  # CIELAB b* units that white balance may move a mid grey


@dataclass(frozen=True)
class Placed:
    """The product as it stands in the light of its set: ``color`` (linear) and ``alpha`` over ``box``."""

    color: Array
    alpha: Array
    box: Box

    def matte(self, width: int, height: int) -> Array:
        """Its alpha in a frame of that size."""
        matte = np.zeros((height, width), np.float32)
        left, top, right, bottom = self.box
        matte[top:bottom, left:right] = self.alpha
        return matte

    def draw(self, image: Array) -> None:
        """Over a linear picture of the frame, changed in place."""
        left, top, right, bottom = self.box
        window = image[top:bottom, left:right]
        window += (self.color - window) * self.alpha[..., None]


def place(image: Array, subject: Subject, brief: Brief, gloss: float) -> Placed:
    """Draws what the product does to its ground into ``image`` (linear, changed in place): reflection and
    contact. The product itself is returned.

    The product is scaled alike in both directions (to the nearest pixel).
    """
    left, top, right, bottom = brief.product
    width, height = right - left, bottom - top
    rgba = pixels.resize(subject.rgba, width, height)
    alpha = rgba[..., 3].astype(np.float32) / 255
    body = color.decode(rgba[..., :3]) * _gain(alpha, brief.light)[..., None] * _balance(brief.light)
    if gloss > 0:
        _reflect(image, body, alpha, brief, gloss)
    _contact(image, alpha, brief)
    window = image[top:bottom, left:right]
    # Light of the set wraps round the edge; without it a cut-out looks pasted.
    around = cv2.GaussianBlur(window, (0, 0), max(2.0, height / 90))
    edge = np.clip(1 - cv2.GaussianBlur(alpha, (0, 0), max(1.2, height / 260)), 0, 1) * alpha
    return Placed(body + (around - body) * (0.22 * edge)[..., None], alpha, brief.product)


def _gain(alpha: Array, light: KeyLight) -> Array:
    """The key's edge light, the far side's shade and the darker foot: within a few percent of 1."""
    height, width = alpha.shape
    soft = cv2.GaussianBlur(alpha, (0, 0), max(1.5, 0.02 * max(height, width)))
    dx = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3)
    dy = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)
    # The matte falls off towards the outside, so its slope is the outward normal turned round.
    facing = -dx * light.toward[0] + dy * light.toward[1]
    facing = facing / (np.percentile(np.abs(facing), 99.5) + 1e-6)
    rows = np.arange(height, dtype=np.float32)[:, None]
    foot = np.exp(-(height - 1 - rows) / (0.05 * height))
    return np.asarray((1 + _RIM * np.clip(facing, -1, 1)) * (1 - _FOOT * foot), np.float32)


def _balance(light: KeyLight) -> Array:
    """Gains towards the key's colour, at most ``_WARMTH`` units of b* on a mid grey."""
    grey = np.full((1, 1, 3), 0.4, np.float32)
    tinted = (grey * light.color).astype(np.float32)

    def blueness(linear: Array) -> float:
        return float(cv2.cvtColor(color.encode(linear), cv2.COLOR_RGB2Lab)[0, 0, 2])

    moved = abs(blueness(tinted) - blueness(grey))
    strength = min(0.3, _WARMTH / moved) if moved > 1e-3 else 0.0
    return np.asarray(1 + (light.color - 1) * strength, np.float32)


def _reflect(image: Array, body: Array, alpha: Array, brief: Brief, gloss: float) -> None:
    """The mirror image below the foot, fainter and softer with distance."""
    left, _, right, bottom = brief.product
    rows = min(image.shape[0] - bottom, alpha.shape[0])
    if rows < 4:
        return
    fade = np.exp(-np.arange(rows, dtype=np.float32) / (0.22 * alpha.shape[0]))[:, None]
    mirror, cover = body[::-1][:rows], alpha[::-1][:rows] * fade * np.float32(gloss)
    layer = np.dstack([mirror * cover[..., None], cover])
    near = cv2.GaussianBlur(layer, (0, 0), max(0.8, alpha.shape[0] / 300))
    far = cv2.GaussianBlur(layer, (0, 0), max(2.0, alpha.shape[0] / 60))
    mix = np.clip(np.arange(rows, dtype=np.float32) / (0.25 * alpha.shape[0]), 0, 1)[:, None, None]
    layer = near + (far - near) * mix
    window = image[bottom : bottom + rows, left:right]
    window *= 1 - layer[..., 3:]
    window += layer[..., :3]


def _contact(image: Array, alpha: Array, brief: Brief) -> None:
    """The dark seam where product and ground touch, and the dusk around it."""
    left, top, right, bottom = brief.product
    height, width = alpha.shape
    pad = int(0.12 * height) + 4
    foot = np.zeros((height + 2 * pad, width + 2 * pad), np.float32)
    band = max(3, int(0.10 * height))
    foot[pad + height - band : pad + height, pad : pad + width] = alpha[-band:]
    # Only the outline's underside touches; higher parts of the band stand free.
    rows = np.arange(foot.shape[0], dtype=np.float32)[:, None]
    weight = np.clip(1 - (pad + height - rows) / band, 0, 1)
    foot *= weight
    away = -brief.light.toward[0] * 0.010 * height
    tight = _moved(cv2.GaussianBlur(foot, (0, 0), max(1.0, 0.007 * height)), away, 0.006 * height)
    wide = cv2.GaussianBlur(foot, (0, 0), sigmaX=0.045 * height, sigmaY=0.018 * height)
    wide = _moved(wide, 3 * away, 0.012 * height)
    shade = 1 - (1 - 0.72 * np.clip(tight * 1.5, 0, 1)) * (1 - 0.5 * np.clip(wide * 1.6, 0, 1))
    y0, x0 = top - pad, left - pad
    ys, xs = (
        slice(max(0, y0), min(image.shape[0], bottom + pad)),
        slice(max(0, x0), min(image.shape[1], right + pad)),
    )
    image[ys, xs] *= 1 - shade[ys.start - y0 : ys.stop - y0, xs.start - x0 : xs.stop - x0, None]


def _moved(picture: Array, dx: float, dy: float) -> Array:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return np.asarray(cv2.warpAffine(picture, matrix, picture.shape[::-1]), np.float32)
