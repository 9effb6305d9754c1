"""A table before the presenter, with a mug on it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genai.providers.local.lip_sync.drawing.room import MARGIN, TALL
from genai.providers.local.lip_sync.drawing.scheme import scheme
from genai.providers.local.lip_sync.drawing.svg import (
    across,
    oval,
    raster,
    shape,
    stroke,
    within,
)
from genai.providers.local.lip_sync.drawing.tones import lit


def table(
    palette: Sequence[str], width: int, height: int, top: float
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """A table before the presenter, from ``top`` (a part of the canvas's height) down: RGBA, and where on
    the canvas its left upper corner is (pixels)."""
    colors, wide = scheme(palette), TALL * width / height
    y, bottom = TALL * top, (1 + MARGIN) * TALL
    wood = lit(colors.wood, 0.72, 0.055)
    defs = across(
        "board",
        (0, y),
        (0, bottom),
        (0, lit(wood, 0.6, 0.055)),
        (0.12, lit(wood, 0.7, 0.055)),
        (0.45, wood),
        (1, lit(wood, 0.5, 0.05)),
    )
    draw = random.Random("grain")
    grain = []
    for _ in range(46):
        depth = draw.uniform(0.02, 1) ** 1.6
        line = y + depth * (bottom - y)
        x, reach = draw.uniform(-0.4, 1.0) * wide, draw.uniform(0.3, 0.9) * wide
        wave = draw.uniform(-5, 5) * depth
        tint = lit(wood, draw.choice((0.6, 0.66, 0.8)), 0.055)
        grain.append(
            stroke(
                f"M{x},{line} c{reach * 0.3},{wave} {reach * 0.7},{-wave} {reach},{wave * 0.4}",
                tint,
                0.6 + 3.0 * depth,
                opacity=0.28,
            )
        )
    mug, foot = 0.16 * wide, y + 74
    glaze = lit(colors.second, 0.62, 0.085)
    shade = across(
        "mug",
        (mug - 34, 0),
        (mug + 34, 0),
        (0, lit(glaze, 0.78, 0.07)),
        (0.35, glaze),
        (1, lit(glaze, 0.38, 0.07)),
    )
    cup = f"M{mug - 33},{foot - 84} L{mug - 31},{foot - 12} Q{mug - 28},{foot} {mug},{foot} Q{mug + 28},{foot} {mug + 31},{foot - 12} L{mug + 33},{foot - 84}Z"
    drawing = "".join(
        (
            f"<defs>{defs}{shade}</defs>",
            shape(f"M{-wide},{y} H{2 * wide} V{bottom + 20} H{-wide}Z", "url(#board)"),
            *grain,
            # The presenter's shadow and the light of the window on the board.
            within(
                "table",
                f"M{-wide},{y} H{2 * wide} V{bottom + 20} H{-wide}Z",
                oval(0.54 * wide, y, 0.42 * wide, 30, "#20140c", opacity=0.4, blur=14)
                + oval(0.12 * wide, y + 70, 0.3 * wide, 40, "#fff3dc", opacity=0.34, blur=20),
            ),
            shape(f"M{-wide},{y} H{2 * wide} v3 H{-wide}Z", lit(wood, 0.86, 0.04), opacity=0.75),
            f'<g transform="translate({mug * 0.22},{foot * 0.22}) scale(0.78)">',
            oval(mug + 26, foot - 3, 56, 11, "#1b110a", opacity=0.4, blur=7),
            oval(mug + 4, foot - 2, 31, 5, "#160d07", opacity=0.5, blur=2),
            stroke(
                f"M{mug + 31},{foot - 68} C{mug + 62},{foot - 72} {mug + 62},{foot - 26} {mug + 29},{foot - 24}",
                lit(glaze, 0.45, 0.075),
                9,
            ),
            shape(cup, "url(#mug)"),
            oval(mug, foot - 84, 33, 7.5, lit(glaze, 0.84, 0.06)),
            oval(mug, foot - 83, 29, 5.8, "#3a2417"),
            oval(mug - 16, foot - 46, 4, 26, "#ffffff", opacity=0.3, blur=2),
            "</g>",
        )
    )
    reach = y - 30  # the mug stands higher than the board
    w, h = 2 * round(width * (1 + 2 * MARGIN) / 2), 2 * round((bottom - reach) / TALL * height / 2)
    box = (-MARGIN * wide, reach, (1 + MARGIN) * wide, bottom)
    return raster(drawing, box, w, h), (round(box[0] / TALL * height), round(reach / TALL * height))
