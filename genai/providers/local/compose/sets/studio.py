"""A seamless sweep: graded ground, a pool of light, perhaps a window's."""

from __future__ import annotations

from genai.providers.local.compose import gobo
from genai.providers.local.compose.design import Brief, Design, Material
from genai.providers.local.compose.geometry import Sweep


def design(brief: Brief) -> Design:
    rng, scheme, span = brief.rng, brief.scheme, brief.span
    variant = str(rng.choice(["pool", "horizon", "window"]))
    horizon = variant == "horizon"
    return Design(
        name=f"studio_{variant}",
        view=brief.view(0.62),
        sweep=Sweep(0.0, 2.4 * span, (0.25 if horizon else 1.3) * span),
        floor=Material(
            scheme.tone(-0.06, 0.012) if horizon else scheme.ground,
            gloss=0.05 if variant == "window" else 0.14,
        ),
        wall=Material(scheme.ground),
        gobo=gobo.window(rng, 0.45) if variant == "window" else None,
        gobo_size=1.35 * brief.extent,
        glow=0.16 if variant == "pool" else 0.08,
        vignette=0.32 if variant == "pool" else 0.2,
    )
