"""Neck, shoulders and arms, and a garment on them."""

from __future__ import annotations

from genai.providers.local.lip_sync.drawing.svg import across, curve, oval, shape, stroke, within
from genai.providers.local.lip_sync.drawing.tones import tone
from genai.providers.local.lip_sync.looks import Look


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


def garment(look: Look, color: str, name: str, *, looser: float = 0, over: str = "") -> str:
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
            stroke(
                f"M{s * (side + 26)},430 C{s * side},520 {s * (side - 4)},700 {s * (side + 8)},1000 L{s * (side + 6)},1560",
                shade,
                28,
                opacity=0.17,
                blur=12,
            )
            + stroke(
                f"M{s * (side + 18)},470 C{s * side},560 {s * (side - 2)},720 {s * (side + 8)},1000 L{s * (side + 6)},1560",
                shade,
                4.5,
                opacity=0.3,
                blur=2,
            )
            + stroke(
                f"M{s * (side + 20)},470 C{s * (side - 10)},450 {s * (side - 40)},452 {s * (side - 70)},470",
                shade,
                10,
                opacity=0.15,
                blur=7,
            )
            + stroke(
                f"M{s * (b + 30)},760 C{s * (b - 10)},770 {s * (side + 50)},790 {s * (side + 20)},820",
                shade,
                12,
                opacity=0.14,
                blur=7,
            )
            + stroke(
                f"M{s * (b + 40)},800 C{s * b},830 {s * (side + 60)},840 {s * (side + 24)},850",
                light,
                9,
                opacity=0.4,
                blur=7,
            )
            + stroke(
                f"M{s * (b - 20)},560 C{s * (b - 50)},590 {s * (side + 50)},600 {s * (side + 22)},590",
                shade,
                9,
                opacity=0.12,
                blur=7,
            )
            for s in (-1, 1)
        ),
        # The right is away from the window; the chest catches its light.
        shape("M0,100 H600 V1600 H0Z", f"url(#{name}side)"),
        oval(-b * 0.42, 400, 110, 80, light, opacity=0.5, blur=36),
        oval(-b * 0.8, 330, 46, 60, tone(color, 0.08), opacity=0.4, blur=20),
        oval(4, 238, 150, 92, shade, opacity=0.24, blur=22),
    ]
    return f"<defs>{defs}{away}</defs>" + within(f"in{name}", edge, "".join(inside))


def neck(look: Look, opening: str) -> str:
    """The neck and what ``opening``, a path, bares of the chest."""
    n, skin = look.neck, look.skin
    shade, deep = tone(skin, -0.1, 1.1), tone(skin, -0.19, 1.1)
    column = f"M{-n},60 L{-n},200 L{n},200 L{n},60Z"
    under = look.length
    inside = "".join(
        (
            shape("M-300,40 H300 V520 H-300Z", "url(#neck)"),
            shape(
                curve(f"{n * 0.25},60 {n + 80},60 {n + 80},330 {n * 0.5},300 {n * 0.2},200"),
                shade,
                opacity=0.7,
                blur=12,
            ),
            shape(
                curve(
                    f"-130,60 130,60 118,{under - 20} 60,{under + 36} 6,{under + 52} -50,{under + 34} -112,{under - 24}"
                ),
                deep,
                opacity=0.72,
                blur=7,
            ),
            stroke(
                f"M{-n * 0.5},{under + 30} C{-n * 0.4},226 -22,250 -12,266", shade, 6, opacity=0.35, blur=4
            ),
            stroke(f"M{n * 0.6},{under + 20} C{n * 0.5},226 26,250 14,266", shade, 7, opacity=0.5, blur=4),
            stroke("M-20,268 C-50,258 -90,262 -130,258", shade, 6, opacity=0.45, blur=4),
            stroke("M20,268 C50,258 90,262 130,258", shade, 7, opacity=0.5, blur=4),
            oval(-70, 280, 50, 16, tone(skin, 0.06), opacity=0.5, blur=7),
        )
    )
    defs = across("neck", (-n - 20, 0), (n + 20, 60), (0, tone(skin, 0.0)), (1, tone(skin, -0.07)))
    return f"<defs>{defs}</defs>" + within("bare", column + opening, inside)


def round_opening(look: Look, depth: float, width: float = 26) -> tuple[str, str]:
    """A round neckline: the opening, and its lower edge as a line."""
    x = look.neck + width
    line = f"M{-x},204 C{-x + 10},{depth - 18} {-x * 0.5},{depth} 0,{depth} C{x * 0.5},{depth} {x - 10},{depth - 18} {x},204"
    return line + trapezius(look, x, 204), line


def trapezius(look: Look, x: float, y: float) -> str:
    """From the right end of a neckline over the neck to its left end."""
    n = look.neck
    return f"C{n + 12},{y - 12} {n},{y - 36} {n},140 L{-n},140 C{-n},{y - 36} {-n - 12},{y - 12} {-x},{y}Z"


def collar(line: str, color: str, width: float) -> str:
    return "".join(
        (
            f'<g transform="translate(0,7)">{stroke(line, tone(color, -0.25), width, opacity=0.3, blur=4)}</g>',
            stroke(line, tone(color, -0.07), width),
            stroke(line, tone(color, 0.03), width * 0.62),
            f'<g transform="translate(0,{width * 0.42})">{stroke(line, tone(color, -0.16), 1.6, opacity=0.6)}</g>',
        )
    )
