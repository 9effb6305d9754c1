"""Sound as arrays: any audio file in, WAV out.

Samples are float32 at 48 kHz in an array of shape (channels, samples), full scale 1.0. WAV of that rate
(what this package makes) is read here; any other file comes from strangers and is decoded by
:mod:`genai.media.sound_decoder` in a confined process, for the reasons that :mod:`genai.media.images` gives.
"""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np

from genai import confined
from genai.domain.film import SAMPLE_RATE
from genai.errors import Permanent, Retryable
from genai.media import ffmpeg, sound_decoder

LONGEST = 600.0  # seconds that are read of a file
_DECODER_MEMORY = 1 << 30  # address space in bytes: Python, FFmpeg's libraries and their buffers
_MEMORY_PER_SECOND = 4 << 20  # samples, held twice, in stereo
_SPEED = 20  # seconds of sound that any machine decodes in a second of processor time


def read(path: Path, *, channels: int = 2, longest: float = LONGEST) -> np.ndarray:
    """The first ``longest`` seconds of a file's first sound track, mixed to 1 or 2 ``channels``.

    Raises Permanent with the code ``not_audio`` where the file holds no sound that can be decoded,
    Retryable where this machine could not find out.
    """
    samples = _read_wav(path, longest)
    if samples is None:
        samples = _decode(path, channels, longest)
    if samples.shape[0] == channels:
        return samples
    return samples.mean(axis=0, keepdims=True) if channels == 1 else np.repeat(samples, channels, axis=0)


def write(path: Path, samples: np.ndarray) -> None:
    """Write ``samples``, of shape (channels, samples) or (samples,), as 48 kHz WAV of 24 bits.

    What exceeds full scale is clipped.
    """
    channels = 1 if samples.ndim == 1 else samples.shape[0]
    scaled = np.clip(samples.T * float(1 << 23), -(1 << 23), (1 << 23) - 1)
    words = np.ascontiguousarray(np.rint(scaled).astype("<i4"))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(3)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(words.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())


def cut(source: Path, path: Path, *, start: float, end: float) -> None:
    """Write to ``path`` the part of a sound file from ``start`` to ``end`` seconds, as WAV.

    Raises as :func:`read` does.
    """
    samples = read(source, channels=1)
    write(path, samples[:, round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)])


def pace(source: Path, path: Path, factor: float) -> None:
    """Write to ``path``, as WAV, a sound of our own ``factor`` times faster, at its own pitch (0.5 to 2)."""
    ffmpeg.run(["-i", str(source), "-af", f"atempo={factor:.4f}", "-c:a", "pcm_s24le", str(path)])


def _read_wav(path: Path, longest: float) -> np.ndarray | None:
    """A plain 48 kHz WAV of 16 or 24 bits in one or two channels; None for any other file."""
    try:
        with wave.open(str(path), "rb") as file:
            channels, width = file.getnchannels(), file.getsampwidth()
            if file.getframerate() != SAMPLE_RATE or width not in (2, 3) or channels > 2:
                return None
            data = file.readframes(min(file.getnframes(), round(longest * SAMPLE_RATE)))
    except (wave.Error, EOFError):
        return None
    data = data[: len(data) // (width * channels) * width * channels]
    if width == 2:
        whole: np.ndarray = np.frombuffer(data, "<i2").astype(np.float32) / (1 << 15)
    else:
        padded = np.zeros((len(data) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        whole = padded.view("<i4")[:, 0].astype(np.float32) / float(1 << 31)
    return np.ascontiguousarray(whole.reshape(-1, channels).T)


def _decode(path: Path, channels: int, longest: float) -> np.ndarray:
    memory = _DECODER_MEMORY + int(longest * _MEMORY_PER_SECOND)
    arguments = (str(path.absolute()), str(channels), str(longest))
    try:
        answer = confined.run(
            sound_decoder.__file__, *arguments, seconds=10 + int(longest / _SPEED), memory=memory
        )
    except confined.BroughtDown:
        raise Permanent(
            "the recording takes too long to decode, or is made to break decoders; export it again",
            code="not_audio",
        ) from None
    except confined.Stopped as stopped:
        raise Retryable(
            f"decoding the recording was interrupted: {stopped}", code="interrupted", retry_after=10
        ) from None
    head, _, data = answer.partition(b"\n")
    if refused := json.loads(head)["refused"]:
        raise Permanent(refused, code="not_audio")
    return np.ascontiguousarray(np.frombuffer(data, "<f4").reshape(-1, channels).T)
