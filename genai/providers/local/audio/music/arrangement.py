"""Who plays what when: a bed written down as notes on beats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from genai.providers.local.audio.music.moods import Mood, chord
from genai.providers.local.audio.music.pace import BEATS_A_BAR, Pace

_CHORDS_AROUND, _LEAD_AROUND = 62, 74  # MIDI notes
# Rhythms in eighths of a bar, and the contours that go with them as steps among the chord's notes.
_RHYTHMS = ((0, 3, 6), (0, 2, 3, 6), (0, 3, 4, 6), (0, 2, 5, 6), (0, 3, 5, 6))
_CONTOURS = ((0, 1, 2, 1), (2, 1, 0, 1), (0, 2, 1, 3), (1, 2, 3, 2))
_ARPEGGIOS = ((0, 1, 2, 3, 2, 1, 2, 1), (0, 2, 1, 3, 1, 2, 0, 2), (0, 1, 2, 1, 3, 1, 2, 1))
_PHRASE = 4  # bars
_SECTIONS = (2, 3, 3, 2, 3, 3)  # fullness of the phrases after the first: 1 sparse to 3 full


@dataclass(frozen=True)
class Note:
    """``beat`` from the start, ``beats`` long; ``velocity`` 0..1; ``pan`` -1 left to 1 right."""

    instrument: str
    pitch: int
    beat: float
    beats: float
    velocity: float
    pan: float = 0.0


@dataclass(frozen=True)
class _Bar:
    """``fullness`` 1 sparse to 3 full; ``degree`` of the chord."""

    number: int
    beat: int
    beats: int
    degree: int
    fullness: int
    last: bool


class Arrangement:
    """Deterministic by ``random``: the key, the progression, the motif and the small unevennesses."""

    def __init__(self, mood: Mood, pace: Pace, random: np.random.Generator, *, energetic: bool) -> None:
        self._mood, self._pace, self._random, self._energetic = mood, pace, random, energetic
        self.key = int(random.choice(mood.keys))
        self._progression = mood.progressions[random.integers(len(mood.progressions))]
        self._rhythm = _RHYTHMS[random.integers(len(_RHYTHMS))]
        self._contour = _CONTOURS[random.integers(len(_CONTOURS))]
        self._arpeggio = _ARPEGGIOS[random.integers(len(_ARPEGGIOS))]

    def notes(self) -> Iterator[Note]:
        """All of it but the pad: the first hit, the bars, the last hit."""
        yield Note("boom", 0, 0, 4, 0.75 if self._energetic else 0.4)
        for bar in self._bars():
            yield from self._chords(bar)
            yield from self._bass(bar)
            yield from self._lead(bar)
            if self._energetic:
                yield from self._drums(bar)
            if bar.last:
                yield Note(
                    "riser", 0, bar.beat + bar.beats / 2, bar.beats / 2, 0.3 if self._energetic else 0.12
                )
        yield from self._ending()

    def pads(self) -> Iterator[Note]:
        for bar in self._bars():
            for pitch in self._chord(bar.degree, _CHORDS_AROUND):
                yield Note("pad", pitch, bar.beat, bar.beats, 0.5 + 0.15 * bar.fullness)
        for pitch in self._chord(0, _CHORDS_AROUND):
            yield Note("pad", pitch, self._pace.beats, 2, 0.9)

    def _bars(self) -> list[_Bar]:
        starts = range(0, self._pace.beats, BEATS_A_BAR)
        bars = []
        for number, beat in enumerate(starts):
            last = number == len(starts) - 1
            degree = self._mood.close if last and number else self._progression[number % 4]
            length = min(BEATS_A_BAR, self._pace.beats - beat)
            bars.append(_Bar(number, beat, length, degree, self._fullness(number, len(starts)), last))
        return bars

    def _fullness(self, number: int, bars: int) -> int:
        """Sparse at first; a short bed is full by its middle, a long one comes and goes by phrases."""
        if bars <= 2 * _PHRASE + 1:
            place = number / max(bars - 1, 1)
            return 1 if number == 0 and bars > 2 else 2 if place < 0.45 else 3
        if number < 2 or bars - number <= 2 * _PHRASE:
            return 1 if number < 2 else 3
        return _SECTIONS[number // _PHRASE % len(_SECTIONS)]

    def _chord(self, degree: int, around: int) -> list[int]:
        return [self.key + note for note in chord(self._mood, degree, around - self.key)]

    def _human(self, velocity: float) -> float:
        return velocity * float(1 + 0.08 * self._random.uniform(-1, 1))

    def _swung(self, eighth: int) -> float:
        return eighth / 2 + (self._mood.swing / 2 if eighth % 2 else 0)

    def _chords(self, bar: _Bar) -> Iterator[Note]:
        """Held at first, then rhythmical where it is energetic."""
        pitches = self._chord(bar.degree, _CHORDS_AROUND)
        moving = self._energetic and bar.fullness > 1
        eighths = (0, 3, 6) if moving else (0,)
        for eighth in eighths:
            for index, pitch in enumerate(pitches):
                strum = 0.0 if moving else 0.04 * index
                if self._swung(eighth) < bar.beats:
                    yield Note(
                        self._mood.chords, pitch, bar.beat + self._swung(eighth) + strum,
                        0.9 if moving else bar.beats * 0.95, self._human(0.26 if moving else 0.32),
                        0.5 * (index / max(len(pitches) - 1, 1) - 0.5),
                    )  # fmt: skip

    def _bass(self, bar: _Bar) -> Iterator[Note]:
        if bar.fullness == 1 and bar.number:
            return
        root = self.key + self._mood.scale[bar.degree % 7]
        pitch = root - 12 if root - 12 >= 33 else root
        pattern = ((0, 1.4), (1.5, 0.45), (2, 1.4), (3.5, 0.45)) if self._energetic else ((0, 3.9),)
        for beat, length in pattern if bar.fullness > 1 else pattern[:1]:
            if beat < bar.beats:
                end = min(length, bar.beats - beat)
                yield Note("bass", pitch, bar.beat + beat, end, self._human(0.6 if beat else 0.7))

    def _lead(self, bar: _Bar) -> Iterator[Note]:
        """The motif from the second bar on, an arpeggio under it where it is full."""
        tones = self._chord(bar.degree, _LEAD_AROUND)
        tones = sorted({*tones, *(tone + 12 for tone in tones)})
        instrument = self._mood.lead
        if bar.fullness > 1 or bar.number == 0:
            answer = bar.number % 2
            for index, eighth in enumerate(self._rhythm):
                if self._swung(eighth) < bar.beats:
                    tone = tones[(self._contour[index % 4] + answer) % len(tones)]
                    level = 0.34 if index else 0.4
                    yield Note(
                        instrument, tone, bar.beat + self._swung(eighth), 1.0, self._human(level), 0.25
                    )
        if bar.fullness == 3:
            for eighth in range(2 * bar.beats):
                tone = tones[self._arpeggio[eighth % 8] % len(tones)]
                level = 0.16 if eighth % 2 else 0.2
                pan = -0.45 if eighth % 2 else -0.15
                yield Note(instrument, tone, bar.beat + self._swung(eighth), 0.5, self._human(level), pan)

    def _drums(self, bar: _Bar) -> Iterator[Note]:
        for beat in range(bar.beats):
            at = bar.beat + beat
            if bar.fullness > 1 or beat % 2 == 0:
                yield Note("kick", 0, at, 1, self._human(0.85))
            if bar.fullness > 1 and beat % 2:
                yield Note("clap", 0, at, 1, self._human(0.42))
            for half in (0, 1):
                offbeat = at + self._swung(half)
                if bar.fullness > 1:
                    yield Note("hat", 0, offbeat, 1, self._human(0.26 if half else 0.14), 0.2)
                if bar.fullness == 3:
                    yield Note("shaker", 0, offbeat + 0.25, 1, self._human(0.14), -0.35)
        if (bar.last or bar.number % _PHRASE == _PHRASE - 1) and bar.beats == BEATS_A_BAR:
            for step in range(4):
                yield Note("clap", 0, bar.beat + 3 + step / 4, 1, 0.14 + 0.08 * step)

    def _ending(self) -> Iterator[Note]:
        beat = self._pace.beats
        yield Note("boom", 0, beat, 4, 0.85 if self._energetic else 0.5)
        if self._energetic:
            yield Note("kick", 0, beat, 1, 0.9)
        yield Note("bass", self.key - 12, beat, 8, 0.75)
        for index, pitch in enumerate(self._chord(0, _CHORDS_AROUND)):
            yield Note("keys", pitch, beat + 0.03 * index, 4, 0.36, 0.3 * (index - 1))
        yield Note(self._mood.lead, self.key + 24, beat, 4, 0.4)
