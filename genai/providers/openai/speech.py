"""Speech, and when its words are said: OpenAI's voices give no times, so they are listened to."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from openai import OpenAI
from scipy.signal import resample_poly

from genai.capabilities.audio import AlignmentRequest, AudioResult, SpeechRequest
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE, SpokenWord, seconds_of
from genai.domain.media import Mark
from genai.errors import Permanent
from genai.media import dynamics, loudness, sound
from genai.providers.http import charged
from genai.providers.openai.alignment import Aligned, aligned
from genai.providers.openai.api import Api
from genai.vendors import Model

# OpenAI's API reference, audio/speech.
VOICES = (
    *("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin"),
    *("nova", "onyx", "sage", "shimmer", "verse"),
)
_CUSTOM = "voice_"  # how the ids of voices begin that the account has made
_USUAL = "marin"
CHARACTERS = 4096
_SPEEDS = (0.25, 4.0)
# Seconds of a recording; what is sent of it is 16 kHz, 16 bits, mono, and OpenAI takes 25 MB.
LONGEST = 600.0
_HEARD_RATE = 16_000
_SILENCE = -60.0  # LUFS below which nobody can have spoken

_FITTING = (0.8, 1.25)  # of the pace that was asked for: what still sounds natural
_FITS = (0.97, 1.0)  # of the seconds that were asked for
_LUFS, _CEILING = -19.0, -3.0  # of finished speech, and its true peak in dBTP
_UNCERTAIN = 0.2  # of the words; where more were not heard, the others' times are in doubt as well
_SLOWEST = 6.0  # characters a second that anybody speaks at least; for the price


def speak(api: Api, model: Model, listener: Model, request: SpeechRequest, call: Call) -> AudioResult:
    """Say it, and listen to it for the times of its words.

    ``rate`` is the API's ``speed``. For ``seconds`` the sound is made faster or slower by a quarter at most,
    at its pitch. The language is the text's own: the API is not told. ``model.options``: ``voice``, the one
    that is taken unless the request names one; ``instructions``, the manner of speaking, for models that
    take it. Raises Permanent: ``unknown_voice``, ``empty_text``, and ``unsupported`` for more than 4096
    characters.
    """
    _check(request)
    content = api.content(call, lambda sdk, headers: _say(sdk, headers, model, request))
    call.progress(0.5)
    samples = _received(content, call.workdir)
    said = _said_cost(model, request, samples.size / SAMPLE_RATE)
    path = call.workdir / "speech.wav"
    with charged(said):
        samples, pace = _fitted(samples, request.seconds, call.workdir)
        samples = _leveled(samples)
        duration = samples.size / SAMPLE_RATE
        sound.write(path, samples)
        found = aligned(request.text, _heard(api, listener, samples, request.language, call), duration)
    marks = (*_paced(request, pace, duration), *_unheard(found))
    return AudioResult(
        audio=Produced(path, "audio/wav", AssetRole.SPEECH, details={"pace": round(pace, 3)}, marks=marks),
        duration=duration,
        words=found.words,
        marks=marks,
        cost=said + listener.cost(second=duration, call=1),
    )


def align(api: Api, listener: Model, request: AlignmentRequest, call: Call) -> AudioResult:
    """Find the words; ``audio`` is the recording as 48 kHz mono WAV.

    Raises Permanent: ``not_audio`` for what cannot be decoded or in which nobody speaks,
    ``recording_too_long`` above LONGEST seconds.
    """
    samples = sound.read(request.recording.path, channels=1, longest=LONGEST + 1)[0]
    duration = samples.size / SAMPLE_RATE
    if duration > LONGEST:
        raise Permanent(
            f"the recording is longer than {LONGEST:g} s; send a shorter one", code="recording_too_long"
        )
    if loudness.integrated(samples) < _SILENCE:
        raise Permanent("the recording is silent; check the microphone and record it again", code="not_audio")
    path = call.workdir / "recording.wav"
    sound.write(path, samples)
    heard = _heard(api, listener, samples, request.language, call)
    found = aligned(request.text, heard, duration)
    marks = _unheard(found)
    return AudioResult(
        audio=Produced(path, "audio/wav", AssetRole.SPEECH, marks=marks),
        duration=duration,
        words=found.words,
        marks=marks,
        cost=listener.cost(second=duration, call=1),
    )


def price_of_speech(model: Model, listener: Model, request: SpeechRequest) -> float:
    """What it comes to at most."""
    seconds = max(3.0, len(request.text) / _SLOWEST / max(request.rate, _SPEEDS[0]))
    return _said_cost(model, request, seconds) + listener.cost(second=seconds / _FITTING[0], call=1)


def price_of_alignment(listener: Model, request: AlignmentRequest) -> float:
    """What it comes to at most."""
    seconds = request.recording.duration
    return listener.cost(second=LONGEST if seconds is None else seconds + 1, call=1)


def _check(request: SpeechRequest) -> None:
    if not any(sign.isalnum() for sign in request.text):
        raise Permanent(
            "the text has no word that can be said; write what the voice is to say", code="empty_text"
        )
    if len(request.text) > CHARACTERS:
        raise Permanent(
            f"the text has {len(request.text)} characters, and openai says {CHARACTERS} at once; shorten it",
            code="unsupported",
        )


def _say(sdk: OpenAI, headers: dict[str, str], model: Model, request: SpeechRequest) -> Any:
    options: dict[str, Any] = {}
    if request.rate != 1.0:
        options["speed"] = min(max(request.rate, _SPEEDS[0]), _SPEEDS[1])
    if instructions := model.options.get("instructions"):
        options["instructions"] = str(instructions)
    return sdk.audio.speech.with_raw_response.create(
        model=model.name,
        input=request.text,
        voice=_voice(request.voice or str(model.options.get("voice", _USUAL))),
        response_format="wav",
        extra_headers=headers,
        **options,
    )


def _voice(name: str) -> Any:
    if name.startswith(_CUSTOM):
        return {"id": name}
    if name not in VOICES:
        raise Permanent(
            f"openai has no voice {name!r}; it has {', '.join(VOICES)}, and those of the account by their id",
            code="unknown_voice",
        )
    return name


def _received(content: bytes, folder: Path) -> np.ndarray:
    """Mono samples. Raises Permanent (``bad_result``) where what came is no sound."""
    path = folder / "received.wav"
    path.write_bytes(content)
    try:
        samples = sound.read(path, channels=1)[0]
    except Permanent:
        raise Permanent("what openai sent is no sound", code="bad_result") from None
    if not samples.size:
        raise Permanent("what openai sent is no sound", code="bad_result")
    return samples


def _fitted(samples: np.ndarray, seconds: float | None, folder: Path) -> tuple[np.ndarray, float]:
    """The speech nearer to ``seconds``, and the factor of its pace."""
    duration = samples.size / SAMPLE_RATE
    if seconds is None or _FITS[0] <= duration / seconds <= _FITS[1]:
        return samples, 1.0
    pace = min(max(duration / (seconds * sum(_FITS) / 2), _FITTING[0]), _FITTING[1])
    source, path = folder / "paced_from.wav", folder / "paced.wav"
    sound.write(source, samples)
    sound.pace(source, path, pace)
    return sound.read(path, channels=1)[0], pace


def _leveled(samples: np.ndarray) -> np.ndarray:
    level = loudness.integrated(samples)
    if level < _SILENCE:
        raise Permanent("what openai sent is silent", code="bad_result")
    louder = samples * np.float32(10 ** ((_LUFS - level) / 20))
    limited: np.ndarray = dynamics.limit(louder[None], _CEILING)[0]
    return limited


def _heard(
    api: Api, listener: Model, samples: np.ndarray, language: str, call: Call
) -> tuple[SpokenWord, ...]:
    """The words that the listener makes of a sound, with its times. Raises Permanent (``not_audio``) for
    none."""
    path = call.workdir / "heard.wav"
    _write_small(path, samples)
    base = language.partition("-")[0].lower()
    options: dict[str, Any] = {"language": base} if len(base) == 2 else {}

    def listen(sdk: OpenAI, headers: dict[str, str]) -> Any:
        return sdk.audio.transcriptions.with_raw_response.create(
            model=listener.name,
            file=(path.name, path.read_bytes(), "audio/wav"),
            response_format="verbose_json",
            timestamp_granularities=["word"],
            extra_headers=headers,
            **options,
        )

    document = api.document(call, listen)
    with charged(listener.cost(second=samples.size / SAMPLE_RATE, call=1)):
        words = document.get("words")
        if not isinstance(words, list):
            raise api.bad_answer("has no times of words")
        try:
            heard = tuple(_word(each) for each in words)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise api.bad_answer("has no times of words") from None
        if not heard:
            raise Permanent("nobody speaks in the recording; check it and record it again", code="not_audio")
    return heard


def _word(said: Mapping[str, Any]) -> SpokenWord:
    start = float(said["start"])
    return SpokenWord(str(said["word"]), start, max(start, float(said["end"])))


def _write_small(path: Path, samples: np.ndarray) -> None:
    low = resample_poly(samples, 1, SAMPLE_RATE // _HEARD_RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_HEARD_RATE)
        file.writeframes(np.rint(np.clip(low, -1, 1) * 32767).astype("<i2").tobytes())


def _said_cost(model: Model, request: SpeechRequest, seconds: float) -> float:
    """By the second and the character: this endpoint's answer does not say what was used."""
    return model.cost(second=seconds, character=len(request.text), call=1)


def _paced(request: SpeechRequest, pace: float, duration: float) -> tuple[Mark, ...]:
    if request.seconds is None or duration <= request.seconds + seconds_of(1):
        return ()
    detail = f"The speech takes {duration:.1f} s where {request.seconds:.1f} s were asked for"
    return (Mark("long_speech", f"{detail}, at {pace:.2f} of its own pace."),)


def _unheard(found: Aligned) -> tuple[Mark, ...]:
    if not found.unheard:
        return ()
    words = ", ".join(found.words[place].text for place in found.unheard[:5])
    more = f" and {len(found.unheard) - 5} more" if len(found.unheard) > 5 else ""
    marks = [
        Mark(
            "unheard_words",
            f"{len(found.unheard)} of {len(found.words)} words were not heard ({words}{more}); their times "
            "are shared out between those of their neighbours.",
        )
    ]
    if len(found.unheard) > _UNCERTAIN * len(found.words):
        marks.append(
            Mark(
                "uncertain_alignment",
                "Much of the text was not heard; word times may be off. Check that the recording says the "
                "whole text and nothing else.",
            )
        )
    return tuple(marks)
