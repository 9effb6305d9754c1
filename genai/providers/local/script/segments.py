"""A script cut into segments of a scene's length."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from genai.domain.speaking import seconds_to_say
from genai.errors import Permanent
from genai.providers.local.storyboard.breaks import Piece, Strength, joined, pieces

SHORTEST, LONGEST = 2.0, 7.0  # seconds that a segment should take
_LEAST, _MOST = 0.7, 15.0  # seconds that a segment may take where a number of them is asked for

# What a cut costs, in the unit of a segment that is one second too long.
_CUT = {
    Strength.LINE: 0.0,
    Strength.SENTENCE: 0.3,
    Strength.MAJOR: 1.1,
    Strength.CLAUSE: 1.4,
    Strength.COMMA: 2.0,
    Strength.JOINED: 2.2,
}
# What it costs not to cut there: one sentence is one scene where it is long enough.
_KEPT = {Strength.LINE: 0.8, Strength.SENTENCE: 0.25}


@dataclass(frozen=True)
class _Atom:
    """What no cut may divide."""

    text: str
    seconds: float
    after: Strength


def cut(script: str, language: str, count: int | None = None) -> list[str]:
    """Segments that, joined by blanks, are the script with its white space normalised.

    Cut at lines and sentences; short sentences are joined and long ones cut at clauses so that a
    segment takes about 2 to 7 s. Raises :class:`~genai.errors.Permanent`: ``empty_script`` without a
    word in it, ``scene_count`` where its sentences and clauses do not give ``count`` segments.
    """
    atoms = list(_atoms(pieces(script), language))
    if not any(letter.isalnum() for letter in script):
        raise Permanent("The script has no words; send words to be said.", code="empty_script")
    if count is None:
        return [_text(atoms, start, end) for start, end in _best(atoms)]
    counts = _possible(atoms)
    if count not in counts:
        raise Permanent(
            f"{count} scenes were asked for; this script's sentences make {_said(counts)}. Ask for one of "
            "these numbers, or change the script.",
            code="scene_count",
        )
    return [_text(atoms, start, end) for start, end in _best_of(atoms, count)]


def _atoms(parts: list[Piece], language: str) -> Iterator[_Atom]:
    start = 0
    for i, piece in enumerate(parts):
        if piece.after is not Strength.NONE:
            text = joined(parts[start : i + 1])
            yield _Atom(text, seconds_to_say(text, language), piece.after)
            start = i + 1


def _text(atoms: list[_Atom], start: int, end: int) -> str:
    return " ".join(atom.text for atom in atoms[start:end])


def _cost(atoms: list[_Atom], start: int, end: int) -> float:
    """Of the segment ``start`` to ``end``, and of the cut behind it."""
    seconds = sum(atom.seconds for atom in atoms[start:end])
    short, long = max(0.0, SHORTEST - seconds), max(0.0, seconds - LONGEST)
    kept = sum(_KEPT.get(atom.after, 0.0) for atom in atoms[start : end - 1])
    behind = _CUT[atoms[end - 1].after] if end < len(atoms) else 0.0
    return 2.0 * short + 0.3 * (short > 0) + 1.5 * long + kept + behind


def _window(atoms: list[_Atom], end: int, most: float) -> Iterator[int]:
    """The starts of segments that end at ``end``: one atom, and more up to ``most`` seconds."""
    seconds = 0.0
    for start in range(end - 1, -1, -1):
        seconds += atoms[start].seconds
        if start < end - 1 and seconds > most:
            return
        yield start


def _best(atoms: list[_Atom]) -> list[tuple[int, int]]:
    """The cheapest segmentation; dynamic programming over its last cut."""
    best = [0.0] + [math.inf] * len(atoms)
    came = [0] * (len(atoms) + 1)
    for end in range(1, len(atoms) + 1):
        for start in _window(atoms, end, _MOST):
            cost = best[start] + _cost(atoms, start, end)
            if cost < best[end]:
                best[end], came[end] = cost, start
    spans, end = [], len(atoms)
    while end:
        spans.append((came[end], end))
        end = came[end]
    return spans[::-1]


def _best_of(atoms: list[_Atom], count: int) -> list[tuple[int, int]]:
    """The cheapest one of ``count`` segments."""
    rows = [{0: (0.0, 0)}]
    for _ in range(count):
        row: dict[int, tuple[float, int]] = {}
        for end in range(1, len(atoms) + 1):
            options = [
                (rows[-1][start][0] + _cost(atoms, start, end), start)
                for start in _allowed(atoms, end)
                if start in rows[-1]
            ]
            if options:
                row[end] = min(options)
        rows.append(row)
    spans, end = [], len(atoms)
    for row in reversed(rows[1:]):
        start = row[end][1]
        spans.append((start, end))
        end = start
    return spans[::-1]


def _allowed(atoms: list[_Atom], end: int) -> Iterator[int]:
    """The starts of segments that a wanted number may have: none too short to be a scene."""
    for start in _window(atoms, end, _MOST):
        if sum(atom.seconds for atom in atoms[start:end]) >= _LEAST or (start, end) == (0, len(atoms)):
            yield start


def _possible(atoms: list[_Atom]) -> set[int]:
    """Every number of segments that can be made."""
    reach: list[set[int]] = [{0}]
    for end in range(1, len(atoms) + 1):
        reach.append({n + 1 for start in _allowed(atoms, end) for n in reach[start]})
    return reach[-1]


def _said(counts: set[int]) -> str:
    lowest, highest = min(counts), max(counts)
    if lowest == highest:
        return f"{lowest}"
    if len(counts) == highest - lowest + 1:
        return f"{lowest} to {highest}"
    return ", ".join(map(str, sorted(counts)))
