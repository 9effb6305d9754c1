"""The single panels of a character sheet: supplied views, and honest derivations of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from genai.domain.media import Mark
from genai.media import pixels
from genai.media.fonts import MANROPE, font

INK = (38, 36, 33)
_PANEL = 1024  # pixels, the longest side of a panel's own file
_DETAIL = 0.3  # a detail's side, of the product's longer side
_NAMES = {"three_quarter": "three-quarter"}


@dataclass(frozen=True)
class Panel:
    """``picture`` uint8 HxWx3. ``fills``: may be cropped to its cell, else it is shown whole."""

    picture: np.ndarray
    label: str
    view: str | None = None
    marks: tuple[Mark, ...] = ()
    fills: bool = False


def supplied(photograph: np.ndarray, view: str | None, number: int) -> Panel:
    """A photograph as it came."""
    said = f": {_NAMES.get(view, view)}" if view else f" {number}"
    return Panel(_bounded(pixels.on_white(photograph)), f"Supplied view{said}", view, fills=True)


def cut(rgba: np.ndarray, view: str | None) -> Panel:
    """A cut-out on white."""
    said = f", {_NAMES.get(view, view)}" if view else ""
    label = f"Derived: cut-out{said}"
    return Panel(_squared(pixels.on_white(rgba)), label, view, _derived("cut out of a supplied photograph"))


def details(rgba: np.ndarray, count: int) -> list[Panel]:
    """At most ``count`` regions of a cut-out with most to see, apart from each other, unscaled."""
    side = max(24, round(_DETAIL * max(rgba.shape[:2])))
    side = min(side, *rgba.shape[:2])
    grey = cv2.cvtColor(pixels.on_white(rgba), cv2.COLOR_RGB2GRAY).astype(np.float32)
    inside = cv2.erode((rgba[..., 3] > 250).astype(np.float32), np.ones((7, 7)))
    fine = cv2.GaussianBlur(grey, (0, 0), 1.2) - cv2.GaussianBlur(grey, (0, 0), max(4.0, side / 40))
    # Blurred windows: what the eye is drawn to is somewhere in the middle of the detail.
    worth = (
        cv2.blur(np.minimum(np.abs(fine), 30) * inside, (side, side)) * cv2.blur(inside, (side, side)) ** 2
    )
    half = side // 2
    found: list[Panel] = []
    first = 0.0
    for _ in range(count):
        _, best, _, (x, y) = cv2.minMaxLoc(worth)
        first = first or best
        # A plain surface enlarged tells nothing.
        if best <= 0.3 * first:
            break
        left = int(np.clip(x - half, 0, rgba.shape[1] - side))
        top = int(np.clip(y - half, 0, rgba.shape[0] - side))
        crop = pixels.on_white(rgba[top : top + side, left : left + side])
        times = max(rgba.shape[:2]) / side
        label = f"Derived: detail, {times:.1f}x"
        found.append(
            Panel(crop, label, "detail", _derived("an enlarged part of a supplied photograph"), True)
        )
        apart = round(0.8 * side)
        cv2.rectangle(worth, (x - apart, y - apart), (x + apart, y + apart), 0.0, -1)
    return found


def silhouette(rgba: np.ndarray) -> Panel:
    """The product's outline, filled."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    picture = 255 * (1 - alpha) + np.array(INK, np.float32) * alpha
    reason = _derived("the filled outline of a cut-out")
    return Panel(_squared(np.rint(picture).astype(np.uint8)), "Derived: silhouette", marks=reason)


def proportions(rgba: np.ndarray) -> Panel:
    """The outline between dimension lines, width to height."""
    ys, xs = np.nonzero(rgba[..., 3] > 128)
    alpha = rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1, 3]
    size = 800
    scale = 0.66 * size / max(alpha.shape)
    alpha = pixels.resize(alpha, max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    height, width = alpha.shape
    left, top = (size - width) // 2 + 34, (size - height) // 2 - 34
    picture = np.full((size, size, 3), 255, np.uint8)
    contours, _ = cv2.findContours((alpha > 128).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, contours, -1, INK, 3, cv2.LINE_AA, offset=(left, top))
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    line, text = (150, 144, 136), font(MANROPE, "strong", 34)
    below, beside = top + height + 36, left - 36
    draw.line([(left, below), (left + width, below)], line, 3)
    draw.line([(beside, top), (beside, top + height)], line, 3)
    for x in (left, left + width):
        draw.line([(x, below - 12), (x, below + 12)], line, 3)
    for y in (top, top + height):
        draw.line([(beside - 12, y), (beside + 12, y)], line, 3)
    shorter = min(width, height)
    draw.text((left + width / 2, below + 20), f"{width / shorter:.2f}", INK, text, anchor="ma")
    draw.text((beside - 22, top + height / 2), f"{height / shorter:.2f}", INK, text, anchor="rm")
    label = "Derived: proportions"
    return Panel(np.asarray(image), label, marks=_derived("measured on a cut-out"))


def fitted(panel: Panel, width: int, height: int) -> np.ndarray:
    """The panel's picture in a cell of that size (pixels)."""
    rows, columns = panel.picture.shape[:2]
    scales = (width / columns, height / rows)
    scale = max(scales) if panel.fills else min(scales)
    fit = pixels.resize(panel.picture, max(1, round(columns * scale)), max(1, round(rows * scale)))
    rows, columns = fit.shape[:2]
    if panel.fills:
        top, left = (rows - height) // 2, (columns - width) // 2
        fit = fit[max(0, top) : max(0, top) + height, max(0, left) : max(0, left) + width]
        rows, columns = fit.shape[:2]
    cell = np.full((height, width, 3), 255, np.uint8)
    top, left = (height - rows) // 2, (width - columns) // 2
    cell[top : top + rows, left : left + columns] = fit
    return cell


def _derived(how: str) -> tuple[Mark, ...]:
    return (Mark("derived_view", f"Not a supplied view: {how}."),)


def _bounded(picture: np.ndarray) -> np.ndarray:
    scale = min(1.0, _PANEL / max(picture.shape[:2]))
    return pixels.resize(picture, round(picture.shape[1] * scale), round(picture.shape[0] * scale))


def _squared(picture: np.ndarray) -> np.ndarray:
    picture = _bounded(picture)
    rows, columns = picture.shape[:2]
    side = round(1.12 * max(rows, columns))
    square = np.full((side, side, 3), 255, np.uint8)
    top, left = (side - rows) // 2, (side - columns) // 2
    square[top : top + rows, left : left + columns] = picture
    return square


def grid(count: int) -> tuple[int, int]:
    """Columns and rows for that many panels, of cells near to square in the sheet's right part."""
    columns = 2 if count <= 4 else 3 if count <= 6 else 4
    return columns, -(-count // columns)


def filled(needed: Sequence[Panel], spare: Sequence[Panel], most: int) -> list[Panel]:
    """The needed panels, and as many of the spare ones as leave no hole in the grid."""
    room = max(0, min(len(spare), most - len(needed)))
    for extra in range(room, 0, -1):
        columns, rows = grid(len(needed) + extra)
        if columns * rows == len(needed) + extra:
            return [*needed, *spare[:extra]]
    return [*needed, *spare[:room]]
