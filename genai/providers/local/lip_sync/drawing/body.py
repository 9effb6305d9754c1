"""Neck, shoulders, arms and what is worn on them."""

from __future__ import annotations

import random
from collections.abc import Callable

from genai.providers.local.lip_sync.drawing.svg import across, curve, oval, shape, stroke, within
from genai.providers.local.lip_sync.drawing.tones import tone
from genai.providers.local.lip_sync.looks import Look

BODY_BOX = (-470.0, 60.0, 470.0, 1500.0)


def body(look: Look) -> str:
    """Everything below the chin."""
    return _CLOTHES[look.clothes](look)


def _outline(look: Look, looser: float = 0) -> str:
    """Shoulders and arms as one shape, hanging down past the picture."""
    b, n = look.build + looser, look.neck
    right = (
        f"{n + 14},192 {n + 46},208 {b * 0.6:.0f},236 {b * 0.84:.0f},266 {b * 0.97:.0f},322 {b + 8:.0f},430 {b + 18:.0f},620 "
        f"{b + 24:.0f},840 {b + 12:.0f},1040 {b:.0f},1300 {b - 10:.0f},1560"
    )
    pairs = [pair.split(",") for pair in right.split()]
    left = " ".join(f"-{x},{y}" for x, y in reversed(pairs))
    return curve(f"0,200 {right} {left}")


def _garment(look: Look, color: str, name: str, *, looser: float = 0, over: str = "") -> str:
    """A top: ``over`` is drawn on it before its folds are."""
    edge, b = _outline(look, looser), look.build
    shade, light = tone(color, -0.34), tone(color, 0.05)
    side = 0.68 * b
    away = across(f"{name}side", (0.3 * b, 400), (b + 20, 430), (0, f"{shade}00"), (1, f"{shade}42"))
    defs = across(name, (-b, 220), (b, 900), (0, light), (0.45, color), (1, tone(color, -0.07)))
    lower = (
        stroke(f"M{-side + 40},620 C-90,700 60,690 120,640", shade, 16, opacity=0.1, blur=12),
        stroke(f"M{-side + 20},880 C-60,950 100,950 {side - 30},890", shade, 18, opacity=0.11, blur=12),
    )
    inside = [
        shape(edge, f"url(#{name})"),
        over,
        # Where the arms lie against the trunk.
        *lower,
        *(
            stroke(f"M{s * (side + 26)},430 C{s * side},520 {s * (side - 4)},700 {s * (side + 8)},1000 L{s * (side + 6)},1560", shade, 28, opacity=0.17, blur=12)
            + stroke(f"M{s * (side + 18)},470 C{s * side},560 {s * (side - 2)},720 {s * (side + 8)},1000 L{s * (side + 6)},1560", shade, 4.5, opacity=0.3, blur=2)
            + stroke(f"M{s * (side + 20)},470 C{s * (side - 10)},450 {s * (side - 40)},452 {s * (side - 70)},470", shade, 10, opacity=0.15, blur=7)
            + stroke(f"M{s * (b + 30)},760 C{s * (b - 10)},770 {s * (side + 50)},790 {s * (side + 20)},820", shade, 12, opacity=0.14, blur=7)
            + stroke(f"M{s * (b + 40)},800 C{s * b},830 {s * (side + 60)},840 {s * (side + 24)},850", light, 9, opacity=0.4, blur=7)
            + stroke(f"M{s * (b - 20)},560 C{s * (b - 50)},590 {s * (side + 50)},600 {s * (side + 22)},590", shade, 9, opacity=0.12, blur=7)
            for s in (-1, 1)
        ),
        # The right is away from the window; the chest catches its light.
        shape(f"M0,100 H600 V1600 H0Z", f"url(#{name}side)"),
        oval(-b * 0.42, 400, 110, 80, light, opacity=0.5, blur=36),
        oval(-b * 0.8, 330, 46, 60, tone(color, 0.08), opacity=0.4, blur=20),
        oval(4, 238, 150, 92, shade, opacity=0.24, blur=22),
    ]
    return f"<defs>{defs}{away}</defs>" + within(f"in{name}", edge, "".join(inside))


def _neck(look: Look, opening: str) -> str:
    """The neck and what ``opening``, a path, bares of the chest."""
    n, skin = look.neck, look.skin
    shade, deep = tone(skin, -0.1, 1.1), tone(skin, -0.19, 1.1)
    column = f"M{-n},60 L{-n},200 L{n},200 L{n},60Z"
    under = look.length
    inside = "".join(
        (
            shape("M-300,40 H300 V520 H-300Z", "url(#neck)"),
            shape(curve(f"{n * 0.25},60 {n + 80},60 {n + 80},330 {n * 0.5},300 {n * 0.2},200"), shade, opacity=0.7, blur=12),
            shape(curve(f"-130,60 130,60 118,{under - 20} 60,{under + 36} 6,{under + 52} -50,{under + 34} -112,{under - 24}"), deep, opacity=0.72, blur=7),
            stroke(f"M{-n * 0.5},{under + 30} C{-n * 0.4},226 -22,250 -12,266", shade, 6, opacity=0.35, blur=4),
            stroke(f"M{n * 0.6},{under + 20} C{n * 0.5},226 26,250 14,266", shade, 7, opacity=0.5, blur=4),
            stroke("M-20,268 C-50,258 -90,262 -130,258", shade, 6, opacity=0.45, blur=4),
            stroke("M20,268 C50,258 90,262 130,258", shade, 7, opacity=0.5, blur=4),
            oval(-70, 280, 50, 16, tone(skin, 0.06), opacity=0.5, blur=7),
        )
    )
    defs = across("neck", (-n - 20, 0), (n + 20, 60), (0, tone(skin, 0.0)), (1, tone(skin, -0.07)))
    return f"<defs>{defs}</defs>" + within("bare", column + opening, inside)


