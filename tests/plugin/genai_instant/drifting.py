"""An image provider that makes the product drift, for gates that must catch it.

It draws a labelled box. Scene images show it changed as the lines of ``drifts.scene`` in ``INSTANT_DIR`` say,
one a picture: ``hue``, ``mirror``, ``swap``; then unchanged. ``drifts.neutral`` and ``drifts.sheet`` do the
same for the pictures of the identity, and the cut-out drifts along with the neutral image. Everything else is
the instant provider's.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.domain.enums import AssetRole
from genai_instant.provider import InstantProvider

_SIDE = 640


class DriftingProvider(InstantProvider):
    name = "drifting"

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        words = {"attempt": request.attempt, "findings": [finding.text for finding in request.findings]}
        scene = request.scene.number if request.scene else None
        self._called([f"image.{request.purpose}.{scene}"], call, **words)
        product = _product()
        shown = _drifted(product, self._next_line(f"drifts.{request.purpose}"))
        if request.purpose is ImagePurpose.NEUTRAL:
            neutral = _written(_pasted(shown, 255), call, AssetRole.NEUTRAL)
            return ImageResult((neutral, _written(shown, call, AssetRole.CUTOUT)))
        if request.purpose is ImagePurpose.SHEET:
            return ImageResult((_written(_pasted(shown, 255), call, AssetRole.SHEET),))
        return ImageResult((_written(_pasted(shown, 170), call, AssetRole.SCENE_IMAGE),))


def draw_photograph(path: Path) -> None:
    """The product, as its owner would show it."""
    cv2.imwrite(str(path), _pasted(_product(), 205))


def _product() -> np.ndarray:
    return _box("TIDAL ROAST", (60, 90, 190))


def _drifted(product: np.ndarray, drift: str | None) -> np.ndarray:
    if drift == "hue":
        hsv = cv2.cvtColor(product[..., :3], cv2.COLOR_BGR2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + 25) % 180
        return np.dstack([cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR), product[..., 3]])
    if drift == "mirror":
        return np.ascontiguousarray(product[:, ::-1])
    return _tin((90, 160, 70)) if drift == "swap" else product


def _box(words: str, color: tuple[int, int, int]) -> np.ndarray:
    """A box with a printed label, BGRA."""
    bgra = np.zeros((420, 300, 4), np.uint8)
    cv2.rectangle(bgra, (8, 8), (291, 411), (*color, 255), -1)
    cv2.rectangle(bgra, (30, 60), (270, 360), (225, 238, 244, 255), -1)
    for row, word in enumerate((*words.split(), "No 7", "250 g", "roasted slowly")):
        cv2.putText(
            bgra, word, (38, 110 + 56 * row), cv2.FONT_HERSHEY_DUPLEX, 1.0, (*color[::-1], 255), 2, cv2.LINE_8
        )
    cv2.circle(bgra, (225, 225), 28, (40, 40, 160, 255), -1)
    return bgra


def _tin(color: tuple[int, int, int]) -> np.ndarray:
    """Another product: a round tin, BGRA."""
    bgra = np.zeros((300, 340, 4), np.uint8)
    cv2.ellipse(bgra, (170, 150), (160, 140), 0, 0, 360, (*color, 255), -1)
    cv2.ellipse(bgra, (170, 150), (110, 95), 0, 0, 360, (70, 120, 50, 255), -1)
    cv2.putText(bgra, "BALM", (95, 165), cv2.FONT_HERSHEY_TRIPLEX, 1.7, (150, 220, 160, 255), 3, cv2.LINE_8)
    return bgra


def _pasted(bgra: np.ndarray, ground: int) -> np.ndarray:
    picture = np.full((_SIDE, _SIDE, 3), ground, np.float32)
    picture += np.linspace(-15, 0, _SIDE, dtype=np.float32)[:, None, None] * (ground < 255)
    top, left = (_SIDE - bgra.shape[0]) // 2, (_SIDE - bgra.shape[1]) // 2
    alpha = bgra[..., 3:].astype(np.float32) / 255
    part = picture[top : top + bgra.shape[0], left : left + bgra.shape[1]]
    part[:] = bgra[..., :3] * alpha + part * (1 - alpha)
    return picture.astype(np.uint8)


def _written(picture: np.ndarray, call: Call, role: AssetRole) -> Produced:
    path = call.workdir / f"{role}.png"
    cv2.imwrite(str(path), picture)
    return Produced(path, "image/png", role)
