"""SRT and WebVTT: every word once, in time, in short lines, escaped."""

from __future__ import annotations

import re
from itertools import pairwise

from genai.domain.film import SpokenWord
from genai.media.subtitles import cues, srt, vtt
from tests.unit.media.text.speech import spoken

TEXT = (
    "This is the bottle that keeps your coffee hot for twelve hours, and it never leaks in the bag. "
    "Fish & <chips> 🎉 are another story --> really. Try it today!"
)


def test_every_word_stands_once_and_in_order() -> None:
    shown = " ".join(line for cue in cues(spoken(TEXT)) for line in cue.lines)
    assert shown == TEXT


def test_cues_begin_with_their_words_and_never_overlap() -> None:
    words = spoken(TEXT)
    starts = {word.start for word in words}
    made = cues(words)
    assert len(made) > 3
    for cue, following in pairwise(made):
        assert cue.start in starts
        assert cue.start < cue.end <= following.start
    assert made[-1].end >= words[-1].end


def test_two_lines_of_42_characters_at_most() -> None:
    for cue in cues(spoken(TEXT)):
        assert len(cue.lines) <= 2
        assert max(map(len, cue.lines)) <= 42


def test_a_sentence_ends_its_cue() -> None:
    assert any(cue.lines[-1].endswith("bag.") for cue in cues(spoken(TEXT)))


def test_a_long_pause_is_left_free() -> None:
    first, second = cues([SpokenWord("Listen.", 0.2, 0.6), SpokenWord("Silence.", 5.0, 5.5)])
    assert 0.6 <= first.end <= 1.3
    assert second.start == 5.0


def test_a_short_cue_gives_way_to_the_next() -> None:
    first, second = cues([SpokenWord("Listen.", 0.2, 0.4), SpokenWord("Silence.", 0.75, 1.5)])
    assert first.end == second.start == 0.75


def test_srt_is_numbered_and_timed_to_the_millisecond() -> None:
    text = srt([SpokenWord("Hello", 0.0416, 0.5), SpokenWord("there.", 3661.5, 3662.0)])
    first, second = text.strip().split("\n\n")
    assert first.splitlines()[0] == "1"
    assert first.splitlines()[1].startswith("00:00:00,042 --> 00:00:0")
    assert second.splitlines() == ["2", "01:01:01,500 --> 01:01:02,500", "there."]
    assert srt([]) == ""


def test_vtt_is_escaped() -> None:
    text = vtt(spoken(TEXT))
    assert text.startswith("WEBVTT\n\n00:00:00.")
    assert "Fish &amp; &lt;chips&gt; 🎉" in text
    assert len(re.findall("-->", text)) == len(cues(spoken(TEXT)))
