"""Speech by OpenAI, and the times of words in it and in recordings."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from genai.capabilities.audio import AlignmentRequest, MusicRequest, SpeechRequest
from genai.capabilities.base import Call
from genai.domain.film import SAMPLE_RATE, SpokenWord
from genai.errors import Permanent, Retryable
from genai.media import loudness, sound
from tests.harness.openai import LISTEN, SPEAK, error, tones, transcription
from tests.harness.specs import SpecServer
from tests.unit.providers.openai.conftest import provider, stored

TEXT = "Tea tastes better from it."
WORDS = TEXT.split()
SECOND = 0.00025, 0.0001  # of speech, of listening


def recording(folder: Path, words: list[str]) -> AlignmentRequest:
    path = folder / "recording.wav"
    path.write_bytes(tones(words)[0])
    return AlignmentRequest(stored(path, "audio/wav", duration=0.4 * len(words)), " ".join(words))


def test_speech_comes_with_the_times_of_its_words(server: SpecServer, calls: Callable[..., Call]) -> None:
    openai = provider(server)
    request = SpeechRequest(TEXT)
    result = openai.audio(request, calls())
    assert [word.text for word in result.words] == WORDS
    assert result.words[1].start == pytest.approx(0.4, abs=0.01)
    assert result.duration == pytest.approx(2.0, abs=0.01)
    with av.open(str(result.audio.path)) as file:
        assert (file.streams.audio[0].rate, file.streams.audio[0].channels) == (SAMPLE_RATE, 1)
    assert loudness.integrated(sound.read(result.audio.path, channels=1)[0]) == pytest.approx(-19, abs=1)
    assert result.cost == pytest.approx(2.0 * sum(SECOND), rel=0.01)
    assert result.cost <= openai.price(request)
    assert result.marks == ()


def test_the_requests_are_these(plain: SpecServer, calls: Callable[..., Call]) -> None:
    provider(plain).audio(SpeechRequest(TEXT, "en-GB", rate=1.1), calls("attempt-9"))
    spoken, listened = plain.calls
    assert (spoken.name, listened.name) == (SPEAK, LISTEN)
    assert spoken.body == {
        "input": TEXT,
        "model": "gpt-4o-mini-tts",
        "response_format": "wav",
        "speed": 1.1,
        "voice": "marin",
    }
    file = listened.body.pop("file")
    assert (file.name, file.media_type) == ("heard.wav", "audio/wav")
    with wave.open(io.BytesIO(file.data)) as heard:
        assert (heard.getframerate(), heard.getnchannels(), heard.getsampwidth()) == (16_000, 1, 2)
    assert listened.body == {
        "language": "en",
        "model": "whisper-1",
        "response_format": "verbose_json",
        "timestamp_granularities[]": ["word"],
    }
    assert [call.headers["x-client-request-id"] for call in plain.calls] == ["attempt-9"] * 2


@pytest.mark.parametrize(("voice", "sent"), [("nova", "nova"), ("voice_1234", {"id": "voice_1234"})])
def test_a_voice_is_the_vendor_s_or_the_account_s(
    server: SpecServer, calls: Callable[..., Call], voice: str, sent: Any
) -> None:
    provider(server).audio(SpeechRequest(TEXT, voice=voice), calls())
    assert server.asked(SPEAK)[0].body["voice"] == sent


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (SpeechRequest(TEXT, voice="anna"), "unknown_voice"),
        (SpeechRequest("– …"), "empty_text"),
        (SpeechRequest("tea " * 1025), "unsupported"),
        (MusicRequest(3.0), "unsupported"),
    ],
)
def test_what_cannot_be_said_is_not_asked(
    plain: SpecServer, calls: Callable[..., Call], request_: Any, code: str
) -> None:
    with pytest.raises(Permanent) as caught:
        provider(plain).audio(request_, calls())
    assert caught.value.code == code
    assert plain.calls == []


@pytest.mark.parametrize(
    ("seconds", "duration", "marks"), [(1.8, 1.77, []), (2.4, 2.36, []), (1.0, 1.6, ["long_speech"])]
)
def test_speech_is_fitted_to_a_length_by_a_quarter(
    server: SpecServer, calls: Callable[..., Call], seconds: float, duration: float, marks: list[str]
) -> None:
    result = provider(server).audio(SpeechRequest(TEXT, seconds=seconds), calls())
    assert result.duration == pytest.approx(duration, abs=0.03)
    assert [mark.reason for mark in result.marks] == marks
    assert len(server.asked(SPEAK)) == 1
    assert result.words[-1].end <= result.duration


def test_a_recording_is_aligned_to_its_text(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    request = recording(tmp_path, WORDS)
    openai = provider(server)
    result = openai.audio(request, calls())
    assert [word.text for word in result.words] == WORDS
    assert result.duration == pytest.approx(2.0, abs=0.01)
    assert result.cost == pytest.approx(2.0 * SECOND[1], rel=0.01)
    assert result.cost <= openai.price(request)


def test_words_that_were_not_heard_are_a_mark(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    server.answer(
        LISTEN, body=transcription([SpokenWord("Tea", 0.1, 0.3), SpokenWord("tastes", 0.5, 0.8)], 2.0)
    )
    result = provider(server).audio(recording(tmp_path, WORDS), calls())
    assert [mark.reason for mark in result.marks] == ["unheard_words", "uncertain_alignment"]
    assert "3 of 5 words" in result.marks[0].detail
    assert [word.text for word in result.words] == WORDS
    assert result.words[2].start == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("document", "error", "code"),
    [
        ({"text": TEXT}, Retryable, "bad_answer"),
        ({**transcription([], 2.0), "text": ""}, Permanent, "not_audio"),
    ],
)
def test_times_that_are_missing_are_an_error(
    server: SpecServer,
    calls: Callable[..., Call],
    tmp_path: Path,
    document: Any,
    error: type[Exception],
    code: str,
) -> None:
    server.answer(LISTEN, body=document)
    with pytest.raises(error) as caught:
        provider(server).audio(recording(tmp_path, WORDS), calls())
    assert getattr(caught.value, "code", None) == code
    assert getattr(caught.value, "cost", None) == pytest.approx(2.0 * SECOND[1], rel=0.01)


def test_what_was_said_is_paid_for_when_it_cannot_be_listened_to(
    server: SpecServer, calls: Callable[..., Call]
) -> None:
    server.answer(LISTEN, 500, error("server_error", "down"))
    with pytest.raises(Retryable) as caught:
        provider(server).audio(SpeechRequest(TEXT), calls())
    assert caught.value.cost == pytest.approx(2.0 * SECOND[0], rel=0.01)


def test_sound_that_is_none_is_an_error(server: SpecServer, calls: Callable[..., Call]) -> None:
    silence = io.BytesIO()
    with wave.open(silence, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(np.zeros(24_000, "<i2").tobytes())
    for body in (b"\x00\xff" * 400, silence.getvalue()):
        server.answer(SPEAK, body=body)
        with pytest.raises(Permanent) as caught:
            provider(server).audio(SpeechRequest(TEXT), calls())
        assert caught.value.code == "bad_result"


def test_a_silent_recording_is_not_sent(
    plain: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    path = tmp_path / "silent.wav"
    sound.write(path, np.zeros(SAMPLE_RATE, np.float32))
    with pytest.raises(Permanent) as caught:
        provider(plain).audio(AlignmentRequest(stored(path, "audio/wav", duration=1.0), TEXT), calls())
    assert caught.value.code == "not_audio"
    assert plain.calls == []
