"""The product's own pixels in place, and a mask that keeps them: for a picture whose product has drifted.

The first attempt is free to turn and light the product. Where a check found that it is no longer the same,
the next one is given its cut-out on the canvas and paints what is around it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Reference, Scene
from genai.domain.enums import Composition
from genai.domain.media import MediaFile, Quad
from genai.media import pixels

_SURE = 0.8  # a cut-out's confidence from which its edge may be seen
_INSIDE = 5  # pixels square: what is eroded of the mask, so that the edge is painted anew
_GREY = "#9a9a9a"
# Of the frame: the product's largest width, and its height by shot.
_WIDTH, _HEIGHT = 0.6, {"wide": 0.36, "close_up": 0.62}
# Where the product's middle and foot stand, as genai.prompts.image says it in words.
_PLACES = {
    "text_top": (0.5, 0.9),
    "text_bottom": (0.5, 0.6),
    "off_axis_left": (0.62, 0.9),
    "off_axis_right": (0.38, 0.9),
    "split_left": (0.74, 0.8),
    "split_right": (0.26, 0.8),
}
_MIDDLE = (0.5, 0.76)


@dataclass(frozen=True)
class Held:
    """``request`` with the placed product as its first reference; ``mask``, a PNG of that picture's size,
    opaque where it is kept; ``placement`` of the product in its pixels."""

    request: ImageRequest
    mask: Path
    placement: Quad


def held(request: ImageRequest, size: tuple[int, int], folder: Path) -> Held | None:
    """The product put in its place in a picture of ``size``; None where this attempt is not to hold it, or
    where there is no cut-out that is sure enough."""
    scene = request.scene
    if request.purpose is not ImagePurpose.SCENE or scene is None or request.attempt == 1:
        return None
    if scene.composition is not Composition.PRODUCT_ONLY or "detail" in (scene.purpose, scene.camera.shot):
        return None
    sure = [each for each in request.references if each.role == "cutout" and each.confidence >= _SURE]
    if not sure:
        return None
    cutout = max(sure, key=lambda each: (each.confidence, each.view == "front"))
    rgba = _trimmed(pixels.load_rgba(cutout.file.path))
    left, top, product = _placed(rgba, size, scene, _foot(request))
    picture = np.empty((size[1], size[0], 3), np.uint8)
    picture[:] = _rgb(scene.palette[0] if scene.palette else _GREY)
    rows, columns = product.shape[:2]
    there = picture[top : top + rows, left : left + columns]
    alpha = product[..., 3:].astype(np.float32) / 255
    there[:] = np.rint(product[..., :3] * alpha + there * (1 - alpha)).astype(np.uint8)
    kept = np.zeros((size[1], size[0]), np.uint8)
    kept[top : top + rows, left : left + columns] = np.where(product[..., 3] >= 250, 255, 0)
    kept = np.asarray(cv2.erode(kept, np.ones((_INSIDE, _INSIDE), np.uint8)), np.uint8)
    first, mask = folder / "placed.png", folder / "mask.png"
    pixels.save_png(first, picture)
    pixels.save_png(mask, np.dstack([picture, kept]))
    others = tuple(each for each in request.references if each is not cutout)
    references = (_reference(first, cutout, size), *others)[: len(request.references)]
    quad = Quad.box(left, top, left + columns, top + rows)
    return Held(replace(request, references=references), mask, quad)


def _foot(request: ImageRequest) -> float:
    """The lowest that the product may stand, of the frame: above the captions."""
    return 1.0 if request.captions is None else request.captions[1] / request.canvas.height - 0.02


def _placed(
    rgba: np.ndarray, size: tuple[int, int], scene: Scene, lowest: float
) -> tuple[int, int, np.ndarray]:
    """The product's left and top edge in pixels, and the product at its size."""
    width, height = size
    rows, columns = rgba.shape[:2]
    tall = _HEIGHT.get(scene.camera.shot, 0.5)
    scale = min(tall * height / rows, _WIDTH * width / columns)
    product = pixels.resize(rgba, max(1, round(columns * scale)), max(1, round(rows * scale)))
    middle, foot = _PLACES.get(scene.layout, _MIDDLE)
    left = round(middle * width - product.shape[1] / 2)
    top = round(min(foot, lowest) * height - product.shape[0])
    left = min(max(left, 0), width - product.shape[1])
    return left, min(max(top, 0), height - product.shape[0]), product


def _trimmed(rgba: np.ndarray) -> np.ndarray:
    ys, xs = np.nonzero(rgba[..., 3] > 128)
    if not xs.size:
        return rgba
    return rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _reference(path: Path, cutout: Reference, size: tuple[int, int]) -> Reference:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(cutout, file=MediaFile(path, "image/png", digest, size[0], size[1]))