def _round_opening(look: Look, depth: float, width: float = 26) -> tuple[str, str]:
    """A round neckline: the opening, and its lower edge as a line."""
    x = look.neck + width
    line = f"M{-x},204 C{-x + 10},{depth - 18} {-x * 0.5},{depth} 0,{depth} C{x * 0.5},{depth} {x - 10},{depth - 18} {x},204"
    return line + _trapezius(look, x, 204), line


def _trapezius(look: Look, x: float, y: float) -> str:
    """From the right end of a neckline over the neck to its left end."""
    n = look.neck
    return f"C{n + 12},{y - 12} {n},{y - 36} {n},140 L{-n},140 C{-n},{y - 36} {-n - 12},{y - 12} {-x},{y}Z"


def _collar(line: str, color: str, width: float) -> str:
    return "".join(
        (
            f'<g transform="translate(0,7)">{stroke(line, tone(color, -0.25), width, opacity=0.3, blur=4)}</g>',
            stroke(line, tone(color, -0.07), width),
            stroke(line, tone(color, 0.03), width * 0.62),
            f'<g transform="translate(0,{width * 0.42})">{stroke(line, tone(color, -0.16), 1.6, opacity=0.6)}</g>',
        )
    )


def _knit(look: Look) -> str:
    c = look.cloth
    ribs = []
    for index in range(-30, 31):
        x = index * 15
        ribs.append(stroke(f"M{x * 0.8},200 C{x},420 {x * 1.02},800 {x},1560", tone(c, -0.07), 3.2, opacity=0.3))
        ribs.append(stroke(f"M{x * 0.8 + 5},200 C{x + 6},420 {x * 1.02 + 6},800 {x + 6},1560", tone(c, 0.04), 4, opacity=0.4))
    opening, line = _round_opening(look, 262, 30)
    return _garment(look, c, "knit", looser=14, over="".join(ribs)) + _neck(look, opening) + _collar(line, c, 20)


def _tee(look: Look) -> str:
    opening, line = _round_opening(look, 256, 22)
    return _garment(look, look.cloth, "tee") + _neck(look, opening) + _collar(line, look.inner, 13)


def _stripes(look: Look) -> str:
    bands = "".join(
        stroke(f"M-480,{y} C-240,{y + 26} 240,{y + 26} 480,{y}", look.inner, 15, opacity=0.92) for y in range(318, 1560, 46)
    )
    x = look.neck + 62
    line = f"M{-x},222 C{-x * 0.6},258 {-x * 0.3},266 0,266 C{x * 0.3},266 {x * 0.6},258 {x},222"
    opening = line + _trapezius(look, x, 222)
    return _garment(look, look.cloth, "striped", over=bands) + _neck(look, opening) + _collar(line, look.cloth, 11)


def _panels(look: Look, name: str, inner: float, bottom: float, *, looser: float) -> str:
    """An open jacket: everything of the outline but the gap in front, ``inner`` to ``bottom`` wide."""
    c, n = look.cloth, look.neck
    gap = f"M{-n - 20},150 L{-inner},300 L{-bottom * 0.8},620 L{-bottom},1560 L{bottom},1560 L{bottom * 0.8},620 L{inner},300 L{n + 20},150Z"
    mask = f'<mask id="{name}gap"><rect x="-600" y="0" width="1200" height="1700" fill="white"/><path d="{gap}" fill="black"/></mask>'
    edges = "".join(
        f'<g transform="translate({s * -6},6)">' + stroke(f"M{s * inner},300 L{s * bottom * 0.8},620 L{s * bottom},1560", "#1a120c", 16, opacity=0.28, blur=7) + "</g>"
        for s in (-1, 1)
    )
    return f'<defs>{mask}</defs>{edges}<g mask="url(#{name}gap)">{_garment(look, c, name, looser=looser)}</g>'


