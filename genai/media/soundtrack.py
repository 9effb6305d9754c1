"""The master of a film's sound: speech over a ducked bed, at the loudness that platforms play at.

The targets are those of the delivery table: -14 LUFS integrated and at most -1 dBTP, both measured on the
encoded file, since AAC moves peaks. So it is mixed once and then limited, encoded and measured until it fits.
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from genai.domain.film import SAMPLE_RATE
from genai.domain.media import MediaFile
from genai.errors import Retryable
from genai.media import dynamics, loudness, sound

TARGET_LUFS = -14.0
CEILING_DBTP = -1.0
BITRATE = 256_000  # asked of the encoder; it spends less where there is less to code
DUCKING_DB = 12.0  # the delivery table wants 9

_SPEECH_LUFS = -20.0  # before the master gain; the bed's full level is _BED_BELOW lower
_BED_BELOW = 3.0
_CLOSE_ENOUGH = 0.3  # LU of the target at which no further pass is made; 0.5 are allowed
_HEADROOM = 0.6  # dB that the first pass leaves for what AAC adds to peaks
_PEAK_STEP = 0.1  # FFmpeg tells peaks in tenths
_PASSES = 5  # of the encoder
_TRIALS = 6  # of the limiter in each
_SETTLED = 0.1  # LU
_TOO_PEAKY = 1.5  # LU that the limiter may take back
_JOINT = 0.005  # seconds of the fades at the edges of speech, and of the first and last sound
_CUT_FADE = 0.8  # seconds over which a bed fades that is longer than the film


@dataclass(frozen=True)
class Placed:
    """Speech on the timeline: its first sample stands at sample ``at`` (48 kHz)."""

    file: MediaFile | Path
    at: int


@dataclass(frozen=True)
class SoundReport:
    """What was measured on the encoded file.

    ``lufs`` is minus infinity and ``silent`` true for a film without sound. ``ducking_db``: how much lower
    the bed stands while somebody speaks than without, None where either is missing. ``bitrate`` in bits/s
    is the average that the encoder spent, of :data:`BITRATE` that it was given.
    """

    lufs: float
    true_peak_dbtp: float
    ducking_db: float | None
    passes: int
    bitrate: int
    samples: int
    silent: bool = False


def _unheard(_done: float) -> None:
    """Nobody listens."""


def soundtrack(
    path: Path,
    *,
    samples: int,
    speech: Sequence[Placed] = (),
    music: Path | None = None,
    progress: Callable[[float], None] = _unheard,
) -> SoundReport:
    """Mix, master and encode a film's sound to ``path``: MP4 with AAC-LC, stereo, 48 kHz.

    It is ``samples`` long; the encoder's priming and padding are left out by the file's edit list, which a
    stream copy keeps. Speech stands in the middle; ``music`` begins with the film, sinks under speech, is
    faded where it is longer than the film and just ends where it is shorter. Raises Permanent with the
    code ``not_audio`` where a file is none, Retryable where the encoder could not run.
    """
    voice = _speech(speech, samples)
    bed = _bed(music, samples)
    ducked: float | None = None
    if bed is not None and voice is not None:
        ducked = _duck(bed, voice)
    progress(0.2)
    if voice is None and bed is None:
        rate = _encode(path, np.zeros((2, samples), np.float32))
        return SoundReport(-math.inf, -math.inf, None, 1, rate, samples, silent=True)
    mix = np.zeros((2, samples), np.float32) if bed is None else bed
    if voice is not None:
        mix += voice
    _fade(mix, _JOINT, _JOINT)
    return _master(path, mix, ducked, progress)


def _master(
    path: Path, mix: np.ndarray, ducked: float | None, progress: Callable[[float], None]
) -> SoundReport:
    """Limit, encode and measure until it fits, or the passes are used up: the report says where it stands."""
    target, ceiling = TARGET_LUFS, CEILING_DBTP - _HEADROOM
    mix = _glued(mix)
    for number in range(1, _PASSES + 1):
        rate = _encode(path, _limited(mix, target, ceiling))
        found = loudness.measure(path)
        progress(0.2 + 0.8 * number / (number + 1))
        missing = TARGET_LUFS - found.integrated
        excess = found.true_peak - (CEILING_DBTP - _PEAK_STEP)
        if abs(missing) <= _CLOSE_ENOUGH and excess <= 1e-6:
            break
        if math.isfinite(missing):
            target += missing
        ceiling -= max(excess, 0)
    progress(1.0)
    return SoundReport(found.integrated, found.true_peak, ducked, number, rate, mix.shape[1])


def _limited(mix: np.ndarray, target: float, ceiling: float) -> np.ndarray:
    """``mix`` at the loudness under the ceiling.

    The limiter takes back part of each gain. Where it takes back too much, the sound is too peaky:
    then it is squeezed before.
    """
    gain = target - loudness.integrated(mix)
    for _ in range(_TRIALS):
        limited = dynamics.limit(mix * _factor(gain), ceiling)
        missing = target - loudness.integrated(limited)
        if abs(missing) <= _SETTLED or not math.isfinite(missing):
            break
        if missing > _TOO_PEAKY:
            mix = dynamics.compress(limited, threshold=target - 3, ratio=3, attack=0.001, release=0.06)
            gain = target - loudness.integrated(mix)
        else:
            gain += 1.3 * missing
    return limited


def _speech(placed: Sequence[Placed], samples: int) -> np.ndarray | None:
    """All speech in one mono track, evened out; None where nothing is to be heard."""
    track = np.zeros(samples, np.float32)
    for one in placed:
        path = one.file if isinstance(one.file, Path) else one.file.path
        spoken = sound.read(path, channels=1)
        _fade(spoken, _JOINT, _JOINT)
        first, last = max(one.at, 0), min(one.at + spoken.shape[1], samples)
        if last > first:
            track[first:last] += spoken[0, first - one.at : last - one.at]
    if not _levelled(track, _SPEECH_LUFS):
        return None
    track = dynamics.compress(track, threshold=_SPEECH_LUFS - 2, ratio=2.5, attack=0.006, release=0.15)
    _levelled(track, _SPEECH_LUFS)
    return track


def _bed(music: Path | None, samples: int) -> np.ndarray | None:
    if music is None:
        return None
    played = sound.read(music, longest=samples / SAMPLE_RATE + 1)
    if played.shape[1] > samples:
        played = played[:, :samples].copy()
        _fade(played, 0, min(_CUT_FADE, samples / SAMPLE_RATE / 4))
    bed = np.zeros((2, samples), np.float32)
    bed[:, : played.shape[1]] = played
    return bed if _levelled(bed, _SPEECH_LUFS - _BED_BELOW) else None


def _duck(bed: np.ndarray, voice: np.ndarray) -> float:
    """Lower ``bed`` under ``voice`` in place; how much lower, in dB, it then is while somebody speaks.

    Measured from the bed's power before and after, over the milliseconds with speech in them.
    """
    speaks = dynamics.active(voice)
    before = dynamics.levels(bed)[speaks]
    bed *= dynamics.gain(dynamics.ducking(voice, depth=DUCKING_DB), bed.shape[1])
    after = dynamics.levels(bed)[speaks]
    return 10 * math.log10(np.mean(10 ** (before / 10)) / np.mean(10 ** (after / 10)))


def _glued(mix: np.ndarray) -> np.ndarray:
    """A gentle compressor over all, 2 to 1 from 3 dB over the loudness on: it spares the limiter work."""
    return dynamics.compress(mix, threshold=loudness.integrated(mix) + 3, ratio=2, attack=0.015, release=0.2)


def _levelled(track: np.ndarray, lufs: float) -> bool:
    """Bring ``track`` to the loudness in place; false where it is silent."""
    measured = loudness.integrated(track)
    if not math.isfinite(measured):
        return False
    track *= _factor(lufs - measured)
    return True


def _fade(track: np.ndarray, start: float, end: float) -> None:
    """Fade the edges of ``track`` in place, over so many seconds, along a raised cosine."""
    for seconds, edge in ((start, track), (end, track[..., ::-1])):
        length = min(int(seconds * SAMPLE_RATE), track.shape[-1])
        edge[..., :length] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype("f4")


def _factor(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


def _encode(path: Path, samples: np.ndarray) -> int:
    """Encode to AAC-LC in MP4; the bits per second that it took."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "f32le", "-ar", str(SAMPLE_RATE)]
    command += ["-ac", "2", "-i", "pipe:0", "-c:a", "aac", "-b:a", str(BITRATE), "-fflags", "+bitexact"]
    command += [
        "-flags:a",
        "+bitexact",
        "-map_metadata",
        "-1",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
        str(path),
    ]
    data = np.ascontiguousarray(samples.T).data.cast("B")
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise Retryable(f"the sound could not be encoded: {reason[0]}", code="encoder_failed")
    return round(path.stat().st_size * 8 * SAMPLE_RATE / max(samples.shape[1], 1))
