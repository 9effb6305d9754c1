"""A script as tokens and sentences, with what of it is spoken."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from genai.providers.local.audio.said_aloud import said_aloud

_ENDS = re.compile(r"[.!?…。！？।؟۔։][\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"^[(\"'“‘]*(?:\w|mr|mrs|ms|dr|prof|st|no|nr|vs|approx|inc|ltd|co|ca|e\.g|i\.e|bzw|z\.b|d\.h)\.$",
    re.IGNORECASE,
)
_ALWAYS_ENDS = "!?。！？।؟۔։"
# Symbols that are read aloud; the other ones (emoji, bullets, stars) are seen alone.
_READ_SYMBOLS = frozenset("%$€£¥₹&+=°@")
_LAYOUT_MARKS = frozenset("*_#|•·~^<>{}[]\\/")
_JOINERS = frozenset("\u200c\u200d")  # they shape letters in Persian and in Indian writings
_SEEN_ALONE = {"So", "Sk", "Sm", "Cf", "Co", "Cn", "Cs", "Cc"}
_MARKS_OF_LETTERS = {"Mn", "Mc", "Nd", "Nl", "No"}


@dataclass(frozen=True)
class Token:
    """A whitespace-separated part of a text as it stands; ``spoken`` is what is said of it, ``sounds``
    whether that makes a sound."""

    text: str
    spoken: str
    sounds: bool


def sentences(text: str, language: str = "en") -> list[list[Token]]:
    """Every token of ``text`` in order, by sentence; a line's end is a sentence's end."""
    english = language.split("-", maxsplit=1)[0] == "en"
    found: list[list[Token]] = []
    for line in text.splitlines():
        words = line.split()
        begun: list[Token] = []
        for index, word in enumerate(words):
            said = said_aloud(word, words[index - 1] if index else "") if english else word
            begun.append(_token(word, said))
            if index + 1 == len(words) or _ends(word, words[index + 1]):
                found.append(begun)
                begun = []
    return found


def _ends(word: str, following: str) -> bool:
    if not _ENDS.search(word) or _ABBREVIATION.match(word):
        return False
    start = following.lstrip("\"'“‘«([")[:1]
    return word.rstrip("\"'”’»)]")[-1:] in _ALWAYS_ENDS or not start.islower()


def _token(word: str, said: str) -> Token:
    spoken = "".join(" " if _unsaid(letter) else letter for letter in said).strip()
    return Token(word, spoken, any(letter in _READ_SYMBOLS or _is_letter(letter) for letter in spoken))


def _unsaid(letter: str) -> bool:
    category = unicodedata.category(letter)
    if letter in _LAYOUT_MARKS:
        return True
    return category in {"So", "Sk", "Sm", "Cf", "Co", "Cn", "Cs", "Cc"} and letter not in _READ_SYMBOLS | {
        "\u200c",
        "\u200d",
    }


def _is_letter(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category.startswith("L") or category in _MARKS_OF_LETTERS
