"""The typefaces: three families under the SIL Open Font License, from their packages."""

from __future__ import annotations

from functools import lru_cache

import font_hanken_grotesk
import font_manrope
import font_source_serif_pro
from PIL import ImageFont

MANROPE, HANKEN, SERIF = "Manrope", "Hanken Grotesk", "Source Serif Pro"

_FILES: dict[str, dict[str, str]] = {
    MANROPE: {
        "regular": font_manrope.font_files["ManropeMedium"],
        "strong": font_manrope.font_files["ManropeBold"],
        "display": font_manrope.font_files["ManropeExtraBold"],
    },
    HANKEN: {
        "regular": font_hanken_grotesk.font_files_otf["HankenGrotesk"],
        "strong": font_hanken_grotesk.font_files_otf["HankenGroteskSemiBold"],
        "display": font_hanken_grotesk.font_files_otf["HankenGroteskBold"],
    },
    SERIF: {
        "regular": font_source_serif_pro.font_files_otf["SourceSerifPro"],
        "strong": font_source_serif_pro.font_files_otf["SourceSerifProSemibold"],
        "display": font_source_serif_pro.font_files_otf["SourceSerifPro"],
    },
}


@lru_cache(maxsize=128)
def font(family: str, weight: str, size: int) -> ImageFont.FreeTypeFont:
    """``weight``: regular (running text), strong (labels), display (headlines). ``size`` in pixels."""
    return ImageFont.truetype(_FILES[family][weight], size, layout_engine=ImageFont.Layout.BASIC)


def family_named(name: str) -> str | None:
    """Our family of that name, spelt in any case, with or without a weight after it."""
    wanted = "".join(name.lower().split())
    for family in _FILES:
        if wanted.startswith("".join(family.lower().split())):
            return family
    return "Source Serif Pro" if wanted.startswith("sourceserif") else None


@lru_cache(maxsize=4096)
def _drawable(family: str, character: str) -> bool:
    if character.isspace():
        return True
    face = font(family, "regular", 40)
    # A font draws its .notdef box for what it lacks; a noncharacter is lacking in every font.
    missing, mask = face.getmask("\uffff"), face.getmask(character)
    if mask.size == missing.size and bytes(mask) == bytes(missing):
        return False
    return mask.getbbox() is not None or character in "\u00a0\u2009\u200a\u202f"


def can_draw(family: str, text: str) -> bool:
    return all(_drawable(family, character) for character in text)


def family_for(text: str, preferred: str) -> str | None:
    """The preferred family where it has every glyph, else another of ours that has, else None."""
    order = [preferred, *(family for family in _FILES if family != preferred)]
    return next((family for family in order if can_draw(family, text)), None)
