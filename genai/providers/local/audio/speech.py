"""A script spoken: one WAV with the times of its words and phonemes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from genai.capabilities.audio import AudioResult, SpeechRequest
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE, Phoneme, SpokenWord
from genai.domain.media import Mark
from genai.errors import Permanent
from genai.media import sound
from genai.providers.local.audio import espeak, voices
from genai.providers.local.audio.languages import check_writing, spoken_as
from genai.providers.local.audio.polish import polish
from genai.providers.local.audio.script_text import Token, sentences

_LEAD = 0.03  # seconds before the first sound
_TAIL = 0.15  # and after the last, for the room
_BREATHS = (0.17, 0.29)  # seconds between sentences: the longer the sentence, the longer the breath
_LONG_SENTENCE = 7.0  # seconds
_RATES = (0.5, 2.0)
_FITTING = (0.8, 1.25)  # of the pace that was asked for: what still sounds natural
_FITS = (0.97, 1.0)  # of the seconds that were asked for
_QUIET = 10 ** (-45 / 20)  # of a sentence's peak: what is below at its edges is cut away
_EDGE = 0.008  # seconds that are kept of that, and over which it is faded
_NOT_SYMBOL = re.compile(r"\(.*?\)|[ˈˌːˑ.\-0-9]")

MARK = Mark(
    "synthetic_voice", "The voice is made by a formant synthesizer (eSpeak NG) and sounds like a machine."
)


@dataclass(frozen=True)
class Spoken:
    """Raw mono samples at ``espeak.RATE`` with the times, in seconds, of what is said in them."""

    samples: np.ndarray
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]

    @property
    def duration(self) -> float:
        return self.samples.size / espeak.RATE


def speak(request: SpeechRequest, call: Call) -> AudioResult:
    """Say it, as 48 kHz mono WAV at -19 LUFS.

    ``rate`` is taken between 0.5 and 2; for ``seconds`` it is changed by a quarter at most. Raises Permanent:
    ``unsupported_language``, ``unknown_voice``, ``empty_text`` where nothing of the text can be said.
    """
    spoken = _fitted(request)
    call.progress(0.5)
    samples = polish(spoken.samples, espeak.RATE)
    path = call.workdir / "speech.wav"
    sound.write(path, samples)
    return AudioResult(
        audio=Produced(path, "audio/wav", AssetRole.SPEECH, marks=(MARK,)),
        duration=samples.size / SAMPLE_RATE,
        words=spoken.words,
        phonemes=spoken.phonemes,
        marks=(MARK,),
    )


def _fitted(request: SpeechRequest) -> Spoken:
    rate = request.rate
    spoken = say(request.text, language=request.language, voice=request.voice, rate=rate)
    if request.seconds is None:
        return spoken
    lowest, highest = (request.rate * factor for factor in _FITTING)
    for _ in range(3):  # breaths don't follow the pace, so once is not enough
        wanted = rate * spoken.duration / (request.seconds * sum(_FITS) / 2)
        if _FITS[0] <= spoken.duration / request.seconds <= _FITS[1] or not lowest < rate < highest:
            break
        rate = min(max(wanted, lowest), highest)
        spoken = say(request.text, language=request.language, voice=request.voice, rate=rate)
    return spoken


def say(text: str, *, language: str, voice: str | None = None, rate: float = 1.0) -> Spoken:
    """The raw speech; the errors of :func:`speak`."""
    chosen = voices.named(voice)
    tag = spoken_as(language)
    parts = sentences(text, tag)
    if not any(token.sounds for part in parts for token in part):
        raise Permanent(
            "the text has no word that can be said; write what the voice is to say", code="empty_text"
        )
    check_writing(text, tag)
    speed = round(chosen.speed * min(max(rate, _RATES[0]), _RATES[1]))
    raw = espeak.utter(
        [" ".join(token.spoken for token in part) for part in parts],
        voice=f"{espeak.voices()[tag]}+{chosen.variant}",
        speed=speed,
        pitch=chosen.pitch,
        expression=chosen.expression,
    )
    return _joined([_sentence(*sentence) for sentence in zip(parts, raw, strict=True)], parts)


def _sentence(part: list[Token], raw: espeak.Utterance) -> Spoken | None:
    """One sentence without the silence around it; None where nothing of it sounds."""
    if not any(token.sounds for token in part):
        return None
    lengths = [len(token.spoken) + 1 for token in part]
    starts = np.cumsum([0, *lengths[:-1]])
    loud = np.flatnonzero(np.abs(raw.samples) > _QUIET * np.abs(raw.samples).max(initial=1e-6))
    if not loud.size:
        return None
    edge = int(_EDGE * espeak.RATE)
    first, last = max(0, loud[0] - edge), min(raw.samples.size, loud[-1] + edge)
    samples = raw.samples[first:last].copy()
    fade = np.linspace(0, 1, edge, dtype=np.float32)
    samples[:edge] *= fade
    samples[-edge:] *= fade[::-1]

    def seconds(sample: int) -> float:
        return float(min(max(sample - first, 0), samples.size) / espeak.RATE)

    ends = [event.sample for event in raw.phonemes[1:]] + [raw.samples.size]
    phonemes, owners = [], []
    for event, end in zip(raw.phonemes, ends, strict=True):
        symbol = _NOT_SYMBOL.sub("", event.symbol)
        if seconds(end) > seconds(event.sample):
            phonemes.append(Phoneme(symbol, seconds(event.sample), seconds(end)))
            owners.append(int(np.searchsorted(starts, event.position, "right")) - 1 if symbol else None)
    return Spoken(samples, _timed(part, phonemes, owners, samples.size / espeak.RATE), tuple(phonemes))


def _timed(
    part: list[Token], phonemes: list[Phoneme], owners: Iterable[int | None], duration: float
) -> tuple[SpokenWord, ...]:
    """The words of a sentence. eSpeak says some words as one ("of the"): they share that time by their
    letters. What makes no sound lies between its neighbours."""
    spans: dict[int, tuple[float, float]] = {}
    latest = 0
    for phoneme, owner in zip(phonemes, owners, strict=True):
        if owner is not None:
            latest = max(latest, owner)
            spans[latest] = (spans.get(latest, (phoneme.start, 0))[0], phoneme.end)
    sounding = [index for index, token in enumerate(part) if token.sounds]
    anchors = [index for index in spans if part[index].sounds] or sounding[:1]
    times: dict[int, tuple[float, float]] = {}
    for number, anchor in enumerate(anchors):
        following = anchors[number + 1] if number + 1 < len(anchors) else len(part)
        leading = 0 if number == 0 else anchor
        sharing = [index for index in sounding if leading <= index < following]
        start, end = spans.get(anchor, (0.0, duration))
        letters = np.cumsum([0, *(len(part[index].spoken) for index in sharing)])
        edges = start + (end - start) * letters / letters[-1]
        times |= {index: (edges[k], edges[k + 1]) for k, index in enumerate(sharing)}
    return tuple(SpokenWord(token.text, *_span(index, times, duration)) for index, token in enumerate(part))


def _span(index: int, times: dict[int, tuple[float, float]], duration: float) -> tuple[float, float]:
    if index in times:
        return float(times[index][0]), float(times[index][1])
    before = max((end for other, (_, end) in times.items() if other < index), default=0.0)
    after = min((start for other, (start, _) in times.items() if other > index), default=duration)
    return float(before), float(max(before, after))


def _joined(said: list[Spoken | None], parts: list[list[Token]]) -> Spoken:
    """Sentences after one another with breaths between; a phoneme without symbol fills each silence."""
    pieces = [np.zeros(round(_LEAD * espeak.RATE), np.float32)]
    words: list[SpokenWord] = []
    phonemes = [Phoneme("", 0.0, pieces[0].size / espeak.RATE)]
    position = pieces[0].size
    last = max(index for index, spoken in enumerate(said) if spoken)
    for index, (spoken, part) in enumerate(zip(said, parts, strict=True)):
        begin = position / espeak.RATE
        if spoken is None:
            words += [SpokenWord(token.text, begin, begin) for token in part]
            continue
        words += [SpokenWord(word.text, begin + word.start, begin + word.end) for word in spoken.words]
        phonemes += [Phoneme(p.symbol, begin + p.start, begin + p.end) for p in spoken.phonemes]
        share = min(spoken.duration / _LONG_SENTENCE, 1)
        silence = _BREATHS[0] + (_BREATHS[1] - _BREATHS[0]) * share - 2 * _EDGE if index < last else _TAIL
        pieces += [spoken.samples, np.zeros(round(silence * espeak.RATE), np.float32)]
        position += spoken.samples.size
        phonemes.append(Phoneme("", position / espeak.RATE, (position + pieces[-1].size) / espeak.RATE))
        position += pieces[-1].size
    return Spoken(np.concatenate(pieces), tuple(words), _unbroken(phonemes))


def _unbroken(phonemes: list[Phoneme]) -> tuple[Phoneme, ...]:
    """Pauses that follow one another as one."""
    whole: list[Phoneme] = []
    for phoneme in phonemes:
        if whole and not phoneme.symbol and not whole[-1].symbol:
            whole[-1] = Phoneme("", whole[-1].start, phoneme.end)
        else:
            whole.append(phoneme)
    return tuple(whole)
