"""A mouth in one position."""

from __future__ import annotations

from dataclasses import dataclass

from genai.providers.local.lip_sync.drawing.face import MOUTH_Y
from genai.providers.local.lip_sync.drawing.svg import across, oval, shape, stroke, within
from genai.providers.local.lip_sync.drawing.tones import mix, tone
from genai.providers.local.lip_sync.looks import Look

MOUTH_BOX = (-64.0, 72.0, 64.0, 168.0)
WIDEST = 34.0  # between the lips, units


@dataclass(frozen=True)
class Mouth:
    """``open`` 0 (lips closed) to 1; ``wide`` -1 (drawn together) to 1 (spread); ``teeth`` and ``tongue``
    0..1 how much of them shows; ``tuck`` 0..1 the lower lip under the upper teeth, as for f."""

    open: float = 0.0
    wide: float = 0.0
    teeth: float = 0.0
    tongue: float = 0.0
    tuck: float = 0.0


REST = Mouth()


def mouth(look: Look, form: Mouth) -> str:
    """Lips, and between them teeth, tongue and the dark of the mouth."""
    gap = WIDEST * form.open
    half = 40.5 + (6.0 if form.wide > 0 else 17.0) * form.wide - 3.0 * form.open
    together = max(0.0, -form.wide)
    smile = 6.0 * (1 - 0.8 * together) * (1 - 0.5 * form.open)
    lip = (
        mix(look.skin, look.lip_color, 0.72)
        if look.lip_color
        else mix(tone(look.skin, -0.07), "#a8473f", 0.4)
    )
    upper = (8.5 + 1.5 * together - 2.2 * form.open - 1.5 * form.tuck) * look.lip
    lower = (12.0 + 2.0 * together - 2.0 * form.open - 5.5 * form.tuck) * look.lip
    top, bottom = -0.27 * gap, 0.73 * gap
    corner = -smile
    k = 0.56  # how round the inner edge is
    inner = (
        f"M{-half:.2f},{corner:.2f} C{-half * k:.2f},{top + 1.2:.2f} {-half * 0.2:.2f},{top:.2f} 0,{top + 0.6:.2f} "
        f"C{half * 0.2:.2f},{top:.2f} {half * k:.2f},{top + 1.2:.2f} {half:.2f},{corner:.2f} "
        f"C{half * (k + 0.2):.2f},{bottom * 0.86 + 0.6:.2f} {half * 0.36:.2f},{bottom + 1.2:.2f} 0,{bottom + 1.2:.2f} "
        f"C{-half * 0.36:.2f},{bottom + 1.2:.2f} {-half * (k + 0.2):.2f},{bottom * 0.86 + 0.6:.2f} {-half:.2f},{corner:.2f}Z"
    )
    rim = half + 2.5
    above = (
        f"M{-rim:.2f},{corner - 0.5:.2f} C{-half * 0.7:.2f},{top - upper * 0.62:.2f} {-half * 0.34:.2f},{top - upper * 1.12:.2f} "
        f"{-half * 0.16:.2f},{top - upper:.2f} Q0,{top - upper * 0.62:.2f} {half * 0.16:.2f},{top - upper:.2f} "
        f"C{half * 0.34:.2f},{top - upper * 1.12:.2f} {half * 0.7:.2f},{top - upper * 0.62:.2f} {rim:.2f},{corner - 0.5:.2f} "
        f"C{half * k:.2f},{top + 3:.2f} {half * 0.2:.2f},{top + 2.5:.2f} 0,{top + 3:.2f} "
        f"C{-half * 0.2:.2f},{top + 2.5:.2f} {-half * k:.2f},{top + 3:.2f} {-rim:.2f},{corner - 0.5:.2f}Z"
    )
    below = (
        f"M{-rim + 1:.2f},{corner:.2f} C{-half * 0.78:.2f},{bottom * 0.9 + lower * 0.75:.2f} {-half * 0.4:.2f},{bottom + lower + 1:.2f} "
        f"0,{bottom + lower + 1:.2f} C{half * 0.4:.2f},{bottom + lower + 1:.2f} {half * 0.78:.2f},{bottom * 0.9 + lower * 0.75:.2f} "
        f"{rim - 1:.2f},{corner:.2f} C{half * (k + 0.2):.2f},{bottom * 0.86:.2f} {half * 0.36:.2f},{bottom:.2f} 0,{bottom:.2f} "
        f"C{-half * 0.36:.2f},{bottom:.2f} {-half * (k + 0.2):.2f},{bottom * 0.86:.2f} {-rim + 1:.2f},{corner:.2f}Z"
    )
    parts = [
        shape(below, mix(lip, tone(lip, 0.05), 0.5)),
        within(
            "lower",
            below,
            oval(
                -half * 0.16, bottom + lower * 0.52, half * 0.36, lower * 0.24, tone(lip, 0.14), opacity=0.45
            ),
        ),
        shape(above, tone(lip, -0.045)),
    ]
    if form.open > 0.015:
        parts.append(within("inner", inner, _inside(form, half, top, bottom)))
    line = f"M{-half:.2f},{corner:.2f} C{-half * k:.2f},{top + 1.2:.2f} {-half * 0.2:.2f},{top:.2f} 0,{top + 0.6:.2f} C{half * 0.2:.2f},{top:.2f} {half * k:.2f},{top + 1.2:.2f} {half:.2f},{corner:.2f}"
    dark = mix(tone(lip, -0.2), "#3a1214", 0.5)
    parts.append(stroke(line, dark, 2.3 if form.open < 0.05 else 1.6, opacity=0.85))
    parts += [
        stroke(
            f"M{side * (half - 1):.2f},{corner + 0.5:.2f} q{side * 4},-1 {side * 6},-4",
            dark,
            2.0,
            opacity=0.4,
        )
        for side in (-1, 1)
    ]
    return f'<g transform="translate(0,{MOUTH_Y})">{"".join(parts)}</g>'


