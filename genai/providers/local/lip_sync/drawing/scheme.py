"""The colours of a room, out of those of the job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genai.providers.local.lip_sync.drawing.tones import lit, mix

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
    given = [_six_digits(color) for color in palette[:3]]
    first, second, third = [*given, *_FALLBACK[len(given) :]]
    return Scheme(
        wall=lit(first, 0.85, 0.034),
        wood=mix("#b08a63", lit(first, 0.6, 0.05), 0.25),
        accent=lit(second, 0.64, 0.085),
        second=lit(third, 0.55, 0.095),
        leaf=mix("#5d7a56", lit(second, 0.5, 0.06), 0.2),
    )


def _six_digits(color: str) -> str:
    digits = color.strip().lstrip("#")
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits[:3]))
