"""What two recordings of the same words have in common: cepstra, and where somebody speaks."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.fft import dct
from scipy.signal import get_window, resample_poly

RATE = 16_000  # Hz of the analysis
HOP = 256  # samples: 16 ms
FRAME = HOP / RATE  # seconds
_WINDOW = 512
_BANDS = 32
_LOWEST, _HIGHEST = 80.0, 7200.0  # Hz
_CEPSTRA = 14
_LIFTER = 0.6  # weight of the change of the cepstra beside the cepstra themselves


def frames(samples: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Cepstra with their changes, of shape (frames, 2 * 14), and the level in dB of every 16 ms.

    The cepstra are those of 32 mel bands, not normalised; frame k is centred on k * 16 ms.
    """
    common = np.gcd(rate, RATE)
    sound = resample_poly(samples, RATE // common, rate // common).astype(np.float32)
    padded = np.pad(sound, _WINDOW // 2)
    count = 1 + (padded.size - _WINDOW) // HOP
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:count]
    power = np.abs(np.fft.rfft(windows * get_window("hann", _WINDOW).astype(np.float32), axis=1)) ** 2
    level = 10 * np.log10(power.mean(axis=1) + 1e-10)
    bands = np.log(power @ _mel().T + 1e-7)
    cepstra = dct(bands, type=2, axis=1, norm="ortho")[:, :_CEPSTRA]
    return cepstra.astype(np.float32), level


def described(cepstra: np.ndarray, speaks: np.ndarray) -> np.ndarray:
    """``cepstra`` with their changes, normalised over the frames in which somebody speaks: what stays is
    what is said, less who says it and through which microphone."""
    spoken = cepstra[speaks]
    even = (cepstra - spoken.mean(axis=0)) / (spoken.std(axis=0) + 1e-6)
    change = np.gradient(even, axis=0)
    change /= change.std(axis=0) + 1e-6
    return np.clip(np.hstack([even, _LIFTER * change]), -3, 3).astype(np.float32)


def speaking(level: np.ndarray) -> np.ndarray:
    """In which frames somebody speaks: above the noise by a third of the way to the speech's own level.

    The noise is the quietest tenth, the speech the 95th percentile, at most 45 dB apart."""
    quiet, loud = np.percentile(level, 10), np.percentile(level, 95)
    quiet = max(quiet, loud - 45)
    return level > quiet + (loud - quiet) / 3


@cache
def _mel() -> np.ndarray:
    """Triangles of equal width on the mel scale (O'Shaughnessy): (bands, bins)."""
    lowest, highest = (2595 * float(np.log10(1 + hertz / 700)) for hertz in (_LOWEST, _HIGHEST))
    edges = 700 * (10 ** (np.linspace(lowest, highest, _BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)
