"""H.264 as every clip and video of ours has it, and pictures as the planes it is made of.

High profile, progressive, yuv420p, bt709 in limited range, 30 frames per second, two B-frames, closed
groups of half a second to two seconds, about 8 Mbit/s at 1080p (constant quality with a cap). Clips that
were encoded apart with the same size and ``draft`` have the same parameter sets, so that they can be
joined without encoding them again, at any key frame.

Colour: ITU-R BT.709-6, items 3.2 to 3.6. sRGB values are taken as they are, as every player does: the two
share their primaries, and screens show BT.709 video with much the same curve. Chroma stands on the left
of its pair of pixels, between two lines (H.264's type 0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.film import FPS
from genai.media import ffmpeg, fonts

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]

LONGEST_GROUP = 2 * FPS  # frames from one key frame to the next
TIMESCALE = 1000 * FPS  # of a video track: a frame is 1000 ticks
RUN_AHEAD = 1  # frames by which decoding runs ahead of showing: no B-frame is decoded from another

# Preset and quality (CRF). On scene images of ours under slow moves, 1080x1920, 2 cores: veryfast at 16
# takes 20 ms of processor time a frame for VMAF 96.0 and 4.2 Mbit/s; medium at 18 takes 56 ms for VMAF 96.0
# and 2.6; ultrafast at 24 takes 9 ms for VMAF 95.3 and 1.2.
_GOOD = ("veryfast", 16)
_DRAFT = ("ultrafast", 24)
# Bits per second and pixel of a frame: 10 Mbit/s at 1080p, where the quality would want more.
_CAP = 10e6 / (1080 * 1920)

_MATRIX = np.array([[0.2126, 0.7152, 0.0722], [-0.2126, -0.7152, 0.9278], [0.7874, -0.7152, -0.0722]])
_TO_YUV = _MATRIX * np.array([[219.0], [224 / 1.8556], [224 / 1.5748]]) / 255
_FLOOR = np.array([16.0, 128.0, 128.0])
_TO_RGB = np.linalg.inv(_TO_YUV)

TAGS = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv")
# Moov first; composition offsets below zero in place of an edit list, so that the first frame is at 0.
CONTAINER = (
    *("-movflags", "+faststart+negative_cts_offsets", "-video_track_timescale", str(TIMESCALE)),
    *("-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp4"),
)


def h264(width: int, height: int, *, keyframes: Sequence[int] = (), draft: bool = False) -> list[str]:
    """ffmpeg's output options for the video stream of a ``width`` x ``height`` clip (pixels).

    ``keyframes`` are frame numbers that must be key frames; :func:`groups` makes good ones.
    """
    preset, quality = _DRAFT if draft else _GOOD
    cap = round(_CAP * width * height)
    forced = ",".join(f"{(number - 0.25) / FPS:.5f}" for number in keyframes if number > 0)
    return [
        *("-c:v", "libx264", "-preset", preset, "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-crf", str(quality), "-maxrate", str(cap), "-bufsize", str(2 * cap)),
        *("-bf", "2", "-g", str(LONGEST_GROUP), "-keyint_min", "1", "-sc_threshold", "0"),
        *("-flags", "+cgop+bitexact", "-forced-idr", "1", "-threads", "4"),
        # Headers that do not depend on the content; more bits for dark gradients, which band first.
        *("-x264-params", "stitchable=1:b-pyramid=none:b-adapt=1:cabac=1:8x8dct=1:aq-mode=3"),
        *(("-force_key_frames", forced) if forced else ()),
        *("-r", str(FPS), *TAGS),
    ]


def groups(frames: int, keyframes: Sequence[int] = ()) -> list[int]:
    """Key frames of a clip of ``frames`` frames: 0, the wanted ``keyframes``, and as few more between them,
    evenly, that no group is longer than two seconds (nor, but for the wanted ones, shorter than one)."""
    stops = sorted({0, frames, *(number for number in keyframes if 0 < number < frames)})
    starts: list[int] = []
    for start, stop in pairwise(stops):
        parts = -(-(stop - start) // LONGEST_GROUP)
        starts += [start + (stop - start) * part // parts for part in range(parts)]
    return starts


class Encoder:
    """Writes a clip from its frames: a context manager around one ffmpeg process.

    ``frames`` is how many will be written; with it ``progress`` hears now and then what part is done, 0..1,
    and may raise to stop. ``keyframes`` as for :func:`groups`. ``text`` is an ASS document to burn in with
    the fonts of :mod:`genai.media.fonts`. The file is an MP4 without sound, and is removed if the block
    ends with an exception. Raises what :class:`genai.media.ffmpeg.Pipe` raises.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        *,
        frames: int | None = None,
        keyframes: Sequence[int] = (),
        text: str = "",
        draft: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        if width % 2 or height % 2:
            raise ValueError("yuv420p wants even sides")
        self.path = path
        self.size = (width, height)
        self.written = 0
        self._frames = frames
        self._keyframes = groups(frames, keyframes) if frames else sorted(set(keyframes))
        self._text = text
        self._draft = draft
        self._progress = progress
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        width, height = self.size
        filters = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709:field_mode=prog"
        with ExitStack() as stack:
            if self._text:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="text")))
                script = folder / "text.ass"
                script.write_text(self._text, encoding="utf-8")
                filters += f",ass=filename={quoted(script)}:fontsdir={quoted(fonts.fonts_dir())}"
            arguments = [
                *("-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", f"{width}x{height}"),
                *("-framerate", str(FPS), "-i", "pipe:0", "-an", "-vf", filters),
                *h264(width, height, keyframes=self._keyframes, draft=self._draft),
                *CONTAINER,
                str(self.path),
            ]
            self._pipe = stack.enter_context(ffmpeg.Pipe(arguments))
            self._stack = stack.pop_all()
        return self

    def write(self, y: Plane, u: Plane, v: Plane) -> None:
        """The next frame: ``y`` of height x width, ``u`` and ``v`` of half that each way, bt709 limited."""
        width, height = self.size
        if y.shape != (height, width) or u.shape != v.shape or u.shape != (height // 2, width // 2):
            raise ValueError("planes of another size than the clip's")
        for plane in (y, u, v):
            self._pipe.write(np.ascontiguousarray(plane).data.cast("B"))
        self.written += 1
        if self._progress and self._frames and self.written % 10 == 0:
            self._progress(min(1.0, self.written / self._frames))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        done = False
        try:
            self._stack.__exit__(kind, error, trace)
            done = kind is None
        finally:
            if not done:
                self.path.unlink(missing_ok=True)


def to_planes(srgb: NDArray[np.uint8] | NDArray[np.float32], *, dither: bool = True) -> Planes:
    """The planes of an sRGB picture, HxWx3 (uint8, or float32 in 0..255 for gradients finer than 8 bits).

    Dithered, with a fixed pattern of one step, so that gradients do not band. Sides must be even.
    """
    return quantized(*fine_planes(srgb), dither=dither)


def fine_planes(
    srgb: NDArray[np.uint8] | NDArray[np.float32], alpha: NDArray[np.float32] | None = None
) -> tuple[NDArray[np.float32], ...]:
    """:func:`to_planes` before rounding: float32 in the units of 8 bits (luma 16..235, chroma 16..240).

    With ``alpha`` (HxW, 0..1) they are premultiplied, and 0 where nothing is.
    """
    matrix = np.column_stack([_TO_YUV, _FLOOR])
    full = cv2.transform(srgb.astype(np.float32), matrix)
    if alpha is not None:
        full *= alpha[..., None]
    y, u, v = cv2.split(full)
    return y, halved(u), halved(v)


def quantized(*planes: NDArray[np.float32], dither: bool = True, floor: int = 16) -> Planes:
    """Fine planes rounded to 8 bits. ``floor`` is the least value: 0 for premultiplied planes."""
    y, u, v = (_rounded(plane, dither, floor) for plane in planes)
    return y, u, v


def to_srgb(y: Plane, u: Plane, v: Plane) -> NDArray[np.uint8]:
    """The sRGB picture, HxWx3 uint8, of bt709 limited planes: the inverse of :func:`to_planes`."""
    height, width = y.shape
    # Chroma sample i is at pixel 2i across, and at 2j + 0.5 down.
    spread = np.array([[0.5, 0, 0], [0, 0.5, -0.25]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    full = [
        cv2.warpAffine(
            plane.astype(np.float32), spread, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        for plane in (u, v)
    ]
    matrix = np.column_stack([_TO_RGB, -_TO_RGB @ _FLOOR])
    rgb = cv2.transform(cv2.merge([y.astype(np.float32), *full]), matrix)
    return np.asarray(np.clip(np.rint(rgb), 0, 255), np.uint8)


def halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """A plane at the places of the chroma samples, half as wide and high."""
    across = np.array([0.25, 0.5, 0.25], np.float32)
    soft = cv2.sepFilter2D(plane, -1, across, np.array([1], np.float32), borderType=cv2.BORDER_REPLICATE)
    return np.asarray((soft[::2, ::2] + soft[1::2, ::2]) / 2, np.float32)


def _rounded(plane: NDArray[np.float32], dither: bool, floor: int) -> Plane:
    if dither:
        height, width = plane.shape
        tile = _pattern()
        rows, columns = -(-height // tile.shape[0]), -(-width // tile.shape[1])
        plane = plane + np.tile(tile, (rows, columns))[:height, :width]
    return np.asarray(np.clip(np.rint(plane), floor, 240), np.uint8)


@lru_cache(maxsize=1)
def _pattern() -> NDArray[np.float32]:
    """64 x 64 thresholds, evenly spread over -0.5..0.5, without low frequencies ("blue"): white noise whose
    low frequencies are taken out and whose ranks are taken anew, twenty times."""
    noise = np.random.default_rng(709).random((64, 64))
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(64), np.fft.fftfreq(64)))
    for _ in range(20):
        high = np.fft.ifft2(np.fft.fft2(noise) * (1 - np.exp(-((frequency / 0.25) ** 2)))).real
        noise = np.argsort(np.argsort(high, axis=None)).reshape(64, 64) / 4095
    return np.asarray(noise - 0.5, np.float32)


def quoted(path: Path) -> str:
    """A file name as an option's value inside a filter graph: escaped once for each of its two parsers."""
    value = str(path)
    for sign in ("\\", "'", ":"):
        value = value.replace(sign, "\\" + sign)
    for sign in ("\\", "'", "[", "]", ",", ";"):
        value = value.replace(sign, "\\" + sign)
    return value
