"""Hair and headscarves: what hangs behind the neck, and what lies on the head."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from genai.providers.local.lip_sync.drawing.svg import (
    Point,
    across,
    curve,
    oval,
    points,
    shape,
    smooth,
    stroke,
    within,
)
from genai.providers.local.lip_sync.drawing.tones import tone
from genai.providers.local.lip_sync.looks import Look


@dataclass(frozen=True)
class Hair:
    """``back`` hangs behind the body, ``front`` lies over face and glasses; ``edge`` is the path of the front,
    for the shadow that it casts."""

    back: str
    front: str
    edge: str


def hair(look: Look) -> Hair:
    """The look's own."""
    return _STYLES[look.hair](look)


def _lock(
    name: str, inner: str, outer: str, color: str, *, strands: int = 16, gloss: float = 0.11
) -> tuple[str, str]:
    """Hair between two edges of as many points, from root to tip: its drawing and its path."""
    one, other = points(inner), points(outer)
    path = smooth([*one, *reversed(other)], tension=0.9)
    draw = random.Random(name)
    lines = []
    for index in range(strands):
        part = (index + 0.5 + draw.uniform(-0.3, 0.3)) / strands
        line = smooth([_between(a, b, part) for a, b in zip(one, other, strict=True)], closed=False)
        light = draw.choice((-0.06, -0.045, 0.05, 0.075, 0.1)) if gloss > 0.05 else draw.choice((-0.05, 0.04))
        lines.append(
            stroke(line, tone(color, light), draw.uniform(1.5, 6.0), opacity=draw.uniform(0.2, 0.45))
        )
    xs, ys = [x for x, _ in one + other], [y for _, y in one + other]
    span = across(
        f"{name}fill",
        (min(xs), min(ys)),
        (max(xs), max(ys)),
        (0, tone(color, 0.05)),
        (0.5, color),
        (1, tone(color, -0.05)),
    )
    root = _between(one[len(one) // 3], other[len(other) // 3], 0.5)
    shine = oval(root[0], root[1], 50, 20, tone(color, gloss + 0.12), opacity=0.3, blur=12)
    return f"<defs>{span}</defs>{shape(path, f'url(#{name}fill)')}" + within(
        name, path, "".join(lines) + shine
    ), path


def _between(one: Point, other: Point, part: float) -> Point:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part


def _joined(*locks: tuple[str, str], back: str = "", extra: str = "") -> Hair:
    return Hair(back, "".join(drawing for drawing, _ in locks) + extra, "".join(path for _, path in locks))


def _waves(look: Look) -> Hair:
    c = look.hair_color
    back, _ = _lock(
        "back",
        "0,-236 -120,-190 -182,-60 -186,80 -214,200 -196,310 -196,360 -120,372",
        "0,-236 120,-190 186,-60 190,80 214,200 200,310 198,352 120,362",
        tone(c, -0.035), strands=26,
    )  # fmt: skip
    left = _lock(
        "left",
        "-22,-168 -64,-146 -104,-92 -124,-20 -128,60 -150,150 -134,250 -152,330 -136,398",
        "-24,-244 -104,-230 -164,-150 -184,-40 -178,60 -208,160 -196,260 -208,340 -146,410",
        c,
    )  # fmt: skip
    right = _lock(
        "right",
        "-24,-170 38,-158 90,-112 120,-40 128,50 152,140 138,240 154,320 140,384",
        "-26,-245 70,-244 148,-176 182,-60 180,50 210,150 196,250 206,330 150,396",
        c, strands=20,
    )  # fmt: skip
    return _joined(left, right, back=back)


def _swept(look: Look) -> Hair:
    c = look.hair_color
    sides = "".join(
        shape(curve(" ".join(f"{side * x},{y}" for x, y in ((141, -120), (147, -60), (146, 26), (134, 40), (128, -10), (122, -70), (112, -130)))),
              tone(c, -0.02), opacity=0.85, blur=2)
        for side in (-1, 1)
    )  # fmt: skip
    low = _lock(
        "low",
        "-128,-64 -104,-132 -50,-158 24,-150 92,-138 126,-84",
        "-146,-60 -142,-150 -76,-206 30,-214 118,-190 148,-84",
        c,
        strands=14,
    )
    top = _lock(
        "top",
        "-112,-140 -58,-178 20,-186 84,-170 128,-120",
        "-130,-170 -86,-250 16,-278 104,-244 150,-128",
        tone(c, 0.015),
        strands=18,
    )
    joined = _joined(low, top)
    return Hair("", sides + joined.front, joined.edge)


def _crop(look: Look) -> Hair:
    c = look.hair_color
    edge = curve(
        "-137,-20 -131,-70 -120,-118 -84,-148 0,-156 84,-148 120,-118 131,-70 137,-20 150,-60 150,-140 118,-216 52,-248 0,-252 -52,-248 -118,-216 -150,-140 -150,-60"
    )
    draw = random.Random("crop")
    curls = "".join(
        oval(draw.uniform(-155, 155), draw.uniform(-256, -20), draw.uniform(3, 6), draw.uniform(3, 5),
             tone(c, draw.choice((0.05, 0.09, 0.13, -0.04))), opacity=draw.uniform(0.2, 0.5))
        for _ in range(620)
    )  # fmt: skip
    shine = oval(-52, -206, 70, 26, tone(c, 0.2), opacity=0.32, blur=20)
    fade = "".join(
        shape(
            curve(
                " ".join(
                    f"{side * x},{y}" for x, y in ((138, -60), (140, 10), (134, 50), (126, 20), (124, -60))
                )
            ),
            c,
            opacity=0.5,
            blur=4,
        )
        for side in (-1, 1)
    )
    return Hair(
        "",
        fade + shape(edge, c, opacity=0.5, blur=4) + shape(edge, c) + within("crop", edge, curls + shine),
        edge,
    )


def _bob(look: Look) -> Hair:
    c = look.hair_color
    back, _ = _lock(
        "back",
        "0,-236 -130,-180 -176,-40 -172,90 -150,186",
        "0,-236 130,-180 178,-40 174,90 152,186",
        tone(c, -0.09),
        strands=20,
        gloss=0.04,
    )
    left = _lock(
        "left",
        "34,-190 -50,-172 -104,-112 -124,-30 -124,60 -116,130 -104,176",
        "36,-246 -82,-238 -156,-160 -180,-40 -180,70 -168,150 -120,190",
        c,
        strands=18,
    )
    right = _lock(
        "right",
        "32,-190 80,-160 112,-100 124,-20 124,70 116,130 106,172",
        "34,-247 104,-232 160,-150 180,-40 182,70 170,150 124,188",
        c,
        strands=14,
    )
    return _joined(left, right, back=back)


def _fringe(look: Look) -> Hair:
    c = look.hair_color
    back, _ = _lock(
        "back",
        "0,-236 -140,-180 -184,-20 -182,110 -160,216",
        "0,-236 140,-180 186,-20 184,110 162,216",
        tone(c, -0.02),
        strands=20,
        gloss=0.04,
    )
    left = _lock(
        "left",
        "-60,-200 -116,-120 -126,-30 -122,70 -112,150 -104,204",
        "-40,-240 -160,-160 -186,-30 -188,90 -178,170 -128,222",
        c,
        strands=13,
    )
    right = _lock(
        "right",
        "60,-200 116,-120 126,-30 122,70 112,150 104,204",
        "40,-240 160,-160 188,-30 190,90 180,170 130,222",
        c,
        strands=13,
    )
    path = "M-134,-30 C-150,-150 -120,-246 0,-248 C120,-246 150,-150 136,-30 C124,-52 112,-60 96,-58 C60,-64 30,-61 0,-64 C-30,-61 -60,-64 -94,-58 C-112,-60 -122,-52 -134,-30Z"
    draw = random.Random("fringe")
    lines = []
    for index in range(34):
        x = -128 + 256 * (index + draw.uniform(-0.3, 0.3)) / 33
        lines.append(stroke(f"M{x * 0.25:.1f},-246 C{x * 0.8:.1f},-220 {x:.1f},-150 {x * 1.02:.1f},-40", tone(c, draw.choice((-0.05, 0.06, 0.09, 0.13))),
                            draw.uniform(1.5, 5), opacity=draw.uniform(0.2, 0.42)))  # fmt: skip
    shine = shape(
        curve("-104,-150 -40,-172 40,-172 104,-150 96,-132 40,-150 -40,-150 -96,-132"),
        tone(c, 0.3),
        opacity=0.3,
        blur=7,
    )
    drawn = shape(path, c) + within("fringes", path, "".join(lines) + shine)
    return Hair(back, left[0] + right[0] + drawn, left[1] + right[1] + path)


def _headscarf(look: Look) -> Hair:
    c = look.hair_color
    under = shape(
        curve("-112,-150 0,-172 112,-150 122,-90 104,-112 0,-134 -104,-112 -122,-90"), tone(c, -0.2)
    )
    left = _lock(
        "left",
        "62,-144 -40,-148 -106,-92 -124,-10 -117,74 -88,138 -46,188 10,214 60,230",
        "104,-238 -70,-246 -164,-150 -182,-20 -178,90 -160,190 -130,280 -60,340 80,330",
        c, strands=9, gloss=0.06,
    )  # fmt: skip
    right = _lock(
        "right",
        "-10,-150 60,-144 108,-92 124,-10 117,74 88,138 48,186 0,206 -70,200",
        "-4,-252 100,-240 166,-150 184,-20 180,90 166,180 130,262 40,320 -110,290",
        tone(c, -0.012), strands=9, gloss=0.06,
    )  # fmt: skip
    folds = "".join(
        (
            stroke(
                "M-60,-226 C-130,-160 -150,-40 -138,80 C-128,150 -90,220 -30,262",
                tone(c, -0.12),
                7,
                opacity=0.4,
                blur=4,
            ),
            stroke(
                "M70,-226 C136,-150 156,-30 146,80 C136,150 96,216 20,262",
                tone(c, -0.14),
                9,
                opacity=0.42,
                blur=4,
            ),
            stroke("M-108,150 C-60,216 20,250 110,226", tone(c, -0.16), 6, opacity=0.45, blur=4),
            stroke("M-130,196 C-70,262 20,292 120,250", tone(c, 0.1), 7, opacity=0.45, blur=4),
        )
    )
    back = shape(curve("-150,-120 0,-190 150,-120 160,60 130,220 -130,220 -160,60"), tone(c, -0.24))
    return Hair(back, under + right[0] + left[0] + folds, left[1] + right[1])


_STYLES: dict[str, Callable[[Look], Hair]] = {
    "waves": _waves,
    "swept": _swept,
    "crop": _crop,
    "bob": _bob,
    "fringe": _fringe,
    "headscarf": _headscarf,
}
