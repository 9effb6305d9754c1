"""A room behind a presenter, out of focus, in the colours of the job."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.providers.local.lip_sync.drawing.svg import across, around, curve, oval, raster, shape, stroke
from genai.providers.local.lip_sync.drawing.tones import lit, mix

MARGIN = 0.08  # of the canvas on each side, for the camera to move over
_TALL = 1000.0  # units of a canvas's height
_FALLBACK = ("#d8c7b0", "#7f8f79", "#b8744d")


@dataclass(frozen=True)
class Scheme:
    """sRGB hex colours of a room: its wall, its wood, two accents, its leaves."""

    wall: str
    wood: str
    accent: str
    second: str
    leaf: str


def scheme(palette: Sequence[str]) -> Scheme:
    """Quiet relatives of a palette's colours, so that nothing competes with person or product."""
    first, second, third = (*palette, *_FALLBACK[len(palette) :])[:3] if len(palette) < 3 else palette[:3]
    return Scheme(
        wall=lit(first, 0.85, 0.034),
        wood=mix("#b08a63", lit(first, 0.6, 0.05), 0.25),
        accent=lit(second, 0.64, 0.085),
        second=lit(third, 0.55, 0.095),
        leaf=mix("#5d7a56", lit(second, 0.5, 0.06), 0.2),
    )


