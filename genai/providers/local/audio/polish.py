"""What is done to the raw synthesizer so that it is easier on the ear."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.signal import butter, fftconvolve, iirpeak, lfilter, resample_poly, sosfilt

from genai.domain.film import SAMPLE_RATE
from genai.media import dynamics, loudness

LUFS = -19.0
CEILING = -3.0  # dBTP
ROOM = 0.09  # seconds that the room goes on for
_WET = 0.07  # of the direct sound's amplitude


def polish(raw: np.ndarray, rate: int) -> np.ndarray:
    """Mono ``raw`` at ``rate`` Hz as finished speech: float32 at 48 kHz, LUFS and CEILING as above.

    All filters are causal and of minimum phase: nothing moves by more than a millisecond.
    """
    speech = resample_poly(raw, SAMPLE_RATE // 150, rate // 150).astype(np.float32)
    speech = _de_essed(_equalised(speech))
    speech *= np.float32(10 ** ((LUFS - loudness.integrated(speech)) / 20))
    speech = dynamics.compress(speech[None], threshold=LUFS - 3, ratio=3, attack=0.004, release=0.09)[0]
    speech = speech + np.float32(_WET) * fftconvolve(speech, _room())[: speech.size].astype(np.float32)
    speech *= np.float32(10 ** ((LUFS - loudness.integrated(speech)) / 20))
    limited: np.ndarray = dynamics.limit(speech[None], CEILING)[0]
    return limited


def _equalised(speech: np.ndarray) -> np.ndarray:
    """Rumble out, some chest in, the metallic band around 3 kHz and the buzz above 7 kHz down."""
    speech = sosfilt(butter(2, 75, "highpass", fs=SAMPLE_RATE, output="sos"), speech)
    speech = _bell(speech, 190, 1.0, 2.0)
    speech = _bell(speech, 420, 1.2, -1.5)
    speech = _bell(speech, 3100, 1.4, -3.0)
    high = sosfilt(butter(1, 7000, "highpass", fs=SAMPLE_RATE, output="sos"), speech)
    return (speech - 0.35 * high).astype(np.float32)


def _bell(speech: np.ndarray, frequency: float, quality: float, decibels: float) -> np.ndarray:
    """A peaking equaliser: the band of a resonator added to, or taken from, the whole."""
    band = lfilter(*iirpeak(frequency, quality, fs=SAMPLE_RATE), speech)
    return speech + (10 ** (decibels / 20) - 1) * band


def _de_essed(speech: np.ndarray) -> np.ndarray:
    """Sibilants (4.5 to 9.5 kHz) held down where they stand out from what is usual of the band."""
    sos = butter(2, (4500, 9500), "bandpass", fs=SAMPLE_RATE, output="sos")
    band = sosfilt(sos, speech).astype(np.float32)
    level = dynamics.levels(band)
    usual = float(np.percentile(level[level > level.max() - 50], 70)) if level.size else 0.0
    held = dynamics.compress(band[None], threshold=usual, ratio=3, attack=0.002, release=0.04)[0]
    return speech - band + held


@cache
def _room() -> np.ndarray:
    """The answer of a small, soft room: thinning, darkened noise after the first 6 ms."""
    count = int(ROOM * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    noise = np.random.default_rng(7).standard_normal(count) * np.exp(-time / 0.018) * (time > 0.006)
    answer = sosfilt(butter(1, 4200, "lowpass", fs=SAMPLE_RATE, output="sos"), noise)
    return answer / np.sqrt(np.sum(answer**2))
