"""A room behind a presenter, out of focus, in the colours of the job."""

from __future__ import annotations

import random
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.providers.local.lip_sync.drawing.furniture import picture, plant, pot, shelf, stool
from genai.providers.local.lip_sync.drawing.scheme import Scheme, scheme
from genai.providers.local.lip_sync.drawing.svg import (
    across,
    around,
    curve,
    oval,
    raster,
    shape,
)
from genai.providers.local.lip_sync.drawing.tones import lit

MARGIN = 0.08  # of the canvas on each side, for the camera to move over
TALL = 1000.0  # units of a canvas's height


def room(palette: Sequence[str], width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """RGBA of the canvas with its margins: (height, width) times 1 + 2 MARGIN, rounded to even sides."""
    draw = random.Random(f"room {seed}")
    colors, wide = scheme(palette), TALL * width / height
    build = draw.choice((_shelves, _window, _arch))
    box = (-MARGIN * wide, -MARGIN * TALL, (1 + MARGIN) * wide, (1 + MARGIN) * TALL)
    w, h = (2 * round(side * (1 + 2 * MARGIN) / 2) for side in (width, height))
    # Out of focus: half the size holds all that is left of it.
    half = raster(build(colors, wide, draw), box, w // 2, h // 2)[..., :3].astype(np.float32)
    half = _defocused(half, 0.0075 * h / 2)
    full = cv2.resize(half, (w, h), interpolation=cv2.INTER_LINEAR)
    full += np.random.default_rng(seed).normal(0, 1.1, full.shape[:2]).astype(np.float32)[..., None]
    falloff = _vignette(w, h)
    return np.dstack([np.clip(np.rint(full * falloff), 0, 255), np.full((h, w), 255)]).astype(np.uint8)


def _defocused(picture: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """A lens's disc in about linear light, so that bright spots stay bright."""
    reach = max(1, round(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    linear = (picture / 255) ** 2.2
    for _ in range(2):
        linear = cv2.filter2D(linear, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT)
    return np.asarray(np.maximum(linear, 0) ** (1 / 2.2) * 255, np.float32)


def _vignette(width: int, height: int) -> NDArray[np.float32]:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.asarray(1 - 0.13 * np.clip((x * x + y * y) / 2, 0, 1) ** 1.4, np.float32)[..., None]


def _wall(colors: Scheme, wide: float) -> str:
    light, dark = lit(colors.wall, 0.93, 0.025), lit(colors.wall, 0.74, 0.042)
    defs = around("glow", (0.06 * wide, 170), 0.75 * wide + 420, (0, light), (0.45, colors.wall), (1, dark))
    return f"<defs>{defs}</defs>" + shape(f"M{-wide},-200 H{2 * wide} V1200 H{-wide}Z", "url(#glow)")


def _shelves(colors: Scheme, wide: float, draw: random.Random) -> str:
    left = wide * draw.uniform(0.56, 0.62)
    reach = wide * 1.2
    return "".join(
        (
            _wall(colors, wide),
            _sunlight(0.05 * wide, 120, 0.42 * wide),
            shelf(left, reach, 176, colors, draw),
            shelf(left, reach, 352, colors, draw),
            shelf(left, reach, 528, colors, draw),
            stool(0.04 * wide, 806, 84, colors.wood),
            pot(0.04 * wide, 690, 58, 120, colors.accent),
            plant(0.04 * wide, 700, 330, colors.leaf, draw),
        )
    )


def _window(colors: Scheme, wide: float, draw: random.Random) -> str:
    right = 0.27 * wide if wide < 900 else 0.24 * wide
    sky = across("sky", (0, -100), (0, 640), (0, "#f4f8fb"), (0.6, "#fbf8ee"), (1, "#e9efdc"))
    frame = lit(colors.wall, 0.95, 0.012)
    curtain = across(
        "curtain",
        (right - 40, 0),
        (right + 70, 0),
        (0, lit(colors.wall, 0.97, 0.012)),
        (0.4, lit(colors.wall, 0.88, 0.025)),
        (0.7, lit(colors.wall, 0.95, 0.015)),
        (1, lit(colors.wall, 0.8, 0.03)),
    )
    lamp = wide * 0.86
    shade = lit(colors.wood, 0.93, 0.035)
    return "".join(
        (
            _wall(colors, wide),
            f"<defs>{sky}{curtain}</defs>",
            shape(f"M{-wide},-150 H{right} V640 H{-wide}Z", "url(#sky)"),
            *(oval(draw.uniform(-0.1, 1) * right, draw.uniform(380, 620), draw.uniform(50, 90), draw.uniform(40, 80), lit(colors.leaf, draw.uniform(0.8, 0.9), 0.05), opacity=0.8) for _ in range(9)),
            shape(f"M{right - 140},-150 h12 V640 h-12Z M{-wide},250 H{right} v11 H{-wide}Z", frame),
            shape(f"M{-wide},640 H{right + 26} v24 H{-wide}Z", frame) + shape(f"M{-wide},664 H{right + 26} v12 H{-wide}Z", "#2b2019", opacity=0.2, blur=4),
            shape(curve(f"{right - 46},-190 {right + 66},-190 {right + 58},300 {right + 82},900 {right + 92},1200 {right - 30},1200 {right - 26},700 {right - 40},200"), "url(#curtain)"),
            oval(lamp, 330, 230, 220, "#ffe3b0", opacity=0.38, blur=36),
            shape(f"M{lamp - 4},380 h8 V640 h-8Z", colors.wood),
            shape(f"M{lamp - 46},300 H{lamp + 46} L{lamp + 74},404 H{lamp - 74}Z", shade) + oval(lamp, 368, 52, 28, "#fff2d4", opacity=0.8, blur=12),
            shape(f"M{wide * 0.62},640 H{2 * wide} V1200 H{wide * 0.62}Z", colors.wood),
            shape(f"M{wide * 0.62},640 H{2 * wide} V652 H{wide * 0.62}Z", lit(colors.wood, 0.76, 0.05)),
            shape(f"M{wide * 0.62},652 H{2 * wide} V1200 H{wide * 0.62}Z", "#20140c", opacity=0.14),
            picture(wide * 0.66, 60, 120, 158, colors),
        )
    )  # fmt: skip


def _arch(colors: Scheme, wide: float, draw: random.Random) -> str:
    center, half = wide * 0.55, min(300.0, wide * 0.43)
    arch = f"M{center - half},1200 V{half + 110} A{half},{half} 0 0 1 {center + half},{half + 110} V1200Z"
    return "".join(
        (
            _wall(colors, wide),
            shape(arch, lit(colors.accent, 0.75, 0.055), opacity=0.85),
            _sunlight(0.02 * wide, 60, 0.6 * wide),
            picture(-0.03 * wide, 250, 110, 150, colors) if wide > 900 else "",
            stool(wide * 0.97, 776, 90, colors.wood),
            pot(wide * 0.97, 650, 62, 130, lit(colors.second, 0.66, 0.07)),
            plant(wide * 0.97, 660, 360, colors.leaf, draw),
            plant(-0.03 * wide, 980, 320, lit(colors.leaf, 0.42, 0.06), draw),
        )
    )


def _sunlight(x: float, y: float, w: float) -> str:
    """The light of panes that are out of the picture, aslant on the wall."""
    pane, gap = w * 0.44, 14.0
    tall, slant = pane * 1.15, 0.2 * pane
    return "".join(
        shape(
            f"M{x + column * (pane + gap) + row * slant * (1 + gap / tall)},{y + row * (tall + gap) + column * 30} "
            f"l{pane},26 l{slant},{tall} l{-pane},-26Z",
            "#fff3d6",
            opacity=0.34,
            blur=4,
        )
        for column in range(2)
        for row in range(2)
    )
