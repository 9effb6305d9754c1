"""A bed played: notes to a stereo mix."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.signal import butter, oaconvolve, sosfilt

from genai.domain.film import SAMPLE_RATE
from genai.media import dynamics, loudness
from genai.providers.local.audio.music.arrangement import Arrangement, Note
from genai.providers.local.audio.music.instruments import INSTRUMENTS, pad
from genai.providers.local.audio.music.moods import mood_of
from genai.providers.local.audio.music.pace import Pace, pace

LUFS = -17.0
CEILING = -1.5  # dBTP
_DRY = {"bass", "kick"}  # low sounds stay out of the hall
_HALL = 1.6  # seconds
_WET = 0.2
_PAD_LEVEL = 0.16
_END_FADE = 0.25  # seconds, of what still rings


def bed(duration: float, mood: str, seed: int, *, energetic: bool) -> tuple[np.ndarray, Pace]:
    """Stereo samples of exactly ``duration`` seconds, and their beats; the first sounds at once.

    Raises Permanent with the code ``unknown_mood``.
    """
    character = mood_of(mood)
    beat = pace(duration, *(character.energetic if energetic else character.tempo))
    random = np.random.default_rng([seed & 0xFFFFFFFF, sum(mood.encode()), energetic])
    arrangement = Arrangement(character, beat, random, energetic=energetic)
    count = round(duration * SAMPLE_RATE)

    @cache
    def struck(instrument: str, pitch: int, seconds: float) -> np.ndarray:
        return INSTRUMENTS[instrument](pitch, seconds)

    @cache
    def swelling(_instrument: str, pitch: int, seconds: float) -> np.ndarray:
        return pad(pitch, seconds, character.shine)

    dry, wet = np.zeros((2, count), np.float32), np.zeros((2, count), np.float32)
    for note in arrangement.notes():
        _play(dry if note.instrument in _DRY else wet, note, beat, struck)
    pads = np.zeros((2, count), np.float32)
    for note in arrangement.pads():
        _play(pads, note, beat, swelling)
    wet += _PAD_LEVEL * pads * _pumping(count, beat, 0.35 if energetic else 0.0)
    wet += _WET * np.stack(
        [oaconvolve(channel, side)[:count] for channel, side in zip(wet, _hall(), strict=True)]
    )
    return _finished(dry + wet), beat


def _play(track: np.ndarray, note: Note, beat: Pace, sound: Callable[[str, int, float], np.ndarray]) -> None:
    heard = sound(note.instrument, note.pitch, round(beat.at(note.beats), 4))
    start = round(beat.at(note.beat) * SAMPLE_RATE)
    end = min(start + heard.shape[1], track.shape[1])
    if end > start:
        sides = np.array([[min(1, 1 - note.pan)], [min(1, 1 + note.pan)]], np.float32)
        track[:, start:end] += note.velocity * sides * heard[:, : end - start]


def _pumping(count: int, beat: Pace, depth: float) -> np.ndarray:
    """The pads give way on each beat and come back within half of it."""
    phase = (np.arange(count, dtype=np.float32) * np.float32(beat.tempo / 60 / SAMPLE_RATE)) % 1
    down: np.ndarray = 1 - np.float32(depth) * np.clip(1 - 2 * phase, 0, 1) * np.clip(phase * 25, 0, 1)
    return down


@cache
def _hall() -> np.ndarray:
    """The answer of a hall, one per side: noise that dies within the time, its highs sooner."""
    time = np.arange(round(_HALL * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(11).standard_normal((2, time.size))
    dark = sosfilt(butter(1, 2500, "lowpass", fs=SAMPLE_RATE, output="sos"), noise)
    bright = sosfilt(butter(2, (250, 7000), "bandpass", fs=SAMPLE_RATE, output="sos"), noise)
    answer = (dark * np.exp(-time / 0.32) + 0.5 * bright * np.exp(-time / 0.13)) * (time > 0.016)
    answer = sosfilt(butter(2, 160, "highpass", fs=SAMPLE_RATE, output="sos"), answer)
    return (answer / np.sqrt(np.sum(answer**2, axis=1, keepdims=True))).astype(np.float32)


def _finished(mix: np.ndarray) -> np.ndarray:
    mix = sosfilt(butter(2, 32, "highpass", fs=SAMPLE_RATE, output="sos"), mix).astype(np.float32)
    mix *= np.float32(10 ** ((LUFS - loudness.integrated(mix)) / 20))
    mix = dynamics.compress(mix, threshold=LUFS + 3, ratio=2, attack=0.02, release=0.15)
    mix *= np.float32(10 ** ((LUFS - loudness.integrated(mix)) / 20))
    mix = dynamics.limit(mix, CEILING)
    length = min(round(_END_FADE * SAMPLE_RATE), mix.shape[1])
    mix[:, -length:] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(length) / length)).astype(np.float32)
    return mix
