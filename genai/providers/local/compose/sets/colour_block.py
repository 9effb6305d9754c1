"""Flat, bold geometry: two or three colours, one shape, a crisp horizon."""

from __future__ import annotations

import numpy as np

from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Brief, Design, Material
from genai.providers.local.compose.geometry import Sweep


def design(brief: Brief) -> Design:
    rng, scheme, span = brief.rng, brief.scheme, brief.span
    kind = str(rng.choice(["sun", "arch", "stripe"]))
    wall = 0.9 * span
    half = 0.5 * brief.ratio
    soft = np.float32(1.2 / brief.unit)
    shape = scheme.second

    def covered(distance: Array) -> Array:
        return np.clip(0.5 - distance / soft, 0, 1)[..., None]

    def paint(x: Array, y: Array) -> Array:
        if kind == "sun":
            radius = np.float32(max(0.72 * span, half * 1.45))
            distance = np.hypot(x, y - np.float32(0.56)) - radius
        elif kind == "arch":
            radius = np.float32(max(0.5 * span, half * 1.35 + 0.08))
            spring = np.float32(max(1.12 - radius, 0.2))
            distance = np.where(y > spring, np.hypot(x, y - spring), np.abs(x)) - radius
        else:
            slope = np.float32(0.42 * brief.facing)
            distance = np.abs(x + slope * (y - 0.5)) - np.float32(max(0.42 * span, half * 1.15))
        cover = covered(distance)
        return np.asarray(scheme.ground + (shape - scheme.ground) * cover, np.float32)

    return Design(
        name=f"colour_block_{kind}",
        view=brief.view(0.5),
        sweep=Sweep(0.0, wall, 0.012 * span),
        floor=Material(
            scheme.second if kind == "sun" and rng.random() < 0.5 else scheme.tone(-0.07, 0.015), gloss=0.06
        ),
        wall=Material(scheme.ground),
        paint=paint,
        lobe=6.0,
        vignette=0.08,
    )
