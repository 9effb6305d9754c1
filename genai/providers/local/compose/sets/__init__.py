"""The sets: one module per family of setting, each a function from a brief to a design."""

from __future__ import annotations

from collections.abc import Callable

from genai.providers.local.compose.design import Brief, Design
from genai.providers.local.compose.sets import colour_block, editorial, podium, seasonal, studio, surface

SETS: dict[str, Callable[[Brief], Design]] = {
    "studio": studio.design,
    "surface": surface.design,
    "podium": podium.design,
    "colour_block": colour_block.design,
    "editorial": editorial.design,
    "seasonal": seasonal.design,
}
