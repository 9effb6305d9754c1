"""Titles that come in one after the other, stand, and go where there is time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from genai.domain.creative import Canvas, Words
from genai.domain.film import Title
from genai.media import fonts
from genai.media.safe_box import safe_box
from genai.media.text.document import Event, colored, escaped
from genai.media.text.lines import balanced

_IN, _QUICK = 8, 5  # frames of one entrance: 267 ms, in short clips 167 ms
_OUT = 6  # frames: 200 ms
_SHORT = 45  # frames; a shorter clip has no time to lose
_LONG = 75  # frames; from here on words also go
_STAGGER = 6  # frames between entrances, at most
_ENTERING = 0.34  # of the clip, until the last word stands
_RISE = 0.45  # of the em
_PLATE, _PLATE_INK, _VEIL = "#101014", "#ffffff", "30"  # 12:1 even over white

_ORDER = {"eyebrow": 0, "headline": 1, "body": 2, "call_to_action": 3}


@dataclass(frozen=True)
class _Piece:
    """What moves as one: a line, or a whole title on its plate."""

    title: Title
    lines: tuple[int, ...]


def titles_of(titles: Sequence[Title], frames: int) -> list[Event]:
    """Events of the titles in a clip of so many frames.

    Line after line rises and fades in, a button pops; all stand after a third of the clip at most. They
    fade out at the end of a clip of 2.5 seconds or more, unless it calls to action: that stays.
    """
    ordered = sorted(titles, key=lambda title: _ORDER.get(title.role, 1))
    pieces = [
        _Piece(title, lines)
        for title in ordered
        for lines in (
            [tuple(range(len(title.lines)))] if title.plate else [(i,) for i in range(len(title.lines))]
        )
    ]
    duration = _IN if frames >= _SHORT else _QUICK
    budget = max(float(duration), _ENTERING * frames)
    gap = min(_STAGGER, (budget - duration) / max(1, len(pieces) - 1))
    leaves = frames >= _LONG and all(title.role != "call_to_action" for title in titles)
    events: list[Event] = []
    for index, piece in enumerate(pieces):
        start = round(index * gap)
        events += _entering(piece, start, duration)
        end = frames - _OUT if leaves else frames
        events += _drawn(piece, start + duration, end)
        if leaves:
            for step in range(_OUT):
                events += _drawn(piece, end + step, end + step + 1, alpha=_eased((step + 1) / (_OUT + 1)))
    return events


def _eased(part: float) -> float:
    """Smoothstep."""
    return part * part * (3 - 2 * part)


def _entering(piece: _Piece, start: int, duration: int) -> Iterator[Event]:
    for step in range(duration):
        done = 1 - (1 - (step + 1) / (duration + 1)) ** 3  # fast, then settling
        if piece.title.role == "call_to_action" and piece.title.plate:
            yield from _drawn(piece, start + step, start + step + 1, alpha=1 - done, scale=0.86 + 0.14 * done)
        else:
            rise = (1 - done) * _RISE * piece.title.size
            yield from _drawn(piece, start + step, start + step + 1, alpha=1 - done, rise=rise)


def _drawn(
    piece: _Piece, start: int, end: int, *, alpha: float = 0.0, rise: float = 0.0, scale: float = 1.0
) -> list[Event]:
    """``alpha`` 0 is opaque, as in ASS; ``rise`` pixels below its place; ``scale`` about its middle."""
    title = piece.title
    left, top, right, bottom = title.box
    middle = (top + bottom) / 2
    ascent, descent, capital = fonts.vertical(title.family, title.weight)
    size = fonts.libass_size(title.family, title.weight, title.size * scale)
    veil = f"\\alpha&H{round(255 * alpha):02X}&" if alpha else ""
    made = []
    if title.plate:
        made.append(Event(start, end, _plate(title, rise, scale, alpha), title.role, 1))
    anchor, x = {"left": (7, left), "centre": (8, (left + right) / 2), "right": (9, right)}[title.align]
    if title.plate:
        anchor, x = 8, (left + right) / 2
    spacing = title.tracking / 1000 * title.size * scale
    # libass adds the spacing after the last letter too.
    x += {7: 0.0, 8: spacing / 2, 9: spacing}[anchor]
    if anchor == 7:
        x -= 0.0
    for index in piece.lines:
        baseline = _first_baseline(title, capital) + index * title.leading
        baseline = middle + (baseline - middle) * scale + rise
        shift = _overhang(title, index) if anchor == 7 else 0.0
        tags = (
            f"\\an{anchor}\\pos({x - shift:.2f},{baseline - ascent * title.size * scale:.2f})"
            f"\\fn{fonts.libass_name(title.family, title.weight)}\\fs{size:.2f}"
            f"\\1c{colored(title.color)}{veil}"
        )
        if spacing:
            tags += f"\\fsp{spacing:.2f}"
        made.append(Event(start, end, f"{{{tags}}}{escaped(title.lines[index])}", title.role, 2))
    return made


def _first_baseline(title: Title, capital: float) -> float:
    """Titles stand by their capitals: at the top of the box, on a plate in its middle."""
    top, bottom = title.box[1], title.box[3]
    height = (len(title.lines) - 1) * title.leading + capital * title.size
    start = (top + bottom - height) / 2 if title.plate else top
    return start + capital * title.size


def _overhang(title: Title, index: int) -> float:
    """The bearing of the first letter: its stem stands on the margin, quotation marks hang beyond it."""
    face = fonts.font(title.family, title.weight, 100)
    first = title.lines[index][:1]
    hanging = face.getlength(first) if first and first in "\"'“‘«" else 0.0
    return (face.getbbox(first, anchor="ls")[0] + hanging) * title.size / 100


def _plate(title: Title, rise: float, scale: float, alpha: float) -> str:
    """A button's pill, or a veil with round corners behind other words, as a drawing about its middle."""
    left, top, right, bottom = title.box
    width, height = (right - left) * scale, (bottom - top) * scale
    button = title.role == "call_to_action"
    radius = height / 2 if button else min(height / 2, 0.3 * title.size)
    base = 0 if button else int(_VEIL, 16)
    opacity = round(base + (255 - base) * alpha)
    assert title.plate is not None
    return (
        f"{{\\an7\\pos({(left + right) / 2:.2f},{(top + bottom) / 2 + rise:.2f})\\1c{colored(title.plate)}"
        f"\\alpha&H{opacity:02X}&\\p4}}{_rounded(width, height, radius)}{{\\p0}}"
    )


