"""Speech: ``POST /v1/text-to-speech/{voice_id}/with-timestamps``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from genai.capabilities.audio import AudioResult, SpeechRequest
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE, SpokenWord, seconds_of
from genai.domain.media import Mark
from genai.errors import ConfigurationError, Permanent
from genai.media import sound
from genai.providers.elevenlabs.asking import ONCE, asking
from genai.providers.elevenlabs.received import check_format, decoded
from genai.providers.elevenlabs.voices import Voices
from genai.providers.elevenlabs.words import spoken_words
from genai.providers.http import Account, bad_answer, charged
from genai.vendors import Model

if TYPE_CHECKING:
    from elevenlabs.client import ElevenLabs

# Of the voice's own pace. The API's document bounds it so wherever it states bounds (TTSConversationalConfig,
# TtsVoiceSettings; likewise RealtimeVoiceSettings of the SDK).
SPEEDS = (0.7, 1.2)
_FITS = (0.9, 1.0)  # of the seconds that were asked for: said again at another pace only beyond that
_AIM = 0.97
_SEEDS = 1 << 32
_SPEED_STEP = 0.01
FORMAT = "mp3_44100_128"


@dataclass(frozen=True)
class _Said:
    samples: np.ndarray
    words: tuple[SpokenWord, ...]

    @property
    def duration(self) -> float:
        return self.samples.shape[1] / SAMPLE_RATE


class Speaker:
    """Says texts with the model's voices.

    The model's options: ``voices``, ``default`` and ``languages`` (see :mod:`voices`); ``characters``, how
    long a text may be; ``output_format``; ``says_language``, whether the model takes a language code;
    ``stability``, ``similarity_boost``, ``style`` of all voices, their own where nothing is said.
    """

    def __init__(self, client: ElevenLabs, account: Account, model: Model, place: str) -> None:
        self._client, self._account, self._model = client, account, model
        self._voices = Voices.of(model, place)
        self._format = str(model.options.get("output_format", FORMAT))
        check_format(self._format, place)
        longest = model.options.get("characters")
        if not isinstance(longest, int):
            raise ConfigurationError(f"{place}.options.characters: say how many a text may have")
        self._longest = longest

    def price(self, request: SpeechRequest) -> float:
        """US dollars at most: speech that must fit into a time may be said twice."""
        times = 2 if request.seconds is not None else 1
        return times * self._cost(request)

    def speak(self, request: SpeechRequest, call: Call) -> AudioResult:
        """Say it at the pace that ``rate`` asks for, within SPEEDS; where it does not come close to
        ``seconds``, once more at the pace that would, and the better one is taken.

        The vendor takes no idempotency key: after an interruption the same text is said, and paid, again.
        Raises Permanent: ``unsupported_language``, ``unknown_voice``, ``empty_text``, ``unsupported`` for a
        text that is too long for the model.
        """
        self._check(request)
        language = self._voices.language(request.language)
        voice = self._voices.id(request.voice, language)
        speed = _held(request.rate)
        said, calls = self._say(request, call, voice, language, speed), 1
        cost = self._cost(request)
        if request.seconds is not None and (again := _better(said.duration, request.seconds, speed)) != speed:
            call.progress(0.5)
            with charged(cost):
                other, calls = self._say(request, call, voice, language, again), 2
            said, speed = min(
                ((said, speed), (other, again)),
                key=lambda made: _miss(made[0].duration, request.seconds or 0.0),
            )
        path = call.workdir / "speech.wav"
        sound.write(path, said.samples)
        marks = _marks(request, speed, said.duration)
        details = {"speed": speed, "calls": calls}
        return AudioResult(
            audio=Produced(path, "audio/wav", AssetRole.SPEECH, details=details, marks=marks),
            duration=said.duration,
            words=said.words,
            marks=marks,
            cost=calls * cost,
        )

    def _cost(self, request: SpeechRequest) -> float:
        """Of saying it once."""
        return self._model.cost(character=len(request.text), call=1)

    def _check(self, request: SpeechRequest) -> None:
        if not any(character.isalnum() for character in request.text):
            raise Permanent(
                "the text has no word that can be said; write what the voice is to say", code="empty_text"
            )
        if len(request.text) > self._longest:
            raise Permanent(
                f"the text has {len(request.text)} characters, and {self._model.name} takes {self._longest};"
                " shorten it",
                code="unsupported",
            )

    def _say(self, request: SpeechRequest, call: Call, voice: str, language: str, speed: float) -> _Said:
        options = self._model.options
        settings = {
            name: options[name] for name in ("stability", "similarity_boost", "style") if name in options
        }
        asked: dict[str, Any] = {"language_code": language} if options.get("says_language") else {}
        with asking(self._account, self._cost(request)):
            from elevenlabs.types.voice_settings import VoiceSettings

            answer = self._client.text_to_speech.convert_with_timestamps(
                voice,
                text=request.text,
                model_id=self._model.name,
                output_format=self._format,
                voice_settings=VoiceSettings(speed=speed, **settings),
                seed=call.seed % _SEEDS,
                request_options=ONCE,
                **asked,
            )
        with charged(self._cost(request)):
            return self._heard(answer, request, call)

    def _heard(self, answer: Any, request: SpeechRequest, call: Call) -> _Said:
        encoded, alignment = getattr(answer, "audio_base_64", None), getattr(answer, "alignment", None)
        if not isinstance(encoded, str) or alignment is None:
            raise bad_answer(self._account, "has no sound, or no times of its characters")
        samples = decoded(encoded, self._format, call.workdir)
        try:
            words = spoken_words(
                request.text,
                alignment.characters,
                alignment.character_start_times_seconds,
                alignment.character_end_times_seconds,
                samples.shape[1] / SAMPLE_RATE,
            )
        except (AttributeError, TypeError, ValueError):
            raise bad_answer(self._account, "does not time the text's characters") from None
        return _Said(samples, words)


def _held(speed: float) -> float:
    return round(min(max(speed, SPEEDS[0]), SPEEDS[1]) / _SPEED_STEP) * _SPEED_STEP


def _better(duration: float, seconds: float, speed: float) -> float:
    """The speed at which it would come close to ``seconds``; ``speed`` itself where it does."""
    if _FITS[0] <= duration / seconds <= _FITS[1]:
        return speed
    return _held(speed * duration / (_AIM * seconds))


def _miss(duration: float, seconds: float) -> tuple[bool, float]:
    """What is too long is worse than what is too short."""
    return duration > seconds, abs(duration - seconds)


def _marks(request: SpeechRequest, speed: float, duration: float) -> tuple[Mark, ...]:
    if request.seconds is not None and duration > request.seconds + seconds_of(1):
        detail = f"The speech takes {duration:.1f} s where {request.seconds:.1f} s were asked for"
        return (Mark("long_speech", f"{detail}, at {speed:g} of the voice's own pace."),)
    if request.seconds is None and abs(speed - request.rate) > _SPEED_STEP:
        detail = f"The voice speaks at {speed:g} of its own pace; {request.rate:g} was asked for"
        return (Mark("limited_pace", f"{detail}, and it has {SPEEDS[0]:g} to {SPEEDS[1]:g}."),)
    return ()