def _inside(form: Mouth, half: float, top: float, bottom: float) -> str:
    gap = bottom - top
    drawing = [shape(f"M{-half - 5},{top - 12} h{2 * half + 10} v{gap + 30} h{-2 * half - 10}Z", "#3b1013")]
    if form.tongue > 0.02:
        height = gap * (0.28 + 0.3 * form.tongue)
        drawing.append(oval(0, bottom + 2, half * 0.62, height, "#b5504f", opacity=0.95))
        drawing.append(
            oval(-2, bottom + 1 - height * 0.45, half * 0.34, height * 0.3, "#cf7570", opacity=0.4)
        )
    if form.teeth > 0.02:
        reach = min(gap * (0.9 if form.tuck > 0.5 else 0.5), 3.0 + 9.0 * form.teeth)
        # The row curves back at its ends, where it lies in the shade of the cheeks.
        wide = half * 0.94
        row = (
            f"M{-wide:.2f},{top - 8:.2f} L{wide:.2f},{top - 8:.2f} C{wide:.2f},{top + reach * 0.5:.2f} "
            f"{wide * 0.7:.2f},{top + reach:.2f} 0,{top + reach:.2f} "
            f"C{-wide * 0.7:.2f},{top + reach:.2f} {-wide:.2f},{top + reach * 0.5:.2f} {-wide:.2f},{top - 8:.2f}Z"
        )
        shade = across(
            "teeth",
            (-wide, 0),
            (wide, 0),
            (0, "#b59c92"),
            (0.28, "#f7f2ea"),
            (0.7, "#f4eee6"),
            (1, "#a68d84"),
        )
        drawing.append(
            f"<defs>{shade}</defs>" + shape(row, "url(#teeth)", opacity=min(1.0, 0.25 + form.teeth))
        )
        drawing.append(shape(f"M{-half},{top - 8} H{half} V{top + 2.2} H{-half}Z", "#6d3a36", opacity=0.35))
        if form.wide > 0.25 and form.open < 0.5:
            drawing.append(oval(0, bottom + 2.5, half * 0.55, 4.6, "#e9dfd6", opacity=0.85 * form.teeth))
    return "".join(drawing)
