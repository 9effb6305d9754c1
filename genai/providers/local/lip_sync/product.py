"""The product on a stand beside the presenter: its own pixels, neither stretched nor recoloured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.creative import Reference
from genai.providers.local.lip_sync.drawing.scheme import scheme
from genai.providers.local.lip_sync.drawing.svg import across, oval, raster, shape
from genai.providers.local.lip_sync.drawing.tones import lit

_SURE = 0.6  # below this confidence a cut-out's edge would show
_FRONT = frozenset({"front", "three_quarter", None})
Area = tuple[float, float, float, float]


def best_cutout(references: Sequence[Reference]) -> Reference | None:
    """The first sure cut-out, one of the front before others; None where there is none."""
    sure = [
        ref for ref in references if ref.role == "cutout" and ref.confidence >= _SURE and ref.view != "detail"
    ]
    return next((ref for ref in sure if ref.view in _FRONT), sure[0] if sure else None)


@dataclass(frozen=True)
class Placed:
    """``picture``: the product on its stand, RGBA with even sides; ``corner``: where on the canvas its
    left upper corner is; ``box``: the product on the canvas (left, top, right, bottom). All pixels."""

    picture: NDArray[np.uint8]
    corner: tuple[int, int]
    box: tuple[int, int, int, int]


def place(cutout: Reference, area: Area, foot: float, palette: Sequence[str]) -> Placed:
    """The product as large as ``area`` (left, top, right, bottom in pixels) allows, on its lower edge,
    and a stand below it down to ``foot``."""
    picture = _trimmed(cutout)
    left, top, right, floor = area
    scale = min((right - left) / picture.shape[1], (floor - top) / picture.shape[0])
    w, h = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    half = max(0.6 * w, 0.36 * (right - left))
    middle = (left + right) / 2
    x, y = round(middle - w / 2), round(floor - h)
    margin = 0.35 * half
    corner = round(middle - half - margin), round(y - 4)
    width, height = (2 * int(np.ceil(side / 2)) for side in (2 * (half + margin), foot + margin - corner[1]))
    box = (corner[0], corner[1], corner[0] + width, corner[1] + height)
    canvas = raster(_stand(middle, floor, foot, half, w, palette), box, width, height).astype(np.float32)
    canvas[..., :3] *= canvas[..., 3:] / 255
    small = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    part = canvas[y - corner[1] : y - corner[1] + h, x - corner[0] : x - corner[0] + w]
    part *= 1 - small[..., 3:] / 255
    part += small
    canvas[..., :3] /= np.maximum(canvas[..., 3:] / 255, 1e-6)
    return Placed(np.clip(np.rint(canvas), 0, 255).astype(np.uint8), corner, (x, y, x + w, y + h))


def _trimmed(cutout: Reference) -> NDArray[np.float32]:
    """Premultiplied RGBA, without transparent margins."""
    pixels = cv2.imdecode(np.frombuffer(cutout.file.path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    rgba = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA).astype(np.float32)
    ys, xs = np.nonzero(rgba[..., 3] > 8)
    rgba = rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    rgba[..., :3] *= rgba[..., 3:] / 255
    return np.asarray(rgba)


def _stand(x: float, floor: float, foot: float, half: float, contact: float, palette: Sequence[str]) -> str:
    """A round plinth lit from the left, with the product's shadow on its top."""
    color = lit(scheme(palette).accent, 0.8, 0.045)
    deep = 0.17 * half
    y = floor - 0.25 * deep  # the product stands a little before the top's middle
    side = across(
        "side", (x - half, 0), (x + half, 0),
        (0, lit(color, 0.74, 0.05)), (0.22, lit(color, 0.84, 0.045)),
        (0.6, lit(color, 0.7, 0.055)), (1, lit(color, 0.52, 0.06)),
    )  # fmt: skip
    top = across(
        "top", (x - half, y), (x + half, y), (0, lit(color, 0.95, 0.03)), (1, lit(color, 0.85, 0.04))
    )
    soft = 0.03 * half
    return "".join(
        (
            f"<defs>{side}{top}</defs>",
            oval(
                x + 0.12 * half, foot - 0.2 * deep, half, 0.9 * deep, "#1b110a", opacity=0.45, blur=2.5 * soft
            ),
            shape(
                f"M{x - half},{y} V{foot - deep} A{half},{deep} 0 0 0 {x + half},{foot - deep} V{y}Z",
                "url(#side)",
            ),
            oval(x, y, half, deep, "url(#top)"),
            oval(
                x + 0.1 * contact,
                floor - 2 * soft,
                0.5 * contact,
                0.3 * deep,
                "#1b120b",
                opacity=0.4,
                blur=2.2 * soft,
            ),
            oval(x, floor - soft, 0.47 * contact, 0.13 * deep, "#120c07", opacity=0.6, blur=0.8 * soft),
        )
    )
