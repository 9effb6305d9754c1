"""A presenter taken apart into layers, and put together again for one frame."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genai.providers.local.lip_sync.acting import Pose
from genai.providers.local.lip_sync.drawing.clothes import body
from genai.providers.local.lip_sync.drawing.eyes import EYES_BOX, Gaze, eyes
from genai.providers.local.lip_sync.drawing.face import MOUTH_Y, head, outline
from genai.providers.local.lip_sync.drawing.glasses import glasses
from genai.providers.local.lip_sync.drawing.hair import hair
from genai.providers.local.lip_sync.drawing.mouth import MOUTH_BOX, Mouth, mouth
from genai.providers.local.lip_sync.drawing.svg import Box, raster, shape, within
from genai.providers.local.lip_sync.drawing.tones import tone
from genai.providers.local.lip_sync.layers import Bend, Layer, Matrix, Picture, Rect, layer
from genai.providers.local.lip_sync.looks import Look
from genai.providers.local.lip_sync.staging import scaled, shifted, turned

_HEAD = (-250.0, -310.0, 250.0, 430.0)
_BACK = (-250.0, -270.0, 250.0, 430.0)
_BODY = (-430.0, 60.0, 430.0)
_NECK = (0.0, 190.0)  # what a head turns about
_HIPS = (0.0, 1250.0)
_JAW = 9.0  # units that the chin falls with the mouth wide open


@lru_cache(maxsize=2)
def puppet(look: Look, scale: float, bottom: int) -> Puppet:
    """The look's layers, kept for the next scene: drawing them takes longer than a second of film."""
    return Puppet(look, scale, bottom)


