"""An illustrated presenter who speaks to the camera."""

from __future__ import annotations

from collections.abc import Sequence

from genai.capabilities.base import Call, Produced
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.domain.creative import Canvas, Reference
from genai.domain.enums import AssetRole
from genai.domain.media import Mark
from genai.media.encoding import Encoder
from genai.providers.local.lip_sync.acting import poses
from genai.providers.local.lip_sync.drawing.mouth import MOUTH_BOX
from genai.providers.local.lip_sync.drawing.room import room
from genai.providers.local.lip_sync.drawing.table import table
from genai.providers.local.lip_sync.layers import Layer, Matrix, Picture, layer
from genai.providers.local.lip_sync.looks import look_for
from genai.providers.local.lip_sync.product import best_cutout, place
from genai.providers.local.lip_sync.puppet import puppet
from genai.providers.local.lip_sync.speech import mouths, spans
from genai.providers.local.lip_sync.staging import TABLE, Staging, shifted, stage, turned

MARK = Mark("illustrated_presenter", "An illustrated presenter speaks: this engine cannot film people.")
# How much of the hand's motion each distance shows: far away less, near more.
_FAR, _NEAR = 0.75, 1.1


def lip_sync(request: LipSyncRequest, call: Call) -> LipSyncResult:
    """The clip, its text burned in.

    ``details``: ``presenter``; ``mouth``, the openness asked for in each frame, 0..1; ``mouth_box``,
    where the mouth is at rest (left, top, right, bottom in pixels); ``product``, the product's box at
    rest or None; ``framing``, scale (pixels per drawing unit) and the eyes' place. Raises Permanent
    ``unknown_presenter``.
    """
    look = look_for(request.presenter, call.seed)
    width, height = request.canvas.width, request.canvas.height
    frames = request.frames + request.handle
    palette = request.scene.palette or request.brand.colors or tuple(c.hex for c in request.product.colors)
    cutout = best_cutout(request.references)
    staging = stage(request.canvas, request.scene.number, product=cutout is not None)
    forms = mouths(spans(request.phonemes, request.words), frames)
    acts = poses(
        request.words,
        frames,
        request.frames,
        request.scene.move,
        (call.seed, request.scene.number),
        glance=staging.stand is not None,
    )
    presenter = puppet(look, staging.drawn, staging.bottom)
    ground = layer(room(palette, width, height, call.seed))
    props, product_box = _props(request.canvas, palette, staging, cutout)
    picture = Picture.of(width, height)
    presenter.settle(picture, staging.at_rest())
    path = call.workdir / "clip.mp4"
    keyframes = [number for number in (request.scene.opening.frames, request.frames) if 0 < number < frames]
    with Encoder(
        path, width, height, frames=frames, keyframes=keyframes, text=request.text, draft=request.draft,
        progress=call.progress,
    ) as encoder:  # fmt: skip
        for pose, form in zip(acts, forms, strict=True):
            picture.cover(ground, _camera(pose.camera, width, height, _FAR) @ _centred(ground, width, height))
            presenter.draw(picture, pose, form, _camera(pose.camera, width, height, 1.0) @ staging.at_rest())
            for prop, place_of in props:
                picture.lay(prop, _camera(pose.camera, width, height, _NEAR) @ place_of)
            encoder.write(picture.y, picture.u, picture.v)
    return LipSyncResult(
        clip=Produced(path, "video/mp4", AssetRole.CLIP),
        text_burned=True,
        details={
            "presenter": look.name,
            "mouth": [round(form.open, 3) for form in forms],
            "mouth_box": _mouth_box(staging),
            "product": list(product_box) if product_box else None,
            "framing": {
                "scale": round(staging.scale, 4),
                "eyes": [round(value, 1) for value in staging.origin],
            },
        },
        marks=(MARK,),
    )


def _props(
    canvas: Canvas, palette: Sequence[str], staging: Staging, cutout: Reference | None
) -> tuple[list[tuple[Layer, Matrix]], tuple[int, int, int, int] | None]:
    """What stands before the presenter, from the back to the front with its place on the canvas, and the
    product's box there."""
    props: list[tuple[Layer, Matrix]] = []
    edge = TABLE.get(canvas.aspect)
    if edge:
        board, corner = table(palette, canvas.width, canvas.height, edge)
        props.append((layer(board), shifted(*corner)))
    if not cutout or not staging.stand:
        return props, None
    # The stand is on the table, or goes down past the picture.
    foot = canvas.height * (edge + 0.1 if edge else 1.1)
    placed = place(cutout, staging.stand, foot, palette)
    props.append((layer(placed.picture), shifted(*placed.corner)))
    return props, placed.box


def _camera(hand: tuple[float, float, float, float], width: int, height: int, share: float) -> Matrix:
    """What the hand that holds the camera does to the picture, at one distance."""
    right, down, degrees, zoom = hand
    turn = turned(degrees * share, width / 2, height / 2, 1 + (zoom - 1) * share)
    return shifted(right * share * width, down * share * width) @ turn


def _centred(ground: Layer, width: int, height: int) -> Matrix:
    """The room's middle in the canvas's."""
    tall, wide = ground.y.shape
    return shifted((width - wide) / 2, (height - tall) / 2)


def _mouth_box(staging: Staging) -> list[int]:
    x, y = staging.origin
    left, top, right, bottom = MOUTH_BOX
    s = staging.scale
    return [round(x + left * s), round(y + top * s), round(x + right * s), round(y + bottom * s)]
