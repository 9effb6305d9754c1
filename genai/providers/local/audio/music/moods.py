"""What the moods are made of: scale, chords, pace, instruments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genai.errors import Permanent

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True)
class Mood:
    """``scale`` in semitones over the key; ``progressions`` are degrees of it, one a bar, in loops of four;
    ``close`` is the degree that leads home. ``keys`` are MIDI notes of the key, ``tempo`` and ``energetic``
    the ranges of beats per minute. ``lead`` and ``chords`` name instruments, ``shine`` is how slowly the
    pad's overtones fall off (smaller: brighter), ``seventh`` adds a fourth note to the chords, ``swing``
    delays every second eighth by this part of it."""

    scale: tuple[int, ...]
    progressions: tuple[tuple[int, int, int, int], ...]
    close: int
    keys: tuple[int, ...]
    tempo: tuple[float, float]
    energetic: tuple[float, float]
    lead: str
    chords: str
    shine: float
    seventh: bool = False
    swing: float = 0.0


MOODS = {
    "calm": Mood(
        MAJOR, ((0, 3, 5, 3), (0, 5, 3, 3), (0, 2, 3, 0)), 4, (48, 50, 53), (66, 82), (100, 110),
        lead="celesta", chords="keys", shine=2.6, seventh=True,
    ),
    "warm": Mood(
        MAJOR, ((0, 4, 5, 3), (0, 2, 3, 4), (0, 5, 3, 4)), 4, (48, 50, 52, 55), (74, 92), (100, 112),
        lead="guitar", chords="keys", shine=2.2, seventh=True,
    ),
    "bright": Mood(
        MAJOR, ((0, 3, 5, 4), (0, 4, 3, 4), (0, 5, 3, 4)), 4, (50, 52, 55, 57), (92, 112), (108, 124),
        lead="guitar", chords="stab", shine=1.8,
    ),
    "bold": Mood(
        MINOR, ((0, 5, 2, 6), (0, 6, 5, 6), (0, 2, 5, 6)), 6, (45, 47, 50), (80, 100), (104, 122),
        lead="stab", chords="stab", shine=1.6,
    ),
    "playful": Mood(
        MAJOR, ((0, 5, 1, 4), (0, 3, 0, 4), (0, 5, 3, 4)), 4, (53, 55, 57), (96, 116), (110, 126),
        lead="marimba", chords="guitar", shine=2.4, swing=0.18,
    ),
}  # fmt: skip

_SUGGESTED_BY = {
    "calm": "calm soft quiet gentle relax relaxing relaxed peaceful serene slow spa minimal zen soothing",
    "bold": "bold strong powerful power epic dark dramatic intense edgy sport sports gym aggressive heavy",
    "playful": "playful fun funny cute quirky kids children toy toys cheeky silly party whimsical",
    "bright": "bright fresh energetic happy upbeat cheerful summer sunny vibrant lively dynamic fast punchy",
    "warm": "warm cosy cozy home natural family friendly organic honest autumn heartfelt craft handmade",
}


def suggested(prompt: str, *, energetic: bool) -> str:
    """The mood most of whose words stand in ``prompt``; else bright if energetic, or warm."""
    said = re.findall(r"[a-z]+", prompt.lower())
    counts = {name: sum(word in words.split() for word in said) for name, words in _SUGGESTED_BY.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "bright" if energetic else "warm"


def mood_of(name: str) -> Mood:
    """The mood of that name. Raises Permanent with the code ``unknown_mood``."""
    if name not in MOODS:
        raise Permanent(f"no music is of the mood {name!r}; choose {', '.join(MOODS)}", code="unknown_mood")
    return MOODS[name]


def chord(mood: Mood, degree: int, around: int) -> list[int]:
    """The chord on a degree of the scale as MIDI notes within an octave about ``around``: each of its notes
    in the octave nearest to it, so that common notes stay where they are from one chord to the next."""
    steps = (0, 2, 4, 6) if mood.seventh else (0, 2, 4)
    classes = [mood.scale[(degree + step) % 7] for step in steps]
    return sorted((note - around + 6) % 12 + around - 6 for note in classes)
