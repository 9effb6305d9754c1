"""A head without its eyes, brows, mouth and hair: ears, skin, nose, beard."""

from __future__ import annotations

from genai.providers.local.lip_sync.drawing.svg import (
    across,
    curve,
    mirrored,
    oval,
    shape,
    stroke,
    within,
)
from genai.providers.local.lip_sync.drawing.tones import mix, tone
from genai.providers.local.lip_sync.looks import Look

EYE_X = 57.0  # from the middle
MOUTH_Y = 103.0


def outline(look: Look) -> str:
    """The face's edge."""
    low = look.length
    return mirrored(
        f"0,-208 42,-203 84,-184 114,-146 {look.cheek - 4},-76 {look.cheek},-10 {look.cheek - 5},52 "
        f"{look.jaw},{low * 0.62:.1f} {look.chin + 26},{low * 0.82:.1f} {look.chin - 12},{low * 0.965:.1f} 0,{low}"
    )


def head(look: Look) -> str:
    """Ears and face."""
    skin = look.skin
    light, shade, deep = tone(skin, 0.035), tone(skin, -0.075, 1.1), tone(skin, -0.16, 1.1)
    edge = outline(look)
    low = look.length
    blush = mix(skin, "#d8503f", 0.42)
    inside = "".join(
        (
            shape(edge, "url(#face)"),
            # The side away from the window, and the turn of the jaw.
            shape(
                curve(f"170,-220 92,-160 104,-60 104,20 84,90 40,{low - 14} 10,{low + 20} 190,260"),
                shade,
                opacity=0.62,
                blur=20,
            ),
            shape(
                curve(
                    f"-150,{low - 60} -96,{low - 50} -40,{low - 6} 0,{low - 1} 60,{low - 8} 150,60 190,250 -150,260"
                ),
                shade,
                opacity=0.5,
                blur=12,
            ),
            # Under the hair.
            shape(
                curve("-150,-230 150,-230 150,-70 104,-118 0,-150 -104,-118 -150,-70"),
                shade,
                opacity=0.55,
                blur=12,
            ),
            oval(-38, -96, 62, 34, tone(skin, 0.09), opacity=0.5, blur=20),
            oval(-76, 48, 34, 24, tone(skin, 0.07), opacity=0.5, blur=12),
            oval(-78, 58, 36, 24, blush, opacity=0.3, blur=12),
            oval(80, 58, 34, 24, blush, opacity=0.28, blur=12),
            # Eye sockets.
            oval(-EYE_X, -8, 42, 24, shade, opacity=0.34, blur=7),
            oval(EYE_X, -8, 42, 24, shade, opacity=0.42, blur=7),
            *(
                stroke(
                    f"M{side * 30},20 C{side * 46},27 {side * 68},26 {side * 84},16",
                    tone(skin, -0.1, 1.1),
                    3,
                    opacity=0.35,
                    blur=2,
                )
                for side in (-1, 1)
            ),
            oval(0, low - 22, 24, 11, tone(skin, 0.06), opacity=0.5, blur=7),
            oval(0, MOUTH_Y + 27, 30, 7, shade, opacity=0.5, blur=4),
            _nose(look, shade, deep),
            _age(look, deep),
            _beard(look),
        )
    )
    defs = across("face", (-120, -160), (130, 170), (0, light), (0.5, skin), (1, tone(skin, -0.045, 1.06)))
    return f"<defs>{defs}</defs>{_ears(look, shade, deep)}{within('inside', edge, inside)}"


_BARE_EARS = frozenset({"swept", "crop"})  # hair that leaves them free


def _ears(look: Look, shade: str, deep: str) -> str:
    if look.hair not in _BARE_EARS:
        return ""
    drawing = []
    for side in (-1, 1):
        x = look.cheek - 4

        def ear(text: str, side: int = side, x: float = x) -> str:
            return curve(
                " ".join(f"{side * (x + float(p.split(',')[0]))},{p.split(',')[1]}" for p in text.split())
            )

        drawing.append(
            shape(
                ear("-6,-16 12,-27 25,-12 23,14 12,42 -2,52 -12,30"),
                look.skin if side < 0 else tone(look.skin, -0.05),
            )
        )
        drawing.append(shape(ear("0,-6 12,-14 17,-4 13,14 4,30 -2,20"), shade, opacity=0.8, blur=2))
        drawing.append(shape(ear("-10,-20 -2,-10 0,30 -8,46"), deep, opacity=0.4, blur=4))
    return "".join(drawing)


def _nose(look: Look, shade: str, deep: str) -> str:
    skin = look.skin
    return "".join(
        (
            shape(curve("9,-34 15,0 20,34 30,52 22,62 6,60 8,30 4,0"), shade, opacity=0.55, blur=4),
            shape(curve("-22,62 0,70 26,62 20,72 0,76 -18,72"), deep, opacity=0.38, blur=4),
            shape(curve("-7,-30 0,-34 3,10 4,40 -6,46 -8,10"), tone(skin, 0.075), opacity=0.55, blur=4),
            oval(-4, 48, 11, 9, tone(skin, 0.1), opacity=0.6, blur=4),
            stroke("M-17,61 C-13,57 -8,60 -6,63", deep, 4.2, opacity=0.75, blur=1),
            stroke("M17,61 C13,57 8,60 6,63", deep, 4.2, opacity=0.8, blur=1),
            stroke("M-22,46 C-28,52 -28,60 -20,63", deep, 2.6, opacity=0.34, blur=1),
            stroke("M22,46 C28,52 28,60 20,63", deep, 2.8, opacity=0.5, blur=1),
            oval(0, 84, 5, 7, shade, opacity=0.5, blur=4),
        )
    )


def _age(look: Look, deep: str) -> str:
    if not look.age:
        return ""
    lines = (
        "M-31,60 C-44,70 -54,86 -55,102", "M31,60 C44,70 54,86 55,102",
        "M-84,26 C-72,35 -54,37 -40,32", "M84,26 C72,35 54,37 40,32",
        "M-98,-4 C-104,-8 -108,-12 -111,-17", "M-98,3 C-105,3 -110,2 -114,-1",
        "M98,-4 C104,-8 108,-12 111,-17", "M98,3 C105,3 110,2 114,-1",
        "M-44,-106 C-20,-112 20,-112 44,-106", "M-36,-122 C-16,-127 18,-127 38,-122",
    )  # fmt: skip
    return "".join(stroke(line, deep, 2.6, opacity=0.3 * look.age, blur=1) for line in lines)


def _beard(look: Look) -> str:
    if not look.beard:
        return ""
    color, low, x = look.hair_color, look.length, look.cheek
    dense = {"short": 0.86, "trimmed": 0.6}[look.beard]
    edge = curve(
        f"{-x - 12},16 {-x + 8},28 {-x + 19},66 -70,90 -38,84 -12,79 12,79 38,84 70,90 {x - 19},66 {x - 8},28 "
        f"{x + 12},16 {x + 20},120 60,{low + 20} -60,{low + 20} {-x - 20},120"
    )
    fill = across(
        "beard", (-90, 60), (100, 190), (0, tone(color, 0.07)), (0.55, color), (1, tone(color, -0.06))
    )
    return "".join(
        (
            f"<defs>{fill}</defs>",
            shape(edge, color, opacity=0.35 * dense, blur=7),
            shape(edge, "url(#beard)", opacity=dense, blur=2),
            oval(-46, 140, 30, 24, tone(color, 0.14), opacity=0.25, blur=12),
            oval(0, 131, 22, 5, tone(color, -0.08), opacity=0.5, blur=4),
        )
    )
