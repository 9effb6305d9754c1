"""ASS documents (Advanced SubStation Alpha, as libass reads it): events in frames, written and merged.

Every document has the same one style, and its events say for themselves what differs: so documents are
merged by their events alone. Source of the format: libass, https://github.com/libass/libass/wiki/ASSv5-Override-Tags
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from genai.domain.creative import Canvas
from genai.domain.film import FPS

# Encoding -1: the base direction comes from the text, and a line is laid out as a whole (right to left).
_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Text,HankenGrotesk-Bold,48,&H00FFFFFF,&H00FFFFFF,&H00101010,&H80000000,0,0,0,0,100,100,0,0,1,0,0,7,\
0,0,0,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_DIALOGUE = re.compile(r"Dialogue: (\d+),([^,]+),([^,]+),(.*)")


@dataclass(frozen=True)
class Event:
    """Shown from frame ``start`` to before frame ``end``, above events of a lower ``layer``. ``text`` has
    its override tags; ``name`` says what it is (a title's role, or caption) and is not drawn."""

    start: int
    end: int
    text: str
    name: str
    layer: int = 0


def document(canvas: Canvas, events: Iterable[Event]) -> str:
    """The events on a canvas whose pixels are theirs."""
    lines = (
        f"Dialogue: {event.layer},{_stamp(event.start)},{_stamp(event.end)},Text,{event.name}"
        f",0,0,0,,{event.text}"
        for event in sorted(events, key=lambda event: (event.start, event.layer))
        if event.start < event.end
    )
    return _HEAD.format(width=canvas.width, height=canvas.height) + "\n".join(lines) + "\n"


def merged(layers: Sequence[tuple[str, int]], canvas: Canvas) -> str:
    """One document of several of :func:`document`, each with the frame at which its clip begins; empty
    where all are."""
    lines = []
    for layer, offset in layers:
        for line in layer.splitlines():
            if found := _DIALOGUE.fullmatch(line):
                start, end = (_moved(found[part], offset) for part in (2, 3))
                lines.append(f"Dialogue: {found[1]},{start},{end},{found[4]}")
    return _HEAD.format(width=canvas.width, height=canvas.height) + "\n".join(lines) + "\n" if lines else ""


def only(text: str, name: str) -> str:
    """The document with its events of this name alone."""
    kept = (
        line
        for line in text.splitlines()
        if not (found := _DIALOGUE.fullmatch(line)) or found[4].split(",")[1] == name
    )
    return "\n".join(kept) + "\n"


def escaped(text: str) -> str:
    """Plain text as it stands in an event: no tag begins and no line breaks in it."""
    text = " ".join(text.split())
    # A word joiner keeps the backslash from taking the next letter for a command.
    return text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")


def colored(hex_: str) -> str:
    """``#rrggbb`` as ASS writes it."""
    red, green, blue = (hex_.lstrip("#")[at : at + 2] for at in (0, 2, 4))
    return f"&H{blue}{green}{red}&".upper()


def _stamp(frame: int) -> str:
    """Half a frame before it, so that the hundredths of the format decide nothing."""
    return _clock(max(0, round((frame - 0.5) * 100 / FPS)))


def _moved(stamp: str, frames: int) -> str:
    hours, minutes, seconds = stamp.split(":")
    hundredths = round(100 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))
    # A first frame has no half before it.
    early = 50 / FPS if hundredths == 0 and frames else 0.0
    return _clock(max(0, round(hundredths - early + frames * 100 / FPS)))


def _clock(hundredths: int) -> str:
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"