def room(palette: Sequence[str], width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """RGBA of the canvas with its margins: (height, width) times 1 + 2 MARGIN, rounded to even sides."""
    draw = random.Random(f"room {seed}")
    colors, wide = scheme(palette), _TALL * width / height
    build = draw.choice((_shelves, _window, _arch))
    box = (-MARGIN * wide, -MARGIN * _TALL, (1 + MARGIN) * wide, (1 + MARGIN) * _TALL)
    w, h = (2 * round(side * (1 + 2 * MARGIN) / 2) for side in (width, height))
    # Out of focus: half the size holds all that is left of it.
    half = raster(build(colors, wide, draw), box, w // 2, h // 2)[..., :3].astype(np.float32)
    half = _defocused(half, 0.0075 * h / 2)
    full = cv2.resize(half, (w, h), interpolation=cv2.INTER_LINEAR)
    full += np.random.default_rng(seed).normal(0, 1.1, full.shape[:2]).astype(np.float32)[..., None]
    falloff = _vignette(w, h)
    return np.dstack([np.clip(np.rint(full * falloff), 0, 255), np.full((h, w), 255)]).astype(np.uint8)


def counter(palette: Sequence[str], width: int, height: int, top: float) -> NDArray[np.uint8]:
    """A table before the presenter, from ``top`` (a part of the height) down: RGBA of the canvas's size
    with its margins, as :func:`room`."""
    colors, wide = scheme(palette), _TALL * width / height
    y, bottom = _TALL * top, (1 + MARGIN) * _TALL
    wood = lit(colors.wood, 0.72, 0.055)
    defs = across("board", (0, y), (0, bottom), (0, lit(wood, 0.6, 0.055)), (0.12, lit(wood, 0.7, 0.055)), (0.45, wood), (1, lit(wood, 0.5, 0.05)))
    draw = random.Random("grain")
    grain = []
    for _ in range(46):
        depth = draw.uniform(0.02, 1) ** 1.6
        line = y + depth * (bottom - y)
        x, reach = draw.uniform(-0.4, 1.0) * wide, draw.uniform(0.3, 0.9) * wide
        wave = draw.uniform(-5, 5) * depth
        tint = lit(wood, draw.choice((0.6, 0.66, 0.8)), 0.055)
        grain.append(stroke(f"M{x},{line} c{reach * 0.3},{wave} {reach * 0.7},{-wave} {reach},{wave * 0.4}", tint, 0.6 + 3.0 * depth, opacity=0.28))
    mug, foot = 0.17 * wide, y + 92
    glaze = lit(colors.second, 0.62, 0.085)
    shade = across("mug", (mug - 34, 0), (mug + 34, 0), (0, lit(glaze, 0.78, 0.07)), (0.35, glaze), (1, lit(glaze, 0.38, 0.07)))
    cup = f"M{mug - 33},{foot - 84} L{mug - 31},{foot - 12} Q{mug - 28},{foot} {mug},{foot} Q{mug + 28},{foot} {mug + 31},{foot - 12} L{mug + 33},{foot - 84}Z"
    drawing = "".join(
        (
            f"<defs>{defs}{shade}</defs>",
            shape(f"M{-wide},{y} H{2 * wide} V{bottom + 20} H{-wide}Z", "url(#board)"),
            *grain,
            # The presenter's shadow and the light of the window on the board.
            oval(0.56 * wide, y + 4, 0.42 * wide, 26, "#20140c", opacity=0.38, blur=12),
            oval(0.12 * wide, y + 70, 0.3 * wide, 40, "#fff3dc", opacity=0.34, blur=20),
            shape(f"M{-wide},{y} H{2 * wide} v3 H{-wide}Z", lit(wood, 0.86, 0.04), opacity=0.75),
            oval(mug + 26, foot - 3, 56, 11, "#1b110a", opacity=0.4, blur=7),
            oval(mug + 4, foot - 2, 31, 5, "#160d07", opacity=0.5, blur=2),
            stroke(f"M{mug + 31},{foot - 68} C{mug + 62},{foot - 72} {mug + 62},{foot - 26} {mug + 29},{foot - 24}", lit(glaze, 0.45, 0.075), 9),
            shape(cup, "url(#mug)"),
            oval(mug, foot - 84, 33, 7.5, lit(glaze, 0.84, 0.06)),
            oval(mug, foot - 83, 29, 5.8, "#3a2417"),
            oval(mug - 16, foot - 46, 4, 26, "#ffffff", opacity=0.3, blur=2),
        )
    )
    w, h = (2 * round(side * (1 + 2 * MARGIN) / 2) for side in (width, height))
    return raster(drawing, (-MARGIN * wide, -MARGIN * _TALL, (1 + MARGIN) * wide, bottom), w, h)


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


def _plant(x: float, y: float, size: float, color: str, draw: random.Random) -> str:
    """Leaves out of one point, the far ones darker."""
    leaves = []
    for index in range(13):
        angle = -90 + draw.uniform(-72, 72)
        long, broad = size * draw.uniform(0.7, 1.05), size * draw.uniform(0.13, 0.2)
        fill = lit(color, draw.uniform(0.38, 0.5) + 0.012 * index, 0.075)
        leaf = curve(f"0,0 {long * 0.35:.1f},{-broad:.1f} {long * 0.8:.1f},{-broad * 0.6:.1f} {long:.1f},0 {long * 0.8:.1f},{broad * 0.45:.1f} {long * 0.35:.1f},{broad:.1f}")
        rib = stroke(f"M0,0 L{long * 0.92:.1f},0", lit(color, 0.62, 0.06), size * 0.012, opacity=0.6)
        leaves.append(f'<g transform="translate({x:.1f},{y:.1f}) rotate({angle:.1f})">{shape(leaf, fill)}{rib}</g>')
    return "".join(leaves)


def _pot(x: float, y: float, w: float, h: float, color: str) -> str:
    defs = across(f"pot{int(x)}", (x - w, 0), (x + w, 0), (0, lit(color, 0.8, 0.06)), (0.4, color), (1, lit(color, 0.42, 0.06)))
    return f"<defs>{defs}</defs>" + shape(f"M{x - w},{y} H{x + w} L{x + w * 0.8},{y + h} H{x - w * 0.8}Z", f"url(#pot{int(x)})")


def _stool(x: float, y: float, half: float, color: str) -> str:
    legs = "".join(shape(f"M{x + s * half * 0.6 - 7},{y} h14 L{x + s * half * 0.85 + 6},1200 h-12Z", lit(color, 0.5, 0.06)) for s in (-1, 1))
    return legs + shape(f"M{x - half},{y} h{2 * half} v18 h{-2 * half}Z", color)


def _shelf(left: float, right: float, y: float, colors: Scheme, draw: random.Random) -> str:
    """A board with books and vases on it, and its shadow on the wall."""
    drawing = [
        shape(f"M{left + 8},{y + 16} H{right + 16} V{y + 60} H{left + 20}Z", "#2b2019", opacity=0.22, blur=12),
        shape(f"M{left},{y} H{right} V{y + 14} H{left}Z", colors.wood),
        shape(f"M{left},{y} H{right} V{y + 4} H{left}Z", lit(colors.wood, 0.78, 0.05)),
    ]
    x = left + 10
    while x < right - 24:
        kind = draw.random()
        if kind < 0.62:
            for _ in range(draw.randint(3, 6)):
                w, h = draw.uniform(9, 17), draw.uniform(58, 92)
                if x + w > right - 6:
                    break
                tint = draw.choice((colors.accent, colors.second, lit(colors.wall, 0.92, 0.02), lit(colors.accent, 0.45, 0.06), lit(colors.second, 0.75, 0.06)))
                drawing.append(shape(f"M{x},{y} V{y - h} H{x + w} V{y}Z", tint) + shape(f"M{x + w * 0.7},{y} V{y - h} H{x + w} V{y}Z", "#20140c", opacity=0.2))
                x += w + 0.8
        elif kind < 0.85:
            w, h = draw.uniform(20, 28), draw.uniform(52, 80)
            tint = draw.choice((colors.accent, lit(colors.second, 0.7, 0.07), lit(colors.wall, 0.95, 0.015)))
            vase = curve(f"{x + w * 0.7},{y} {x},{y - h * 0.35} {x + w * 0.75},{y - h * 0.8} {x + w * 0.7},{y - h} {x + w * 1.3},{y - h} {x + w * 1.25},{y - h * 0.8} {x + 2 * w},{y - h * 0.35} {x + w * 1.3},{y}")
            drawing.append(shape(vase, tint) + oval(x + w * 0.6, y - h * 0.45, w * 0.22, h * 0.2, "#ffffff", opacity=0.35))
            x += 2 * w + 8
        else:
            drawing.append(_pot(x + 20, y - 34, 18, 34, lit(colors.second, 0.72, 0.06)) + _plant(x + 20, y - 32, 58, colors.leaf, draw))
            x += 48
        x += draw.uniform(12, 30)
    return "".join(drawing)


def _shelves(colors: Scheme, wide: float, draw: random.Random) -> str:
    left = wide * draw.uniform(0.56, 0.62)
    reach = wide * 1.2
    return "".join(
        (
            _wall(colors, wide),
            _sunlight(0.05 * wide, 120, 0.42 * wide),
            _shelf(left, reach, 176, colors, draw),
            _shelf(left, reach, 352, colors, draw),
            _shelf(left, reach, 528, colors, draw),
            _stool(0.04 * wide, 806, 84, colors.wood),
            _pot(0.04 * wide, 690, 58, 120, colors.accent),
            _plant(0.04 * wide, 700, 330, colors.leaf, draw),
        )
    )


def _window(colors: Scheme, wide: float, draw: random.Random) -> str:
    right = 0.27 * wide if wide < 900 else 0.24 * wide
    sky = across("sky", (0, -100), (0, 640), (0, "#f4f8fb"), (0.6, "#fbf8ee"), (1, "#e9efdc"))
    frame = lit(colors.wall, 0.95, 0.012)
    curtain = across("curtain", (right - 40, 0), (right + 70, 0), (0, lit(colors.wall, 0.97, 0.012)), (0.4, lit(colors.wall, 0.88, 0.025)), (0.7, lit(colors.wall, 0.95, 0.015)), (1, lit(colors.wall, 0.8, 0.03)))
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
            oval(lamp, 330, 260, 240, "#ffe3b0", opacity=0.5, blur=36),
            shape(f"M{lamp - 4},380 h8 V640 h-8Z", colors.wood),
            shape(f"M{lamp - 46},300 H{lamp + 46} L{lamp + 74},404 H{lamp - 74}Z", shade) + oval(lamp, 368, 52, 28, "#fff2d4", opacity=0.8, blur=12),
            shape(f"M{wide * 0.62},640 H{2 * wide} V1200 H{wide * 0.62}Z", colors.wood),
            shape(f"M{wide * 0.62},640 H{2 * wide} V652 H{wide * 0.62}Z", lit(colors.wood, 0.76, 0.05)),
            shape(f"M{wide * 0.62},652 H{2 * wide} V1200 H{wide * 0.62}Z", "#20140c", opacity=0.14),
            _picture(wide * 0.66, 60, 120, 158, colors),
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
            _picture(-0.03 * wide, 250, 110, 150, colors) if wide > 900 else "",
            _stool(wide * 0.97, 776, 90, colors.wood),
            _pot(wide * 0.97, 650, 62, 130, lit(colors.second, 0.66, 0.07)),
            _plant(wide * 0.97, 660, 360, colors.leaf, draw),
            _plant(-0.03 * wide, 980, 320, lit(colors.leaf, 0.42, 0.06), draw),
        )
    )


