"""Which language a text is in, by its function words: enough to keep two apart in one picture."""

from __future__ import annotations

import re

_WORDS = {
    "en": "the and with for of your you is it its made from that this in to our are on by has",
    "de": "der die das und mit für ein eine einen aus ist im zum zur von den auf nicht sich dein ihre",
    "fr": "le la les et avec pour un une des du est en sur votre vos qui dans au aux ce cette",
    "es": "el la los las y con para un una de del es en su sus que por tu al este",
    "it": "il lo la gli le e con per un una di del della è in che da nel tuo alla",
    "pt": "o os as e com para um uma de do da dos das é em que por seu sua no na",
}
_FUNCTION_WORDS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
KNOWN = frozenset(_FUNCTION_WORDS)
_STRANGE = re.compile(r"[^\x00-\u024f\u2000-\u20ff]")


def language_of(text: str) -> str | None:
    """The code of the language most of whose function words occur in ``text``; "other" where the
    script is not Latin; None where it cannot be told (too short, or two tie)."""
    if _STRANGE.search(text):
        return "other"
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(word in known for word in words) for code, known in _FUNCTION_WORDS.items()}
    ordered = sorted(counts, key=lambda code: -counts[code])
    first, second = ordered[:2]
    return first if counts[first] > counts[second] else None


def base(language: str) -> str:
    """``en`` of ``en-GB``."""
    return language.replace("_", "-").split("-")[0].lower()
