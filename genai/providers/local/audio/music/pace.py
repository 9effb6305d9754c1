"""Bars that fit a duration: the last hit lands on a beat, and rings out until the end."""

from __future__ import annotations

from dataclasses import dataclass

BEATS_A_BAR = 4


@dataclass(frozen=True)
class Pace:
    """``tempo`` in beats per minute; ``beats`` are counted up to the last hit, which is beat number
    ``beats`` from 0."""

    tempo: float
    beats: int

    def at(self, beat: float) -> float:
        """Seconds from the start."""
        return beat * 60 / self.tempo

    @property
    def times(self) -> tuple[float, ...]:
        """Every beat from the first sample to the last hit, in seconds."""
        return tuple(self.at(beat) for beat in range(self.beats + 1))


def pace(duration: float, low: float, high: float) -> Pace:
    """The tempo between ``low`` and ``high``, nearest to their middle, at which whole bars (else half bars,
    else beats) last until about an eighth of the duration, 0.7 to 2.2 s, is left to ring out."""
    middle = (low + high) / 2
    wanted = min(max(duration / 8, 0.7), 2.2)
    rings = [wanted * part for part in (1.0, 0.85, 1.2, 0.7, 1.4)]
    for group in (BEATS_A_BAR, 2, 1):
        for ring in rings:
            most = int((duration - ring) * high / 60) // group * group
            options = [Pace(60 * count / (duration - ring), count) for count in range(group, most + 1, group)]
            fitting = [option for option in options if option.tempo >= low]
            if fitting:
                return min(fitting, key=lambda option: abs(option.tempo - middle))
    beats = max(1, int((duration - wanted) * middle / 60))
    return Pace(middle, beats)
