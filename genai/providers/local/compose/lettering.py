"""Puts type on the picture: an ink that reads on what is really behind it, a scrim where none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box
from genai.providers.local.compose.scheme import Scheme
from genai.providers.local.compose.typography import Paragraph

READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3
_SHOWS = 3.0  # WCAG 2.2, 1.4.11: graphics
_AIM = 4.9  # leaves room for grain
_MID_GREY = 0.18  # relative luminance
_REACH, _SOFT = 0.17, 0.15  # of the frame's shorter side: how far a veil reaches, and its blur
_WORST = 2.0  # percentile of the pixels behind a text that must still read


@dataclass(frozen=True)
class Lettered:
    """A paragraph with its colours (linear): ``ink``, and ``plate`` where it is a button; ``contrast`` with
    what is behind it, measured on the pixels (the worst but two percent)."""

    paragraph: Paragraph
    ink: Array
    plate: Array | None
    contrast: float


def letter(
    srgb: Array,
    matte: Array,
    paragraphs: Sequence[Paragraph],
    scheme: Scheme,
    *,
    light: bool = False,
) -> tuple[Lettered, ...]:
    """Chooses inks that read on ``srgb`` (encoded, 0..1), which is veiled in place where none does.
    ``light``: light words alone, since a light veil over a photograph looks like fog."""
    inks = [scheme.light if light else _ink(srgb, paragraphs, each, scheme) for each in paragraphs]
    for ink in (scheme.dark, scheme.light):
        boxes = [
            p.box() for p, own in zip(paragraphs, inks, strict=True) if own is ink and p.kind != "button"
        ]
        if boxes:
            _scrim(srgb, matte, boxes, ink, scheme)
    return tuple(
        _button(srgb, paragraph, scheme, ink)
        if paragraph.kind == "button"
        else Lettered(paragraph, ink, None, contrast_behind(srgb, paragraph.box(), ink))
        for paragraph, ink in zip(paragraphs, inks, strict=True)
    )


def draw(srgb: Array, lettered: Sequence[Lettered]) -> None:
    """Draws the words into ``srgb``, in place."""
    for each in lettered:
        if each.plate is not None:
            left, top, right, bottom = each.paragraph.box()
            window = srgb[top:bottom, left:right]
            pill = _pill(right - left, bottom - top, 0.5 * (bottom - top))
            window += (color.encode(each.plate) - window) * pill[..., None]
        _paint(srgb, each.paragraph, each.ink)


def contrast_behind(srgb: Array, box: Box | None, ink: Array, percentile: float = _WORST) -> float:
    """Contrast of an ink (linear RGB) with the pixels of a box (None: all), at a low percentile."""
    left, top, right, bottom = box or (0, 0, srgb.shape[1], srgb.shape[0])
    behind = srgb[max(0, top) : bottom, max(0, left) : right]
    linear = color.decode(np.rint(np.clip(behind, 0, 1) * 255).astype(np.uint8))
    ratios = color.contrast(color.luminance(linear), float(color.luminance(ink)))
    return float(np.percentile(ratios, percentile))


def _ink(srgb: Array, paragraphs: Sequence[Paragraph], paragraph: Paragraph, scheme: Scheme) -> Array:
    """The ink that reads best behind the largest type; another paragraph keeps it as long as it reads
    there, and takes the other one where only that does."""
    main = max(paragraphs, key=lambda each: each.style.size)

    def reads(each: Paragraph, ink: Array) -> float:
        return contrast_behind(srgb, each.box(), ink)

    first, second = scheme.dark, scheme.light
    # By the common pixel: a few bright ones must not turn the ink of a whole headline.
    if contrast_behind(srgb, main.box(), second, 35) > contrast_behind(srgb, main.box(), first, 35):
        first, second = second, first
    if paragraph.kind != "button" and reads(paragraph, first) < _AIM <= reads(paragraph, second):
        return second
    return first


def _scrim(srgb: Array, matte: Array, boxes: Sequence[Box], ink: Array, scheme: Scheme) -> None:
    """Moves the ground behind the boxes away from the ink until it reads, no more than needed, in a field
    as soft as a light on a wall, that leaves the product alone."""
    if all(contrast_behind(srgb, box, ink) >= _AIM for box in boxes):
        return
    height, width = srgb.shape[:2]
    short = min(height, width)
    pad = _REACH * short
    left, top = min(b[0] for b in boxes) - pad, min(b[1] for b in boxes) - pad
    right, bottom = max(b[2] for b in boxes) + pad, max(b[3] for b in boxes) + pad
    shrink = 4
    field = np.zeros((height // shrink + 1, width // shrink + 1), np.float32)
    field[
        max(0, int(top / shrink)) : int(bottom / shrink) + 1,
        max(0, int(left / shrink)) : int(right / shrink) + 1,
    ] = 1
    field = cv2.GaussianBlur(field, (0, 0), _SOFT * short / shrink)
    field = np.clip(field * 1.25, 0, 1)
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    field = np.clip(field, 0, 1) * (1 - np.clip(matte * 1.5, 0, 1))
    target = color.encode(scheme.deep if float(color.luminance(ink)) > _MID_GREY else scheme.pale)
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


def _button(srgb: Array, paragraph: Paragraph, scheme: Scheme, ink: Array) -> Lettered:
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
    return Lettered(paragraph, label, fill, reached)


def _pill(width: int, height: int, radius: float) -> Array:
    """Coverage of a box with round corners."""
    y, x = np.ogrid[0:height, 0:width]
    dx = np.maximum(np.maximum(radius - (x + 0.5), (x + 0.5) - (width - radius)), 0)
    dy = np.maximum(np.maximum(radius - (y + 0.5), (y + 0.5) - (height - radius)), 0)
    return np.asarray(np.clip(radius - np.hypot(dx, dy) + 0.5, 0, 1), np.float32)


def _paint(srgb: Array, paragraph: Paragraph, ink: Array) -> None:
    cover, left, top = paragraph.mask()
    rows = slice(max(0, top), min(srgb.shape[0], top + cover.shape[0]))
    columns = slice(max(0, left), min(srgb.shape[1], left + cover.shape[1]))
    cover = cover[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    window = srgb[rows, columns]
    window += (color.encode(ink) - window) * cover[..., None]


def draw_logo(srgb: Array, logo: Array, box: Box, scheme: Scheme) -> None:
    """A logo (uint8 RGBA, already of the box's size) into its box; on a plate of plain ink, a little
    smaller, where it would not show on the ground. To be drawn before the words."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    window = srgb[top:bottom, left:right]
    alpha = logo[..., 3:].astype(np.float32) / 255
    opaque = alpha.mean() > 0.98  # it brings its own ground
    mean = (color.decode(logo[..., :3]) * alpha).sum((0, 1)) / max(float(alpha.sum()), 1e-3)
    if not opaque and contrast_behind(srgb, box, mean) < _SHOWS:
        level = color.luminance(mean)
        plate = max(
            (scheme.light, scheme.dark), key=lambda ink: float(color.contrast(color.luminance(ink), level))
        )
        window += (color.encode(plate) - window) * _pill(width, height, 0.2 * height)[..., None]
        pad = round(0.18 * height)
        inner = max(1, width - 2 * pad), max(1, round((width - 2 * pad) * height / width))
        logo = cv2.resize(logo, inner, interpolation=cv2.INTER_AREA)
        alpha = logo[..., 3:].astype(np.float32) / 255
        y = (height - inner[1]) // 2
        window = window[y : y + inner[1], pad : pad + inner[0]]
    window += (logo[..., :3].astype(np.float32) / 255 - window) * alpha
