"""English amounts and units as they are said, where eSpeak would spell them out."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"([$€£])(\d[\d,]*)(?:\.(\d\d))?(?![\d.]*\d)")
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}
_MEASURE = re.compile(r"^(\d[\d.,]*)?(ml|cl|cm|mm|km|kg|mg|oz|lbs?|ft|kwh|mah|gb|tb)(?=\W*$)", re.IGNORECASE)
_UNITS = {
    "ml": "millilitres", "cl": "centilitres", "cm": "centimetres", "mm": "millimetres", "km": "kilometres",
    "kg": "kilograms", "mg": "milligrams", "oz": "ounces", "lb": "pounds", "lbs": "pounds", "ft": "feet",
    "kwh": "kilowatt hours", "mah": "milliamp hours", "gb": "gigabytes", "tb": "terabytes",
}  # fmt: skip


def said_aloud(word: str, before: str) -> str:
    """``word`` with its currency or unit in words; a unit needs a number in it or in the word ``before``."""
    word = _AMOUNT.sub(_amount, word)
    found = _MEASURE.match(word)
    if found and (found[1] or before[-1:].isdigit()):
        return f"{found[1] or ''} {_UNITS[found[2].lower()]}".strip() + word[found.end() :]
    return word


def _amount(found: re.Match[str]) -> str:
    cents = f" {found[3]}" if found[3] and found[3] != "00" else ""
    return f"{found[2]} {_CURRENCIES[found[1]]}{cents}"
