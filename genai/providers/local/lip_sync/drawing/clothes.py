"""What the presenters wear, on neck, shoulders and arms."""

from __future__ import annotations

import random
from collections.abc import Callable

from genai.providers.local.lip_sync.drawing.body import collar, garment, neck, round_opening, trapezius
from genai.providers.local.lip_sync.drawing.svg import (
    across,
    curve,
    oval,
    shape,
    stroke,
    within,
)
from genai.providers.local.lip_sync.drawing.tones import tone
from genai.providers.local.lip_sync.looks import Look


def body(look: Look) -> str:
    """Everything below the chin."""
    return _CLOTHES[look.clothes](look)


def _knit(look: Look) -> str:
    c = look.cloth
    ribs = []
    for index in range(-30, 31):
        x = index * 15
        ribs.append(
            stroke(f"M{x * 0.8},200 C{x},420 {x * 1.02},800 {x},1560", tone(c, -0.07), 3.2, opacity=0.3)
        )
        ribs.append(
            stroke(
                f"M{x * 0.8 + 5},200 C{x + 6},420 {x * 1.02 + 6},800 {x + 6},1560",
                tone(c, 0.04),
                4,
                opacity=0.4,
            )
        )
    opening, line = round_opening(look, 262, 30)
    return garment(look, c, "knit", looser=14, over="".join(ribs)) + neck(look, opening) + collar(line, c, 20)


def _tee(look: Look) -> str:
    opening, line = round_opening(look, 256, 22)
    return garment(look, look.cloth, "tee") + neck(look, opening) + collar(line, look.inner, 13)


def _stripes(look: Look) -> str:
    bands = "".join(
        stroke(f"M-480,{y} C-240,{y + 26} 240,{y + 26} 480,{y}", look.inner, 15, opacity=0.92)
        for y in range(318, 1560, 46)
    )
    x = look.neck + 62
    line = f"M{-x},222 C{-x * 0.6},258 {-x * 0.3},266 0,266 C{x * 0.3},266 {x * 0.6},258 {x},222"
    opening = line + trapezius(look, x, 222)
    return (
        garment(look, look.cloth, "striped", over=bands) + neck(look, opening) + collar(line, look.cloth, 11)
    )


def _panels(look: Look, name: str, inner: float, bottom: float, *, looser: float) -> str:
    """An open jacket: everything of the outline but the gap in front, ``inner`` to ``bottom`` wide."""
    c, n = look.cloth, look.neck
    gap = f"M{-n - 20},150 L{-inner},300 L{-bottom * 0.8},620 L{-bottom},1560 L{bottom},1560 L{bottom * 0.8},620 L{inner},300 L{n + 20},150Z"
    mask = f'<mask id="{name}gap"><rect x="-600" y="0" width="1200" height="1700" fill="white"/><path d="{gap}" fill="black"/></mask>'
    edges = "".join(
        f'<g transform="translate({s * -6},6)">'
        + stroke(
            f"M{s * inner},236 V300 L{s * bottom * 0.8},620 L{s * bottom},1560",
            "#1a120c",
            16,
            opacity=0.28,
            blur=7,
        )
        + "</g>"
        for s in (-1, 1)
    )
    return f'<defs>{mask}</defs>{edges}<g mask="url(#{name}gap)">{garment(look, c, name, looser=looser)}</g>'


def _overshirt(look: Look) -> str:
    c, n = look.cloth, look.neck
    opening, line = round_opening(look, 262, 18)
    shirt = (
        garment(look, look.inner, "under", looser=-20) + neck(look, opening) + collar(line, look.inner, 12)
    )
    collars = []
    for s in (-1, 1):
        wing = f"M{s * (n + 2)},164 C{s * (n + 18)},184 {s * (n + 30)},200 {s * (n + 62)},222 L{s * (n + 76)},304 C{s * (n + 50)},316 {s * (n + 26)},322 {s * (n - 2)},330 C{s * (n + 10)},270 {s * (n + 8)},220 {s * (n + 2)},164Z"
        collars.append(f'<g transform="translate({4},9)">{shape(wing, "#12100c", opacity=0.35, blur=7)}</g>')
        collars.append(shape(wing, tone(c, 0.035 if s < 0 else -0.015)))
        collars.append(
            stroke(
                f"M{s * (n + 68)},300 C{s * (n + 46)},308 {s * (n + 26)},314 {s * (n + 4)},322",
                tone(c, -0.1),
                1.8,
                opacity=0.8,
            )
        )
        pocket = f"M{s * 130},520 h{s * 96} v92 l{s * -48},22 l{s * -48},-22Z"
        collars.append(
            shape(pocket, tone(c, 0.012))
            + stroke(pocket, tone(c, -0.09), 2, opacity=0.7)
            + stroke(f"M{s * 130},546 h{s * 96}", tone(c, -0.09), 2, opacity=0.6)
        )
        collars.append(
            stroke(f"M{s * 92},334 L{s * 112},620 L{s * 132},1560", tone(c, -0.09), 2, opacity=0.6)
        )
    return shirt + _panels(look, "shirt", 70, 128, looser=12) + "".join(collars)


