"""When the mouth does what: phonemes with their times to a mouth per frame.

Every sound has a position of the mouth that it asks for and a weight, how much it insists on it
(dominance; M. Cohen, D. Massaro, "Modeling coarticulation in synthetic visual speech", 1993). Positions
flow into each other by their weighted mean over a short window that looks a little ahead, as a speaker
does. Lips that must meet (p, b, m) do meet, whatever the window says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from genai.domain.film import FPS, Phoneme, SpokenWord
from genai.providers.local.lip_sync.drawing.mouth import Mouth

_RATE = 240  # steps per second in which positions are mixed
_WINDOW = 0.021  # seconds, standard deviation
_LEAD = 0.01  # seconds that the mouth is ahead of the sound


@dataclass(frozen=True)
class _Sound:
    mouth: Mouth
    weight: float = 1.0
    closed: bool = False


def _sounds(symbols: str, mouth: Mouth, weight: float = 1.0, closed: bool = False) -> dict[str, _Sound]:
    return dict.fromkeys(symbols.split(), _Sound(mouth, weight, closed))


_PAUSE = _Sound(Mouth(), 1.2)
# The IPA as espeak-ng writes it, by what one sees of it.
_INVENTORY = {
    **_sounds("p b m ɓ ʙ", Mouth(), 3.0, closed=True),
    **_sounds("f v ɱ ʋ ɸ β", Mouth(open=0.13, teeth=1.0, tuck=1.0), 2.2),
    **_sounds("θ ð", Mouth(open=0.24, teeth=0.8, tongue=1.0), 1.2),
    **_sounds("t d n s z ɾ ts dz ʦ ʣ ɗ ʈ ɖ ɳ", Mouth(open=0.16, wide=0.2, teeth=0.9, tongue=0.2), 0.9),
    **_sounds("l ɫ ɬ ɭ ʎ", Mouth(open=0.3, wide=0.1, teeth=0.6, tongue=0.8), 0.8),
    **_sounds("ʃ ʒ tʃ dʒ ʧ ʤ ɕ ʑ ʂ ʐ tɕ dʑ", Mouth(open=0.2, wide=-0.5, teeth=0.9), 1.5),
    **_sounds("r ɹ ɻ ɚ ʀ ʁ ɽ", Mouth(open=0.24, wide=-0.35, teeth=0.4, tongue=0.3), 0.9),
    **_sounds("k g ɡ ŋ x ɣ q ɢ χ c ɟ ç ɲ ħ ʕ ʔ h ɦ", Mouth(open=0.26, teeth=0.5, tongue=0.3), 0.45),
    **_sounds("w ʍ ɥ", Mouth(open=0.17, wide=-0.95), 1.6),
    **_sounds("j", Mouth(open=0.26, wide=0.45, teeth=0.8), 0.8),
    **_sounds("i", Mouth(open=0.32, wide=0.8, teeth=0.9), 1.1),
    **_sounds("ɪ ɨ", Mouth(open=0.38, wide=0.4, teeth=0.8)),
    **_sounds("e", Mouth(open=0.5, wide=0.5, teeth=0.8, tongue=0.3)),
    **_sounds("ɛ", Mouth(open=0.66, wide=0.35, teeth=0.7, tongue=0.4)),
    **_sounds("æ", Mouth(open=0.88, wide=0.35, teeth=0.7, tongue=0.6), 1.2),
    **_sounds("a ɐ", Mouth(open=0.96, wide=0.1, teeth=0.5, tongue=0.6), 1.3),
    **_sounds("ɑ ɒ", Mouth(open=1.0, wide=-0.1, teeth=0.3, tongue=0.5), 1.3),
    **_sounds("ʌ", Mouth(open=0.74, teeth=0.5, tongue=0.4), 1.1),
    **_sounds("ə ɘ ɵ", Mouth(open=0.45, teeth=0.5, tongue=0.2), 0.8),
    **_sounds("ɜ ɝ ɞ", Mouth(open=0.48, wide=-0.25, teeth=0.5, tongue=0.3)),
    **_sounds("ɔ", Mouth(open=0.72, wide=-0.55, teeth=0.1, tongue=0.3), 1.2),
    **_sounds("o ɤ", Mouth(open=0.52, wide=-0.75, tongue=0.2), 1.2),
    **_sounds("ø œ ɶ", Mouth(open=0.45, wide=-0.65, tongue=0.2), 1.2),
    **_sounds("u ɯ ʉ y", Mouth(open=0.28, wide=-0.95), 1.3),
    **_sounds("ʊ ʏ", Mouth(open=0.36, wide=-0.6), 1.1),
}
_LETTERS = {"a": "a", "e": "ɛ", "i": "ɪ", "o": "ɔ", "u": "u", "y": "i", "q": "k", "j": "dʒ", "g": "ɡ"}
_PAIRS = {
    "th": "θ",
    "sh": "ʃ",
    "ch": "tʃ",
    "ph": "f",
    "ee": "i",
    "oo": "u",
    "ou": "ʊ",
    "ck": "k",
    "qu": "kw",
    "wh": "w",
    "ng": "ŋ",
}


@dataclass(frozen=True)
class Span:
    """A sound's time in seconds."""

    sound: _Sound
    start: float
    end: float


