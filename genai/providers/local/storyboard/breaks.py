"""Where a text may be cut: at lines, sentences and clauses, and never within a phrase.

Rules rather than a model: no cut is better than a wrong one, and no character is ever changed. Tried on
the same cases, pysbd 0.3.4 was no better, knows no Portuguese and cuts no clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from genai.domain.speaking import seconds_to_say
from genai.providers.local.storyboard import break_words as known


class Strength(IntEnum):
    """Of the place after a piece; the higher, the better a cut there."""

    NONE = 0
    JOINED = 1  # before "and you ...", "because ..." without a comma
    COMMA = 2  # between two longer parts
    CLAUSE = 3  # comma and conjunction, or a colon
    MAJOR = 4  # semicolon, dash
    SENTENCE = 5
    LINE = 6  # a new line, paragraph or list entry


@dataclass(frozen=True)
class Piece:
    """A word with its punctuation. ``after``: whether and how well the text may be cut behind it."""

    text: str
    after: Strength


_CLOSERS = "\"'”’»›」』）)\\]】*_"
_END = re.compile(rf"([.!?…。！？؟।॥۔]+)[{_CLOSERS}]*$")
_SIGN_END = re.compile(rf"(?<=[。！？])[{_CLOSERS}]*(?=[^\s。！？{_CLOSERS}])")
_ALWAYS_ENDS = frozenset("。！？؟।॥۔")
_BULLET = re.compile(r"^(?:[-–—•·*▪◦‣●○✓✔]|\(?\d{1,2}[.)]|\(?[a-z]\))$")
_ONLY_CLOSING = re.compile(r"^[.!?…。！？؟।॥۔,;:،؛”’»›)\]]+$")
_ONLY_OPENING = re.compile(r"^[¿¡«‹“„(\[]+$")
_DASH = re.compile(r"^[-–—]+$|[–—]$")
_WRAPPED = 58  # a line at least that long may go on in the next by its width alone
LEAST_HALF = 1.2  # seconds
_LEAST_WORDS = 3  # on either side of a comma that is no list's


def pieces(text: str) -> list[Piece]:
    """The text's words in order. Joined with :func:`joined` they are the text, its white space
    normalised, with a blank after each sentence of a writing that has none."""
    words, lines = _words(text)
    strengths = [_structure(words, lines, i) for i in range(len(words))]
    for start, end in _sentences(strengths):
        _mark_clauses(words, strengths, start, end)
    return [Piece(word, strength) for word, strength in zip(words, strengths, strict=True)]


def joined(parts: Sequence[Piece]) -> str:
    """The text of some pieces."""
    return " ".join(piece.text for piece in parts)


def halved(text: str, language: str) -> tuple[str, str] | None:
    """The text in two, at the best of its sentences' and clauses' ends near the middle; None where
    there is none that leaves enough on both sides to be a shot."""
    parts = pieces(text)
    whole = seconds_to_say(text, language)
    options = []
    for i, piece in enumerate(parts[:-1]):
        if piece.after is Strength.NONE:
            continue
        first = seconds_to_say(joined(parts[: i + 1]), language)
        if min(first, whole - first) >= LEAST_HALF:
            options.append((abs(first - whole / 2) / whole - 0.06 * piece.after, i + 1))
    if not options:
        return None
    _, at = min(options)
    return joined(parts[:at]), joined(parts[at:])


def _words(text: str) -> tuple[list[str], set[int]]:
    """Words, and the indices of those that a line break follows."""
    words: list[str] = []
    lines: set[int] = set()
    for row in re.split(r"(?:\r\n|[\n\r\u2028\u2029\v\f\x85\x1c-\x1e])", text):
        before = len(words)
        for word in row.split():
            words += [
                part for part in _SIGN_END.sub(lambda hit: hit.group() + "\0", word).split("\0") if part
            ]
        if len(words) > before:
            lines.add(len(words) - 1)
        elif before:
            lines.add(-before)  # an empty line: a paragraph ends, whatever stands around it
    return words, lines


def _structure(words: list[str], lines: set[int], at: int) -> Strength:
    """What kind of end the word at ``at`` is, clauses aside."""
    if at + 1 >= len(words):
        return Strength.LINE
    word, following = words[at], words[at + 1]
    if -(at + 1) in lines:
        return Strength.LINE
    if _ONLY_CLOSING.match(following) and not _BULLET.match(following):
        return Strength.NONE
    if at in lines:
        if _BULLET.match(following) or _ends_sentence(words, at):
            return Strength.LINE
        return Strength.NONE if _goes_on(words, lines, at) else Strength.LINE
    starts_line = at == 0 or at - 1 in lines
    if starts_line and _BULLET.match(word):
        return Strength.NONE
    return Strength.SENTENCE if _ends_sentence(words, at) else Strength.NONE


def _goes_on(words: list[str], lines: set[int], at: int) -> bool:
    """Whether the line that ends here was merely wrapped."""
    word, following = words[at], words[at + 1]
    if following[:1].islower() or word.lower() in known.HANGING or word.endswith((",", "–", "—")):
        return True
    begin = max((line for line in lines if 0 <= line < at), default=-1) + 1
    return len(" ".join(words[begin : at + 1])) >= _WRAPPED


def _ends_sentence(words: list[str], at: int) -> bool:
    word, following = words[at], words[at + 1]
    ending = _END.search(word)
    if not ending:
        return False
    signs = ending.group(1)
    if signs[-1] in _ALWAYS_ENDS:
        # 「…。」と言った: the quotation is part of the sentence.
        return not (word[-1] in "」』" and following.startswith(("と", "って")))
    first = following.lstrip("\"'“”‘’„«»‹›([¿¡*_-–—•")[:1]
    if first.islower() and not re.match(r"^[a-z]{1,2}[A-Z]", following):
        return False
    if not _can_begin(words, at + 1):
        return False
    if signs == ".":
        return _stop_ends(at, word[: ending.start()].strip("\"'“”‘’„«»(["), following)
    return True


def _can_begin(words: list[str], at: int) -> bool:
    """Not where the words that follow say who speaks: “Really?” Anna asked."""
    spoken = words[at - 1][-1] in "\"'”’»"
    after = [word.strip(".,!?:;").lower() for word in words[at : at + 3]]
    return not (spoken and known.SPEECH.intersection(after[:2]))


def _stop_ends(at: int, stem: str, following: str) -> bool:
    """Whether a single full stop after ``stem`` ends a sentence."""
    low, starts = stem.lower(), _bare(following) in known.STARTERS
    if low in known.OPEN_ABBREVIATIONS:
        return starts and following[:1].isupper()
    if low in known.ABBREVIATIONS or re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", stem):
        # "z. B.", "e.g.", "U.S.": only a word with which names do not begin tells an end.
        return low not in known.ABBREVIATIONS and starts and following[:1].isupper()
    if len(stem) == 1 and stem.isalpha():
        # "J. K. Rowling", but "vitamin C. It is" and "Plan B. The rest".
        return starts and following[:1].isupper() and at > 0
    if stem.isdigit() and len(stem) <= 2:
        # "am 3. Oktober", but "There are 3. You choose."
        return starts
    return True


def _sentences(strengths: list[Strength]) -> list[tuple[int, int]]:
    ends = [i + 1 for i, strength in enumerate(strengths) if strength >= Strength.SENTENCE]
    return list(pairwise([0, *ends]))


def _mark_clauses(words: list[str], strengths: list[Strength], start: int, end: int) -> None:
    commas = [start - 1, *(i for i in range(start, end - 1) if words[i][-1] in ",،、，"), end - 1]
    far_enough = {
        middle
        for left, middle, right in zip(commas, commas[1:], commas[2:], strict=False)
        if middle - left >= _LEAST_WORDS and right - middle >= _LEAST_WORDS
    }
    first = start + bool(start < end and _BULLET.match(words[start]))
    for i in range(first, end - 1):
        strengths[i] = max(strengths[i], _clause_strength(words, i, end, i in far_enough))
        if _ONLY_CLOSING.match(words[i + 1]) or _ONLY_OPENING.match(words[i]):
            strengths[i] = Strength.NONE


def _clause_strength(words: list[str], at: int, end: int, apart: bool) -> Strength:
    word, following = words[at].rstrip(_CLOSERS.replace("\\", "")) or words[at], _bare(words[at + 1])
    second = _bare(words[at + 2]) if at + 2 < end else ""
    if word[-1] in ";؛；":
        return Strength.MAJOR
    if _DASH.search(word):
        return Strength.MAJOR
    if word[-1] in ":：" and not words[at + 1][:1].isdigit():
        return Strength.CLAUSE
    if word.endswith(("…", "...")):
        return Strength.CLAUSE
    if word[-1] in ",،，、":
        if following in known.JOINING:  # the last of a list, or a clause
            return Strength.CLAUSE if second in known.FRESH else Strength.COMMA if apart else Strength.NONE
        if following in known.CLAUSE_STARTS:
            return Strength.CLAUSE
        return Strength.COMMA if apart else Strength.NONE
    if following in known.BARE_STARTS and not _DASH.match(word):
        return Strength.JOINED
    if following in known.JOINING and second in known.FRESH:
        return Strength.JOINED
    return Strength.NONE


def _bare(word: str) -> str:
    return word.strip("\"'“”‘’„«»‹›()[]¿¡.,;:!?…").replace("’", "'").lower()
