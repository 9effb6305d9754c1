"""How long a text takes to say, estimated from its writing."""

from __future__ import annotations

import re
from functools import lru_cache

WORDS_PER_SECOND = 2.5  # an English narrator's pace, 150 words a minute

# Syllables per second: the rates of Pellegrino, Coupé and Marsico (Language 87, 2011), times 0.6, which
# brings their English (6.19) to the narrator's pace above (1.5 syllables a word).
_SYLLABLES = {"de": 3.6, "fr": 4.3, "it": 4.2, "es": 4.7, "pt": 4.3, "nl": 3.6}
_OTHER_SYLLABLES = 4.0
_LETTERS = 12.0  # per second in writings whose syllables are not marked by vowels
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāēīōūąęůěı]+", re.IGNORECASE)
# Chinese, Japanese and Korean: about one syllable a sign, two for a Japanese character.
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SIGNS_PER_SECOND = 4.5
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_FIGURES = re.compile(r"\d")


@lru_cache(maxsize=8192)
def seconds_to_say(text: str, language: str = "en") -> float:
    """Seconds, at an unhurried pace and without pauses between sentences."""
    signs = len(_SIGNS.findall(text))
    rest = _SIGNS.sub(" ", text)
    words = [word for word in rest.split() if any(letter.isalnum() for letter in word)]
    if _base(language) == "en":
        # An over-long run without blanks is not one word's time.
        spoken = sum(max(1.0, len(word) / 12) for word in words)
        return signs / _SIGNS_PER_SECOND + spoken / WORDS_PER_SECOND
    rate = _SYLLABLES.get(_base(language), _OTHER_SYLLABLES)
    return signs / _SIGNS_PER_SECOND + sum(_word_seconds(word, rate) for word in words)


def _word_seconds(word: str, rate: float) -> float:
    figures = 2 * len(_FIGURES.findall(word))  # a figure is about two syllables
    if _LATIN.search(word):
        return (max(1, len(_VOWELS.findall(word))) + figures) / rate
    letters = sum(letter.isalpha() for letter in word)
    return max(0.15, letters / _LETTERS + figures / rate)


def _base(language: str) -> str:
    """``en`` of ``en-GB``."""
    return language.replace("_", "-").split("-")[0].lower()
