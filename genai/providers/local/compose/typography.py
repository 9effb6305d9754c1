"""Sets words: balanced lines without widows, a modular scale, tracking and optical margins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from genai.media.fonts import font
from genai.media.writing import SHAPED, writings
from genai.providers.local.compose.color import Array

RATIO = 1.2  # of neighbouring sizes (a minor third)
_RIGHT_TO_LEFT = {"Arabic", "Hebrew"}
_WIDOW = 0.34  # of the longest line
_BODY = 0.0345  # of the frame's shorter side
_STEPS = range(9, 0, -1)  # headline sizes above the body's, largest first


@dataclass(frozen=True)
class Style:
    """``size`` in pixels, ``leading`` as a multiple of it, ``tracking`` in thousandths of an em."""

    family: str
    weight: str
    size: int
    leading: float
    tracking: float = 0.0

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return font(self.family, self.weight, self.size)

    def advance(self, text: str) -> float:
        return self.font.getlength(text) + self.tracking / 1000 * self.size * max(0, len(text) - 1)


@dataclass(frozen=True)
class Paragraph:
    """Lines of one style at ``x``, ``y`` (top left, pixels) within ``width`` pixels. ``kind``: eyebrow,
    headline, body or button; a button has ``padding`` (horizontal, vertical) round its one line."""

    kind: str
    lines: tuple[str, ...]
    style: Style
    width: float
    align: str
    x: float = 0.0
    y: float = 0.0
    padding: tuple[float, float] = (0.0, 0.0)

    @property
    def height(self) -> float:
        ascent, descent = _vertical(self.style)
        if self.kind == "button":  # a label stands in the middle by its capitals
            descent = 0.0
        stacked = (len(self.lines) - 1) * self.style.leading * self.style.size
        return stacked + ascent + descent + 2 * self.padding[1]

    def scaled(self, scale: float) -> Paragraph:
        """The same in a frame of another size."""
        return replace(
            self,
            style=replace(self.style, size=max(1, round(scale * self.style.size))),
            width=scale * self.width,
            x=scale * self.x,
            y=scale * self.y,
            padding=(scale * self.padding[0], scale * self.padding[1]),
        )

    def extent(self) -> tuple[float, float, float, float]:
        """From the first line's capitals to below the last one's descenders, or its button."""
        spans = [(self._left(line), self.style.advance(line)) for line in self.lines]
        left = min(start for start, _ in spans) - self.padding[0]
        right = max(start + length for start, length in spans) + self.padding[0]
        return left, self.y, right, self.y + self.height

    def box(self) -> tuple[int, int, int, int]:
        """The whole pixels that :meth:`extent` touches, and one more."""
        left, top, right, bottom = self.extent()
        return int(left) - 1, int(top) - 1, int(right) + 2, int(bottom) + 2

    def _left(self, line: str) -> float:
        if self.align == "centre":
            return self.x + (self.width - self.style.advance(line)) / 2
        if self.align == "right":
            return self.x + self.width - self.style.advance(line) - self.padding[0]
        return self.x + self.padding[0]

    def mask(self) -> tuple[Array, int, int]:
        """Coverage 0..1 of its glyphs, and the pixel of the mask's top left corner."""
        left, top, right, bottom = self.box()
        pad = self.style.size // 2  # accents and overhangs
        left, top = left - pad, top - pad
        picture = Image.new("L", (right + pad - left, bottom + pad - top))
        draw = ImageDraw.Draw(picture)
        ascent, _ = _vertical(self.style)
        for index, line in enumerate(self.lines):
            baseline = self.y + self.padding[1] + ascent + index * self.style.leading * self.style.size
            self._draw_line(draw, line, self._left(line) - left, baseline - top)
        return np.asarray(picture, np.float32) / 255, left, top

    def _draw_line(self, draw: ImageDraw.ImageDraw, line: str, x: float, baseline: float) -> None:
        face = self.style.font
        if self.align == "left" and not self.padding[0]:
            x -= face.getbbox(line[0], anchor="ls")[0]  # the stem stands on the margin, not its bearing
            if line[0] in "\"'“‘«":
                x -= face.getlength(line[0])
        spacing = self.style.tracking / 1000 * self.style.size
        for index, character in enumerate(line):
            draw.text((x, baseline), character, font=face, fill=255, anchor="ls")
            following = line[index + 1] if index + 1 < len(line) else ""
            # The pair's length less the second's keeps the kerning between them.
            pair = face.getlength(character + following) - face.getlength(following) if following else 0
            x += pair + spacing


def _vertical(style: Style) -> tuple[float, float]:
    """From the cap line to the baseline, and to below the descenders."""
    top = -style.font.getbbox("H", anchor="ls")[1]
    return float(top), 0.24 * style.size


