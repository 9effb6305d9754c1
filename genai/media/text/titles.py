"""Titles that come in one after the other, stand, and go where there is time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from genai.domain.creative import Canvas, Words
from genai.domain.film import Title
from genai.media import fonts
from genai.media.safe_box import safe_box
from genai.media.text.document import Event, colored, escaped
from genai.media.text.lines import balanced
from genai.media.writing import SHAPED, writings

_IN, _QUICK = 8, 5  # frames of one entrance: 267 ms, in short clips 167 ms
_OUT = 6  # frames: 200 ms
_SHORT = 45  # frames; a shorter clip has no time to lose
_LONG = 75  # frames; from here on words also go
_STAGGER = 6  # frames between entrances, at most
_ENTERING = 0.34  # of the clip, until the last word stands
_RISE = 0.45  # of the em
_SMALL = 0.86  # of its size, where a button begins to pop
_PLATE, _PLATE_INK = "#101014", "#ffffff"
_VEIL = 0.81  # the plate's opacity behind words: white on it has 12:1 even over white

_ORDER = {"eyebrow": 0, "headline": 1, "body": 2, "call_to_action": 3}


@dataclass(frozen=True)
class _Piece:
    """What moves as one: a line, or a whole title on its plate. ``rise``: pixels it comes from below."""

    title: Title
    lines: tuple[int, ...]
    rise: float

    @property
    def pops(self) -> bool:
        return self.title.role == "call_to_action" and self.title.plate is not None


def titles_of(canvas: Canvas, titles: Sequence[Title], frames: int) -> list[Event]:
    """Events of the titles in a clip of so many frames.

    Line after line rises and fades in, a button pops; all stand after a third of the clip at most. They
    fade out at the end of a clip of 2.5 seconds or more, unless it calls to action: that stays.
    """
    pieces = [piece for title in sorted(titles, key=_rank) for piece in _pieces(canvas, title)]
    duration = _IN if frames >= _SHORT else _QUICK
    gap = min(_STAGGER, max(0.0, _ENTERING * frames - duration) / max(1, len(pieces) - 1))
    leaves = frames >= _LONG and all(title.role != "call_to_action" for title in titles)
    end = frames - _OUT if leaves else frames
    events: list[Event] = []
    for index, piece in enumerate(pieces):
        start = round(index * gap)
        for step in range(duration):
            done = 1 - (1 - (step + 1) / (duration + 1)) ** 3  # fast, then settling
            events += _drawn(piece, start + step, start + step + 1, done)
        events += _drawn(piece, start + duration, end)
        if leaves:
            for step in range(_OUT):
                gone = (step + 1) / (_OUT + 1)
                fading = gone * gone * (3 - 2 * gone)
                events += _drawn(replace(piece, rise=0.0), end + step, end + step + 1, 1 - fading)
    return events


def _rank(title: Title) -> int:
    return _ORDER.get(title.role, 1)


def _pieces(canvas: Canvas, title: Title) -> list[_Piece]:
    bottom = safe_box(canvas.aspect, canvas.width, canvas.height)[3]
    # On its way too it stays in the safe box.
    rise = max(0.0, min(_RISE * title.size, bottom - title.box[3]))
    indices = range(len(title.lines))
    return [_Piece(title, lines, rise) for lines in ([tuple(indices)] if title.plate else zip(indices))]


def _drawn(piece: _Piece, start: int, end: int, done: float = 1.0) -> list[Event]:
    """The piece in these frames; ``done``: how far it has come in, 0..1."""
    title = piece.title
    scale = _SMALL + (1 - _SMALL) * done if piece.pops else 1.0
    rise = 0.0 if piece.pops else (1 - done) * piece.rise
    left, top, right, bottom = title.box
    middle = (top + bottom) / 2
    ascent, _, capital = fonts.vertical(title.family, title.weight)
    size = fonts.libass_size(title.family, title.weight, title.size * scale)
    align = "centre" if title.plate else title.align
    anchor, x = {"left": (7, left), "centre": (8, (left + right) / 2), "right": (9, right)}[align]
    joined = any(writings(line) & SHAPED for line in title.lines)
    spacing = 0.0 if joined else title.tracking / 1000 * title.size * scale
    # libass adds the spacing after the last letter too.
    x += {"left": 0.0, "centre": spacing / 2, "right": spacing}[align]
    made = []
    if title.plate:
        made.append(Event(start, end, _plate(title, rise, scale, done), title.role, 1))
    for index in piece.lines:
        baseline = _first_baseline(title, capital) + index * title.leading
        baseline = middle + (baseline - middle) * scale + rise
        shift = _overhang(title, index) if align == "left" else 0.0
        tags = (
            f"\\an{anchor}\\pos({x - shift:.2f},{baseline - ascent * title.size * scale:.2f})"
            f"\\fn{fonts.libass_name(title.family, title.weight)}\\fs{size:.2f}\\fsp{spacing:.2f}"
            f"\\1c{colored(title.color)}\\alpha{_alpha(done)}"
        )
        made.append(Event(start, end, f"{{{tags}}}{escaped(title.lines[index])}", title.role, 2))
    return made


def _alpha(opacity: float) -> str:
    """As ASS writes it: 0 is opaque."""
    return f"&H{round(255 * (1 - opacity)):02X}&"


def _first_baseline(title: Title, capital: float) -> float:
    """Titles stand by their capitals: at the top of the box, on a plate in its middle."""
    top, bottom = title.box[1], title.box[3]
    height = (len(title.lines) - 1) * title.leading + capital * title.size
    start = (top + bottom - height) / 2 if title.plate else top
    return start + capital * title.size


def _overhang(title: Title, index: int) -> float:
    """The bearing of the first letter: its stem stands on the margin."""
    face = fonts.font(title.family, title.weight, 100)
    return face.getbbox(title.lines[index][:1], anchor="ls")[0] * title.size / 100


def _plate(title: Title, rise: float, scale: float, done: float) -> str:
    """A button's pill, or a veil with round corners behind other words, as a drawing about its middle."""
    left, top, right, bottom = title.box
    width, height = (right - left) * scale, (bottom - top) * scale
    button = title.role == "call_to_action"
    radius = height / 2 if button else min(height / 2, 0.3 * title.size)
    assert title.plate is not None
    return (
        f"{{\\an7\\pos({(left + right) / 2:.2f},{(top + bottom) / 2 + rise:.2f})\\1c{colored(title.plate)}"
        f"\\alpha{_alpha(done * (1 if button else _VEIL))}\\p4}}{_rounded(width, height, radius)}{{\\p0}}"
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
    wide = canvas.width > 1.2 * canvas.height
    half = min(canvas.width / 2 - left, right - canvas.width / 2)
    measure = 0.5 * canvas.width if wide else 2 * half
    made: list[Title] = []
    y = float(top)
    for role, text, weight, em in (
        ("headline", words.headline, "display", 0.068),
        ("body", words.body, "regular", 0.038),
        ("call_to_action", words.call_to_action, "strong", 0.036),
    ):
        title = _plated(role, text, weight, em * short, measure)
        if title is not None and y + title.box[3] <= bottom:
            x = left if wide else (canvas.width - title.box[2]) / 2
            box = (x, y, x + title.box[2], y + title.box[3])
            made.append(replace(title, box=box))
            y = box[3] + 0.016 * short
    return tuple(made)


def titles_like(words: Words, like: Sequence[Title]) -> tuple[Title, ...]:
    """Titles for a picture that continues one whose titles were ``like``: the headline where the other one
    stood and set as it was, smaller where it is longer. Empty where there was none, or it does not fit."""
    model = next((title for title in like if title.role == "headline"), None)
    text = words.headline
    if model is None or not text.strip() or not fonts.can_draw(model.family, text):
        return ()
    face, split = fonts.font(model.family, model.weight, 100), text.split()
    left, top, right, _ = model.box
    for step in range(8):
        size = model.size * 0.92**step

        def advance(line: str, size: float = size) -> float:
            return face.getlength(line) * size / 100

        counts = balanced(split, advance, right - left, len(model.lines))
        if counts is None:
            continue
        ends = list(accumulate(counts))
        lines = tuple(" ".join(split[start:end]) for start, end in zip([0, *ends], ends, strict=False))
        leading = model.leading * size / model.size
        bottom = top + size + (len(lines) - 1) * leading
        return (replace(model, lines=lines, size=size, leading=leading, box=(left, top, right, bottom)),)
    return ()


def _plated(role: str, text: str, weight: str, size: float, measure: float) -> Title | None:
    """Words on a plate at the origin, no wider than ``measure``."""
    family = fonts.family_for(text, fonts.HANKEN)
    if not text.strip() or family is None:
        return None
    button = role == "call_to_action"
    face, words = fonts.font(family, weight, 100), text.split()
    side, above = (0.9 * size, 0.7 * size) if button else (0.45 * size, 0.42 * size)

    def advance(line: str) -> float:
        return face.getlength(line) * size / 100

    counts = balanced(words, advance, measure - 2 * side, 1 if button else 3)
    if counts is None:
        return None
    ends = accumulate(counts)
    lines = tuple(" ".join(words[end - count : end]) for count, end in zip(counts, ends, strict=True))
    leading = (1.14 if role == "headline" else 1.32) * size
    height = (len(lines) - 1) * leading + fonts.vertical(family, weight)[2] * size + 2 * above
    plate, ink = (_PLATE_INK, _PLATE) if button else (_PLATE, _PLATE_INK)
    box = (0.0, 0.0, max(map(advance, lines)) + 2 * side, height)
    return Title(role, lines, box, size, leading, family, weight, ink, "centre", plate)
