"""Loudness and true peak after ITU-R BS.1770-4 and EBU R 128: of files, by FFmpeg, and of samples."""

from __future__ import annotations

import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from scipy.signal import lfilter

from genai.domain.film import SAMPLE_RATE
from genai.errors import Permanent

# The two stages of the K weighting at 48 kHz: BS.1770-4, tables 1 and 2.
_SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
_HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
_OFFSET = -0.691  # LUFS of unit power: BS.1770-4, equation 2
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_HOP = SAMPLE_RATE // 10  # blocks of 400 ms overlap by 75 percent
_PIECE = 100 * _HOP  # samples that are filtered at once


@dataclass(frozen=True)
class Loudness:
    """``integrated`` in LUFS, ``true_peak`` in dBTP, ``range`` (LRA) in LU. Minus infinity: silence."""

    integrated: float
    true_peak: float
    range: float = 0.0


def measure(path: Path) -> Loudness:
    """The loudness of the first sound track of an audio or video file, as FFmpeg's ebur128 finds it.

    For files of our own making: FFmpeg runs unconfined. Raises Permanent with the code ``not_audio``
    where there is no sound track to decode.
    """
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-nostdin", "-i", str(path)]
    command += ["-map", "0:a:0", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    summary = done.stderr.decode(errors="replace").rpartition("Summary:")[2]
    if done.returncode or not summary:
        raise Permanent("the file has no sound that can be measured", code="not_audio")
    integrated = _figure(summary, "I", "LUFS")
    return Loudness(
        integrated=integrated if integrated > _ABSOLUTE_GATE else -math.inf,
        true_peak=_figure(summary, "Peak", "dBFS"),
        range=_figure(summary, "LRA", "LU"),
    )


def integrated(samples: np.ndarray) -> float:
    """The gated loudness, in LUFS, of 48 kHz ``samples`` of shape (channels, samples) or (samples,).

    Minus infinity for silence. Sound shorter than a block of 400 ms counts as one block.
    """
    powers = [np.convolve(_squares(channel), np.full(4, 0.25), "valid") for channel in np.atleast_2d(samples)]
    blocks = np.sum(powers, axis=0)
    blocks = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not blocks.size:
        return -math.inf
    gate = blocks.mean() * 10 ** (_RELATIVE_GATE / 10)
    return _OFFSET + 10 * math.log10(blocks[blocks > gate].mean())


def _squares(channel: np.ndarray) -> np.ndarray:
    """The mean square of the K weighted channel per hop, of four hops at least; the last may be short.

    In pieces, so that a long film takes no more memory than a short one.
    """
    squares = np.zeros(max(4, -(-channel.size // _HOP)))
    shelf, high_pass = np.zeros(2), np.zeros(2)
    for start in range(0, channel.size, _PIECE):
        shelved, shelf = lfilter(*_SHELF, channel[start : start + _PIECE], zi=shelf)
        weighted, high_pass = lfilter(*_HIGH_PASS, shelved, zi=high_pass)
        weighted = np.pad(weighted, (0, -weighted.size % _HOP)).reshape(-1, _HOP)
        first = start // _HOP
        squares[first : first + len(weighted)] = (weighted**2).mean(axis=1)
    return squares


def _power(lufs: float) -> float:
    return 10 ** ((lufs - _OFFSET) / 10)


def _figure(summary: str, name: str, unit: str) -> float:
    found = re.search(rf"\b{name}:\s+(-?inf|nan|-?[\d.]+) {unit}", summary)
    value = float(found[1]) if found else -math.inf
    return -math.inf if math.isnan(value) else value
