"""Tiny real videos and sounds, written at once."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import av
import numpy as np

SIDE = 64  # pixels; the smallest that is taken


def write_video(path: Path, frames: int, shade: int, *, sound: bool = False) -> None:
    """An MP4 of grey frames at 30 per second, with silence where it is to have sound."""
    path.write_bytes(_video(frames, shade, sound))


def write_sound(path: Path, seconds: float) -> None:
    """A WAV of a soft tone."""
    from genai.media.sound import write

    time = np.arange(round(seconds * 48_000)) / 48_000
    write(path, 0.1 * np.sin(2 * np.pi * 220 * time).astype(np.float32))


@cache
def _video(frames: int, shade: int, sound: bool) -> bytes:
    """Made once: a vendor that serves thousands of clips makes few."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as file:
        picture = file.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        picture.width = picture.height = SIDE
        picture.pix_fmt = "yuv420p"
        voice = file.add_stream("aac", rate=48_000, layout="stereo") if sound else None
        still = av.VideoFrame.from_ndarray(np.full((SIDE, SIDE, 3), shade, np.uint8), format="rgb24")
        for number in range(frames):
            still.pts = number
            file.mux(picture.encode(still))
        file.mux(picture.encode(None))
        if voice is not None:
            silence = np.zeros((2, frames * 1600), np.float32)
            heard = av.AudioFrame.from_ndarray(silence, format="fltp", layout="stereo")
            heard.sample_rate = 48_000
            file.mux(voice.encode(heard))
            file.mux(voice.encode(None))
    return written.getvalue()
