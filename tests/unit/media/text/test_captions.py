"""Captions on their pixels: in time, in their box, lit word by word, in every writing."""

from __future__ import annotations

import re

import numpy as np
import pytest

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.domain.film import SpokenWord
from genai.domain.request import CaptionSettings
from genai.media.safe_box import safe_box
from genai.media.text import caption_box, merged, text_bounds, text_layer
from genai.media.text.bounds import text_alpha
from tests.unit.media.text.speech import spoken

SMALL = Canvas(Aspect.PORTRAIT, 360, 640)
ENGLISH = "This bottle keeps your coffee hot for hours, and it never leaks. Try it!"
TEXTS = {
    "en": ENGLISH,
    "de": "Die Rechtsschutzversicherungsgesellschaften zahlen 1.234,56 Euro.",
    "ar": "مرحبا بكم في متجرنا الجديد، حيث تجدون 25 منتجا رائعا.",
    "he": "שלום לכם, זה המוצר החדש שלנו.",
    "hi": "नमस्ते दोस्तों, यह हमारा नया उत्पाद है।",
    "th": "สวัสดีครับ น้ำผึ้ง ที่ดีที่สุด",
}
DIALOGUE = re.compile(r"Dialogue: \d+,(\d+):(\d+):([\d.]+),(\d+):(\d+):([\d.]+),Text,caption,0,0,0,,(.*)")


def events(ass: str) -> list[tuple[float, float, str]]:
    """Start, end (seconds) and text of each."""
    found = []
    for line in ass.splitlines():
        if match := DIALOGUE.fullmatch(line):
            h1, m1, s1, h2, m2, s2 = map(float, match.groups()[:6])
            found.append((3600 * h1 + 60 * m1 + s1, 3600 * h2 + 60 * m2 + s2, match[7]))
    return found


def lit(text: str) -> str:
    """The highlighted word of an event with the usual highlight, its lines joined."""
    return "".join(re.findall(r"\{\\1c&H0AD6FF&[^}]*\}([^{]*)", text))


def plain(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "", text).replace("\\N", " ")


def test_each_word_is_lit_from_its_start_to_the_next() -> None:
    words = spoken(ENGLISH)
    shown = events(text_layer(SMALL, 300, words=words))
    assert [lit(text) for *_, text in shown] == [word.text for word in words]
    for (start, end, _), word, following in zip(shown, words, [*words[1:], None], strict=True):
        assert start == pytest.approx(word.start, abs=0.04)  # a frame, and the format's hundredths
        if following and following.start - word.end < 0.3:
            assert end == pytest.approx(following.start, abs=0.04)


def test_two_to_five_words_stand_at_once() -> None:
    counts = {len(plain(text).split()) for *_, text in events(text_layer(SMALL, 300, words=spoken(ENGLISH)))}
    assert counts <= {2, 3, 4, 5}


def test_captions_end_with_the_speech_and_with_the_clip() -> None:
    words = [SpokenWord("Well", 0.5, 0.8), SpokenWord("now", 0.8, 1.2), SpokenWord("later", 3.0, 3.4)]
    first, second, third = events(text_layer(SMALL, 96, words=words))
    assert first[1] == second[0]
    assert 1.2 <= second[1] <= 1.6
    assert third[1] == pytest.approx(96 / 30, abs=0.03)


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("position", ["upper", "middle", "lower"])
def test_the_box_lies_in_its_third_of_the_safe_box(aspect: Aspect, position: str) -> None:
    canvas = Canvas(aspect, *aspect.size)
    left, top, right, bottom = caption_box(canvas, position)
    safe = safe_box(aspect, *aspect.size)
    third = (safe[3] - safe[1]) / 3
    index = ["upper", "middle", "lower"].index(position)
    assert safe[0] <= left < right <= safe[2]
    assert safe[1] + index * third - 1 <= top < bottom <= safe[1] + (index + 1) * third + 1
    assert left + right == pytest.approx(aspect.size[0], abs=2)


@pytest.mark.parametrize("language", list(TEXTS))
def test_every_writing_stays_in_the_box_in_two_lines(language: str) -> None:
    canvas = Canvas(Aspect.PORTRAIT, 540, 960)
    words = spoken(TEXTS[language])
    ass = text_layer(canvas, 300, words=words, language=language)
    shown = events(ass)
    assert all(text.count("\\N") <= 1 for *_, text in shown)
    left, top, right, bottom = caption_box(canvas, "lower")
    found = text_bounds(ass, 540, 960, [start + 0.2 for start, *_ in shown])
    assert found is not None
    assert left <= found[0] < found[2] <= right
    assert top <= found[1] < found[3] <= bottom


