"""The product as it enters a picture: a clean cut-out, or a photograph where there is none."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.capabilities.image import ImageRequest
from genai.errors import Permanent
from genai.media.pixels import load_rgba, on_white
from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.palette import product_palette
from genai.providers.local.trust import CLEAN_MATTE

_ALPHA_FLOOR = 24  # below it a pixel does not belong to the product's box


@dataclass(frozen=True)
class Subject:
    """``rgba``: uint8 straight alpha, trimmed to the product. ``is_cutout`` False: an opaque photograph
    that must be framed. ``palette``: the product's own colours, sRGB hex, largest share first."""

    rgba: NDArray[np.uint8]
    is_cutout: bool
    palette: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """Width over height."""
        return float(self.rgba.shape[1] / self.rgba.shape[0])

    @property
    def alpha(self) -> Array:
        return self.rgba[..., 3].astype(np.float32) / 255

    def mean(self) -> Array:
        """Mean linear colour of what is opaque."""
        small = cv2.resize(self.rgba, (64, 64), interpolation=cv2.INTER_AREA)
        weight = small[..., 3:].astype(np.float32)
        return np.asarray(
            (color.decode(small[..., :3]) * weight).sum((0, 1)) / max(weight.sum(), 1), np.float32
        )


_FACES = (None, "front", "three_quarter")


def choose_subject(request: ImageRequest, turn: int) -> Subject:
    """The reference to show: the best clean cut-out. Where there is none ``turn`` picks among the
    photographs, so that scenes vary.

    Raises :class:`~genai.errors.Permanent` where no reference can be used.
    """
    clean = [r for r in request.references if r.role == "cutout" and r.confidence >= CLEAN_MATTE]
    # A campaign shows the product's face, as long as there is one to show.
    clean = [r for r in clean if r.view in _FACES] or clean
    own = tuple(entry.hex for entry in request.product.colors)
    if clean:
        # The first is the best: the view of the neutral image. A campaign keeps to it.
        rgba = _clean_edge(_trimmed(load_rgba(clean[0].file.path)))
        return Subject(rgba, True, own or tuple(entry.hex for entry in product_palette(rgba)))
    photographs = [r for r in request.references if r.role == "source"] or [
        r for r in request.references if r.role == "neutral"
    ]
    if not photographs:
        raise Permanent("no picture of the product can be shown", code="no_reference")
    photograph = photographs[turn % len(photographs)]
    flat = on_white(load_rgba(photograph.file.path))
    opaque = np.dstack([flat, np.full(flat.shape[:2], 255, np.uint8)])
    return Subject(opaque, False, own or tuple(entry.hex for entry in product_palette(opaque)))


def printed(subject: Subject) -> Subject:
    """The photograph as a print with a white border, deeper at its foot, that can stand on a set."""
    photograph = subject.rgba
    largest = 1600
    scale = min(1.0, largest / max(photograph.shape[:2]))
    size = max(1, round(photograph.shape[1] * scale)), max(1, round(photograph.shape[0] * scale))
    photograph = cv2.resize(photograph, size, interpolation=cv2.INTER_AREA)
    border = round(0.045 * max(size))
    paper = (247, 246, 243, 255)
    framed = cv2.copyMakeBorder(
        photograph, border, round(2.4 * border), border, border, cv2.BORDER_CONSTANT, value=paper
    )
    return Subject(np.asarray(framed, np.uint8), False, subject.palette)


def _trimmed(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    inside = rgba[..., 3] >= _ALPHA_FLOOR
    if not inside.any():
        raise Permanent("the product's cut-out is empty", code="empty_cutout")
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    return rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _clean_edge(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Takes the old background out of half transparent pixels: their colour comes from the opaque
    pixels beside them, and the faintest veil goes."""
    alpha = rgba[..., 3].astype(np.float32) / 255
    core = (cv2.erode(alpha, np.ones((3, 3), np.uint8)) > 0.98).astype(np.float32)
    size = max(3, round(min(alpha.shape) / 90)) | 1
    colors = rgba[..., :3].astype(np.float32)
    weight = cv2.GaussianBlur(core, (0, 0), size / 2)
    inner = cv2.GaussianBlur(colors * core[..., None], (0, 0), size / 2) / np.maximum(weight, 1e-3)[..., None]
    known = np.clip(weight * 8, 0, 1) * (1 - core) * 0.85
    mixed = colors + (inner - colors) * known[..., None]
    tight = np.clip((alpha - 0.06) / 0.9, 0, 1)
    return np.dstack([np.rint(np.clip(mixed, 0, 255)), np.rint(tight * 255)]).astype(np.uint8)