def broken(text: str, style: Style, width: float, most: int) -> tuple[str, ...] | None:
    """The text in the fewest lines that fit ``width`` (at most ``most``), as even as can be.

    A break that leaves a last line shorter than a third of the longest is avoided where another
    exists. None where it does not fit.
    """
    words = text.split()
    if not words or style.advance(" ".join(words)) > most * width:
        return None
    if len(words) > 9:
        return _flowed(words, style, width, most)
    for count in range(1, min(most, len(words)) + 1):
        best: tuple[float, tuple[str, ...]] | None = None
        for cuts in combinations(range(1, len(words)), count - 1):
            edges = [0, *cuts, len(words)]
            lines = tuple(" ".join(words[a:b]) for a, b in pairwise(edges))
            lengths = [style.advance(line) for line in lines]
            if max(lengths) > width:
                continue
            widow = count > 1 and lengths[-1] < _WIDOW * max(lengths)
            ragged = float(np.std(lengths)) / width + (1.0 if widow else 0.0)
            if best is None or ragged < best[0]:
                best = ragged, lines
        if best is not None:
            return best[1]
    return None


def _flowed(words: list[str], style: Style, width: float, most: int) -> tuple[str, ...] | None:
    """Long text: the narrowest measure that needs no further line."""

    def fill(measure: float) -> list[str]:
        lines = [words[0]]
        for word in words[1:]:
            longer = f"{lines[-1]} {word}"
            if style.advance(longer) <= measure:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    if max(style.advance(word) for word in words) > width or len(fill(width)) > most:
        return None
    count = len(fill(width))
    measures = (share * width for share in np.linspace(0.5, 1.0, 26))
    lines = next((made for made in map(fill, measures) if len(made) <= count), fill(width))
    return tuple(lines) if max(map(style.advance, lines)) <= width else tuple(fill(width))


@dataclass(frozen=True)
class Block:
    """Paragraphs set under one another, relative to their own top left corner."""

    paragraphs: tuple[Paragraph, ...]
    width: float
    height: float

    def has_widow(self) -> bool:
        """Whether the headline's last line is much shorter than its longest."""
        for paragraph in self.paragraphs:
            lengths = [paragraph.style.advance(line) for line in paragraph.lines]
            if paragraph.kind == "headline" and lengths[-1] < _WIDOW * max(lengths):
                return True
        return False

    def at(self, x: float, y: float) -> tuple[Paragraph, ...]:
        return tuple(replace(p, x=p.x + x, y=p.y + y) for p in self.paragraphs)


@dataclass(frozen=True)
class Typesetter:
    """Fits a scene's words. ``short`` is the frame's shorter side in pixels; ``headline_family`` and
    ``text_family`` are the picture's two families; empty words are left out."""

    headline: str
    body: str
    button: str
    eyebrow: str
    headline_family: str
    text_family: str
    short: int

    @property
    def is_empty(self) -> bool:
        return not (self.headline or self.body or self.button)

    def _writings(self) -> set[str]:
        return writings(f"{self.headline} {self.body} {self.button}")

    def fit(self, width: float, height: float, align: str, largest: int = 9, least: int = 1) -> Block | None:
        """The block with the largest headline that fits, its step within ``least`` and ``largest``; None
        where even the smallest does not. Right-to-left words stand on the right margin for the left."""
        if align == "left" and self._writings() & _RIGHT_TO_LEFT:
            align = "right"
        steps = [step for step in _STEPS if least <= step <= largest]
        for most in (3, 4):  # four lines, or a widow, only where nothing else fits
            for step in steps:
                block = self._set(width, align, step, most)
                if block is not None and block.height <= height and (most == 4 or not block.has_widow()):
                    return block
        return None

    def _size(self, step: float) -> int:
        return max(9, round(_BODY * self.short * RATIO**step))

    def _set(self, width: float, align: str, step: int, most_lines: int) -> Block | None:
        made: list[Paragraph] = []
        y = 0.0

        def add(kind: str, text: str, style: Style, most: int, measure: float, before: float) -> bool:
            nonlocal y
            lines = broken(text, style, measure, most)
            if lines is None:
                return False
            y += before if made else 0.0
            made.append(Paragraph(kind, lines, style, width, align, 0.0, y))
            y += made[-1].height
            return True

        body = self._size(0)
        serif = "Serif" in self.headline_family
        # Room between letters would part those that join.
        tracked = not self._writings() & SHAPED
        tight = (-12 if serif else -22) * tracked
        big = Style(self.headline_family, "display", self._size(step), 1.06 if serif else 1.08, tight)
        small = Style(self.text_family, "strong", self._size(-1.4), 1.3, 130)
        text = Style(self.text_family, "regular", body, 1.42)
        if self.eyebrow and not add("eyebrow", self.eyebrow.upper(), small, 1, width, 0):
            return None
        if self.headline and not add("headline", self.headline, big, most_lines, width, 1.0 * body):
            return None
        if self.body and not add(
            "body", self.body, text, 4, min(width, 19 * body), 0.45 * body + 0.12 * big.size
        ):
            return None
        if self.button:
            label = Style(self.text_family, "strong", round(body * 0.96), 1.2, 8 * tracked)
            padding = (1.0 * body, 0.74 * body)
            if label.advance(self.button) + 2 * padding[0] > width:
                return None
            y += 0.95 * body if made else 0.0
            made.append(Paragraph("button", (self.button,), label, width, align, 0.0, y, padding))
            y += made[-1].height
        return Block(tuple(made), width, y)