def _overshirt(look: Look) -> str:
    c, n = look.cloth, look.neck
    opening, line = _round_opening(look, 262, 18)
    shirt = _garment(look, look.inner, "under", looser=-20) + _neck(look, opening) + _collar(line, look.inner, 12)
    collars = []
    for s in (-1, 1):
        wing = f"M{s * (n + 2)},164 C{s * (n + 18)},184 {s * (n + 30)},200 {s * (n + 62)},222 L{s * (n + 76)},304 C{s * (n + 50)},316 {s * (n + 26)},322 {s * (n - 2)},330 C{s * (n + 10)},270 {s * (n + 8)},220 {s * (n + 2)},164Z"
        collars.append(f'<g transform="translate({4},9)">{shape(wing, "#12100c", opacity=0.35, blur=7)}</g>')
        collars.append(shape(wing, tone(c, 0.035 if s < 0 else -0.015)))
        collars.append(stroke(f"M{s * (n + 68)},300 C{s * (n + 46)},308 {s * (n + 26)},314 {s * (n + 4)},322", tone(c, -0.1), 1.8, opacity=0.8))
        pocket = f"M{s * 130},520 h{s * 96} v92 l{s * -48},22 l{s * -48},-22Z"
        collars.append(shape(pocket, tone(c, 0.012)) + stroke(pocket, tone(c, -0.09), 2, opacity=0.7) + stroke(f"M{s * 130},546 h{s * 96}", tone(c, -0.09), 2, opacity=0.6))
        collars.append(stroke(f"M{s * 92},334 L{s * 112},620 L{s * 132},1560", tone(c, -0.09), 2, opacity=0.6))
    return shirt + _panels(look, "shirt", 70, 128, looser=12) + "".join(collars)


def _blazer(look: Look) -> str:
    c, n = look.cloth, look.neck
    x = n + 24
    line = f"M{-x},206 C{-x * 0.8},262 -26,330 0,340 C26,330 {x * 0.8},262 {x},206"
    opening = line + _trapezius(look, x, 206)
    shell = _garment(look, look.inner, "shell", looser=-30) + _neck(look, opening) + _collar(line, look.inner, 7)
    chain = stroke(f"M{-n - 4},214 C-40,290 -14,306 0,308 C14,306 40,290 {n + 4},214", "#c9a04c", 2.4) + oval(0, 313, 5.5, 5.5, "#d8b25c")
    lapels = []
    for s in (-1, 1):
        lapel = f"M{s * (n + 6)},176 C{s * (n + 30)},196 {s * (n + 50)},216 {s * (n + 72)},236 L{s * 176},366 L{s * 138},384 L{s * 168},418 C{s * 130},540 {s * 78},650 {s * 34},760 C{s * 40},560 {s * 56},360 {s * (n + 6)},176Z"
        lapels.append(f'<g transform="translate(5,8)">{shape(lapel, "#0c0c10", opacity=0.4, blur=7)}</g>')
        lapels.append(shape(lapel, tone(c, 0.045 if s < 0 else -0.01)) + stroke(lapel, tone(c, -0.1), 1.8, opacity=0.7))
        lapels.append(stroke(f"M{s * 138},384 L{s * 92},322", tone(c, -0.12), 2, opacity=0.7))
    button = oval(4, 796, 12, 12, tone(c, -0.1)) + oval(2, 794, 9, 9, tone(c, 0.06))
    return shell + chain + _panels(look, "blazer", 62, 30, looser=16) + "".join(lapels) + button


def _blouse(look: Look) -> str:
    c = look.cloth
    placket = stroke("M-20,260 V1560", tone(c, -0.09), 2, opacity=0.7) + stroke("M20,260 V1560", tone(c, -0.12), 2.4, opacity=0.7)
    buttons = "".join(oval(0, y, 7, 7, tone(c, -0.14)) + oval(-1, y - 1, 5.4, 5.4, tone(c, 0.02)) for y in range(400, 1560, 120))
    opening, _line = _round_opening(look, 240, 10)
    draw = random.Random("drape")
    scarf = look.hair_color
    drape = curve("-96,120 96,120 150,236 232,300 226,380 110,430 -20,450 -130,424 -226,366 -226,300 -150,236")
    folds = "".join(
        stroke(f"M{-230 + k * 12},{250 + k * 9} C{-110 + k * 6},{330 + k * 14} {90 + k * 4},{330 + k * 14} {236 - k * 9},{262 + k * 8}",
               tone(scarf, draw.choice((-0.09, -0.13, 0.06))), draw.uniform(6, 12), opacity=0.5, blur=4)
        for k in range(9)
    )  # fmt: skip
    shadow = f'<g transform="translate(4,14)">{shape(drape, tone(c, -0.35), opacity=0.45, blur=12)}</g>'
    fill = across("drape", (-200, 200), (200, 440), (0, tone(scarf, 0.03)), (1, tone(scarf, -0.06)))
    wrapped = f"<defs>{fill}</defs>" + shape(drape, "url(#drape)") + within("drapes", drape, folds + oval(0, 210, 130, 60, tone(scarf, -0.25), opacity=0.5, blur=20))
    return _garment(look, c, "blouse", looser=6, over=placket + buttons) + _neck(look, opening) + shadow + wrapped


_CLOTHES: dict[str, Callable[[Look], str]] = {
    "knit": _knit,
    "tee": _tee,
    "stripes": _stripes,
    "overshirt": _overshirt,
    "blazer": _blazer,
    "blouse": _blouse,
}
