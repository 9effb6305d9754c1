"""Rows about captions: read from the text layer's events, and measured on its rendered pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.domain.film import FPS, SpokenWord
from genai.media import fonts
from genai.media.qc.expected import Expected
from genai.media.qc.rows import Row, judged, skipped
from genai.media.safe_box import safe_box
from genai.media.text import text_bounds

_SMALLEST = 60 / 1080  # em, of the frame's width (of a wide frame's height)
_WORDS = (2, 5)
_LINES = 2
_LATE = 0.080  # seconds
_HALF_FRAME = 0.5 / FPS  # events stand that much early: see genai.media.text.document
_RENDERED = 3  # text is measured at a third of its size
_TIMES = 60  # at most
_AHEAD = 4  # captions, in which a word is looked for
_EVENT = re.compile(r"Dialogue: \d+,([^,]+),([^,]+),[^,]*,([^,]*),\d+,\d+,\d+,[^,]*,(.*)")
_LIT = re.compile(r"\{\\1c[^}]*\}([^{]*)\{")
_TAGS = re.compile(r"\{[^}]*\}")
_SENTENCE = re.compile(r"[.!?…:;؟।۔]\W*$")
_TARGETS = {
    "caption_size": "at least 60 px at 1080 wide",
    "caption_words": f"{_WORDS[0]} to {_WORDS[1]} at once",
    "caption_lines": f"at most {_LINES}",
    "safe_box": "text inside the safe box",
    "word_times": "each word within 80 ms of the speech",
}


@dataclass(frozen=True)
class Event:
    """A line of an ASS document; seconds."""

    start: float
    end: float
    name: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """What is read, line by line."""
        return [_TAGS.sub("", line).replace("\\{", "{").strip() for line in self.text.split("\\N")]

    @property
    def words(self) -> list[str]:
        return " ".join(self.lines).split()

    @property
    def lit(self) -> str | None:
        """The highlighted word is the first with tags of its own."""
        found = _LIT.search(self.text)
        return found[1] if found else None

    @property
    def em(self) -> float | None:
        """The size of the type in pixels, out of what libass calls size."""
        size, name = re.search(r"\\fs([\d.]+)", self.text), re.search(r"\\fn([^\\}]+)", self.text)
        face = _faces().get(name[1]) if name else None
        return float(size[1]) / fonts.libass_size(*face, 1.0) if size and face else None


def events(text: str) -> list[Event]:
    """The events of an ASS document."""
    found = (_EVENT.fullmatch(line) for line in text.splitlines())
    return [Event(_seconds(one[1]), _seconds(one[2]), one[3], one[4]) for one in found if one]


def word_rows(canvas: Canvas, expected: Expected) -> Iterator[Row]:
    shown = events(expected.text)
    captions = [event for event in shown if event.name == "caption"]
    if captions:
        yield from _type_rows(canvas, captions)
    else:
        why = "there are no captions" if expected.text else "the text layer is not known"
        yield from (skipped(n, _TARGETS[n], why) for n in ("caption_size", "caption_words", "caption_lines"))
    yield _safe_box(canvas, expected.text, shown)
    yield _times(captions, expected.words)


def covered(canvas: Canvas, text: str, shown: Sequence[Event]) -> tuple[int, int, int, int] | None:
    """The box of all text at rest, in the canvas's pixels, to a precision of three."""
    times = sorted({round((event.start + event.end) / 2, 3) for event in shown})
    times = times[:: -(-len(times) // _TIMES)] if times else []
    width, height = max(2, canvas.width // _RENDERED), max(2, canvas.height // _RENDERED)
    box = text_bounds(text, width, height, times)
    if box is None:
        return None
    across, down = canvas.width / width, canvas.height / height
    left, top, right, bottom = box
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def _type_rows(canvas: Canvas, captions: Sequence[Event]) -> Iterator[Row]:
    side = canvas.height if canvas.aspect is Aspect.LANDSCAPE else canvas.width
    sizes = [em for event in captions if (em := event.em) is not None]
    smallest = min(sizes, default=0.0)
    yield judged(
        "caption_size",
        round(smallest * 1080 / side, 1),
        _TARGETS["caption_size"],
        smallest >= _SMALLEST * side - 0.1,
        "too small for a phone",
    )
    counts = [len(event.words) for event in captions]
    lonely = [event for event in captions if len(event.words) == 1 and not _alone(event, captions)]
    yield judged(
        "caption_words",
        {"fewest": min(counts), "most": max(counts), "lonely": sorted({event.words[0] for event in lonely})},
        _TARGETS["caption_words"] + "; one where it is a sentence",
        max(counts) <= _WORDS[1] and not lonely,
        "too many to read, or a word that was left over",
    )
    lines = max(len(event.lines) for event in captions)
    yield judged("caption_lines", lines, _TARGETS["caption_lines"], lines <= _LINES, "too many lines")


def _alone(event: Event, captions: Sequence[Event]) -> bool:
    """A caption of one word that is a sentence, or that is one of its own between pauses."""
    if event.text.count("\\N"):
        return True  # a word of two lines
    index = captions.index(event)
    before = captions[index - 1] if index else None
    after = captions[index + 1] if index + 1 < len(captions) else None
    begins = before is None or _SENTENCE.search(" ".join(before.words)) or event.start - before.end > _LATE
    ends = after is None or _SENTENCE.search(event.words[0]) or after.start - event.end > _LATE
    return bool(begins and ends)


def _safe_box(canvas: Canvas, text: str, shown: Sequence[Event]) -> Row:
    if not shown:
        return skipped(
            "safe_box", _TARGETS["safe_box"], "there is no text" if text else "the text is not known"
        )
    box = covered(canvas, text, shown)
    if box is None:
        return judged("safe_box", None, _TARGETS["safe_box"], False, "the text layer draws nothing")
    left, top, right, bottom = safe_box(canvas.aspect, canvas.width, canvas.height)
    inside = (
        box[0] >= left - _RENDERED
        and box[1] >= top - _RENDERED
        and box[2] <= right + _RENDERED
        and box[3] <= bottom + _RENDERED
    )
    return judged(
        "safe_box",
        list(box),
        f"inside x {left} to {right}, y {top} to {bottom}",
        inside,
        "the platform's own buttons cover it, or an edge cuts it",
    )


def _times(captions: Sequence[Event], words: Sequence[SpokenWord]) -> Row:
    target = _TARGETS["word_times"]
    if not captions or not words:
        return skipped("word_times", target, "there are no captions" if words else "nothing is said")
    lit = [(event.start, event.lit) for event in captions if event.lit]
    said = [(word.start, word.text) for word in words]
    off, missing = _paired(lit, said)
    value = {"words": len(said), "without_caption": missing, "worst_ms": round(1000 * off)}
    return judged(
        "word_times",
        value,
        target,
        off <= _LATE and not missing,
        "a word is highlighted at another time than it is said, or never",
    )


def _paired(lit: Sequence[tuple[float, str]], said: Sequence[tuple[float, str]]) -> tuple[float, int]:
    """The worst distance in seconds, and how many words have no caption; both are in order."""
    worst, missing, at = 0.0, 0, 0
    for time, text in said:
        key = _plain(text)
        if not key:
            continue  # punctuation and emoji are not drawn
        ahead = range(at, min(at + _AHEAD, len(lit)))
        found = next((index for index in ahead if _alike(_plain(lit[index][1]), key)), None)
        if found is None:
            missing += 1
            continue
        worst = max(worst, abs(max(0.0, lit[found][0] + _HALF_FRAME) - time))
        at = found + 1
    return worst, missing


def _alike(shown: str, said: str) -> bool:
    """The same word, or a part of one that stands on two lines."""
    return bool(shown) and (shown in said or said in shown)


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


@cache
def _faces() -> dict[str, tuple[str, str]]:
    """Family and weight by the name that libass knows a face by."""
    families = fonts.MANROPE, fonts.HANKEN, fonts.SERIF, fonts.WORLD
    weights = "regular", "strong", "display"
    return {fonts.libass_name(family, weight): (family, weight) for family in families for weight in weights}


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
