"""What a vendor made, in our form: a picture of the canvas's size, a clip with our frames and encoding.

Vendors choose sizes, rates and lengths out of a few; what comes is looked at in a confined process first,
as anything from strangers. What is lost on the way is a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from genai.domain.creative import Canvas
from genai.domain.film import FPS
from genai.domain.media import Inspected, Mark, MediaFile
from genai.errors import InvalidInput, Permanent
from genai.media import footage, pixels
from genai.media.encoding import Encoder, Planes, to_srgb
from genai.media.files import inspect

_LOST = 0.1  # of a side, from which cropping is a mark
_ENLARGED = 1.5  # 720 lines on 1080 are what most vendors give; beyond it is a mark
_OTHER_SHAPE = 0.02  # of the aspect; models round sides to multiples of theirs
_HELD = 3  # frames that may stand still at the end unseen


@dataclass(frozen=True)
class Conformed:
    """``source`` is what the vendor's file was; ``held`` how many frames of a clip repeat its last one."""

    source: Inspected
    marks: tuple[Mark, ...]
    held: int = 0


def conform_picture(source: Path, target: Path, canvas: Canvas) -> Conformed:
    """Write the picture to ``target``, a PNG that it fills, its middle where the aspects differ.

    Raises Permanent (``bad_result``) for what is no picture that the service takes.
    """
    found = looked_at(source, "image")
    pixels.save_png(target, pixels.covering(pixels.load_rgb(source), canvas.width, canvas.height))
    return Conformed(found, _marks(found, canvas, "picture", cropped=True))


def conform_cutout(source: Path, target: Path, width: int, height: int) -> Conformed:
    """Write the cut-out to ``target``, a PNG with straight alpha of its photograph's size, in pixels.

    Raises Permanent (``bad_result``) for what is no picture, has nothing cut out, or nothing left.
    """
    found = looked_at(source, "image")
    rgba = pixels.load_rgba(source)
    alpha = rgba[..., 3]
    if alpha.min() == 255 or alpha.max() == 0:
        raise Permanent("the vendor's cut-out has no ground removed, or all of it", code="bad_result")
    if abs(rgba.shape[1] / rgba.shape[0] / (width / height) - 1) > _OTHER_SHAPE:
        raise Permanent("the vendor's cut-out has another shape than its photograph", code="bad_result")
    pixels.save_png(target, pixels.resize(rgba, width, height))
    return Conformed(found, _enlarged(found, width, height, "cut-out"))


def conform_clip(
    source: Path,
    target: Path,
    canvas: Canvas,
    *,
    frames: int,
    handle: int = 0,
    keyframes: Sequence[int] = (),
    text: str = "",
    draft: bool = False,
    last: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> Conformed:
    """Write the clip to ``target``: its first ``frames`` + ``handle`` frames at 30 per second, filling the
    canvas, without sound, encoded as :mod:`genai.media.encoding` says, with ``text`` (an ASS document)
    burned in. A clip that ends earlier holds its last frame. ``last`` takes the last frame before the
    handle as JPEG, without text.

    Raises Permanent: ``bad_result`` for what is no video; and what
    :class:`~genai.media.encoding.Encoder` raises.
    """
    found = looked_at(source, "video")
    file = MediaFile(source, found.media_type, found.sha256, found.width, found.height, found.duration)
    length, own = frames + handle, 0
    ending: Planes | None = None
    with Encoder(
        target,
        canvas.width,
        canvas.height,
        frames=length,
        keyframes=(*keyframes, frames),
        text=text,
        draft=draft,
        progress=progress,
    ) as encoder:
        shown: Planes | None = None
        try:
            for shown in footage.moving(file, canvas, length):
                encoder.write(*shown)
                own += 1
                if own == frames:
                    ending = shown
        except Permanent as error:
            if error.code != "not_video":
                raise
            raise Permanent("the vendor's clip cannot be decoded", code="bad_result") from error
        assert shown is not None  # or it would be no video
        for _ in range(length - own):
            encoder.write(*shown)
        if last is not None:
            pixels.save_jpeg(last, to_srgb(*(ending or shown)))
    held = length - own
    fit = footage.Fit.of(found.width or canvas.width, found.height or canvas.height, canvas)
    marks = _marks(found, canvas, "clip", cropped=fit.crop)
    if held > _HELD:
        marks += (Mark("held_frame", f"The clip ends {held / FPS:.1f} s early; its last frame is held."),)
    return Conformed(found, marks, held)


def looked_at(path: Path, kind: str) -> Inspected:
    """A vendor's file that is an ``image`` or a ``video``. Raises Permanent (``bad_result``)."""
    try:
        found = inspect(path, f"{kind}/*")
    except InvalidInput as error:
        raise Permanent(f"the vendor's {kind} is not usable: {error.detail}", code="bad_result") from error
    if not found.media_type.startswith(f"{kind}/"):
        raise Permanent(f"the vendor gave {found.media_type} in place of a {kind}", code="bad_result")
    return found


def _marks(found: Inspected, canvas: Canvas, what: str, *, cropped: bool) -> tuple[Mark, ...]:
    width, height = found.width or canvas.width, found.height or canvas.height
    across, down = canvas.width / width, canvas.height / height
    lost = 1 - min(across, down) / max(across, down)
    marks = _enlarged(found, canvas.width, canvas.height, what)
    if not cropped:
        marks += (Mark(f"framed_{what}", f"The {what} of {width}x{height} is shown whole on a soft ground."),)
    elif lost > _LOST:
        marks += (Mark(f"cropped_{what}", f"The {what} lost {lost:.0%} of a side to fit the format."),)
    return marks


def _enlarged(found: Inspected, width: int, height: int, what: str) -> tuple[Mark, ...]:
    if found.width is None or found.height is None:
        return ()
    scale = min(width / found.width, height / found.height)
    if scale <= _ENLARGED:
        return ()
    detail = f"The {what} was made at {found.width}x{found.height} and enlarged {scale:.1f} times."
    return (Mark("upscaled", detail),)
