"""Glasses."""

from __future__ import annotations

from genai.providers.local.lip_sync.drawing.svg import (
    curve,
    shape,
    stroke,
    within,
)
from genai.providers.local.lip_sync.drawing.tones import mix, tone
from genai.providers.local.lip_sync.looks import Look


def glasses(look: Look) -> str:
    """Frames, lenses with a faint reflection, and their shadow on the skin."""
    if not look.glasses:
        return ""
    color = "#2a2321" if look.glasses == "round" else mix("#7a4a2c", "#2a1a14", 0.3)
    drawing = []
    for side in (-1, 1):
        x = 58 * side
        if look.glasses == "round":
            lens = f"M{x - 44},4 a44,43 0 1 0 88,0 a44,43 0 1 0 -88,0Z"
        else:
            lens = curve(
                " ".join(
                    f"{x + dx},{dy}"
                    for dx, dy in (
                        (-44, -22),
                        (-30, -31),
                        (0, -33),
                        (32, -31),
                        (45, -22),
                        (44, 8),
                        (34, 30),
                        (0, 36),
                        (-32, 31),
                        (-43, 8),
                    )
                )
            )
        glare = within(
            f"lens{side + 1}",
            lens,
            shape(f"M{x - 46},30 L{x - 6},-46 L{x + 14},-46 L{x - 30},46Z", "#ffffff", opacity=0.1),
        )
        drawing.append(
            f'<g transform="translate(3,7)">{stroke(lens, "#2a1408", 6, opacity=0.22, blur=4)}</g>'
        )
        drawing.append(shape(lens, "#dfe9f2", opacity=0.06) + glare + stroke(lens, color, 5.4))
        drawing.append(
            stroke(
                f"M{x - 30},-27 Q{x},-40 {x + 26},-29"
                if look.glasses == "square"
                else f"M{x - 36},-18 Q{x - 22},-40 {x + 6},-39",
                tone(color, 0.25),
                1.6,
                opacity=0.6,
            )
        )
        drawing.append(stroke(f"M{side * 102},-8 L{side * (look.cheek + 2)},-14", color, 5))
    drawing.append(stroke("M-14,-4 Q0,-13 14,-4", color, 5))
    return "".join(drawing)
