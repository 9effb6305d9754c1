"""The scene's words in typefaces that have their glyphs; the brand's own where it can be."""

from __future__ import annotations

import hashlib

from genai.capabilities.image import ImageRequest
from genai.domain.creative import Scene
from genai.domain.media import Mark
from genai.media import fonts
from genai.media.writing import SHAPED, writings
from genai.providers.local.compose.layout import SHORT
from genai.providers.local.compose.typography import Typesetter

_PAIRS = ((fonts.SERIF, fonts.HANKEN), (fonts.MANROPE, fonts.MANROPE), (fonts.HANKEN, fonts.HANKEN))


def typesetter(request: ImageRequest, scene: Scene) -> tuple[Typesetter, list[Mark]]:
    """The words, set for the full-sized frame, and what was left out or replaced.

    Writings whose letters join or turn round are for the text layer alone, which sets them by libass.
    """
    headline_family, text_family, marks = _families(request)
    if scene.setting == "editorial":
        headline_family = fonts.SERIF
    missing: list[str] = []

    def family_of(text: str, family: str) -> str | None:
        return None if writings(text) & SHAPED and not request.moving else fonts.family_for(text, family)

    def drawable(text: str, family: str) -> tuple[str, str]:
        whole = family_of(text, family)
        if whole is not None:
            return " ".join(text.split()), whole
        kept = [word for word in text.split() if fonts.can_draw(family, word)]
        missing.extend(word for word in text.split() if word not in kept)
        # What is left of a line has lost its sense when most of it is gone.
        enough = 2 * len(kept) > len(text.split())
        return (" ".join(kept) if enough else ""), family

    words = scene.words
    headline, headline_family = drawable(words.headline, headline_family)
    # One face for all the running text.
    text_family = family_of(f"{words.body} {words.call_to_action}", text_family) or text_family
    body, _ = drawable(words.body, text_family)
    button, _ = drawable(words.call_to_action, text_family)
    eyebrow, _ = drawable(_eyebrow(request, scene), text_family)
    if missing:
        marks.append(Mark("glyphs_missing", f"No font here can draw {len(missing)} of the words."))
    return Typesetter(headline, body, button, eyebrow, headline_family, text_family, SHORT), marks


def _eyebrow(request: ImageRequest, scene: Scene) -> str:
    """Editorial pages name what they show, once."""
    headline, name = scene.words.headline, request.product.brand or request.product.name
    if scene.setting != "editorial" or not headline or name.casefold() in headline.casefold():
        return ""
    return name


def _families(request: ImageRequest) -> tuple[str, str, list[Mark]]:
    """Of headlines and of running text."""
    marks: list[Mark] = []
    if name := request.brand.font:
        family = fonts.family_named(name)
        if family is not None:
            return family, family if family != fonts.SERIF else fonts.HANKEN, marks
        marks.append(Mark("brand_font_unavailable", "The brand's font is not installed; another was used."))
    digest = hashlib.sha256(f"{request.product.name}|{request.prompt}".encode()).digest()
    return *_PAIRS[digest[0] % len(_PAIRS)], marks
