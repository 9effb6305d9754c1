"""Tempo and beats of a recording: dynamic programming over its onsets (Ellis, "Beat Tracking by Dynamic
Programming", Journal of New Music Research 36, 2007)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.signal import get_window, resample_poly

from genai.domain.film import SAMPLE_RATE

_RATE = 16_000  # Hz of the analysis
_HOP = 128  # samples: 8 ms
_WINDOW = 512
_FRAMES = _RATE / _HOP  # per second
_EDGES = np.array([0, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
                   3700, 4400, 5300, 6400, 7700])  # Hz: the Bark bands (Zwicker, 1961)  # fmt: skip
_USUAL_TEMPO, _OCTAVES = 118.0, 0.8  # beats per minute people tap to, and how far they stray from it
_TEMPI = (50.0, 200.0)
_TIGHTNESS = 120.0  # how much a beat's even distance counts beside its onset
_PERIODIC = 0.2  # autocorrelation of the onsets at the beat; noise and speech get 0.12
_FAINT = 0.05  # of the usual onset: such beats are none at either end


def find_beats(samples: np.ndarray) -> tuple[float, tuple[float, ...]]:
    """The tempo in beats per minute and the beats in seconds, of 48 kHz ``samples`` of shape (channels,
    samples); 0 and none where nothing is periodic."""
    strength = onsets(samples)
    if strength.size < 2 * _FRAMES or not strength.any():
        return 0.0, ()
    period = _period(strength)
    if period is None:
        return 0.0, ()
    frames = _tracked(strength, period)
    if len(frames) < 2:
        return 0.0, ()
    times = tuple(float(frame / _FRAMES) for frame in frames)
    return 60 * (len(times) - 1) / (times[-1] - times[0]), times


def onsets(samples: np.ndarray) -> np.ndarray:
    """How much louder each Bark band gets from one frame of 8 ms to the next, in all, in units of its own
    standard deviation; what is slower than a second is taken out."""
    mono = resample_poly(np.atleast_2d(samples).mean(axis=0), 1, SAMPLE_RATE // _RATE).astype(np.float32)
    padded = np.pad(mono, (_WINDOW // 2, _WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    count = mono.size // _HOP + 1
    window = get_window("hann", _WINDOW).astype(np.float32)
    starts = np.searchsorted(np.fft.rfftfreq(_WINDOW, 1 / _RATE), _EDGES)
    levels = np.empty((count, starts.size - 1), np.float32)
    for first in range(0, count, 4096):  # bounded memory
        power = np.abs(np.fft.rfft(windows[first : min(first + 4096, count)] * window, axis=1)) ** 2
        levels[first : first + 4096] = np.add.reduceat(power, starts, axis=1)[:, :-1]
    levels = 10 * np.log10(np.maximum(levels, levels.max() * 1e-8 + 1e-12))
    rises = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0).mean(axis=1)
    even = rises - uniform_filter1d(rises, round(_FRAMES), mode="reflect")
    deviation = even.std()
    smooth: np.ndarray = gaussian_filter1d(even / deviation if deviation > 1e-6 else np.zeros_like(even), 1.5)
    return smooth


def _period(strength: np.ndarray) -> float | None:
    """Frames per beat: the highest autocorrelation, weighted by how usual its tempo is."""
    size = 1 << (2 * strength.size - 1).bit_length()
    spectrum = np.fft.rfft(strength, size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, size)[: strength.size]
    correlation /= correlation[0]
    lags = np.arange(
        round(60 * _FRAMES / _TEMPI[1]), min(round(60 * _FRAMES / _TEMPI[0]), strength.size // 2)
    )
    tempi = 60 * _FRAMES / lags
    usual = np.exp(-0.5 * (np.log2(tempi / _USUAL_TEMPO) / _OCTAVES) ** 2)
    best = int((correlation[lags] * usual).argmax())
    lag = int(lags[best])
    if correlation[lag] < _PERIODIC:
        return None
    return _between(correlation, lag)


def _between(values: np.ndarray, at: int) -> float:
    """Where the parabola through a peak and its neighbours is highest."""
    before, peak, after = values[at - 1 : at + 2]
    bend = before - 2 * peak + after
    return at + (0.5 * (before - after) / bend if bend < 0 else 0.0)


def _tracked(strength: np.ndarray, period: float) -> np.ndarray:
    """The frames of the beats, refined between frames: the best chain of onsets that are a period apart."""
    count = strength.size
    reach = np.arange(-round(2 * period), -round(period / 2) + 1)
    even = -_TIGHTNESS * np.log(-reach / period) ** 2
    score, before = strength.astype(np.float64).copy(), np.full(count, -1)
    for frame in range(-int(reach[-1]), count):
        earlier = frame + reach
        valid = earlier >= 0
        options = score[earlier[valid]] + even[valid]
        best = int(options.argmax())
        if options[best] > 0:
            score[frame] += options[best]
            before[frame] = earlier[valid][best]
    tail = score[-max(1, round(period)) :]
    frame = count - tail.size + int(tail.argmax())
    chain = [frame]
    while before[frame] >= 0:
        frame = int(before[frame])
        chain.append(frame)
    beats = np.array(chain[::-1])
    heard = strength[beats]
    loud = np.flatnonzero(heard > _FAINT * np.sqrt(np.mean(heard**2)))  # Ellis: trim weak ones at the ends
    if not loud.size:
        return beats[:0]
    kept = beats[loud[0] : loud[-1] + 1]
    return np.array([_between(strength, beat) if 0 < beat < count - 1 else float(beat) for beat in kept])
