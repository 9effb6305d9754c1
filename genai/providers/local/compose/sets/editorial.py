"""A magazine's page: paper-white space, one panel of colour, the product set off its axis."""

from __future__ import annotations

import numpy as np

from genai.providers.local.compose import color
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Brief, Design, Material
from genai.providers.local.compose.geometry import Sweep


def design(brief: Brief) -> Design:
    rng, scheme, span = brief.rng, brief.scheme, brief.span
    own = color.oklch(scheme.product)[0]
    _, chroma, hue = color.oklch(scheme.ground)
    paper = color.from_oklch(0.955, min(chroma, 0.014), hue)
    if own > 0.8:  # a white product would drown in paper
        paper = scheme.ground
    panel = scheme.behind(scheme.second, scheme.ground, scheme.accent)
    kind = str(rng.choice(["panel", "page"]))
    half = 0.5 * brief.ratio
    clear_left, clear_right, above = brief.room()
    wide, narrow = 0.30 * span, 0.10 * span
    towards = -brief.facing  # the panel reaches further on the lit side
    left = np.float32(-min(half + (wide if towards < 0 else narrow), clear_left * 1.12 - 0.16))
    right = np.float32(min(half + (wide if towards > 0 else narrow), clear_right * 1.12 - 0.16))
    top = np.float32(min(0.80, above * 1.1 - 0.08))
    soft = np.float32(1.2 / brief.unit)

    def paint(x: Array, y: Array) -> Array:
        outside = np.maximum(np.maximum(left - x, x - right), y - top)
        cover = np.clip(0.5 - outside / soft, 0, 1)[..., None]
        return np.asarray(paper + (panel - paper) * cover, np.float32)

    return Design(
        name=f"editorial_{kind}",
        view=brief.view(0.5),
        sweep=Sweep(0.0, 0.8 * span, 0.02 * span) if kind == "panel" else Sweep(0.0, 2.6 * span, 1.5 * span),
        floor=Material(paper, gloss=0.05),
        wall=Material(paper),
        paint=paint if kind == "panel" else None,
        lobe=6.0,
        vignette=0.06,
    )
