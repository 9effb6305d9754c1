"""One clip from its request to its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genai.capabilities.base import Call, Produced
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.enums import AssetRole
from genai.domain.film import FPS, Move, MoveKind, SceneKind
from genai.errors import Permanent
from genai.media import footage, pixels
from genai.media.encoding import Encoder, Planes, to_planes, to_srgb
from genai.providers.local.reaction import Reaction, reaction
from genai.providers.local.video import reveal
from genai.providers.local.video.moves import SMALLEST, Pose, path
from genai.providers.local.video.sheet import Sheet, window
from genai.providers.local.video.stage import Extent, Stage, extent_of

_HOLD = 0.02  # of scale that a held last frame grows in each two seconds
_MOST_HELD = 0.06

Poses = Callable[[int], Pose]


def video(request: VideoRequest, call: Call) -> VideoResult:
    """Render the clip, its text burned in, and its last frame.

    Raises :class:`~genai.errors.Permanent`: ``no_picture`` without image and footage, ``not_video`` for
    footage that cannot be decoded; and what :class:`~genai.media.encoding.Encoder` raises.
    """
    canvas, length = request.canvas, request.frames + request.handle
    path_to_clip, path_to_last = call.workdir / "clip.mp4", call.workdir / "last.jpg"
    details: dict[str, Any] = {"frames": request.frames, "handle": request.handle}
    last: Planes | None = None
    # The encoder starts while the pictures are made ready.
    with Encoder(
        path_to_clip,
        canvas.width,
        canvas.height,
        frames=length,
        keyframes=(request.scene.opening.frames, request.frames),
        text=request.text,
        draft=request.draft,
        progress=call.progress,
    ) as encoder:
        for number, planes in enumerate(shown(request, length, details)):
            encoder.write(*planes)
            if number == request.frames - 1:
                last = planes
        if encoder.written != length or last is None:
            raise Permanent("a clip needs at least one frame", code="no_picture")
        # While the encoder works on what it was given.
        pixels.save_jpeg(path_to_last, to_srgb(*last))
    size = path_to_clip.stat().st_size
    details["encoding"] = {"bytes": size, "bit_rate": round(8 * size * FPS / length), "draft": request.draft}
    return VideoResult(
        Produced(path_to_clip, "video/mp4", AssetRole.CLIP),
        text_burned=True,
        last_frame=Produced(path_to_last, "image/jpeg", AssetRole.LAST_FRAME),
        details=details,
    )


def shown(request: VideoRequest, length: int, details: dict[str, Any]) -> Iterator[Planes]:
    """The clip's ``length`` frames without text, made as they are asked for; ``details`` hears how."""
    if request.footage is not None and not request.footage.media_type.startswith("image/"):
        details["footage"] = "clip"
        return _held(footage.moving(request.footage, request.canvas, length), request, length, details)
    if request.footage is not None:
        details["footage"] = "still"
        return _flat(request, footage.still(request.footage, request.canvas), length, details)
    if request.image is None:
        raise Permanent("a clip is made of a scene image or of footage, and has neither", code="no_picture")
    staged = _staged(request, length, details) if request.layers and not _reaction(request).still else None
    return staged or _flat(request, _fitting(request.image.path, request), length, details)


def _staged(request: VideoRequest, length: int, details: dict[str, Any]) -> Iterator[Planes] | None:
    """The product apart from its set; None where its layer does not hold it whole."""
    assert request.layers is not None
    product = pixels.load_rgba(request.layers.product.path)
    width, height = request.canvas.width, request.canvas.height
    extent = extent_of(product[..., 3])
    if product.shape[:2] != (height, width) or extent is None or not extent.inside(width, height):
        return None
    revealing = reveal.reveals(request.scene) and not _reaction(request).still
    from_left = request.scene.light.azimuth <= 0
    sweep = reveal.Sweep(request.frames, from_left=from_left) if revealing else None
    stage = Stage(_fitting(request.layers.plate.path, request), product, extent, sweep)
    poses = _poses(request, length, _parts(extent, width, height), details)
    ends = poses(0), poses(length - 1)
    tall = extent.bottom - extent.top
    drift = max(
        np.hypot(tall * abs(ends[1].nearer - ends[0].nearer), tall * (ends[1].lean - ends[0].lean)), 0.0
    )
    details["parallax"] = round(float(drift) / width, 4)
    details["reveal"] = "settle_and_sweep" if revealing else None

    def frames() -> Iterator[Planes]:
        for number in range(length):
            pose = poses(number)
            if revealing:
                pose = replace(pose, nearer=pose.nearer * reveal.smaller(number))
            yield stage.frame(pose, number)

    return frames()


def _flat(
    request: VideoRequest, picture: NDArray[np.uint8], length: int, details: dict[str, Any]
) -> Iterator[Planes]:
    width, height = request.canvas.width, request.canvas.height
    sheet = Sheet(to_planes(picture))
    focus = (0.5, 0.5)
    if request.placement is not None and request.footage is None:
        across, down = zip(*request.placement.points, strict=True)
        box = (min(across), min(down), max(across), max(down))
        focus = _parts(Extent(*(round(side) for side in box)), width, height)
    poses = _poses(request, length, focus, details)
    product = request.scene.kind is SceneKind.PRODUCT
    revealing = product and reveal.reveals(request.scene) and not _reaction(request).still
    details["parallax"] = 0.0
    details["reveal"] = "settle" if revealing else None

    def frames() -> Iterator[Planes]:
        for number in range(length):
            pose = poses(number)
            if revealing:
                pose = pose.closer(reveal.closer(number))
            yield sheet.seen(window(pose, width, height), (width, height))

    return frames()


def _held(
    frames: Iterator[Planes], request: VideoRequest, length: int, details: dict[str, Any]
) -> Iterator[Planes]:
    """The clip's frames; where they end early, the last one held, with a slow push."""
    number, planes = 0, None
    for planes in frames:
        number += 1
        yield planes
    assert planes is not None
    missing = length - number
    details["held_frames"] = missing
    if not missing:
        return
    size = request.canvas.width, request.canvas.height
    amount = min(_MOST_HELD, _HOLD * ceil(missing / (2 * FPS)))
    poses = path(Move(MoveKind.PUSH_IN, amount), missing + 1)
    sheet = Sheet(planes)
    for further in range(1, missing + 1):
        yield sheet.seen(window(poses(further), *size), size)


def _poses(request: VideoRequest, length: int, focus: tuple[float, float], details: dict[str, Any]) -> Poses:
    move = Move(MoveKind.STATIC, SMALLEST) if _reaction(request).still else request.scene.move
    details["move"] = {"kind": move.kind.value, "amount": move.amount}
    return path(move, length, focus, continues=request.scene.continues)


def _reaction(request: VideoRequest) -> Reaction:
    return reaction(request.findings, request.attempt)


def _fitting(source: Path, request: VideoRequest) -> NDArray[np.uint8]:
    """The picture at ``source``, brought to the canvas's size if it has another one."""
    rgba = pixels.load_rgba(source)
    rgb = pixels.on_white(rgba) if rgba[..., 3].min() < 255 else np.ascontiguousarray(rgba[..., :3])
    return pixels.resize(rgb, request.canvas.width, request.canvas.height)


def _parts(extent: Extent, width: int, height: int) -> tuple[float, float]:
    x, y = extent.middle
    return min(1.0, max(0.0, x / width)), min(1.0, max(0.0, y / height))
