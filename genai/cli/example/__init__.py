"""The example product: an invented brand's hand wash, drawn by ``examples/draw_product.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent

PICTURES = {view: _HERE / f"{view}.jpg" for view in ("front", "three_quarter")}

PRODUCT: dict[str, Any] = {
    "product_id": "tamsel-cedar-fig",
    "name": "Cedar & Fig",
    "brand": "Tamsel",
    "description": "Hand wash with cedar leaf and fig extract, in a stoneware bottle that is made to be "
    "filled again. Slow, close lather; rinses clean.",
    "category": "hand wash",
    "attributes": {"volume": "300 ml", "material": "glazed stoneware, oak"},
}

PROMPT = "An autumn evening at home: warm low light, cedar and ripe fig, a small ritual at the basin"
