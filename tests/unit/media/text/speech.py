"""Speech as an engine times it: words of their length, breaths at punctuation."""

from __future__ import annotations

from genai.domain.film import SpokenWord


def spoken(text: str, start: float = 0.1) -> list[SpokenWord]:
    words, time = [], start
    for word in text.split():
        end = round(time + 0.12 + 0.045 * len(word), 3)
        words.append(SpokenWord(word, time, end))
        time = round(end + (0.25 if word[-1] in ".!?" else 0.12 if word[-1] == "," else 0.02), 3)
    return words
