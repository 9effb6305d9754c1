"""The named voices: eSpeak variants that grate least, in every language.

Chosen by measuring them on the same sentence: those that are periodic (0.84 and more of their energy at
the fundamental's period) and have neither a hole nor a whistle above 3 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass

from genai.errors import Permanent

DEFAULT = "anna"


@dataclass(frozen=True)
class Voice:
    """``variant`` is eSpeak's; ``pitch`` and ``expression`` 0 to 99, 50 the variant's own; ``speed`` in
    words per minute at rate 1; ``gender`` female or male."""

    variant: str
    gender: str
    description: str
    pitch: int = 50
    expression: int = 55
    speed: int = 165


VOICES = {
    "anna": Voice("f2", "female", "warm and even", pitch=46),
    "clara": Voice("f4", "female", "low and calm", pitch=44, speed=158),
    "eva": Voice("f5", "female", "light and brisk", pitch=50, expression=60, speed=172),
    "ben": Voice("m3", "male", "clear and friendly", pitch=52, expression=62),
    "david": Voice("m7", "male", "dark and calm", pitch=46, speed=156),
    "max": Voice("max", "male", "plain and quick", pitch=50, speed=172),
}


def named(name: str | None) -> Voice:
    """The voice of that name. Raises Permanent with the code ``unknown_voice``."""
    voice = VOICES.get((name or DEFAULT).strip().lower())
    if voice is None:
        raise Permanent(
            f"there is no voice {name!r}; set `voice` to one of {', '.join(VOICES)}",
            code="unknown_voice",
            details={"voices": list(VOICES)},
        )
    return voice
