"""Puts type on the picture: an ink that reads on what is really behind it, a scrim where none does."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box
from genai.providers.local.compose.scheme import Scheme
from genai.providers.local.compose.typography import Paragraph

READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
_AIM = 4.9  # leaves room for grain
_WORST = 2.0  # percentile of the pixels behind a text that must still read


def draw_words(srgb: Array, matte: Array, paragraphs: Sequence[Paragraph], scheme: Scheme) -> list[float]:
    """Draws into ``srgb`` (encoded, 0..1, changed in place); returns the contrast of each paragraph,
    measured on the pixels behind it (the worst but two percent)."""
    plain = [p for p in paragraphs if p.kind != "button"]
    ink = _ink(srgb, plain, scheme) if plain else scheme.dark
    if plain:
        _scrim(srgb, matte, plain, ink, scheme)
    measured = []
    for paragraph in paragraphs:
        if paragraph.kind == "button":
            measured.append(_draw_button(srgb, paragraph, scheme, ink))
        else:
            measured.append(contrast_behind(srgb, paragraph.box(), ink))
            _paint(srgb, paragraph, ink)
    return [round(value, 2) for value in measured]


def contrast_behind(srgb: Array, box: Box | None, ink: Array) -> float:
    """Contrast of an ink (linear RGB) with the pixels of a box (None: all), at the worst percentile."""
    left, top, right, bottom = box or (0, 0, srgb.shape[1], srgb.shape[0])
    behind = srgb[max(0, top) : bottom, max(0, left) : right]
    linear = color.decode(np.rint(np.clip(behind, 0, 1) * 255).astype(np.uint8))
    ratios = color.contrast(color.luminance(linear), float(color.luminance(ink)))
    return float(np.percentile(ratios, _WORST))


def _ink(srgb: Array, paragraphs: Sequence[Paragraph], scheme: Scheme) -> Array:
    """The ink of the two whose worst contrast is the better one."""

    def worst(ink: Array) -> float:
        return min(contrast_behind(srgb, p.box(), ink) for p in paragraphs)

    dark, light = worst(scheme.dark), worst(scheme.light)
    return scheme.dark if dark >= light else scheme.light


def _scrim(srgb: Array, matte: Array, paragraphs: Sequence[Paragraph], ink: Array, scheme: Scheme) -> None:
    """Moves the ground behind the words away from the ink, no more than needed, in a soft field that
    leaves the product alone."""
    if all(contrast_behind(srgb, p.box(), ink) >= _AIM for p in paragraphs):
        return
    height, width = srgb.shape[:2]
    short = min(height, width)
    boxes = [p.box() for p in paragraphs]
    pad = 0.05 * short
    left, top = min(b[0] for b in boxes) - pad, min(b[1] for b in boxes) - pad
    right, bottom = max(b[2] for b in boxes) + pad, max(b[3] for b in boxes) + pad
    shrink = 4
    field = np.zeros((height // shrink + 1, width // shrink + 1), np.float32)
    field[
        max(0, int(top / shrink)) : int(bottom / shrink) + 1,
        max(0, int(left / shrink)) : int(right / shrink) + 1,
    ] = 1
    field = cv2.GaussianBlur(field, (0, 0), 0.055 * short / shrink)
    field = np.clip(field * 1.25, 0, 1)
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    field = np.clip(field, 0, 1) * (1 - np.clip(matte * 1.5, 0, 1))
    is_light = float(color.luminance(ink)) > 0.4
    target = color.encode(scheme.tone(-0.9, -0.01) if is_light else scheme.light)
    for strength in np.linspace(0.12, 0.94, 12, dtype=np.float32):
        if all(contrast_behind(_veiled(srgb, field, target, strength, b), None, ink) >= _AIM for b in boxes):
            break
    srgb += (target - srgb) * (strength * field)[..., None]


def _veiled(srgb: Array, field: Array, target: Array, strength: float, box: Box) -> Array:
    """The pixels of a box with the scrim at that strength."""
    left, top, right, bottom = box
    rows, columns = slice(max(0, top), bottom), slice(max(0, left), right)
    behind = srgb[rows, columns]
    return np.asarray(behind + (target - behind) * (strength * field[rows, columns])[..., None], np.float32)


def _draw_button(srgb: Array, paragraph: Paragraph, scheme: Scheme, ink: Array) -> float:
    """A pill in the accent where the accent stands off the ground, else in the ink of the words."""
    box = paragraph.box()
    behind = np.median(srgb[box[1] : box[3], box[0] : box[2]].reshape(-1, 3), axis=0)
    ground = color.decode(np.rint(behind * 255).astype(np.uint8))
    apart = abs(color.oklch(scheme.accent)[0] - color.oklch(ground)[0])
    fill = scheme.accent if apart > 0.22 else ink
    level = float(color.luminance(fill))
    label = max(
        (scheme.dark, scheme.light), key=lambda each: float(color.contrast(color.luminance(each), level))
    )
    reached = float(color.contrast(color.luminance(label), level))
    if reached < _AIM:  # a mid accent carries neither ink: the words' own ink does
        fill = ink
        label = scheme.light if float(color.luminance(ink)) < 0.4 else scheme.dark
        reached = float(color.contrast(color.luminance(label), color.luminance(fill)))
    window = srgb[box[1] : box[3], box[0] : box[2]]
    window += (color.encode(fill) - window) * _pill(box[2] - box[0], box[3] - box[1])[..., None]
    _paint(srgb, paragraph, label)
    return reached


def _pill(width: int, height: int) -> Array:
    """Coverage of a box with round ends."""
    radius = height / 2
    y, x = np.ogrid[0:height, 0:width]
    dx = np.maximum(np.maximum(radius - (x + 0.5), (x + 0.5) - (width - radius)), 0)
    return np.asarray(np.clip(radius - np.hypot(dx, np.abs(y + 0.5 - radius)) + 0.5, 0, 1), np.float32)


def _paint(srgb: Array, paragraph: Paragraph, ink: Array) -> None:
    cover, left, top = paragraph.mask()
    rows = slice(max(0, top), min(srgb.shape[0], top + cover.shape[0]))
    columns = slice(max(0, left), min(srgb.shape[1], left + cover.shape[1]))
    cover = cover[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    window = srgb[rows, columns]
    window += (color.encode(ink) - window) * cover[..., None]


def draw_logo(srgb: Array, logo: Array, box: Box) -> None:
    """A logo (uint8 RGBA, already of the box's size) into its box."""
    left, top, right, bottom = box
    alpha = logo[..., 3:].astype(np.float32) / 255
    window = srgb[top:bottom, left:right]
    window += (logo[..., :3].astype(np.float32) / 255 - window) * alpha
