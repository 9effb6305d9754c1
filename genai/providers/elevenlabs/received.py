"""Sound as the vendor sends it, decoded."""

from __future__ import annotations

import base64
import binascii
import wave
from pathlib import Path

import numpy as np

from genai.errors import ConfigurationError, Permanent
from genai.media import sound

FORMATS = ("mp3", "opus", "pcm", "wav")  # what is decoded of those that the vendor has


def check_format(output_format: str, place: str) -> None:
    """Raise ConfigurationError for a format that is not decoded here."""
    if output_format.partition("_")[0] not in FORMATS:
        raise ConfigurationError(
            f"{place}.options.output_format: must be one of {', '.join(each + '_*' for each in FORMATS)}"
        )


def decoded(encoded: str | bytes, output_format: str, workdir: Path, *, channels: int = 1) -> np.ndarray:
    """The samples, float32 at 48 kHz of shape (channels, samples); text is base64.

    ``output_format`` is the vendor's word for it, such as ``mp3_44100_128``. Raises Permanent for what holds
    no sound (``bad_result``).
    """
    kind, rate, *_ = (*output_format.split("_"), "")
    path = workdir / f"received.{kind}"
    try:
        data = base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else encoded
        if kind == "pcm":
            _write_pcm(path, data, int(rate), channels)
        else:
            path.write_bytes(data)
        samples = sound.read(path, channels=channels)
    except (binascii.Error, Permanent):
        raise Permanent("what was received is no sound", code="bad_result") from None
    finally:
        path.unlink(missing_ok=True)
    if not samples.size:
        raise Permanent("what was received is no sound", code="bad_result")
    return samples


def _write_pcm(path: Path, data: bytes, rate: int, channels: int) -> None:
    """The vendor's PCM is little-endian, of 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data[: len(data) // (2 * channels) * 2 * channels])
