"""When each word of a script is said in a recording of it, without a recogniser.

The script is spoken by eSpeak, whose word times are known; the recording is warped on that speech, and the
times go along. Pauses are cut short on both sides first: a speaker makes them where the synthesizer doesn't.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genai.capabilities.audio import AlignmentRequest, AudioResult
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE, Phoneme, SpokenWord
from genai.domain.media import Mark
from genai.errors import Permanent
from genai.media import loudness, sound
from genai.providers.local.audio import espeak, features
from genai.providers.local.audio.speech import Spoken, say
from genai.providers.local.audio.warping import warp

LONGEST = 180.0  # seconds
CERTAIN = 0.5  # confidence below which the times are marked
_SILENCE = -60.0  # LUFS below which nobody can have spoken
_KEPT = 4  # frames that stay of a pause
_REFERENCES = ("anna", "ben")  # whichever is nearer to the speaker
_NEARER = 0.06  # by how much the words are nearer than the same ones from their middle on, to be sure
_ELSEWHERE = 0.382  # where that middle is: at no simple fraction, for texts that repeat themselves
_RATES = (0.45, 2.2)  # of the reference's pace: beyond them something is missing or too much


@dataclass(frozen=True)
class _Heard:
    """What is left of a sound after its pauses are cut: features, and where its frames stood."""

    described: np.ndarray
    kept: np.ndarray
    speaks: np.ndarray

    @classmethod
    def of(cls, samples: np.ndarray, rate: int) -> _Heard:
        cepstra, level = features.frames(samples, rate)
        speaks = features.speaking(level)
        kept = _without_pauses(speaks)
        return cls(features.described(cepstra, speaks)[kept], kept, speaks)


@dataclass(frozen=True)
class Match:
    """A script's words and phonemes in a recording, in seconds. ``confidence`` 0..1, ``rate`` the speaker's
    pace as a multiple of the synthesizer's, ``distance`` the mean one of the features."""

    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...]
    confidence: float
    rate: float
    distance: float


def align(request: AlignmentRequest, call: Call) -> AudioResult:
    """Find the words; ``audio`` is the recording as 48 kHz mono WAV.

    The result is marked ``uncertain_alignment`` where recording and script hardly resemble each other.
    Raises Permanent: ``not_audio`` for what cannot be decoded or is silent, ``recording_too_long`` above
    180 s, and the errors of speech in that language.
    """
    samples = sound.read(request.recording.path, channels=1, longest=LONGEST + 1)[0]
    duration = samples.size / SAMPLE_RATE
    if duration > LONGEST:
        raise Permanent(
            f"the recording is longer than {LONGEST:g} s; send a shorter one", code="recording_too_long"
        )
    if loudness.integrated(samples) < _SILENCE:
        raise Permanent("the recording is silent; check the microphone and record it again", code="not_audio")
    call.progress(0.2)
    found = match(samples, request.text, request.language)
    path = call.workdir / "recording.wav"
    sound.write(path, samples)
    marks: tuple[Mark, ...] = ()
    if found.confidence < CERTAIN:
        marks = (
            Mark(
                "uncertain_alignment",
                "The recording hardly matches the script; word times may be off. "
                "Check that it says the whole script and nothing else.",
            ),
        )
    details = {
        "confidence": round(found.confidence, 3),
        "rate": round(found.rate, 3),
        "distance": round(found.distance, 3),
    }
    return AudioResult(
        audio=Produced(path, "audio/wav", AssetRole.SPEECH, details=details, marks=marks),
        duration=duration,
        words=found.words,
        phonemes=found.phonemes,
        marks=marks,
    )


def match(samples: np.ndarray, text: str, language: str) -> Match:
    """Find the words of ``text`` in mono ``samples`` at 48 kHz."""
    recording = _Heard.of(samples, SAMPLE_RATE)
    attempts = []
    for voice in _REFERENCES:
        spoken = say(text, language=language, voice=voice)
        reference = _Heard.of(spoken.samples, espeak.RATE)
        path, distance = warp(reference.described, recording.described)
        attempts.append((distance, voice, spoken, reference, path))
    distance, _, spoken, reference, path = min(attempts, key=lambda attempt: attempt[:2])
    clock = _Clock(reference, recording, path)
    elsewhere = warp(
        np.roll(reference.described, round(_ELSEWHERE * len(reference.kept)), axis=0), recording.described
    )[1]
    rate = recording.kept.size and reference.kept.size / recording.kept.size
    alike = float(np.clip((elsewhere - distance) / _NEARER, 0, 1))
    spans = [clock.span(word.start, word.end) for word in spoken.words]
    limits = [start for start, _ in spans[1:]] + [samples.size / SAMPLE_RATE]
    return Match(
        words=tuple(
            SpokenWord(word.text, start, max(start, min(end, limit)))
            for word, (start, end), limit in zip(spoken.words, spans, limits, strict=True)
        ),
        phonemes=clock.phonemes(spoken, samples.size / SAMPLE_RATE),
        confidence=alike if _RATES[0] <= rate <= _RATES[1] else 0.0,
        rate=float(rate),
        distance=distance,
    )


class _Clock:
    """Times of the reference as times of the recording."""

    def __init__(self, reference: _Heard, recording: _Heard, path: np.ndarray) -> None:
        frames, first = np.unique(path[:, 0], return_index=True)
        last = np.append(first[1:], len(path)) - 1
        self._starts = recording.kept[path[first, 1]]
        self._ends = recording.kept[path[last, 1]]
        self._kept = reference.kept[frames]
        self._speaks = recording.speaks

    def span(self, start: float, end: float) -> tuple[float, float]:
        """Start and end of what is said from ``start`` to ``end``, drawn in where it reaches into a pause."""
        first, last = self._at(start, self._starts), self._at(end, self._ends)
        sounding = np.flatnonzero(self._speaks[first : last + 1])
        if sounding.size:
            first, last = first + sounding[0], first + sounding[-1] + 1
        return float(first * features.FRAME), float(max(first, last) * features.FRAME)

    def _at(self, time: float, frames: np.ndarray) -> int:
        kept = int(np.searchsorted(self._kept, round(time / features.FRAME)))
        return int(frames[min(kept, frames.size - 1)])

    def phonemes(self, spoken: Spoken, duration: float) -> tuple[Phoneme, ...]:
        """The phonemes, each up to the next one; pauses as the recording has them."""
        edges = [self._at(p.start, self._starts) * features.FRAME for p in spoken.phonemes]
        edges = [0.0, *edges[1:], duration]
        return tuple(
            Phoneme(p.symbol, start, end)
            for p, start, end in zip(spoken.phonemes, edges, edges[1:], strict=False)
            if end > start
        )


def _without_pauses(speaks: np.ndarray) -> np.ndarray:
    """The numbers of the frames that stay when every pause is cut to _KEPT frames, half at either edge."""
    numbers = np.arange(speaks.size)
    before = numbers - np.maximum.accumulate(np.where(speaks, numbers, -speaks.size))
    after = np.minimum.accumulate(np.where(speaks, numbers, 2 * speaks.size)[::-1])[::-1] - numbers
    return np.flatnonzero((before <= _KEPT // 2) | (after <= _KEPT // 2))