def _blazer(look: Look) -> str:
    c, n = look.cloth, look.neck
    x = n + 24
    line = f"M{-x},206 C{-x * 0.8},262 -26,330 0,340 C26,330 {x * 0.8},262 {x},206"
    opening = line + trapezius(look, x, 206)
    shell = garment(look, look.inner, "shell", looser=-30) + neck(look, opening) + collar(line, look.inner, 7)
    chain = stroke(f"M{-n - 4},214 C-40,290 -14,306 0,308 C14,306 40,290 {n + 4},214", "#c9a04c", 2.4) + oval(
        0, 313, 5.5, 5.5, "#d8b25c"
    )
    lapels = []
    for s in (-1, 1):
        lapel = f"M{s * (n + 6)},176 C{s * (n + 30)},196 {s * (n + 50)},216 {s * (n + 72)},236 L{s * 176},366 L{s * 138},384 L{s * 168},418 C{s * 130},540 {s * 78},650 {s * 34},760 C{s * 40},560 {s * 56},360 {s * (n + 6)},176Z"
        lapels.append(f'<g transform="translate(5,8)">{shape(lapel, "#0c0c10", opacity=0.4, blur=7)}</g>')
        lapels.append(
            shape(lapel, tone(c, 0.045 if s < 0 else -0.01)) + stroke(lapel, tone(c, -0.1), 1.8, opacity=0.7)
        )
        lapels.append(stroke(f"M{s * 138},384 L{s * 92},322", tone(c, -0.12), 2, opacity=0.7))
    button = oval(4, 796, 12, 12, tone(c, -0.1)) + oval(2, 794, 9, 9, tone(c, 0.06))
    return shell + chain + _panels(look, "blazer", 62, 30, looser=16) + "".join(lapels) + button


def _blouse(look: Look) -> str:
    c = look.cloth
    placket = stroke("M-20,260 V1560", tone(c, -0.09), 2, opacity=0.7) + stroke(
        "M20,260 V1560", tone(c, -0.12), 2.4, opacity=0.7
    )
    buttons = "".join(
        oval(0, y, 7, 7, tone(c, -0.14)) + oval(-1, y - 1, 5.4, 5.4, tone(c, 0.02))
        for y in range(400, 1560, 120)
    )
    opening, _line = round_opening(look, 240, 10)
    draw = random.Random("drape")
    scarf = look.hair_color
    drape = curve(
        "-96,120 96,120 150,236 232,300 226,380 110,430 -20,450 -130,424 -226,366 -226,300 -150,236"
    )
    folds = "".join(
        stroke(f"M{-230 + k * 12},{250 + k * 9} C{-110 + k * 6},{330 + k * 14} {90 + k * 4},{330 + k * 14} {236 - k * 9},{262 + k * 8}",
               tone(scarf, draw.choice((-0.09, -0.13, 0.06))), draw.uniform(6, 12), opacity=0.5, blur=4)
        for k in range(9)
    )  # fmt: skip
    shadow = f'<g transform="translate(4,14)">{shape(drape, tone(c, -0.35), opacity=0.45, blur=12)}</g>'
    fill = across("drape", (-200, 200), (200, 440), (0, tone(scarf, 0.03)), (1, tone(scarf, -0.06)))
    wrapped = (
        f"<defs>{fill}</defs>"
        + shape(drape, "url(#drape)")
        + within("drapes", drape, folds + oval(0, 210, 130, 60, tone(scarf, -0.25), opacity=0.5, blur=20))
    )
    return (
        garment(look, c, "blouse", looser=6, over=placket + buttons) + neck(look, opening) + shadow + wrapped
    )


_CLOTHES: dict[str, Callable[[Look], str]] = {
    "knit": _knit,
    "tee": _tee,
    "stripes": _stripes,
    "overshirt": _overshirt,
    "blazer": _blazer,
    "blouse": _blouse,
}
