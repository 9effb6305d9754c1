"""Instruments: a note's number and length in, its sound out.

A sound is float32 at 48 kHz of shape (2, samples), at full velocity, and ends in silence. Numbers are MIDI
notes. Nothing here is random but noise, which is the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from genai.domain.film import SAMPLE_RATE

_TABLE = 4096
_HIGHEST_OVERTONE = 9000.0  # Hz
_LETTING_GO = 0.02  # seconds in which a struck note is cut off


def pad(note: int, seconds: float, shine: float) -> np.ndarray:
    """Three detuned voices across the stereo field, swelling in and out; overtones fall as k**-shine."""
    frequency, release = _hertz(note), 0.45
    time = _time(seconds + release)
    table = _overtones(int(_HIGHEST_OVERTONE / frequency), shine)
    sound = np.zeros((2, time.size), np.float32)
    for cents, left, right in ((-6.0, 0.95, 0.1), (0.5, 0.5, 0.5), (6.5, 0.1, 0.95)):
        voice = _played(table, frequency * 2 ** (cents / 1200), time, abs(cents) * 0.37)
        sound += np.array([[left], [right]], np.float32) * voice
    rise = np.clip(time / 0.22, 0, 1)
    fall = np.clip((seconds + release - time) / release, 0, 1)
    breathing = 1 - 0.12 * np.cos(2 * np.pi * 0.35 * time)
    return 0.3 * sound * _eased(rise) * _eased(fall) * breathing.astype(np.float32)


def keys(note: int, seconds: float) -> np.ndarray:
    """An electric piano by frequency modulation (Chowning, 1973): a mellow tone and a short tine."""
    time, turn = _time(seconds + 0.3), 2 * np.pi * _hertz(note)
    tone = np.sin(turn * time + 1.1 * np.exp(-time / 0.3) * np.sin(turn * time))
    tine = 0.12 * np.exp(-time / 0.06) * np.sin(7 * turn * time)
    return _struck(tone * np.exp(-time / 0.9) + tine, time, 0.004, 0.3)


def celesta(note: int, seconds: float) -> np.ndarray:
    """Soft bells."""
    time, turn = _time(max(seconds, 1.4)), 2 * np.pi * _hertz(note)
    parts = ((1.0, 1.0, 0.6), (2.003, 0.3, 0.35), (4.01, 0.16, 0.14), (6.8, 0.06, 0.05))
    return _struck(_partials(parts, turn, time), time, 0.003)


def marimba(note: int, _seconds: float) -> np.ndarray:
    """Tuned wood: its overtones lie two and three octaves up."""
    time, turn = _time(0.7), 2 * np.pi * _hertz(note)
    parts = ((1.0, 1.0, 0.16), (3.93, 0.32, 0.05), (9.5, 0.12, 0.02))
    return _struck(1.4 * _partials(parts, turn, time), time, 0.002)


def guitar(note: int, seconds: float) -> np.ndarray:
    """A plucked string: overtones as of a string plucked at 18 percent of it, higher ones die sooner."""
    frequency = _hertz(note)
    time, count = _time(min(max(seconds, 0.5), 1.6) + 0.2), min(14, int(_HIGHEST_OVERTONE / frequency))
    parts = [
        (k * (1 + 0.0002 * k * k), abs(np.sin(0.18 * np.pi * k)) / k**1.1, 0.75 / (1 + 0.55 * (k - 1)))
        for k in range(1, count + 1)
    ]
    return _struck(1.1 * _partials(parts, 2 * np.pi * frequency, time), time, 0.002, 0.2)


def stab(note: int, seconds: float) -> np.ndarray:
    """A short bowed or blown chord tone."""
    frequency = _hertz(note)
    time = _time(min(seconds, 0.5) + 0.15)
    bright = _played(_overtones(int(6000 / frequency), 1.3), frequency * 1.002, time, 0.1)
    dark = _played(_overtones(int(2500 / frequency), 2.0), frequency * 0.998, time, 0.6)
    tone = bright * np.exp(-time / 0.07) + dark * np.exp(-time / 0.28)
    return _struck(0.8 * tone, time, 0.008, 0.12)


def bass(note: int, seconds: float) -> np.ndarray:
    time, turn = _time(seconds + 0.06), 2 * np.pi * _hertz(note)
    tone = np.sin(turn * time) + 0.35 * np.sin(2 * turn * time) + 0.16 * np.sin(3 * turn * time)
    fading = (0.45 + 0.55 * np.exp(-time / 0.25)) * np.exp(-time / 1.8)
    return _struck(np.tanh(1.3 * tone) * fading, time, 0.006, 0.08)


def kick(_note: int, _seconds: float) -> np.ndarray:
    time = _time(0.34)
    sweep = 2 * np.pi * (49 * time + 115 * 0.032 * (1 - np.exp(-time / 0.032)))
    click = 0.25 * _noise(time.size, 1500, 6000) * np.exp(-time / 0.003)
    return _struck(np.tanh(1.6 * np.sin(sweep) * np.exp(-time / 0.11)) + click, time, 0.001)


def clap(_note: int, _seconds: float) -> np.ndarray:
    time = _time(0.28)
    hands = sum(np.exp(-np.clip(time - at, 0, None) / 0.006) * (time >= at) for at in (0.0, 0.011, 0.021))
    body = np.exp(-np.clip(time - 0.021, 0, None) / 0.06) * (time >= 0.021)
    sound = np.stack([_noise(time.size, 900, 5200, seed) for seed in (3, 4)])
    return _struck(0.9 * (0.55 * hands + 0.6 * body) * sound, time, 0.001)


def hat(_note: int, _seconds: float) -> np.ndarray:
    time = _time(0.09)
    return _struck(0.7 * _noise(time.size, 7000, 15000) * np.exp(-time / 0.018), time, 0.001)


def shaker(_note: int, _seconds: float) -> np.ndarray:
    time = _time(0.14)
    swell = np.sin(np.pi * np.clip(time / 0.11, 0, 1)) ** 2
    return _struck(0.6 * _noise(time.size, 4500, 12000, 9) * swell, time, 0.002)


def boom(_note: int, _seconds: float) -> np.ndarray:
    """The first and the last hit: a low drum with a wash of cymbal."""
    time = _time(2.2)
    sweep = 2 * np.pi * (41 * time + 60 * 0.06 * (1 - np.exp(-time / 0.06)))
    low = np.sin(sweep) * np.exp(-time / 0.38)
    wash = np.stack([_noise(time.size, 3000, 14000, seed) for seed in (5, 6)]) * np.exp(-time / 0.55)
    return _struck(low + 0.22 * wash, time, 0.002, 0.3)


def riser(_note: int, seconds: float) -> np.ndarray:
    """Noise that swells towards the next downbeat."""
    time = _time(seconds)
    sound = np.stack([_noise(time.size, 1200, 9000, seed) for seed in (7, 8)])
    return _struck(0.5 * sound * (time / seconds) ** 2.5, time, 0.01)


INSTRUMENTS: dict[str, Callable[[int, float], np.ndarray]] = {
    function.__name__: function
    for function in (keys, celesta, marimba, guitar, stab, bass, kick, clap, hat, shaker, boom, riser)
}


def _hertz(note: int) -> float:
    return 440 * 2 ** ((note - 69) / 12)


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _eased(ramp: np.ndarray) -> np.ndarray:
    eased: np.ndarray = (0.5 - 0.5 * np.cos(np.pi * ramp)).astype(np.float32)
    return eased


def _struck(sound: np.ndarray, time: np.ndarray, attack: float, release: float = _LETTING_GO) -> np.ndarray:
    """With an attack that does not click and an end that does not either, in stereo."""
    shape = _eased(np.clip(time / attack, 0, 1)) * _eased(np.clip((time[-1] - time) / release, 0, 1))
    shaped = (sound * shape).astype(np.float32)
    return shaped if shaped.ndim == 2 else np.repeat(shaped[None], 2, axis=0)


def _partials(parts: Iterable[tuple[float, float, float]], turn: float, time: np.ndarray) -> np.ndarray:
    """The sum of decaying sines: (ratio, level, time constant in seconds) each."""
    sound = np.zeros(time.size)
    for ratio, level, decay in parts:
        heard = time[: min(time.size, int(7 * decay * SAMPLE_RATE))]
        sound[: heard.size] += level * np.exp(-heard / decay) * np.sin(ratio * turn * heard)
    return sound


@lru_cache(maxsize=64)
def _overtones(count: int, shine: float) -> np.ndarray:
    """One period of ``count`` overtones falling as k**-shine, with the phases of a Schroeder chirp."""
    phase = np.arange(_TABLE + 1) / _TABLE * 2 * np.pi
    count = max(count, 1)
    waves = [np.sin(k * phase + np.pi * k * k / count) * k**-shine for k in range(1, count + 1)]
    return np.sum(waves, axis=0).astype(np.float32)


def _played(table: np.ndarray, frequency: float, time: np.ndarray, phase: float) -> np.ndarray:
    at = (time * frequency + phase) % 1 * _TABLE
    whole = at.astype(np.int32)
    part = (at - whole).astype(np.float32)
    wave: np.ndarray = table[whole] * (1 - part) + table[whole + 1] * part
    return wave


@lru_cache(maxsize=32)
def _noise(count: int, low: float, high: float, seed: int = 1) -> np.ndarray:
    sos = butter(2, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos")
    noise = sosfilt(sos, np.random.default_rng(seed).standard_normal(count))
    return noise / np.abs(noise).max()
