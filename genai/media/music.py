"""Recorded music, a client's own or a vendor's, cut or looped to a length, with its beats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genai.domain.film import SAMPLE_RATE
from genai.errors import Permanent
from genai.media import dynamics, sound
from genai.media.beats import find_beats

_QUIET = -60.0  # dBFS: a recording that never gets louder is silent
_LEAD_IN = 50.0  # dB under its loudest millisecond: what comes before is cut away
_OPENING = 0.004  # seconds of fade in, for a recording that is cut out of another
_FADE = (0.2, 2.0)  # of the duration, at most seconds
_JOINT = 0.03  # seconds of the crossfade before a beat
_MOST = 0.8  # of the beats that a loop of whole phrases must hold, or it is one of whole bars
_LOOSE_JOINT = 0.25  # of the recording's length, where it has no beat
_FADED = 9.0  # dB under its usual level: where a recording has begun to fade out


@dataclass(frozen=True)
class Recorded:
    """``passes``: how often it is heard, once where it was long enough."""

    samples: np.ndarray
    tempo: float
    beats: tuple[float, ...]
    passes: int


def recorded(path: Path, duration: float) -> Recorded:
    """Stereo samples of exactly ``duration`` seconds that fade out at their end.

    Where the recording is too short it goes back, from the last bar before it fades to the first beat.
    Raises Permanent with the code ``not_audio`` for what cannot be decoded or is silent.
    """
    played = sound.read(path, longest=max(duration + 5, 30))
    level = dynamics.levels(played)
    if level.max(initial=-120) < _QUIET:
        raise Permanent("the music is silent; send another recording", code="not_audio")
    start = int(np.argmax(level > level.max() - _LEAD_IN)) * SAMPLE_RATE // dynamics.CONTROL_RATE
    played = played[:, start:].copy()
    _ramp(played, _OPENING)
    tempo, beats = find_beats(played)
    count, passes = round(duration * SAMPLE_RATE), 1
    if played.shape[1] < count:
        played, beats, passes = _looped(played, beats, count)
    cut = played[:, :count].copy()
    _ramp(cut[:, ::-1], min(_FADE[0] * duration, _FADE[1]))
    return Recorded(cut, tempo, tuple(beat for beat in beats if beat < duration), passes)


def _looped(
    played: np.ndarray, beats: tuple[float, ...], count: int
) -> tuple[np.ndarray, tuple[float, ...], int]:
    """``played`` again and again until it has ``count`` samples, and its beats."""
    first, last, joint = _loop(played, beats)
    body = last - first
    passes = 1 + -(-(count - last) // body)
    whole = np.zeros((2, last + (passes - 1) * body), np.float32)
    fade = np.sin(np.linspace(0, np.pi / 2, joint, dtype=np.float32))
    whole[:, :last] = played[:, :last]
    times = [beat for beat in beats if beat * SAMPLE_RATE < last - 1]
    for number in range(1, passes):
        end = last + (number - 1) * body
        whole[:, end - joint : end] *= fade[::-1]
        whole[:, end - joint : end] += fade * played[:, first - joint : first]
        whole[:, end : end + body] = played[:, first:last]
        later = number * body / SAMPLE_RATE
        times += [beat + later for beat in beats if first - 1 <= beat * SAMPLE_RATE < last - 1]
    return whole, tuple(times), passes


def _loop(played: np.ndarray, beats: tuple[float, ...]) -> tuple[int, int, int]:
    """The samples between which to loop, and the length of the crossfade that ends there.

    From the first beat to the last one that is whole bars later, while the music has not begun to fade.
    """
    level = dynamics.follow(dynamics.levels(played), rising=0.05, falling=0.4)
    usual = np.median(level[level > level.max() - 40])
    sounding = int(np.flatnonzero(level > usual - _FADED)[-1]) * SAMPLE_RATE // dynamics.CONTROL_RATE
    joint = round(_JOINT * SAMPLE_RATE)
    places = [round(beat * SAMPLE_RATE) for beat in beats]
    places = [place for place in places if joint <= place <= min(sounding + joint, played.shape[1])]
    for bar in (16, 8, 4, 2, 1):
        whole = (len(places) - 1) // bar * bar
        if whole > 0 and (bar <= 4 or whole >= _MOST * len(places)):
            return places[0], places[whole], joint
    joint = max(1, round(_LOOSE_JOINT * played.shape[1]))
    return joint, max(sounding, 2 * joint), joint


def _ramp(samples: np.ndarray, seconds: float) -> None:
    """Fade in, in place, along a raised cosine."""
    length = min(round(seconds * SAMPLE_RATE), samples.shape[1])
    samples[:, :length] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)
