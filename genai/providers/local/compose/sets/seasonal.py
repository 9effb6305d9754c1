"""The year: blossom, summer leaves, autumn wood, snow, holiday lights."""

from __future__ import annotations

from genai.providers.local.compose import color, gobo, lens, texture
from genai.providers.local.compose.color import from_hex
from genai.providers.local.compose.design import Brief, Design, Material, Piece
from genai.providers.local.compose.geometry import Sphere, Sweep
from genai.providers.local.compose.scheme import shifted

SEASONS = ("spring", "summer", "autumn", "winter", "holiday")


def design(brief: Brief) -> Design:
    season = brief.season if brief.season in SEASONS else str(brief.rng.choice(SEASONS))
    return {"spring": _spring, "summer": _summer, "autumn": _autumn, "winter": _winter, "holiday": _holiday}[
        season
    ](brief)


def _spring(brief: Brief) -> Design:
    span, scheme = brief.span, brief.scheme
    blossom = [from_hex("#f7d3dc"), from_hex("#fbe8ec"), from_hex("#efb4c4")]
    return Design(
        name="seasonal_spring",
        view=brief.view(0.75),
        sweep=Sweep(0.0, 2.0 * span, 0.9 * span),
        floor=Material(scheme.ground, gloss=0.05),
        wall=Material(scheme.ground),
        gobo=gobo.leaves(brief.rng, 0.5, "branch"),
        gobo_size=1.1 * brief.extent,
        glow=0.08,
        overlay=lens.petals(brief, blossom, 11),
    )


def _summer(brief: Brief) -> Design:
    span, scheme = brief.span, brief.scheme
    return Design(
        name="seasonal_summer",
        view=brief.view(0.8),
        sweep=Sweep(0.0, 1.6 * span, 0.5 * span),
        floor=Material(scheme.ground, texture.plaster(brief.rng, scheme.tone(0.01)), 2.4 * span),
        wall=Material(scheme.ground),
        gobo=gobo.leaves(brief.rng, 0.1, "palm"),
        gobo_size=1.1 * brief.extent,
        glow=0.05,
        vignette=0.1,
    )


def _autumn(brief: Brief) -> Design:
    span, scheme = brief.span, brief.scheme
    light = color.oklch(scheme.product)[0]
    leaves = [from_hex("#b5541c"), from_hex("#d08a2e"), from_hex("#7d2e1a")]
    return Design(
        name="seasonal_autumn",
        view=brief.view(1.0, 5.4),
        sweep=Sweep(0.0, 2.4 * span, 0.03 * span),
        floor=Material(
            scheme.ground,
            texture.wood(brief.rng, from_hex("#5b3d2b" if light > 0.5 else "#b98d5f")),
            2.6 * span,
        ),
        wall=Material(shifted(scheme.ground, -0.05, 0.01)),
        backdrop=lens.lights(brief, [from_hex("#ffb25c"), from_hex("#ff8a3c")], 16, 0.0, 0.45),
        gobo=gobo.leaves(brief.rng, 0.5, "branch"),
        gobo_size=1.15 * brief.extent,
        focus=0.5 / span,
        vignette=0.3,
        overlay=lens.petals(brief, leaves, 8, pointed=True),
    )


def _winter(brief: Brief) -> Design:
    span, scheme = brief.span, brief.scheme
    _, chroma, hue = color.oklch(scheme.ground)
    light = color.oklch(scheme.product)[0]
    sky = color.from_oklch(
        0.84 if light < 0.62 else 0.5, min(max(chroma, 0.03), 0.06), hue if 180 < hue < 300 else 245
    )
    drift = color.from_oklch(0.95, 0.008, 245) if light < 0.72 else color.from_oklch(0.72, 0.03, 245)
    return Design(
        name="seasonal_winter",
        view=brief.view(0.75),
        sweep=Sweep(0.0, 2.2 * span, 0.5 * span),
        floor=Material(drift, texture.plaster(brief.rng, drift), 1.6 * span),
        wall=Material(sky),
        focus=0.5 / span,
        glow=0.08,
        overlay=lens.snow(brief, from_hex("#ffffff")),
    )


def _holiday(brief: Brief) -> Design:
    span, scheme = brief.span, brief.scheme
    warm = [from_hex("#ffd08a"), from_hex("#ffb35c"), from_hex("#fff0d0")]
    ground = scheme.ground if scheme.is_dark else color.from_oklch(0.34, 0.06, 160)
    if color.oklch(scheme.product)[0] < 0.45:
        ground = color.from_oklch(0.8, 0.03, 80)
    side = -brief.facing
    half = 0.5 * brief.ratio
    balls = []
    for x, size, z, tint, blur in (
        (side * (half + 0.34), 0.13, 0.5, from_hex("#c99a4b"), 5.0),
        (side * (half + 0.62), 0.10, 0.1, scheme.accent, 3.0),
        (-side * (half + 0.55), 0.17, 0.8, from_hex("#c99a4b"), 8.0),
    ):
        balls.append(Piece(Sphere((x * span, size * span, z * span), size * span), tint, blur))
    return Design(
        name="seasonal_holiday",
        view=brief.view(0.75),
        sweep=Sweep(0.0, 2.4 * span, 0.8 * span),
        floor=Material(ground, gloss=0.2),
        wall=Material(ground),
        pieces=tuple(balls),
        backdrop=lens.lights(brief, warm, 34, 0.0, 0.62),
        glow=0.1,
        vignette=0.34,
    )
