"""Frames of a video as pictures: sRGB as displayed, read one at a time, never all of them at once.

For videos of this service and of its providers; what strangers send is decoded by an ffmpeg of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import av.error
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from genai.errors import Permanent
from genai.media.encoding import Planes, to_srgb
from genai.media.probe import open_media

Picture = NDArray[np.uint8]

_BT709, _UNSPECIFIED, _FULL = 1, 2, 2  # code points of ITU-T H.273; FFmpeg's range
_HIGH_DEFINITION = 700  # lines from which untagged video is bt709 and not bt601, as players have it
_NEAR = 1.0  # seconds ahead up to which decoding on is cheaper than finding a key frame
_TICK = 1e-4  # seconds; times are rounded to a container's ticks


def frames(path: Path) -> Iterator[Picture]:
    """Every frame in order, HxWx3 uint8. Raises Permanent (``unreadable_media``)."""
    with open_media(path) as file:
        for frame in _decoded(file, _stream(file)):
            yield picture(frame)


def frames_at(path: Path, times: Iterable[float]) -> Iterator[Picture]:
    """The frames that are shown at ``times``, in their rising order; seconds from the beginning. A time
    beyond the end shows the last one. Raises Permanent (``unreadable_media``)."""
    with open_media(path) as file:
        stream = _stream(file)
        start = float((stream.start_time or 0) * (stream.time_base or 0))
        decoded = _decoded(file, stream)
        shown, ahead = None, next(decoded, None)
        for time in sorted(times):
            moment = start + time + _TICK
            if ahead is not None and moment - ahead.time > _NEAR:
                decoded = _sought(file, stream, moment)
                shown, ahead = None, next(decoded, None)
            while ahead is not None and (shown is None or ahead.time <= moment):
                shown, ahead = ahead, next(decoded, None)
            if shown is None:
                raise _unreadable()
            yield picture(shown)


def last_frame(path: Path) -> Picture:
    """The last one, HxWx3 uint8. Raises Permanent (``unreadable_media``)."""
    with open_media(path) as file:
        stream = _stream(file)
        length = float((stream.duration or 0) * (stream.time_base or 0))
        shown = None
        for shown in _sought(file, stream, length):  # noqa: B007
            pass
        if shown is None:
            raise _unreadable()
        return picture(shown)


def picture(frame: VideoFrame) -> Picture:
    """A decoded frame as sRGB, HxWx3 uint8, turned as it is displayed."""
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(to_srgb(*planes(frame)), turns))


def planes(frame: VideoFrame) -> Planes:
    """A decoded frame as :mod:`genai.media.encoding` has them, of even sides, as coded (not turned)."""
    wide, high = frame.width // 2 * 2, frame.height // 2 * 2
    ours = frame.format.name == "yuv420p" and _matrix(frame) == Colorspace.ITU709 and not _is_full(frame)
    if not ours or (wide, high) != (frame.width, frame.height):
        frame = frame.reformat(
            width=wide,
            height=high,
            format="yuv420p",
            # Without it a change of matrix darkens by as much as four levels.
            interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND,
            src_colorspace=_matrix(frame),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if _is_full(frame) else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
        )
    flat = np.asarray(frame.to_ndarray(), np.uint8).reshape(-1)
    y, u, v = np.split(flat, [wide * high, wide * high * 5 // 4])
    half = (high // 2, wide // 2)
    return y.reshape(high, wide), u.reshape(half), v.reshape(half)


def write_png(path: Path, srgb: Picture) -> None:
    """Write an sRGB picture, HxWx3 uint8, as a PNG."""
    if not cv2.imwrite(str(path), cv2.cvtColor(srgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 3]):
        raise OSError("the picture could not be written")


def _stream(file: InputContainer) -> VideoStream:
    if not file.streams.video:
        raise _unreadable()
    stream = file.streams.video[0]
    stream.thread_type = "AUTO"
    return stream


def _sought(file: InputContainer, stream: VideoStream, time: float) -> Iterator[VideoFrame]:
    file.seek(int(time / (stream.time_base or 1)), stream=stream)
    return _decoded(file, stream)


def _decoded(file: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    try:
        yield from file.decode(stream)
    except av.error.FFmpegError as error:
        raise _unreadable() from error


def _matrix(frame: VideoFrame) -> Colorspace:
    known = {_BT709: Colorspace.ITU709, 9: Colorspace.BT2020, 7: Colorspace.SMPTE240M}
    if frame.colorspace == _UNSPECIFIED:
        return Colorspace.ITU709 if min(frame.width, frame.height) >= _HIGH_DEFINITION else Colorspace.ITU601
    return known.get(frame.colorspace, Colorspace.ITU601)


def _is_full(frame: VideoFrame) -> bool:
    return frame.color_range == _FULL or frame.format.name.startswith("yuvj")


def _unreadable() -> Permanent:
    return Permanent("the video cannot be decoded; make or export it again", code="unreadable_media")
