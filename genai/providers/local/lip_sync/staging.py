"""Where everything stands in the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.media.safe_box import safe_box
from genai.providers.local.lip_sync.layers import Matrix

# Of each aspect: pixels per unit of the drawing for a canvas 1080 pixels wide or high, and how far down
# the eyes are. Captions have the lower third of the safe box; face and product end above it.
_AT_1080 = {
    Aspect.PORTRAIT: (1.2, 0.27),
    Aspect.FEED: (1.0, 0.37),
    Aspect.SQUARE: (0.97, 0.39),
    Aspect.LANDSCAPE: (1.06, 0.4),
}
# Scale and shift to the side (of the frame's width), by the scene's number: neighbours up to four apart
# differ, so that a cut between two takes is plainly a jump cut (about a tenth of the size or more).
_TAKES = ((1.0, 0.0), (1.17, -0.03), (1.07, 0.035), (1.22, 0.015), (1.11, -0.04))
_CLOSEST = 1.12  # beyond it there is no room beside the face for a product
_ASIDE = 0.125  # of the frame's width: the presenter makes room for a product
TABLE = {Aspect.PORTRAIT: 0.765}  # where a table before the presenter begins, of the height
_CAPTIONS = {Aspect.PORTRAIT: 0.52}  # where captions begin, of the height
_CAPTIONS_ELSEWHERE = 0.72
_SPARE = 0.01  # of the height, and more of the width: what the camera moves a product that stands there


@dataclass(frozen=True)
class Staging:
    """``scale``: pixels per unit; ``origin``: the point between the eyes, in pixels. ``drawn``: pixels per
    unit of the layers, and ``bottom`` how far down they go (units), the same for all takes. ``stand``:
    where a product may stand (left, top, right, bottom in pixels), None in close takes."""

    scale: float
    origin: tuple[float, float]
    drawn: float
    bottom: int
    stand: tuple[float, float, float, float] | None

    def at_rest(self) -> Matrix:
        """From the drawing's units to pixels."""
        x, y = self.origin
        return np.array([[self.scale, 0, x], [0, self.scale, y], [0, 0, 1.0]])


def stage(canvas: Canvas, number: int, *, product: bool) -> Staging:
    """The framing of one scene; ``product``: one is there to be shown."""
    width, height = canvas.width, canvas.height
    unit, eyes = _AT_1080[canvas.aspect]
    unit *= min(width, height) / 1080
    closer, aside = _TAKES[number % len(_TAKES)]
    with_product = product and closer <= _CLOSEST
    x = width * (0.5 + (0.5 * aside - _ASIDE if with_product else aside))
    # Closer takes keep the face's middle where it is, a little below the eyes.
    y = height * eyes + 20 * unit * (closer - 1)
    bottom = round(height * (TABLE.get(canvas.aspect, 1.0) - eyes) / unit) + 60
    return Staging(unit * closer, (x, y), unit * 1.1, bottom, _stand(canvas) if with_product else None)


def _stand(canvas: Canvas) -> tuple[float, float, float, float]:
    _left, top, right, _bottom = safe_box(canvas.aspect, canvas.width, canvas.height)
    floor = (_CAPTIONS.get(canvas.aspect, _CAPTIONS_ELSEWHERE) - _SPARE) * canvas.height
    if canvas.aspect is Aspect.LANDSCAPE:
        return 0.58 * canvas.width, top, 0.84 * canvas.width, floor
    top = max(top, round(floor - 0.36 * canvas.height))
    return 0.57 * canvas.width, top, right - 2.5 * _SPARE * canvas.width, floor


def scaled(factor: float) -> Matrix:
    return np.diag([factor, factor, 1.0])


def shifted(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def turned(degrees: float, x: float, y: float, zoom: float = 1.0) -> Matrix:
    """About a point, clockwise on screen, and scaled by ``zoom``."""
    cos, sin = zoom * np.cos(np.radians(degrees)), zoom * np.sin(np.radians(degrees))
    return shifted(x, y) @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]]) @ shifted(-x, -y)