def _rounded(width: float, height: float, radius: float) -> str:
    """Drawing commands of a box with round corners about the origin, in eighths of a pixel (``\\p4``)."""
    x, y, r = (round(8 * value) for value in (width / 2, height / 2, radius))
    k = round(0.4477 * r)  # 1 - 0.5523, the handle of a quarter circle
    return (
        f"m {r - x} {-y} l {x - r} {-y} b {x - k} {-y} {x} {k - y} {x} {r - y} "
        f"l {x} {y - r} b {x} {y - k} {x - k} {y} {x - r} {y} "
        f"l {r - x} {y} b {k - x} {y} {-x} {y - k} {-x} {y - r} "
        f"l {-x} {r - y} b {-x} {k - y} {k - x} {-y} {r - x} {-y}"
    )


def default_titles(
    words: Words, canvas: Canvas, captions: tuple[int, int, int, int] | None = None
) -> tuple[Title, ...]:
    """Titles for a picture that nobody laid out words for: at the top of the safe box (below ``captions``,
    where they stand there), each on a plate of its own that carries it on any ground.

    Words that no font of ours can draw, or that three lines do not hold, are left out.
    """
    left, top, right, bottom = safe_box(canvas.aspect, canvas.width, canvas.height)
    short = min(canvas.width, canvas.height)
    if captions and captions[1] < (top + bottom) / 2:
        top = captions[3] + round(0.02 * short)
    axis = (canvas.width / 2) if canvas.width < 1.2 * canvas.height else None
    half = min(canvas.width / 2 - left, right - canvas.width / 2)
    measure = 2 * half if axis else 0.5 * canvas.width
    wanted = (
        ("headline", words.headline, "display", 0.068),
        ("body", words.body, "regular", 0.038),
        ("call_to_action", words.call_to_action, "strong", 0.036),
    )
    made: list[Title] = []
    y = float(top)
    for role, text, weight, em in wanted:
        family = fonts.family_for(text, fonts.HANKEN)
        if not text.strip() or family is None:
            continue
        size = em * short
        face = fonts.font(family, weight, 100)
        pad = (0.9 * size, 0.7 * size) if role == "call_to_action" else (0.45 * size, 0.42 * size)
        parts = text.split()

        def advance(word: str, scale: float = size / 100, face: object = face) -> float:
            return face.getlength(word) * scale  # type: ignore[attr-defined, no-any-return]

        counts = balanced(parts, advance, measure - 2 * pad[0], 1 if role == "call_to_action" else 3)
        if counts is None:
            continue
        ends = list(accumulate(counts))
        lines = tuple(" ".join(parts[end - count : end]) for count, end in zip(counts, ends, strict=True))
        width = max(map(advance, lines)) + 2 * pad[0]
        leading = (1.14 if role == "headline" else 1.32) * size
        _, descent, capital = fonts.vertical(family, weight)
        height = (len(lines) - 1) * leading + capital * size + 2 * pad[1]
        x = axis - width / 2 if axis else float(left)
        plate, ink = (_PLATE_INK, _PLATE) if role == "call_to_action" else (_PLATE, _PLATE_INK)
        box = (x, y, x + width, y + height)
        made.append(Title(role, lines, box, size, leading, family, weight, ink, "centre", plate))
        y += height + 0.016 * short
    return tuple(made)
