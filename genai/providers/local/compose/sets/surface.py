"""A table top in window light: wood, marble, limestone, terrazzo or linen, a plastered wall behind."""

from __future__ import annotations

from genai.providers.local.compose import color, gobo, texture
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Brief, Design, Material
from genai.providers.local.compose.geometry import Sweep

# Woods as people know them, dark to light, so that one of them stands off any product.
_WOODS = {"walnut": "#5b3d2b", "oak": "#b98d5f", "ash": "#dcc3a0"}


def design(brief: Brief) -> Design:
    rng, scheme, span = brief.rng, brief.scheme, brief.span
    kind = str(rng.choice(["wood", "marble", "stone", "terrazzo", "linen"]))
    size = 2.6 * span
    if kind == "wood":
        tile = texture.wood(rng, _wood(brief))
    elif kind == "marble":
        tile = texture.marble(rng, scheme.tone(0.06, -0.02))
    elif kind == "stone":
        tile = texture.stone(rng, scheme.tone(-0.02, -0.005))
    elif kind == "terrazzo":
        tile = texture.terrazzo(rng, scheme.tone(0.03, -0.01), [scheme.second, scheme.accent])
        size = 2.2 * span
    else:
        tile, size = texture.linen(rng, scheme.ground), 1.7 * span
    leafy = bool(rng.random() < 0.4)
    mask = gobo.leaves(rng, 0.4, str(rng.choice(["palm", "branch"]))) if leafy else gobo.window(rng, 0.35)
    return Design(
        name=f"surface_{kind}",
        view=brief.view(1.15, 5.2),
        sweep=Sweep(0.0, 2.1 * span, 0.03 * span),
        floor=Material(scheme.ground, tile, size, gloss=0.16 if kind in ("marble", "terrazzo") else 0.0),
        wall=Material(scheme.ground if kind != "wood" else scheme.tone(0.03, -0.005)),
        gobo=mask,
        gobo_size=(1.15 if leafy else 1.25) * brief.extent,
        focus=0.5 / span,
        vignette=0.2,
    )


def _wood(brief: Brief) -> Array:
    """The wood that differs most in lightness from the product among those near the ground's tone."""
    own = color.oklch(brief.scheme.product)[0]
    ground = color.oklch(brief.scheme.ground)[0]

    def merit(name: str) -> float:
        light = color.oklch(color.from_hex(_WOODS[name]))[0]
        return min(abs(light - own), 0.3) - 0.4 * abs(light - ground)

    return color.from_hex(_WOODS[max(_WOODS, key=merit)])
