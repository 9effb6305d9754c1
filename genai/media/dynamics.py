"""Changes of level over time: compressor, ducking, true-peak limiter.

Levels are followed at a control rate of 1 kHz, where attack and release differ and a plain loop is fast
enough; the gains are interpolated to samples. Samples are float32 at 48 kHz, of shape (channels, samples).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d
from scipy.signal import oaconvolve, resample_poly
from scipy.signal.windows import hann

from genai.domain.film import SAMPLE_RATE

CONTROL_RATE = 1000  # Hz
_STEP = SAMPLE_RATE // CONTROL_RATE
_FLOOR = -120.0  # dBFS of silence
_OVERSAMPLING = 4  # BS.1770-4, annex 2
_PIECE = 10 * SAMPLE_RATE
_PEAK_BLOCK = 1 << 16  # samples
_PEAK_MARGIN = 64
_LOOK_AHEAD = 0.012  # seconds that the limiter begins before a peak, and ends after it


def levels(samples: np.ndarray) -> np.ndarray:
    """RMS over all channels per millisecond, in dBFS."""
    tracks, length = np.atleast_2d(samples), samples.shape[-1]
    blocks = np.zeros(-(-length // _STEP), np.float32)
    for start, end in _pieces(length):
        power = np.square(tracks[:, start:end]).mean(axis=0)
        power = np.pad(power, (0, -power.size % _STEP)).reshape(-1, _STEP)
        blocks[start // _STEP : start // _STEP + len(power)] = power.mean(axis=1)
    return 10 * np.log10(np.maximum(blocks, 10 ** (_FLOOR / 10)))


def follow(control: np.ndarray, *, rising: float, falling: float) -> np.ndarray:
    """``control`` smoothed with one time constant (seconds) for its rises and another for its falls."""
    up, down = (math.exp(-1 / (CONTROL_RATE * constant)) for constant in (rising, falling))
    smooth = np.empty(control.size)
    state = float(control[0]) if control.size else 0.0
    for index, value in enumerate(control.tolist()):
        state = value + (state - value) * (up if value > state else down)
        smooth[index] = state
    return smooth


def gain(decibels: np.ndarray, samples: int) -> np.ndarray:
    """A control signal of decibels as ``samples`` factors."""
    factors, known = 10 ** (decibels / 20), np.arange(decibels.size)
    gains = np.empty(samples, np.float32)
    for start, end in _pieces(samples):
        gains[start:end] = np.interp((np.arange(start, end) - _STEP / 2) / _STEP, known, factors)
    return gains


def compress(
    samples: np.ndarray,
    *,
    threshold: float,
    ratio: float,
    attack: float = 0.008,
    release: float = 0.12,
    heard: np.ndarray | None = None,
) -> np.ndarray:
    """Turn down what is above ``threshold`` (dBFS, RMS of 1 ms smoothed by attack and release) by the
    ``ratio``; a soft knee of 8 dB. With ``heard`` the level of that sound decides (a side chain)."""
    level = follow(levels(samples if heard is None else heard), rising=attack, falling=release)
    knee = 8.0
    above = np.clip(level - threshold + knee / 2, 0, None)
    over = np.where(above < knee, above**2 / (2 * knee), above - knee / 2)
    return samples * gain(-over * (1 - 1 / ratio), samples.shape[-1])


def ducking(
    speech: np.ndarray, *, depth: float, gap: float = 0.7, ahead: float = 0.1, ramp: float = 0.25
) -> np.ndarray:
    """The control signal, in dB, for a bed under ``speech``: 0 without, ``-depth`` while somebody speaks.

    The bed begins to sink ``ramp`` before the first sound and is down ``ahead`` before it; it stays down
    over pauses shorter than ``gap`` seconds, so that it doesn't pump between sentences.
    """
    speaks = active(speech)
    reach = int(gap * CONTROL_RATE)
    closed = minimum_filter1d(maximum_filter1d(speaks, reach + 1), reach + 1) if speaks.any() else speaks
    width = int(ramp * CONTROL_RATE) | 1
    held = maximum_filter1d(closed.astype(np.float64), width + 2 * int(ahead * CONTROL_RATE))
    window = hann(width + 2)[1:-1]
    padded = np.pad(held, width // 2, mode="edge")
    return -depth * np.clip(np.convolve(padded, window / window.sum(), "valid"), 0, 1)


def active(speech: np.ndarray, *, below: float = 35.0) -> np.ndarray:
    """Per millisecond whether somebody speaks: within ``below`` dB of the loud parts (95th percentile)."""
    level = follow(levels(speech), rising=0.002, falling=0.02)
    sounding = level[level > _FLOOR + 30]
    if not sounding.size:
        return np.zeros(level.size, bool)
    return level > max(np.percentile(sounding, 95) - below, _FLOOR + 30)


def limit(samples: np.ndarray, ceiling: float) -> np.ndarray:
    """``samples`` with a true peak of at most about ``ceiling`` dBTP, found by four times oversampling.

    The gain moves along a Hann window that reaches as far as the minimum it is taken from: it is down in
    full wherever a peak stands.
    """
    gains = true_peaks(samples)
    gains /= np.float32(10 ** (ceiling / 20))
    if gains.max(initial=0) <= 1:
        return samples
    np.reciprocal(np.maximum(gains, 1, out=gains), out=gains)
    reach = int(_LOOK_AHEAD * SAMPLE_RATE)
    least = np.pad(minimum_filter1d(gains, 2 * reach + 1), reach, mode="edge")
    window = hann(2 * reach + 3)[1:-1]
    window /= window.sum()
    for start, end in _pieces(gains.size):
        smooth = oaconvolve(least[start : end + 2 * reach].astype(np.float64), window, "valid")
        gains[start:end] = np.minimum(smooth, 1)
    return samples * gains


def _pieces(length: int) -> Iterator[tuple[int, int]]:
    """First and last sample of the pieces that sound is worked on in, so that a long film takes little more
    memory than a short one. Each begins with a millisecond."""
    for start in range(0, length, _PIECE):
        yield start, min(start + _PIECE, length)


def true_peaks(samples: np.ndarray) -> np.ndarray:
    """Per sample the highest magnitude of any channel between it and its neighbours."""
    peaks = np.empty(samples.shape[-1], np.float32)
    for start in range(0, peaks.size, _PEAK_BLOCK):
        first = max(0, start - _PEAK_MARGIN)
        block = samples[..., first : start + _PEAK_BLOCK + _PEAK_MARGIN]
        fine = np.abs(np.atleast_2d(resample_poly(block, _OVERSAMPLING, 1, axis=-1))).max(axis=0)
        around = maximum_filter1d(fine, 2 * _OVERSAMPLING - 1)[::_OVERSAMPLING]
        end = min(start + _PEAK_BLOCK, peaks.size)
        peaks[start:end] = around[start - first : end - first]
    return peaks
