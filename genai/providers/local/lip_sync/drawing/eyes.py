"""Eyes and brows in one expression."""

from __future__ import annotations

from dataclasses import dataclass

from genai.providers.local.lip_sync.drawing.face import EYE_X
from genai.providers.local.lip_sync.drawing.svg import across, around, curve, oval, shape, stroke, within
from genai.providers.local.lip_sync.drawing.tones import mix, tone
from genai.providers.local.lip_sync.looks import Look

EYES_BOX = (-112.0, -92.0, 112.0, 36.0)


@dataclass(frozen=True)
class Gaze:
    """``shut`` 0..1 how far the lids are closed, ``x`` and ``y`` where the eyes look (units off the
    camera), ``brows`` how far they are raised (units)."""

    shut: float = 0.0
    x: float = 0.0
    y: float = 0.0
    brows: float = 0.0


def eyes(look: Look, gaze: Gaze) -> str:
    """Both eyes and brows."""
    left, right = _eye(look, gaze, -1), _eye(look, gaze, 1)
    return left + right + _brow(look, gaze, -1) + _brow(look, gaze, 1)


def _eye(look: Look, gaze: Gaze, side: int) -> str:
    name = "left" if side < 0 else "right"
    up = 15.5 + 0.12 * gaze.brows - (1.6 if look.age else 0) - 1.5 * (1 - min(1.0, look.lashes))
    lid = -up + (up + 7.5) * gaze.shut  # the middle of the upper lid
    low = 9.0 - 1.0 * gaze.shut
    skin, lash = look.skin, mix(look.brow_color or look.hair_color, "#120c0a", 0.6)
    if look.hair == "headscarf":
        lash = "#1c1210"

    def path(top: float, bottom: float) -> str:
        # The inner corner (x -29) lies lower than the outer one (x 30).
        return (
            f"M-29,4 C-22,{top * 0.72 + 1:.2f} -10,{top:.2f} 3,{top:.2f} C16,{top:.2f} 25,{top * 0.55 - 1:.2f} 30,-1 "
            f"C24,{bottom * 0.75:.2f} 14,{bottom:.2f} 1,{bottom:.2f} C-12,{bottom:.2f} -23,{bottom * 0.8:.2f} -29,4Z"
        )

    def line(top: float) -> str:
        return f"M-29,4 C-22,{top * 0.72 + 1:.2f} -10,{top:.2f} 3,{top:.2f} C16,{top:.2f} 25,{top * 0.55 - 1:.2f} 30,-1"

    opening = path(lid, max(low, lid + 0.6))
    # The eye is mirrored on the left; what looks the same way in both is mirrored back.
    x, y = side * gaze.x, gaze.y - 1.5
    highlight = -5.0 * side
    ball = "".join(
        (
            shape(path(-up - 4, low + 4), "url(#white)"),
            oval(x + 0.5, y, 15.2, 15.2, tone(look.iris, -0.16)),
            oval(x + 0.5, y, 13.6, 13.6, f"url(#iris{name})"),
            oval(x + 0.5, y, 6.7, 6.7, "#120c0b"),
            oval(x + 1 - highlight * 0.4, y + 7.5, 6.2, 3.6, "#ffffff", opacity=0.16),
            shape(path(-up - 2, -up + 6), "#2a1712", opacity=0.22)
            + shape(path(-up - 2, -up + 9), "#2a1712", opacity=0.14),
            oval(x + highlight + 0.5, y - 5.4, 4.3, 4.3, "#ffffff", opacity=0.96),
            oval(x - highlight + 1, y + 5, 1.9, 1.9, "#ffffff", opacity=0.6),
        )
    )
    # The upper lash: thin at the inner corner, thickest towards the outer, where it may have a tip.
    thick = 3.2 + 2.3 * look.lashes
    tip_x, tip_y = (
        31 + 4.5 * max(0.0, look.lashes - 0.4),
        -1 - 9 * max(0.0, look.lashes - 0.4) * (1 - gaze.shut),
    )
    over = lid - thick * 0.62
    lashes = (
        f"M-30.5,4.5 C-23,{lid * 0.72 - 0.5:.2f} -11,{over:.2f} 3,{over:.2f} "
        f"C17,{over:.2f} 26,{lid * 0.55 - 1 - thick * 0.8:.2f} {tip_x:.2f},{tip_y:.2f} "
        f"C31,{tip_y * 0.4 + 1.2:.2f} 28,{lid * 0.35 + 1.6:.2f} 24,{lid * 0.68 + 0.6:.2f} "
        f"C18,{lid + thick * 0.3:.2f} 10,{lid + thick * 0.34:.2f} 3,{lid + thick * 0.34:.2f} "
        f"C-9,{lid + thick * 0.3:.2f} -21,{lid * 0.72 + 2.4:.2f} -28.5,5Z"
    )
    iris = around(
        f"iris{name}",
        (x, y + 4),
        16,
        (0, tone(look.iris, 0.13, 1.15)),
        (0.55, look.iris),
        (1, tone(look.iris, -0.07)),
    )
    white = across("white", (0, -16), (0, 10), (0, "#d9cfc9"), (0.45, "#f7f3ee"), (1, "#efe6df"))
    drawing = "".join(
        (
            f"<defs>{iris}{white if side < 0 else ''}</defs>",
            shape(path(-up - 1, low + 1), tone(skin, -0.03)),
            within(f"lids{name}", opening, ball),
            # The lid itself, as far as it is down.
            shape(
                line(-up - 1.5)
                + f"L30,-1 C25,{lid * 0.55 - 1:.2f} 16,{lid:.2f} 3,{lid:.2f} C-10,{lid:.2f} -22,{lid * 0.72 + 1:.2f} -29,4Z",
                tone(skin, -0.035, 1.05),
            )
            if gaze.shut > 0.02
            else "",
            shape(lashes, lash, opacity=0.96),
            stroke(
                "M-25,-5 C-19,-17 -8,-23 4,-23 C17,-23 27,-15 32,-9", tone(skin, -0.17, 1.1), 2.0, opacity=0.5
            ),
            stroke(
                f"M-24,6 C-14,{low + 2:.2f} 14,{low + 2:.2f} 27,1", tone(skin, -0.2, 1.0), 1.7, opacity=0.55
            ),
            oval(-26.5, 4, 2.6, 2, "#c98478", opacity=0.7 * (1 - gaze.shut)),
        )
    )
    return f'<g transform="translate({side * EYE_X},0) scale({1.12 * side:.2f},1.14)">{drawing}</g>'


def _brow(look: Look, gaze: Gaze, side: int) -> str:
    color = look.brow_color or tone(look.hair_color, 0.01)
    w = look.brow
    lift = -gaze.brows
    brow = curve(
        f"-30,{-36.5 + 0.8 * lift} -29,{-42.5 - 2.5 * w + 0.9 * lift} -6,{-45 - 3 * w + lift} 16,{-46.5 - 2 * w + lift} "
        f"39,{-33 + 0.8 * lift} 15,{-42 + 0.9 * w + lift} -6,{-40.5 + 1.5 * w + lift}"
    )
    return (
        f'<g transform="translate({side * EYE_X},0) scale({side},1)">'
        f"{stroke(brow, color, 2.4, opacity=0.28)}{shape(brow, color, opacity=0.88)}</g>"
    )
