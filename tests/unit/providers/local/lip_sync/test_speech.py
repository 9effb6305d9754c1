"""Mouths follow sounds: open on vowels, shut on p, b and m, at rest in pauses."""

import numpy as np
import pytest

from genai.domain.film import Phoneme, SpokenWord
from genai.providers.local.lip_sync.speech import mouths, spans

from .filmed import said


def _open(phonemes: tuple[Phoneme, ...], frames: int) -> list[float]:
    return [mouth.open for mouth in mouths(spans(phonemes, ()), frames)]


def test_openness_rises_with_the_vowel() -> None:
    heights = [max(_open(said(("", 0.2), (vowel, 0.3), ("", 0.2)), 21)) for vowel in ("i", "ə", "ɛ", "a")]
    assert heights == sorted(heights)
    assert heights[0] > 0.25 and heights[-1] > 0.85


@pytest.mark.parametrize("symbol", ["p", "b", "m"])
@pytest.mark.parametrize("length", [0.02, 0.05, 0.1])
def test_lips_meet_however_short_the_sound(symbol: str, length: float) -> None:
    for late in np.linspace(0, 1 / 30, 7):
        phonemes = said(("", 0.1 + late), ("a", 0.2), (symbol, length), ("a", 0.2))
        middle = 0.3 + late + length / 2
        frame = round(middle * 30 - 0.5)
        track = _open(phonemes, 24)
        assert min(track[max(0, frame - 1) : frame + 2]) == 0
        assert max(track) > 0.6


def test_pauses_and_the_handle_are_at_rest() -> None:
    track = _open(said(("a", 0.3), ("", 0.4), ("o", 0.3)), 60)
    assert max(track[13:17]) < 0.02
    assert max(track[35:]) == 0


def test_rounding_spreading_and_teeth() -> None:
    def middle(symbol: str) -> object:
        return mouths(spans(said((symbol, 0.3)), ()), 9)[4]

    assert middle("u").wide < -0.5 < 0.5 < middle("i").wide  # type: ignore[attr-defined]
    assert middle("f").tuck > 0.8 > 0.2 > middle("a").tuck  # type: ignore[attr-defined]
    assert middle("s").teeth > 0.7  # type: ignore[attr-defined]


def test_diphthongs_move() -> None:
    track = mouths(spans(said(("aɪ", 0.4)), ()), 12)
    assert track[2].open > 0.75 and track[9].open < 0.5
    assert track[9].wide > track[2].wide


def test_without_phonemes_the_words_are_read() -> None:
    spoken = (SpokenWord("Mama!", 0.2, 0.8), SpokenWord("猫は好き", 1.2, 1.8))
    track = [mouth.open for mouth in mouths(spans((), spoken), 60)]
    assert max(track[6:24]) > 0.6 and min(track[9:20]) == 0  # two syllables, lips shut between them
    assert max(track[36:54]) > 0.5
    assert max(track[28:34]) < 0.05


def test_nothing_said_is_a_closed_mouth() -> None:
    assert {mouth.open for mouth in mouths([], 5)} == {0.0}