def spans(phonemes: Sequence[Phoneme], words: Sequence[SpokenWord]) -> list[Span]:
    """The sounds of the phonemes; without any, of the words as they are written."""
    timed = phonemes or [phoneme for word in words for phoneme in _spelt(word)]
    return [span for phoneme in timed for span in _parts(phoneme)]


def mouths(sounds: Sequence[Span], frames: int) -> list[Mouth]:
    """The mouth in each of ``frames`` frames; closed where nothing is said."""
    steps = round((frames + 2) / FPS * _RATE) + 1
    targets = np.tile(_numbers(Mouth()), (steps, 1))
    weights = np.full(steps, _PAUSE.weight)
    for span in sounds:
        part = slice(max(0, round(span.start * _RATE)), max(0, round(span.end * _RATE)))
        targets[part] = _numbers(span.sound.mouth)
        weights[part] = span.sound.weight
    width = _WINDOW * _RATE
    mixed = gaussian_filter1d(targets * weights[:, None], width, axis=0, mode="nearest")
    mixed /= gaussian_filter1d(weights, width, mode="nearest")[:, None]
    middles = (np.arange(frames) + 0.5) / FPS
    at = np.minimum(np.rint((middles + _LEAD) * _RATE).astype(int), steps - 1)
    values = mixed[at]
    _close(values, middles, sounds)
    return [Mouth(*(float(value) for value in row)) for row in values]


def _close(values: NDArray[np.float64], middles: NDArray[np.float64], sounds: Sequence[Span]) -> None:
    """Lips meet during every p, b and m, in one frame at least."""
    for span in sounds:
        if not span.sound.closed or not len(middles):
            continue
        nearest = int(np.argmin(np.abs(middles - (span.start + span.end) / 2)))
        if abs(middles[nearest] - (span.start + span.end) / 2) > 1 / FPS:
            continue  # beyond the clip
        inside = (middles > span.start + 0.004) & (middles < span.end - 0.012)
        inside[nearest] = True
        values[inside, 0] = 0.0


def _numbers(mouth: Mouth) -> NDArray[np.float64]:
    return np.array([mouth.open, mouth.wide, mouth.teeth, mouth.tongue, mouth.tuck])


def _parts(phoneme: Phoneme) -> Iterator[Span]:
    """The known sounds in a symbol, a diphthong's one after the other."""
    found = list(_known(phoneme.symbol)) or ([_PAUSE] if not phoneme.symbol else [_INVENTORY["ə"]])
    step = (phoneme.end - phoneme.start) / len(found)
    for index, sound in enumerate(found):
        yield Span(sound, phoneme.start + index * step, phoneme.start + (index + 1) * step)


def _known(symbol: str) -> Iterator[_Sound]:
    symbol = "".join(sign for sign in unicodedata.normalize("NFD", symbol) if not unicodedata.combining(sign))
    index = 0
    while index < len(symbol):
        for length in (2, 1):
            sound = _INVENTORY.get(symbol[index : index + length])
            if sound:
                yield sound
                index += length - 1
                break
        index += 1


def _spelt(word: SpokenWord) -> Iterable[Phoneme]:
    """Sounds guessed from letters. A writing that is not Latin gets a syllable for every two signs."""
    folded = unicodedata.normalize("NFKD", word.text.lower())
    letters = "".join(sign for sign in folded if unicodedata.category(sign).startswith("L"))
    symbols: list[str] = []
    index = 0
    while index < len(letters):
        pair, letter = letters[index : index + 2], letters[index]
        if pair in _PAIRS:
            symbols.append(_PAIRS[pair])
            index += 1
        elif letter.isascii():
            symbols.append(_LETTERS.get(letter, letter))
        else:
            symbols.append("at"[index % 2])
        index += 1
    step = (word.end - word.start) / max(1, len(symbols))
    return [Phoneme(s, word.start + i * step, word.start + (i + 1) * step) for i, s in enumerate(symbols)]
