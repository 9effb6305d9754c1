"""The product on a stand beside the presenter: its own pixels, neither stretched nor recoloured."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.domain.creative import Reference
from genai.providers.local.lip_sync.drawing.room import scheme
from genai.providers.local.lip_sync.drawing.svg import across, oval, raster, shape
from genai.providers.local.lip_sync.drawing.tones import lit

_SURE = 0.6  # below this confidence a cut-out's edge would show
_FRONT = frozenset({"front", "three_quarter", None})
Area = tuple[float, float, float, float]


def best_cutout(references: Sequence[Reference]) -> Reference | None:
    """The first sure cut-out, one of the front before others; None where there is none."""
    sure = [ref for ref in references if ref.role == "cutout" and ref.confidence >= _SURE and ref.view != "detail"]
    return next((ref for ref in sure if ref.view in _FRONT), sure[0] if sure else None)


def placed(cutout: Reference, area: Area, palette: Sequence[str], width: int, height: int) -> tuple[NDArray[np.uint8], Area]:
    """The product on its stand as RGBA of the canvas's size, and the product's box in pixels.

    It stands on the lower edge of ``area``, as large as that allows; the stand goes on below.
    """
    picture = _trimmed(cutout)
    left, top, right, floor = area
    scale = min((right - left) / picture.shape[1], (floor - top) / picture.shape[0])
    w, h = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    x, y = round((left + right - w) / 2), round(floor - h)
    stand = _stand(x + w / 2, floor, max(0.66 * w, 0.3 * (right - left)), w, palette, width, height)
    canvas = stand.astype(np.float32)
    alpha = canvas[..., 3:] / 255
    canvas[..., :3] *= alpha
    # Premultiplied while it is resized, or the edge would take on what lies behind it.
    small = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    small = np.clip(small, 0, 255)
    part = canvas[y : y + h, x : x + w]
    part *= 1 - small[: part.shape[0], : part.shape[1], 3:] / 255
    part += small[: part.shape[0], : part.shape[1]]
    canvas[..., :3] /= np.maximum(canvas[..., 3:] / 255, 1e-6)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8), (x, y, x + w, y + h)


def _trimmed(cutout: Reference) -> NDArray[np.float32]:
    """Premultiplied RGBA, without transparent margins."""
    pixels = cv2.imdecode(np.frombuffer(cutout.file.path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    rgba = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA).astype(np.float32)
    ys, xs = np.nonzero(rgba[..., 3] > 8)
    rgba = rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    rgba[..., :3] *= rgba[..., 3:] / 255
    return np.asarray(rgba)


def _stand(x: float, floor: float, half: float, contact: float, palette: Sequence[str], width: int, height: int) -> NDArray[np.uint8]:
    """A round plinth lit from the left, with the product's shadow on its top."""
    color = lit(scheme(palette).accent, 0.8, 0.05)
    top, middle, dark = lit(color, 0.9, 0.04), color, lit(color, 0.52, 0.06)
    deep = 0.2 * half
    y = floor + 0.1 * deep  # the product stands a little before the top's middle
    body = across("side", (x - half, 0), (x + half, 0), (0, lit(color, 0.72, 0.05)), (0.25, middle), (0.6, lit(color, 0.68, 0.06)), (1, dark))
    face = across("top", (x - half, y), (x + half, y), (0, lit(color, 0.95, 0.03)), (1, lit(color, 0.84, 0.045)))
    unit = max(half / 130, 0.2)
    drawing = "".join(
        (
            f"<defs>{body}{face}</defs>",
            shape(f"M{x - half},{y} A{half},{deep} 0 0 0 {x + half},{y} V{height + 40} H{x - half}Z", "url(#side)"),
            oval(x, y, half, deep, "url(#top)"),
            f'<g transform="translate({x},{floor}) scale({unit})">',
            oval(0.32 * contact / unit, -4, 0.42 * contact / unit, 13, "#1b120b", opacity=0.3, blur=7),
            oval(0, -2, 0.47 * contact / unit, 7, "#160e08", opacity=0.5, blur=4),
            oval(0, -1, 0.44 * contact / unit, 3, "#100a06", opacity=0.55, blur=1),
            "</g>",
        )
    )
    del top
    return raster(drawing, (0, 0, width, height), width, height)
