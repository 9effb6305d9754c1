"""Clips whose every frame says, in blocks of black and white, which clip and frame it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from genai.capabilities.stitch import Cut
from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.domain.film import FPS, Transition
from genai.domain.media import MediaFile
from genai.media.encoding import Encoder, Planes

CANVAS = Canvas(Aspect.PORTRAIT, 96, 160)
_BLOCK, _BITS = 8, 10


def drawn(clip: int, frame: int, canvas: Canvas = CANVAS) -> Planes:
    """A grey picture with a band of blocks, white and then the number's bits, as low as the clip says."""
    small = np.full((canvas.height // _BLOCK, canvas.width // _BLOCK), 60, np.uint8)
    small[2 * clip] = 16
    small[2 * clip, : _BITS + 1] = [235, *(235 if frame >> bit & 1 else 16 for bit in range(_BITS))]
    y = cv2.resize(small, (canvas.width, canvas.height), interpolation=cv2.INTER_NEAREST)
    chroma = np.full((canvas.height // 2, canvas.width // 2), 128, np.uint8)
    return y, chroma, chroma


def seen(path: Path, canvas: Canvas = CANVAS) -> Iterator[dict[int, int]]:
    """For each frame of a video, in the order of showing, the frames' numbers by the clips it shows."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            y = frame.to_ndarray(format="gray")
            y = cv2.resize(y, (canvas.width, canvas.height), interpolation=cv2.INTER_AREA)
            blocks = y[_BLOCK // 2 :: _BLOCK, _BLOCK // 2 :: _BLOCK].astype(int)
            found = {}
            for clip in range(blocks.shape[0] // 2):
                row, ground = blocks[2 * clip, : _BITS + 1], blocks[2 * clip, _BITS + 1]
                if row[0] > ground + 12:
                    middle = (row[0] + ground) / 2
                    found[clip] = sum(1 << bit for bit in range(_BITS) if row[bit + 1] > middle)
            yield found


def numbered(
    folder: Path,
    clip: int,
    frames: int,
    *,
    opening: Transition = Transition(),
    handle: int = 0,
    draft: bool = False,
    canvas: Canvas = CANVAS,
) -> Cut:
    """A cut as our own video provider makes its clip."""
    path = folder / f"numbered{clip}.mp4"
    total = frames + handle
    size = canvas.width, canvas.height
    with Encoder(path, *size, frames=total, keyframes=(opening.frames, frames), draft=draft) as encoder:
        for frame in range(total):
            encoder.write(*drawn(clip, frame, canvas))
    file = MediaFile(path, "video/mp4", str(clip), *size, total / FPS)
    return Cut(file, frames, handle, opening)
