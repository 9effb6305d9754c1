"""The client's own clip or still, brought to the canvas: 30 frames per second, bt709, upright, filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.creative import Canvas
from genai.domain.film import FPS
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.media import ffmpeg, pixels
from genai.media.encoding import Plane, Planes
from genai.media.probe import SAFE_OPTIONS, open_media

MOST_CROPPED = 1 / 3  # of the picture; what would lose more is shown whole before a blurred copy of itself
_DIM = 0.72  # the copy's lightness, so that the picture stands out
_SOFT = 0.03  # its blur, of the canvas's shorter side
_SMALL = 8  # it is blurred at so many times less

# Code points of ITU-T H.273.
_UNSPECIFIED, _BT709 = 2, 1
_BT2020_PRIMARIES = 9
_CURVES = {16: "smpte2084", 18: "arib-std-b67"}  # PQ and HLG
_HIGH_DEFINITION = 700  # lines from which untagged video is bt709 and not bt601, as players have it
_DIFFUSE_WHITE = 203  # cd/m2 in HDR, ITU-R BT.2408


@dataclass(frozen=True)
class Fit:
    """``size``: what the picture is scaled to, even; ``crop``: it covers the canvas, else it is inside."""

    size: tuple[int, int]
    crop: bool

    @classmethod
    def of(cls, width: int, height: int, canvas: Canvas) -> Fit:
        """For a picture of so many pixels as displayed."""
        across, down = canvas.width / width, canvas.height / height
        crop = 1 - min(across, down) / max(across, down) <= MOST_CROPPED
        scale = max(across, down) if crop else min(across, down)
        return cls((_even(width * scale), _even(height * scale)), crop)


def still(file: MediaFile, canvas: Canvas) -> NDArray[np.uint8]:
    """A still filling the canvas, sRGB HxWx3. Raises Permanent (``not_video``)."""
    try:
        picture = pixels.load_rgb(file.path)
    except Permanent as error:
        raise not_video() from error
    height, width = picture.shape[:2]
    fit = Fit.of(width, height, canvas)
    scaled = pixels.resize(picture, *fit.size)
    if fit.crop:
        return _middle(scaled, canvas.width, canvas.height)
    scale = max(canvas.width / width, canvas.height / height) / _SMALL
    small = pixels.resize(picture, max(2, round(width * scale)), max(2, round(height * scale)))
    small = cv2.GaussianBlur(small, (0, 0), _SOFT * min(canvas.width, canvas.height) / _SMALL)
    ground = cv2.resize(
        _middle(small, canvas.width // _SMALL, canvas.height // _SMALL),
        (canvas.width, canvas.height),
        interpolation=cv2.INTER_CUBIC,
    )
    ground = np.rint(ground * _DIM).astype(np.uint8)
    left, top = (canvas.width - fit.size[0]) // 2, (canvas.height - fit.size[1]) // 2
    ground[top : top + fit.size[1], left : left + fit.size[0]] = scaled
    return ground


def moving(file: MediaFile, canvas: Canvas, frames: int) -> Iterator[Planes]:
    """At most ``frames`` frames from the beginning of a clip, filling the canvas.

    It is decoded by an ffmpeg of its own, one frame at a time. Raises Permanent (``not_video``) where it
    holds no picture that can be decoded.
    """
    width, height = canvas.width, canvas.height
    size = width * height * 3 // 2
    graph = _graph(file, canvas)
    arguments = [
        *(part for name, value in SAFE_OPTIONS.items() for part in (f"-{name}", value)),
        *("-threads", "2", "-i", f"file:{file.path}", "-filter_complex", graph, "-map", "[out]"),
        *("-frames:v", str(frames), "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"),
    ]
    read = 0
    try:
        with ffmpeg.Tap(arguments) as tap:
            while (data := tap.read(size)) is not None:
                read += 1
                yield _split(np.frombuffer(data, np.uint8), width, height)
    except Permanent as error:
        if read == 0:  # a clip that breaks off is shown as far as it goes
            raise not_video() from error
    if read == 0:
        raise not_video()


def not_video() -> Permanent:
    return Permanent(
        "the footage cannot be decoded: send an MP4, MOV or WebM with a picture, or a PNG, JPEG or WebP",
        code="not_video",
    )


def _graph(file: MediaFile, canvas: Canvas) -> str:
    """The filters from the decoder's frames (turned upright by ffmpeg) to the canvas's."""
    try:
        with open_media(file.path) as opened:
            if not opened.streams.video:
                raise not_video()
            context = opened.streams.video[0].codec_context
            coded = context.width, context.height
            matrix, transfer = int(context.colorspace), int(context.color_trc)
            wide = int(context.color_primaries) == _BT2020_PRIMARIES
    except (Permanent, av.error.FFmpegError) as error:
        raise not_video() from error
    shown = (file.width or coded[0], file.height or coded[1])
    fit = Fit.of(*shown, canvas)
    untagged = matrix == _UNSPECIFIED
    given = "bt709" if untagged and min(coded) >= _HIGH_DEFINITION else "auto"
    steady = f"bwdif=mode=send_frame:deint=interlaced,fps={FPS}"
    if wide or transfer in _CURVES:
        # In its own colours to the final size first: the rest works on floating point numbers.
        scale = f"scale={fit.size[0]}:{fit.size[1]}:flags=lanczos,{_to_bt709(transfer)}"
    else:
        scale = (
            f"scale={fit.size[0]}:{fit.size[1]}:flags=lanczos+accurate_rnd"
            f":in_color_matrix={given}:out_color_matrix=bt709:out_range=tv"
        )
    shape = f"{scale},format=yuv420p,setsar=1"
    size = f"{canvas.width}:{canvas.height}"
    if fit.crop:
        return f"[0:v:0]{steady},{shape},crop={size}[out]"
    small = f"{_even(canvas.width / _SMALL)}:{_even(canvas.height / _SMALL)}"
    sigma = _SOFT * min(canvas.width, canvas.height) / _SMALL
    # The copy is made of what was scaled already: it is soft anyhow.
    ground = (
        f"scale={small}:force_original_aspect_ratio=increase:flags=area,crop={small},gblur=sigma={sigma:.2f}:steps=2,"
        f"scale={size}:flags=bicubic,setsar=1,"
        f"lutyuv=y='16+(val-16)*{_DIM}':u='128+(val-128)*{_DIM}':v='128+(val-128)*{_DIM}'"
    )
    return (
        f"[0:v:0]{steady},{shape},split[whole][copy];[copy]{ground}[ground];"
        "[ground][whole]overlay=(W-w)/2:(H-h)/2:format=yuv420[out]"
    )


def _to_bt709(transfer: int) -> str:
    """Wide gamut and high dynamic range to bt709: highlights above diffuse white are rolled off."""
    curve = _CURVES.get(transfer, "bt709")
    tone = "tonemap=mobius:param=0.6:desat=0," if transfer in _CURVES else ""
    return (
        f"zscale=tin={curve}:pin=bt2020:min=bt2020nc:t=linear:npl={_DIFFUSE_WHITE},format=gbrpf32le,"
        f"zscale=p=bt709,{tone}zscale=t=bt709:m=bt709:r=tv:dither=ordered"
    )


def _split(flat: Plane, width: int, height: int) -> Planes:
    y, u, v = np.split(flat, [width * height, width * height * 5 // 4])
    half = (height // 2, width // 2)
    return y.reshape(height, width), u.reshape(half), v.reshape(half)


def _middle(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