def test_letters_are_at_least_60_pixels_at_full_size() -> None:
    for aspect in Aspect:
        canvas = Canvas(aspect, *aspect.size)
        (_, _, text), *_ = events(text_layer(canvas, 60, words=spoken("Hello there")))
        size = float(re.findall(r"\\fs([\d.]+)", text)[0])
        assert size / (0.901 + 0.3) >= 60  # Hanken Grotesk's ascent and descent


def test_a_word_longer_than_a_line_is_hyphenated_by_its_language() -> None:
    shown = events(text_layer(SMALL, 300, words=spoken(TEXTS["de"]), language="de-AT"))
    long = [text for *_, text in shown if "Rechts" in text]
    assert [plain(text) for text in long] == ["Rechtsschutzversiche- rungsgesellschaften"]
    assert lit(long[0]) == "Rechtsschutzversiche-rungsgesellschaften"


def test_right_to_left_words_stand_from_the_right() -> None:
    canvas = Canvas(Aspect.LANDSCAPE, 640, 360)
    words = spoken("שלום לכם")
    (one, *_), (other, *_) = events(text_layer(canvas, 90, words=words))
    shown = lit_columns(text_layer(canvas, 90, words=words), canvas, [one + 0.2, other + 0.05])
    assert shown[0] > shown[1]
    words = spoken("Hello there")
    shown = lit_columns(
        text_layer(canvas, 90, words=words), canvas, [words[0].start + 0.2, words[1].start + 0.1]
    )
    assert shown[0] < shown[1]


def lit_columns(ass: str, canvas: Canvas, times: list[float]) -> list[float]:
    """The middle column of what is highlighted: everything else made transparent."""
    hidden = ass.replace("\\1c&HFFFFFF&", "\\1a&HFF&").replace("\\1c&H0AD6FF&", "\\1a&H00&")
    hidden = re.sub(r"\\bord[\d.]+\\blur[\d.]+", r"\\bord0", hidden)
    alpha = text_alpha(hidden, canvas.width, canvas.height, times)
    return [float(np.nonzero(each > 128)[1].mean()) for each in alpha]


def test_emoji_are_left_out_and_braces_drawn() -> None:
    shown = events(text_layer(SMALL, 300, words=spoken("Wow 🎉 {really} 👩‍💻 a\\Nb 100%")))
    assert [plain(text.replace("\\{", "<").replace("\\}", ">")) for *_, text in shown] == [
        "Wow <really> a\\\u2060Nb 100%"
    ] * 4
    assert text_layer(SMALL, 300, words=spoken("🎉 ☕")) == ""


def test_the_highlight_reads_in_any_colour() -> None:
    words = spoken("Hello there")
    dark = text_layer(SMALL, 60, words=words, captions=CaptionSettings(highlight="#101060"))
    light = text_layer(SMALL, 60, words=words, captions=CaptionSettings(highlight="#70ffa0"))
    assert "{\\1c&H601010&\\3c&HFFFFFF&}Hello" in dark
    assert "{\\1c&HA0FF70&\\3c&H101010&}Hello" in light


def test_without_captions_or_words_there_is_no_document() -> None:
    off = CaptionSettings(enabled=False)
    assert text_layer(SMALL, 90, words=spoken(ENGLISH), captions=off) == ""
    assert text_layer(SMALL, 90) == ""
    assert text_bounds("", 360, 640, [0.5]) is None


def test_layers_are_merged_to_the_frame() -> None:
    words = spoken("Hello there")
    layer = text_layer(SMALL, 60, words=words)
    for offset in (1, 2, 3, 50, 3601):
        moved = merged([("", 0), (layer, offset)], SMALL)
        for (start, end, text), (start2, end2, text2) in zip(events(layer), events(moved), strict=True):
            assert text2 == text
            assert start2 == pytest.approx(start + offset / 30, abs=0.012)
            assert end2 == pytest.approx(end + offset / 30, abs=0.012)
    first = round(30 * words[0].start)
    seen = text_alpha(merged([(layer, 50)], SMALL), 360, 640, [(49 + first) / 30, (50 + first) / 30])
    assert [bool(each.any()) for each in seen] == [False, True]
    assert merged([("", 0), ("", 9)], SMALL) == ""
