"""Writings (Unicode scripts) of a text, and those that our fonts can set.

Imports nothing beyond the standard library: whoever accepts requests has no fonts installed.
"""

from __future__ import annotations

import unicodedata

SETTABLE = frozenset({"Latin", "Greek", "Cyrillic", "Georgian", "Arabic", "Hebrew", "Devanagari", "Thai"})
"""The writings whose letters :mod:`genai.media.fonts` can draw."""

SHAPED = frozenset({"Arabic", "Hebrew", "Devanagari", "Thai"})
"""Those whose letters change or turn round by their neighbours: set by libass, not letter by letter."""

_RENAMED = {"Cjk": "Han", "Ideographic": "Han", "Kangxi": "Han"}


def writings(text: str) -> set[str]:
    """The names of the writings of its letters, as Unicode calls them (``Latin``, ``Arabic``, ``Han`` ...).

    Digits, punctuation and emoji belong to none.
    """
    found = set()
    for character in set(unicodedata.normalize("NFKC", text)):
        # A letter's name begins with its writing's; modifier letters (Lm) are shared by several.
        if unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lo"):
            name = unicodedata.name(character, "unknown").split()[0].split("-")[0].title()
            found.add(_RENAMED.get(name, name))
    return found
