"""Subtitles beside a video: SubRip and WebVTT from the times of the words.

Lines of at most 42 characters, two at a time, cut where sense and pauses cut (as in Netflix' Timed Text
Style Guide). Unlike captions in the picture they keep every character, emoji too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, zip_longest

from genai.domain.film import SpokenWord
from genai.media.text.lines import BRIDGED, Manner, balanced, grouped

_CHARACTERS = 42  # of a line
_LASTS = 6.0  # seconds, at most
_STANDS = 1.0  # seconds, at least, where what follows leaves room
_LINGER = 0.4  # seconds after the last word, where nothing follows


@dataclass(frozen=True)
class Cue:
    """Shown from ``start`` to ``end`` (seconds); ``lines`` are plain text."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(words: Sequence[SpokenWord]) -> list[Cue]:
    """The words, timed in seconds from the video's start, as subtitles that never overlap."""
    made = []
    groups = grouped([word for word in words if word.text.strip()], Manner(16, 9, _fits))
    for group, following in zip_longest(groups, groups[1:]):
        start, end = group[0].start, group[-1].end
        wanted = max(end + _LINGER, start + _STANDS)
        if following:
            late = following[0].start
            end = late if late - end < BRIDGED else min(wanted, late)
        else:
            end = wanted
        made.append(Cue(start, max(end, start), _lines(group)))
    return made


def srt(words: Sequence[SpokenWord]) -> str:
    """A SubRip file's text; empty without words."""
    blocks = (
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n" + "\n".join(cue.lines) + "\n"
        for number, cue in enumerate(cues(words), 1)
    )
    return "\n".join(blocks)


def vtt(words: Sequence[SpokenWord]) -> str:
    """A WebVTT file's text (https://www.w3.org/TR/webvtt1/)."""
    blocks = (
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
        + "\n".join(escape(line, quote=False) for line in cue.lines)
        + "\n"
        for cue in cues(words)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _fits(words: Sequence[SpokenWord]) -> bool:
    if words[-1].end - words[0].start > _LASTS:
        return False
    return balanced([word.text for word in words], len, _CHARACTERS, 2) is not None


def _lines(group: Sequence[SpokenWord]) -> tuple[str, ...]:
    texts = [" ".join(word.text.split()) for word in group]
    counts = balanced(texts, len, _CHARACTERS, 2) or (len(texts),)
    ends = accumulate(counts)
    return tuple(" ".join(texts[end - count : end]) for count, end in zip(counts, ends, strict=True))


def _clock(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{thousandths:03d}"
