"""Plinths, cylinders, arches and balls of one material, as a still-life stylist builds them."""

from __future__ import annotations

from genai.providers.local.compose.design import Brief, Design, Material, Piece
from genai.providers.local.compose.geometry import Arch, Box, Cylinder, Sphere, Sweep


def design(brief: Brief) -> Design:
    rng, span = brief.rng, brief.span
    foot = brief.foot[1]
    below = [box for box in brief.words if box[1] > foot]
    half = 0.5 * brief.ratio
    if below:
        name, pieces, floor = "plinth", *_plinth(brief, max(box[3] for box in below))
    else:
        name = str(rng.choice(["drum", "steps", "block"]))
        pieces, floor = _stand(brief, name, half)
    behind = _behind(brief, floor, half)
    scheme = brief.scheme
    return Design(
        name=f"podium_{name}",
        view=brief.view(0.7),
        sweep=Sweep(floor, 2.3 * span, 0.7 * span),
        floor=Material(scheme.ground),
        wall=Material(scheme.ground),
        pieces=tuple(behind + pieces),
        glow=0.06,
        vignette=0.2,
    )


def _plinth(brief: Brief, bottom: int) -> tuple[list[Piece], float]:
    """A block whose front carries the words below the product."""
    centre = brief.foot[0]
    reach = max(max(abs(box[0] - centre), abs(box[2] - centre)) for box in brief.words)
    half = max(reach / brief.unit * 0.97 + 0.09, 0.5 * brief.ratio + 0.14)
    floor = -max((bottom - brief.foot[1]) / brief.unit * 0.97 + 0.3, 0.5) - 0.4
    block = Box((-half, floor, -0.24 * brief.span), (half, 0.0, 0.5 * brief.span))
    return [Piece(block, brief.scheme.behind(brief.scheme.second))], floor


def _stand(brief: Brief, name: str, half: float) -> tuple[list[Piece], float]:
    scheme, span = brief.scheme, brief.span
    radius = half * 1.25 + 0.12 * span
    # The lower part of a tall frame belongs to the podium: bare ground there would look forgotten.
    below = (brief.height - brief.foot[1]) / brief.unit
    high = max(float(brief.rng.uniform(0.24, 0.38)) * span, float(brief.rng.uniform(0.4, 0.6)) * below)
    if name == "drum":
        return [Piece(Cylinder((0.0, 0.06 * span), radius, -high, 0.0), scheme.behind(scheme.second))], -high
    if name == "steps":
        low = 0.16 * span
        return [
            Piece(Cylinder((0.0, 0.06 * span), radius * 1.5, -high - low, -high), scheme.second),
            Piece(Cylinder((0.0, 0.06 * span), radius, -high, 0.0), scheme.tone(0.03)),
        ], -high - low
    second = scheme.behind(scheme.second)
    left, right, _ = brief.room()
    side = brief.facing if (right if brief.facing > 0 else left) > 1.8 * radius else -brief.facing
    x, reach = side * 0.55 * radius, 0.95 * radius
    return [
        Piece(Box((x - reach, -high, 0.35 * span), (x + reach, 0.46 * span, 0.9 * span)), second),
        Piece(Box((-radius, -high, -0.3 * span), (radius, 0.0, 0.45 * span)), second),
    ], -high


def _behind(brief: Brief, floor: float, half: float) -> list[Piece]:
    """An arch or a disc behind, and a ball on the ground on the lit side, where the words leave room."""
    rng, scheme, span = brief.rng, brief.scheme, brief.span
    left, right, _ = brief.room()
    pieces: list[Piece] = []
    near, far = 0.95 * span, 1.12 * span
    away = 1.16  # how much larger a thing at that depth may be than it looks
    top = brief.crest() * away
    reach = min(left, right) * away - 0.2
    kind = str(rng.choice(["arch", "disc"]))
    if kind == "arch":
        radius = min(max(half * 1.5, 0.42 * span) + 0.1 * span, 0.9 * (top - floor), reach)
        if radius > half * 1.2:
            arch = Arch(0.0, radius, floor, top - radius, near, far)
            pieces.append(Piece(arch, scheme.behind(scheme.second, scheme.accent), 1.2))
    else:
        radius = min(max(0.5 * (top - floor), half * 1.45), 0.72 * span, reach - 0.14 * span)
        if radius > 0.36 * span:
            disc = Cylinder((0.14 * span * brief.facing, top - radius), radius, near, far, "z")
            pieces.append(Piece(disc, scheme.behind(scheme.accent, scheme.second), 1.2))
    size = float(rng.uniform(0.10, 0.15)) * span
    x = -brief.facing * (half * 1.9 + 0.42 * span)
    edge = 0.5 * brief.width / brief.unit - abs(brief.foot[0] - brief.width / 2) / brief.unit
    on_ground = brief.foot[1] - (floor - 0.03) * brief.unit < brief.height
    if on_ground and abs(x) + 1.2 * size < min(edge, left if x < 0 else right):
        pieces.append(Piece(Sphere((x, floor + size, 0.25 * span), size), scheme.accent))
    return pieces
