"""What stands and hangs in a room."""

from __future__ import annotations

import random

from genai.providers.local.lip_sync.drawing.scheme import Scheme
from genai.providers.local.lip_sync.drawing.svg import (
    across,
    curve,
    oval,
    shape,
    stroke,
)
from genai.providers.local.lip_sync.drawing.tones import lit


def plant(x: float, y: float, size: float, color: str, draw: random.Random) -> str:
    """Leaves out of one point, the far ones darker."""
    leaves = []
    for index in range(13):
        angle = -90 + draw.uniform(-72, 72)
        long, broad = size * draw.uniform(0.7, 1.05), size * draw.uniform(0.13, 0.2)
        fill = lit(color, draw.uniform(0.38, 0.5) + 0.012 * index, 0.075)
        leaf = curve(
            f"0,0 {long * 0.35:.1f},{-broad:.1f} {long * 0.8:.1f},{-broad * 0.6:.1f} {long:.1f},0 {long * 0.8:.1f},{broad * 0.45:.1f} {long * 0.35:.1f},{broad:.1f}"
        )
        rib = stroke(f"M0,0 L{long * 0.92:.1f},0", lit(color, 0.62, 0.06), size * 0.012, opacity=0.6)
        leaves.append(
            f'<g transform="translate({x:.1f},{y:.1f}) rotate({angle:.1f})">{shape(leaf, fill)}{rib}</g>'
        )
    return "".join(leaves)


def pot(x: float, y: float, w: float, h: float, color: str) -> str:
    defs = across(
        f"pot{int(x)}",
        (x - w, 0),
        (x + w, 0),
        (0, lit(color, 0.8, 0.06)),
        (0.4, color),
        (1, lit(color, 0.42, 0.06)),
    )
    return f"<defs>{defs}</defs>" + shape(
        f"M{x - w},{y} H{x + w} L{x + w * 0.8},{y + h} H{x - w * 0.8}Z", f"url(#pot{int(x)})"
    )


def stool(x: float, y: float, half: float, color: str) -> str:
    legs = "".join(
        shape(
            f"M{x + s * half * 0.6 - 7},{y} h14 L{x + s * half * 0.85 + 6},1200 h-12Z", lit(color, 0.5, 0.06)
        )
        for s in (-1, 1)
    )
    return legs + shape(f"M{x - half},{y} h{2 * half} v18 h{-2 * half}Z", color)


def shelf(left: float, right: float, y: float, colors: Scheme, draw: random.Random) -> str:
    """A board with books and vases on it, and its shadow on the wall."""
    drawing = [
        shape(
            f"M{left + 8},{y + 16} H{right + 16} V{y + 60} H{left + 20}Z", "#2b2019", opacity=0.22, blur=12
        ),
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
                tint = draw.choice(
                    (
                        colors.accent,
                        colors.second,
                        lit(colors.wall, 0.92, 0.02),
                        lit(colors.accent, 0.45, 0.06),
                        lit(colors.second, 0.75, 0.06),
                    )
                )
                drawing.append(
                    shape(f"M{x},{y} V{y - h} H{x + w} V{y}Z", tint)
                    + shape(f"M{x + w * 0.7},{y} V{y - h} H{x + w} V{y}Z", "#20140c", opacity=0.2)
                )
                x += w + 0.8
        elif kind < 0.85:
            w, h = draw.uniform(20, 28), draw.uniform(52, 80)
            tint = draw.choice((colors.accent, lit(colors.second, 0.7, 0.07), lit(colors.wall, 0.95, 0.015)))
            vase = curve(
                f"{x + w * 0.7},{y} {x},{y - h * 0.35} {x + w * 0.75},{y - h * 0.8} {x + w * 0.7},{y - h} {x + w * 1.3},{y - h} {x + w * 1.25},{y - h * 0.8} {x + 2 * w},{y - h * 0.35} {x + w * 1.3},{y}"
            )
            drawing.append(
                shape(vase, tint)
                + oval(x + w * 0.6, y - h * 0.45, w * 0.22, h * 0.2, "#ffffff", opacity=0.35)
            )
            x += 2 * w + 8
        else:
            drawing.append(
                pot(x + 20, y - 34, 18, 34, lit(colors.second, 0.72, 0.06))
                + plant(x + 20, y - 32, 58, colors.leaf, draw)
            )
            x += 48
        x += draw.uniform(12, 30)
    return "".join(drawing)


def picture(x: float, y: float, w: float, h: float, colors: Scheme) -> str:
    return "".join(
        (
            shape(f"M{x + 8},{y + 12} h{w} v{h} h{-w}Z", "#2b2019", opacity=0.25, blur=7),
            shape(f"M{x},{y} h{w} v{h} h{-w}Z", colors.wood),
            shape(f"M{x + 7},{y + 7} h{w - 14} v{h - 14} h{14 - w}Z", lit(colors.wall, 0.96, 0.01)),
            *(
                stroke(
                    f"M{x + w * 0.5},{y + h * (0.8 - 0.16 * k)} C{x + w * (0.5 + s * 0.1)},{y + h * (0.74 - 0.16 * k)} {x + w * (0.5 + s * 0.24)},{y + h * (0.68 - 0.16 * k)} {x + w * (0.5 + s * 0.26)},{y + h * (0.6 - 0.16 * k)}",
                    colors.accent,
                    w * 0.075,
                )
                for k in range(3)
                for s in (-1, 1)
            ),
            stroke(f"M{x + w * 0.5},{y + h * 0.86} V{y + h * 0.2}", colors.accent, w * 0.05),
        )
    )
