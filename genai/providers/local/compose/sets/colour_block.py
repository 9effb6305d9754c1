"""Flat, bold geometry: two or three colours, one shape, a crisp horizon."""

from __future__ import annotations

import numpy as np

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Brief, Design, Material
from genai.providers.local.compose.geometry import Sweep
from genai.providers.local.compose.scheme import shifted


def design(brief: Brief) -> Design:
    rng, span = brief.rng, brief.span
    kind = str(rng.choice(["sun", "arch", "stripe"]))
    wall = 0.9 * span
    half = 0.5 * brief.ratio
    stripe = max(0.42 * span, half * 1.15)  # half of its width
    if kind == "stripe" and (min(brief.room()[:2]) < 9 or _straddled(brief, stripe)):
        kind = "sun"
    left, right, _ = brief.room()
    away = 1 + wall / (6 * span)  # a shape on the wall looks smaller than it is by this
    reach, top = min(left, right) * away - 0.2, brief.crest() * away
    ground, shape, floor = _colors(brief)
    soft = 1.2 / brief.unit

    def covered(distance: Array) -> Array:
        return np.clip(0.5 - distance / soft, 0, 1)[..., None]

    def paint(x: Array, y: Array) -> Array:
        if kind == "sun":
            radius = min(max(0.72 * span, half * 1.45), reach)
            distance = np.hypot(x, y - min(0.62, top - radius)) - radius
        elif kind == "arch":
            radius = min(max(0.5 * span, half * 1.35 + 0.08), reach)
            spring = max(top - radius, 0.1)
            distance = np.where(y > spring, np.hypot(x, y - spring), np.abs(x)) - radius
        else:
            distance = np.abs(x) - stripe
        cover = covered(distance)
        return np.asarray(ground + (shape - ground) * cover, np.float32)

    return Design(
        name=f"colour_block_{kind}",
        view=brief.view(0.5),
        sweep=Sweep(0.0, wall, 0.012 * span),
        floor=Material(floor, gloss=0.06),
        wall=Material(ground),
        paint=paint,
        lobe=6.0,
        vignette=0.08,
    )


def _straddled(brief: Brief, stripe: float) -> bool:
    """Whether words over the ground begin on an upright stripe and end beside it: no ink reads on both."""
    x, foot = brief.foot
    edges = x - stripe * brief.unit, x + stripe * brief.unit
    above = [box for box in brief.words if box[1] < foot]
    return any(box[0] < edge < box[2] for box in above for edge in edges)


def _colors(brief: Brief) -> tuple[Array, Array, Array]:
    """Wall, shape and floor: the second colour takes the wall where the product stands off it."""
    scheme = brief.scheme
    own, second = color.oklch(scheme.product)[0], color.oklch(scheme.second)[0]
    if abs(own - second) > 0.16 and brief.rng.random() < 0.6:
        return scheme.second, scheme.behind(scheme.ground), shifted(scheme.second, -0.08)
    floor = (
        scheme.second if brief.rng.random() < 0.5 and abs(own - second) > 0.1 else scheme.tone(-0.07, 0.015)
    )
    return scheme.ground, scheme.behind(scheme.second, scheme.accent), floor