def _picture(x: float, y: float, w: float, h: float, colors: Scheme) -> str:
    return "".join(
        (
            shape(f"M{x + 8},{y + 12} h{w} v{h} h{-w}Z", "#2b2019", opacity=0.25, blur=7),
            shape(f"M{x},{y} h{w} v{h} h{-w}Z", colors.wood),
            shape(f"M{x + 7},{y + 7} h{w - 14} v{h - 14} h{14 - w}Z", lit(colors.wall, 0.96, 0.01)),
            *(
                stroke(f"M{x + w * 0.5},{y + h * (0.8 - 0.16 * k)} C{x + w * (0.5 + s * 0.1)},{y + h * (0.74 - 0.16 * k)} {x + w * (0.5 + s * 0.24)},{y + h * (0.68 - 0.16 * k)} {x + w * (0.5 + s * 0.26)},{y + h * (0.6 - 0.16 * k)}", colors.accent, w * 0.075)
                for k in range(3)
                for s in (-1, 1)
            ),
            stroke(f"M{x + w * 0.5},{y + h * 0.86} V{y + h * 0.2}", colors.accent, w * 0.05),
        )
    )


def _sunlight(x: float, y: float, w: float) -> str:
    """The light of panes that are out of the picture, aslant on the wall."""
    pane = w * 0.44
    return "".join(
        shape(f"M{x + i * (pane + 14)},{y + j * (pane * 1.15 + 14) + i * 34} h{pane} l{pane * 0.22},{pane * 1.15 + 26} h{-pane}Z", "#fff3d6", opacity=0.34, blur=4)
        for i in range(2)
        for j in range(2)
    )  # fmt: skip
