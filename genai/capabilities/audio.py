"""The audio capability: speech with the times of its words, recordings aligned to a script, music."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genai.capabilities.base import Call, Produced, Provider, Ticket
from genai.domain.film import Phoneme, SpokenWord
from genai.domain.media import Mark, MediaFile


@dataclass(frozen=True)
class SpeechRequest:
    """Say ``text``. ``voice`` is a name that the provider knows, None for its choice; ``rate`` 1.0 is
    the voice's own pace. ``seconds``: what it should not exceed and come close to, by a pace that still
    sounds natural; None for as long as it takes. ``language`` is a BCP 47 tag."""

    text: str
    language: str = "en"
    voice: str | None = None
    rate: float = 1.0
    seconds: float | None = None


@dataclass(frozen=True)
class AlignmentRequest:
    """Find when each word of ``text`` is said in ``recording``, which says nothing else."""

    recording: MediaFile
    text: str
    language: str = "en"


@dataclass(frozen=True)
class MusicRequest:
    """A bed of ``duration`` seconds that ends with the picture. ``prompt`` is the customer's wish for
    the job; ``mood``: calm, warm, bright, bold or playful, None: what the prompt suggests. With
    ``recording``, the client's own music, that is cut to length and its beats are found; without, music
    is made. ``energetic`` music has a beat to cut on."""

    duration: float
    prompt: str = ""
    mood: str | None = None
    energetic: bool = False
    recording: MediaFile | None = None


@dataclass(frozen=True)
class AudioResult:
    """``audio``: WAV, 48 kHz, 16 or 24 bits; mono for speech, stereo for music; for an alignment the
    recording in that form. All times are seconds from its start; ``duration`` is its length.
    ``words``: every word of the text in order, for speech and alignment. ``phonemes`` for speech and
    where an alignment knows them. ``tempo`` in beats per minute and ``beats`` for music (0 and empty
    where it has none)."""

    audio: Produced
    duration: float
    words: tuple[SpokenWord, ...] = ()
    phonemes: tuple[Phoneme, ...] = ()
    tempo: float = 0.0
    beats: tuple[float, ...] = ()
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


AudioRequest = SpeechRequest | AlignmentRequest | MusicRequest


class AudioProvider(Provider, Protocol):
    def audio(self, request: AudioRequest, call: Call) -> AudioResult | Ticket:
        """Make or measure the sound. Raises Retryable, Permanent or Rejected; Permanent with the code
        ``unsupported_language`` for a language or a writing that it cannot speak, ``unknown_voice``,
        and ``not_audio`` for a recording that is none."""
        ...
