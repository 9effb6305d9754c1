"""Where the engine that made a picture put the product, as it noted it on the asset."""

from __future__ import annotations

from genai.domain.media import Quad
from genai.store.steps import StepAsset


def placement_of(asset: StepAsset) -> Quad | None:
    """The product's quadrilateral in pixels, or None where its maker did not know."""
    points = asset.details.get("placement")
    if not points:
        return None
    first, second, third, fourth = ((float(x), float(y)) for x, y in points)
    return Quad((first, second, third, fourth))