class Puppet:
    """One look, drawn at ``scale`` pixels per unit down to ``bottom`` (units)."""

    def __init__(self, look: Look, scale: float, bottom: float) -> None:
        self._look, self._scale = look, scale
        parts = hair(look)
        edge = outline(look)
        shadow = within(
            "shaded",
            edge,
            '<g transform="translate(5,13)">'
            f"{shape(parts.edge, tone(look.skin, -0.3, 1.1), opacity=0.5, blur=7)}</g>",
        )
        self._bare = self._drawn(head(look) + shadow, _HEAD)
        self._front = self._drawn(glasses(look) + parts.front, _HEAD)
        whole = self._front.over(self._bare)
        used = int(np.flatnonzero(whole.alpha.any(axis=1))[-1]) // 2 * 2 + 2  # hair may end far above the box
        self._head = whole.crop((0, 0, whole.y.shape[1], used))
        self._low = _HEAD[1] + used / scale
        self._back = self._drawn(parts.back, _BACK) if parts.back else None
        self._body = self._drawn(body(look), (_BODY[0], _BODY[1], _BODY[2], bottom))
        self._bend: Bend | None = None
        self.eyes = lru_cache(maxsize=96)(self._eyes)
        self.mouth = lru_cache(maxsize=256)(self._mouth)

    def face_matrix(self, pose: Pose, placing: Matrix) -> Matrix:
        """From units of the head to pixels; ``placing`` takes the drawing at rest there."""
        x, y = pose.shift
        return (
            self._body_matrix(pose, placing) @ turned(pose.roll, *_NECK) @ shifted(x, y + 0.8 * pose.breath)
        )

    def draw(self, picture: Picture, pose: Pose, form: Mouth, placing: Matrix) -> None:
        """The presenter in one pose, laid over ``picture``."""
        trunk, face = self._body_matrix(pose, placing), self.face_matrix(pose, placing)
        if self._back:
            picture.lay(
                self._back, face @ shifted(-0.35 * pose.yaw, -0.3 * pose.pitch) @ self._from_pixels(_BACK)
            )
        picture.lay(self._body, trunk @ self._from_pixels((_BODY[0], _BODY[1], 0, 0)))
        for patch, box in (
            (self.eyes(_coarse(pose.gaze)), EYES_BOX),
            (self.mouth(_coarse_mouth(form)), MOUTH_BOX),
        ):
            left, top, _right, _bottom = self._rect(box)
            self._head.paste(patch, left, top)
        matrix = face @ self._from_pixels(_HEAD)
        bend = self._bend or self._bent(picture, placing)
        amounts = pose.yaw * self._scale, pose.pitch * self._scale, _JAW * form.open * self._scale
        picture.lay_bent(self._head, matrix, bend, amounts)

    def settle(self, picture: Picture, placing: Matrix) -> None:
        """Prepare for a clip in which the presenter stands where ``placing`` has it."""
        self._bend = self._bent(picture, placing)

    def _bent(self, picture: Picture, placing: Matrix) -> Bend:
        room = 32.0  # units about the head that it may move
        left, top, right, _ = _HEAD
        corners = placing @ np.array([[left - room, right + room], [top - room, self._low + room], [1, 1]])
        height, width = picture.y.shape
        low, high = np.floor(corners[:2, 0] / 2).astype(int) * 2, np.ceil(corners[:2, 1] / 2).astype(int) * 2
        rect = max(0, int(low[0])), max(0, int(low[1])), min(width, int(high[0])), min(height, int(high[1]))
        return Bend(rect, placing @ self._from_pixels(_HEAD), self._turn, self._drop)

    def _turn(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
        """How near the camera a point of the head is: 1 at the nose, 0 at its edge (a sphere's depth)."""
        ux, uy = self._units(x, y)
        return np.asarray(np.sqrt(np.clip(1 - (ux / 165) ** 2 - ((uy - 10) / 230) ** 2, 0, 1)))

    def _drop(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far a point follows the jaw: from the mouth's line down to the chin, the chin's full way."""
        ux, uy = self._units(x, y)
        down = np.clip((uy - MOUTH_Y) / (self._look.length - MOUTH_Y), 0, 1)
        beside = np.clip(1 - (ux / 150) ** 2, 0, 1)
        under = np.clip(1 - (uy - self._look.length - 14) / 40, 0, 1)  # what lies below the chin stays
        return np.asarray(down * down * (3 - 2 * down) * beside * under)

    def _units(
        self, x: NDArray[np.float32], y: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return x / self._scale + _HEAD[0], y / self._scale + _HEAD[1]

    def _body_matrix(self, pose: Pose, placing: Matrix) -> Matrix:
        x, _y = pose.shift
        return placing @ turned(pose.lean, *_HIPS) @ shifted(0.35 * x, -1.4 * pose.breath)

    def _eyes(self, gaze: Gaze) -> Layer:
        return self._patch(eyes(self._look, gaze), EYES_BOX)

    def _mouth(self, form: Mouth) -> Layer:
        return self._patch(mouth(self._look, form), MOUTH_BOX)

    def _patch(self, drawing: str, box: Box) -> Layer:
        """A part of the face as it is between the skin and what lies over it."""
        rect = self._rect(box)
        left, top, right, bottom = rect
        exact = (
            left / self._scale + _HEAD[0],
            top / self._scale + _HEAD[1],
            right / self._scale + _HEAD[0],
            bottom / self._scale + _HEAD[1],
        )
        drawn = layer(raster(drawing, exact, right - left, bottom - top))
        return self._front.crop(rect).over(drawn.over(self._bare.crop(rect)))

    def _rect(self, box: Box) -> Rect:
        """The pixels of the head's layer that hold ``box``, with even edges."""
        pixels = [2 * round((value - _HEAD[side % 2]) * self._scale / 2) for side, value in enumerate(box)]
        return pixels[0], pixels[1], pixels[2], pixels[3]

    def _drawn(self, drawing: str, box: Box) -> Layer:
        left, top, right, bottom = box
        w, h = (2 * round(side * self._scale / 2) for side in (right - left, bottom - top))
        exact = (left, top, left + w / self._scale, top + h / self._scale)
        return layer(raster(drawing, exact, w, h))

    def _from_pixels(self, box: Box) -> Matrix:
        """From a layer's pixels (whole at their middles) to units."""
        return shifted(box[0], box[1]) @ scaled(1 / self._scale) @ shifted(0.5, 0.5)


def _coarse(gaze: Gaze) -> Gaze:
    """As finely as one sees it, so that states come back."""
    return Gaze(
        round(gaze.shut * 20) / 20,
        round(gaze.x * 2) / 2,
        round(gaze.y * 2) / 2,
        round(gaze.brows * 1.5) / 1.5,
    )


def _coarse_mouth(form: Mouth) -> Mouth:
    return Mouth(
        round(form.open * 24) / 24,
        round(form.wide * 6) / 6,
        round(form.teeth * 3) / 3,
        round(form.tongue * 3) / 3,
        round(form.tuck * 3) / 3,
    )
