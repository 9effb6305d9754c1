"""Where product and words stand in the frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

from genai.providers.local.compose.design import Box
from genai.providers.local.compose.typography import Paragraph, Typesetter

CENTRED = ("text_top", "text_bottom")
SHIFTED = ("off_axis_left", "off_axis_right")
SPLIT = ("split_left", "split_right")
NAMES = CENTRED + SHIFTED + SPLIT

SHORT = 1080  # the frame's shorter side: layouts are made at the full size

_ASIDE = 0.08  # of the width: how far off the axis a product alone may stand
SMALLEST, LARGEST = 0.42, 0.65  # the product's larger side over the frame's shorter side


@dataclass(frozen=True)
class Layout:
    """A layout as it came out: pixels; ``product`` and every paragraph lie inside the safe box and
    apart from each other. ``dropped`` names words that found no room."""

    name: str
    product: Box
    paragraphs: tuple[Paragraph, ...]
    dropped: tuple[str, ...] = ()

    def scaled(self, scale: float) -> Layout:
        """The same layout in a frame of another size."""
        if scale == 1:
            return self
        left, top, right, bottom = (scale * edge for edge in self.product)
        product = _box((left + right) / 2, bottom, round(right - left), round(bottom - top))
        return replace(
            self, product=product, paragraphs=tuple(each.scaled(scale) for each in self.paragraphs)
        )


def drawn_in(box: Box, width: int, height: int, amount: float) -> Box:
    """What stays in the box while the frame grows by ``amount`` about its middle."""
    x, y = width / 2, height / 2
    left, top, right, bottom = box
    grown = 1 + amount
    return (
        round(max(left, x + (left - x) / grown)),
        round(max(top, y + (top - y) / grown)),
        round(min(right, x + (right - x) / grown)),
        round(min(bottom, y + (bottom - y) / grown)),
    )


def clear_of(safe: Box, captions: Box | None) -> tuple[Box, Box | None]:
    """What captions leave of the safe box: the larger part above or below them, and the other one where
    something can stand there too."""
    if captions is None:
        return safe, None
    left, top, right, bottom = safe
    gap = round(0.03 * SHORT)
    above = (left, top, right, min(bottom, captions[1] - gap))
    below = (left, max(top, captions[3] + gap), right, bottom)
    large, small = sorted((above, below), key=lambda part: part[3] - part[1], reverse=True)
    return large, small if small[3] - small[1] > 0.15 * SHORT else None


@dataclass(frozen=True)
class Arranger:
    """``safe``: the safe box, or what captions leave of it; ``reserved``: pixels at its top kept for a
    logo; ``firm``: the product does not give way for a larger headline; ``base``: the bottom of the whole
    safe box; ``spare``: the room on the captions' other side."""

    width: int
    height: int
    safe: Box
    reserved: int
    ratio: float
    firm: bool
    base: int
    spare: Box | None = None

    def arrange(self, name: str, share: float, words: Typesetter) -> Layout:
        """The named layout with the product at ``share`` of the shorter side, smaller where the words
        need the room; a body text that still finds none is dropped."""
        wide = self.width > 1.2 * self.height
        if words.is_empty:
            return self._alone(name, share)
        if self.spare is not None:
            return self._parted(share, words, self.spare)
        if name in SPLIT or (wide and name in SHIFTED):
            make = self._split
        else:
            make = self._stacked
        attempts = [words]
        if words.body:
            attempts.append(replace(words, body=""))
        if words.button and words.headline:
            attempts.append(replace(words, body="", button=""))
        for tried in attempts:
            for size, least in _sizes(share, self.firm):
                layout = make(name, size, tried, least)
                if layout is not None:
                    lost = tuple(k for k in ("body", "button") if getattr(words, k) and not getattr(tried, k))
                    return replace(layout, dropped=lost)
        alone = self._alone(name, share)
        return replace(alone, dropped=("headline", "body", "button"))

    def _sized(self, share: float) -> tuple[int, int]:
        size = share * min(self.width, self.height)
        if self.ratio >= 1:
            return round(size), max(1, round(size / self.ratio))
        return max(1, round(size * self.ratio)), round(size)

    def _alone(self, name: str, share: float) -> Layout:
        """The product with nothing beside it, off the axis where the named layout has it so."""
        aside = {"left": _ASIDE, "right": -_ASIDE}.get(name.rpartition("_")[2], 0.0)
        return Layout("alone", self._standing(self.safe, share, aside), ())

    def _standing(self, room: Box, share: float, aside: float = 0.0) -> Box:
        left, top, right, bottom = room
        pw, ph = self._sized(min(LARGEST, share + 0.04))
        if ph > 0.96 * (bottom - top):
            pw, ph = round(pw * 0.96 * (bottom - top) / ph), round(0.96 * (bottom - top))
        x = min(max((0.5 + aside) * self.width, left + pw / 2), right - pw / 2)
        foot = min(bottom - 0.04 * (bottom - top), (top + bottom) / 2 + ph / 2 + 0.06 * self.height)
        return _box(x, foot, pw, ph)

    def _parted(self, share: float, words: Typesetter, spare: Box) -> Layout:
        """Captions in the middle: words above them, the product below."""
        upper, lower = sorted((self.safe, spare), key=lambda part: part[1])
        product = self._standing(lower, share)
        left, top, right, bottom = upper
        top += self.reserved
        half = min(self.width / 2 - left, right - self.width / 2)
        for tried in (words, replace(words, body=""), replace(words, body="", button="")):
            block = tried.fit(2 * half, bottom - top, "centre", 7)
            if block is not None:
                lost = tuple(k for k in ("body", "button") if getattr(words, k) and not getattr(tried, k))
                y = top + 0.6 * (bottom - top - block.height)
                return Layout("parted", product, block.at(self.width / 2 - half, y), lost)
        return Layout("parted", product, (), ("headline", "body", "button"))

    def _stacked(self, name: str, share: float, words: Typesetter, least: int) -> Layout | None:
        """Words above or below the product, on its axis or off it."""
        left, top, right, bottom = self.safe
        top += self.reserved
        short = min(self.width, self.height)
        pw, ph = self._sized(share)
        gap = 0.05 * short
        below = name == "text_bottom"
        # Under a foot that ends near the frame's edge the ground has no room to be seen.
        ground = 0.0 if below else max(0.0, 0.085 * self.height - (self.height - bottom))
        room = bottom - top - ph - gap - ground
        off = name in SHIFTED
        align = "left" if off else "centre"
        middle = self.width / 2
        half = min(middle - left, right - middle)
        measure = (right - left) if off else 2 * half
        block = words.fit(measure, room, align, least=least)
        if block is None or pw > right - left:
            return None
        free = room - block.height
        x = left if off else middle - half
        if below:
            product_top = top + 0.55 * free
            foot, y = product_top + ph, product_top + ph + gap + 0.2 * free
        else:
            y = top + 0.22 * free
            foot = bottom - ground - 0.30 * free
        axis = middle
        if off:
            slack = (right - left) - pw
            axis = left + pw / 2 + slack * (0.82 if name == "off_axis_left" else 0.34)
        axis = min(max(axis, left + pw / 2), right - pw / 2)
        return Layout(name, _box(axis, foot, pw, ph), block.at(x, y))

    def _split(self, name: str, share: float, words: Typesetter, least: int) -> Layout | None:
        """Words beside the product; split_left has them on the left."""
        left, top, right, bottom = self.safe
        pw, ph = self._sized(share)
        short = min(self.width, self.height)
        gap = 0.07 * short
        wide = self.width > 1.2 * self.height
        text_left = name in ("split_left", "off_axis_left")
        # In a wide frame the product stands on the outer third, in others against the margin.
        centre = 0.69 * self.width if wide else right - pw / 2 - 0.07 * short
        inner = centre - pw / 2
        measure = inner - gap - left
        measure = min(measure, 0.44 * self.width) if wide else measure
        block = words.fit(
            measure - (0.02 * self.width if wide else 0), bottom - top - self.reserved, "left", 8, least
        )
        if block is None or ph > bottom - top:
            return None
        x = left + (0.02 * self.width if wide else 0)
        if not text_left:
            centre = self.width - centre
            x = max(centre + pw / 2 + gap, right - measure) + (0.02 * self.width if wide else 0)
        foot = min(bottom, self.base - 0.07 * self.height, self.height / 2 + ph / 2 + 0.07 * self.height)
        foot = max(foot, top + ph)
        y = max(top + self.reserved, min(bottom - block.height, 0.49 * self.height - block.height / 2))
        return Layout(name, _box(centre, foot, pw, ph), block.at(x, y))


def _sizes(share: float, firm: bool) -> list[tuple[float, int]]:
    """Product sizes to try, each with the least headline step wanted there: the product gives way a
    little for a headline that carries, then more for one that is still a headline, and at last the
    headline for the product. ``firm``: the product keeps its size as long as any headline fits."""
    share = min(share, LARGEST)
    steps = [share - 0.02 * index for index in range(12)]
    yielding = ((6, share - 0.07), (5, 0.45), (3, SMALLEST), (1, SMALLEST))
    passes = ((2, share - 0.03), (1, SMALLEST)) if firm else yielding
    return [(size, least) for least, floor in passes for size in steps if size >= max(SMALLEST, floor)]


def _box(centre: float, foot: float, width: int, height: int) -> Box:
    left, bottom = round(centre - width / 2), round(foot)
    return left, bottom - height, left + width, bottom
