"""What a set is made of, before it is rendered, and what its designer knows of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genai.domain.creative import Camera
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.geometry import Solid, Sweep, View
from genai.providers.local.compose.light import KeyLight
from genai.providers.local.compose.scheme import Scheme

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels, the last two exclusive


@dataclass(frozen=True)
class Brief:
    """What the set's designer works from.

    ``product``: the product's box in pixels; ``words``: boxes of type; ``light``: the key light.
    ``rng`` is seeded by the scene and the attempt. ``facing`` is 1 where the light comes from the
    left and -1 from the right: into the picture, away from the light.
    """

    width: int
    height: int
    product: Box
    words: tuple[Box, ...]
    scheme: Scheme
    light: KeyLight
    camera: Camera
    season: str
    rng: np.random.Generator

    @property
    def foot(self) -> tuple[float, float]:
        left, _, right, bottom = self.product
        return (left + right) / 2, float(bottom)

    @property
    def unit(self) -> float:
        """Pixels per world unit: the product's height."""
        return float(self.product[3] - self.product[1])

    @property
    def ratio(self) -> float:
        """The product's width in world units."""
        return (self.product[2] - self.product[0]) / self.unit

    @property
    def span(self) -> float:
        """The larger side of the product in world units."""
        return max(1.0, self.ratio)

    @property
    def extent(self) -> float:
        """The frame's longer side in world units."""
        return max(self.width, self.height) / self.unit

    @property
    def facing(self) -> float:
        return 1.0 if self.light.toward[0] <= 0 else -1.0

    def room(self) -> tuple[float, float, float]:
        """World units from the foot's middle to words on the left, to words on the right, and from the
        foot up to words above: how far things behind the product may reach, and 9 where nothing is."""
        x, foot = self.foot
        left = right = up = 9.0
        for box in self.words:
            if box[3] <= self.product[1]:
                up = min(up, (foot - box[3]) / self.unit)
            elif box[1] < foot and box[2] <= self.product[0]:
                left = min(left, (x - box[2]) / self.unit)
            elif box[1] < foot and box[0] >= self.product[2]:
                right = min(right, (box[0] - x) / self.unit)
        return left, right, up

    def crest(self, clearance: float = 0.14) -> float:
        """How high a shape behind the product should rise: well over its head, or, where words leave no
        room for that, well below it; nothing behind ends at the product's own outline."""
        above = self.room()[2] - clearance
        return min(above, 1.32 * self.span) if above > 1.2 * self.span else 0.8

    def view(self, height: float, distance: float = 6.0) -> View:
        """A camera ``height`` above the foot (in spans of the product), looking level."""
        raised = {"high": 1.55, "low": 0.6}.get(self.camera.angle, 1.0) * height * self.span
        middle = self.width / 2
        vanish = middle + 0.25 * (self.foot[0] - middle)
        return View(self.foot, self.unit, vanish, raised, distance * self.span)


@dataclass(frozen=True)
class Material:
    """``albedo`` linear RGB. ``tile``: a seamless picture in its stead (linear RGB, H x W x 3) of
    ``size`` world units. ``gloss`` 0..1: how much of the product the ground mirrors."""

    albedo: Array
    tile: Array | None = None
    size: float = 1.0
    gloss: float = 0.0


@dataclass(frozen=True)
class Piece:
    """A solid of the set. ``blur``: defocus in thousandths of the frame's shorter side."""

    solid: Solid
    albedo: Array
    blur: float = 0.0


@dataclass(frozen=True)
class Design:
    """A set. ``pieces`` are listed far to near; ``paint(x, y)`` gives the wall's albedo where it is
    painted; ``gobo`` is what stands before the light: transmission 0..1 over ``gobo_size`` world
    units; ``focus``: how fast sharpness falls with depth (0 keeps all sharp); ``lobe``: half
    width of the key's beam in world units; ``overlay``: RGBA
    (linear, premultiplied) of things close to the lens, ``backdrop``: light far behind
    that is added (linear RGB); both in the frame's proportions."""

    name: str
    view: View
    sweep: Sweep
    floor: Material
    wall: Material
    pieces: tuple[Piece, ...] = ()
    paint: Callable[[Array, Array], Array] | None = None
    gobo: Array | None = None
    gobo_size: float = 3.0
    focus: float = 0.0
    glow: float = 0.0
    lobe: float = 2.6
    vignette: float = 0.12
    overlay: Array | None = None
    backdrop: Array | None = None
