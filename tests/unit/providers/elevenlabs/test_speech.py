"""Speech by ElevenLabs: what is asked, what becomes of the answer, and what is measured on the sound."""

from __future__ import annotations

import wave

import numpy as np
import pytest
from scipy.signal import correlate

from genai.capabilities.audio import SpeechRequest
from genai.capabilities.base import Call
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE
from genai.errors import Permanent, StepError
from genai.media import dynamics, sound
from tests.harness.elevenlabs import SPEAK, encoded, spoken, voice
from tests.harness.specs import SpecServer
from tests.unit.providers.elevenlabs.conftest import provider

TEXT = "Tea tastes better from it, every day. Take it home."
VOICES = {"voices": {"Ada": "voice-ada", "Bo": "voice-bo"}, "default": {"*": "ada", "de": "bo"}}


def test_golden_request(plain: SpecServer, call: Call) -> None:
    said = voice(TEXT)
    path = "POST /v1/text-to-speech/EXAVITQu4vr4xnSDxMaL/with-timestamps"
    plain.answer(path, 200, spoken(said, encoded(said.samples, "mp3_44100_128")))
    provider(plain).audio(SpeechRequest(TEXT), call)
    (asked,) = plain.calls
    assert asked.body == {
        "text": TEXT,
        "model_id": "eleven_multilingual_v2",
        "voice_settings": {"speed": 1.0},
        "seed": 7,
    }
    assert asked.query == {"output_format": ["mp3_44100_128"]}
    assert asked.headers["xi-api-key"] == "***"
    assert "idempotency-key" not in asked.headers  # there is none


@pytest.mark.parametrize("output_format", ["mp3_44100_128", "opus_48000_128", "pcm_48000", "wav_22050"])
def test_words_stand_where_they_are_heard(eleven: SpecServer, call: Call, output_format: str) -> None:
    result = provider(eleven, output_format=output_format).audio(SpeechRequest(TEXT), call)
    assert eleven.calls[0].query == {"output_format": [output_format]}
    with wave.open(str(result.audio.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 3)
        assert file.getnframes() / SAMPLE_RATE == result.duration
    assert result.audio.role is AssetRole.SPEECH
    assert [word.text for word in result.words] == TEXT.split()

    said = voice(TEXT)
    got = sound.read(result.audio.path, channels=1)[0]
    lag = int(np.argmax(correlate(got, said.samples, method="fft"))) - (said.samples.size - 1)
    assert abs(lag) < 0.003 * SAMPLE_RATE  # what the format does to the times
    for word, meant in zip(result.words, said.words, strict=True):
        assert word.start == pytest.approx(meant.start, abs=0.001)
        assert word.end == pytest.approx(meant.end, abs=0.001)
    # Every word sounds, and after the sentence nobody speaks.
    speaking = dynamics.active(got)
    rate = dynamics.CONTROL_RATE
    assert all(speaking[int(w.start * rate) : int(w.end * rate)].mean() > 0.6 for w in result.words)
    pause = slice(int((result.words[6].end + 0.1) * rate), int((result.words[7].start - 0.02) * rate))
    assert speaking[pause].mean() < 0.2


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        (SpeechRequest("Tea."), "voice-ada"),
        (SpeechRequest("Tee.", "de-CH"), "voice-bo"),
        (SpeechRequest("Tee.", "de", voice=" ADA "), "voice-ada"),
    ],
)
def test_voices_by_name_and_by_language(
    eleven: SpecServer, call: Call, request_: SpeechRequest, named: str
) -> None:
    provider(eleven, **VOICES, output_format="wav_48000").audio(request_, call)
    assert eleven.calls[0].parameters == {"voice_id": named}
    assert "language_code" not in eleven.calls[0].body


def test_a_model_that_is_told_the_language(eleven: SpecServer, call: Call) -> None:
    options = {"says_language": True, "languages": ["no"], "output_format": "wav_48000", "stability": 0.4}
    provider(eleven, **options).audio(SpeechRequest("Te.", "nb-NO"), call)
    assert eleven.calls[0].body["language_code"] == "no"
    assert eleven.calls[0].body["voice_settings"] == {"speed": 1.0, "stability": 0.4}


@pytest.mark.parametrize(
    ("request_", "code", "told"),
    [
        (SpeechRequest("Hi.", voice="anna"), "unknown_voice", "ada, bo"),
        (SpeechRequest("Hi.", "cy"), "unsupported_language", "en, de"),
        (SpeechRequest("..."), "empty_text", "write what"),
        (SpeechRequest("word " * 9), "unsupported", "takes 40"),
    ],
)
def test_what_cannot_be_said_is_not_asked(
    plain: SpecServer, call: Call, request_: SpeechRequest, code: str, told: str
) -> None:
    speaker = provider(plain, **VOICES, languages=["en", "de"], characters=40)
    with pytest.raises(Permanent, match=told) as caught:
        speaker.audio(request_, call)
    assert caught.value.code == code
    assert plain.calls == []


# The pace


def test_the_pace_is_the_voice_s_within_its_bounds(eleven: SpecServer, call: Call) -> None:
    speaker = provider(eleven, output_format="wav_48000")
    assert speaker.audio(SpeechRequest("Tea for two.", rate=1.1), call).marks == ()
    (mark,) = speaker.audio(SpeechRequest("Tea for two.", rate=1.5), call).marks
    assert [each.body["voice_settings"]["speed"] for each in eleven.calls] == [1.1, 1.2]
    assert mark.reason == "limited_pace"


@pytest.mark.parametrize(("factor", "speeds"), [(1.05, 1), (0.9, 2), (1.3, 2)])
def test_speech_comes_close_to_the_seconds(
    eleven: SpecServer, call: Call, factor: float, speeds: int
) -> None:
    seconds = voice(TEXT).duration * factor
    speaker = provider(eleven, output_format="wav_48000")
    request = SpeechRequest(TEXT, seconds=seconds)
    result = speaker.audio(request, call)
    assert len(eleven.calls) == speeds
    assert 0.9 * seconds <= result.duration <= seconds
    assert result.words[-1].end <= result.duration
    assert result.marks == ()
    assert result.cost == pytest.approx(speeds * len(TEXT) * 0.0001)
    assert speaker.price(request) == pytest.approx(2 * len(TEXT) * 0.0001)


def test_speech_that_takes_longer_is_marked(eleven: SpecServer, call: Call) -> None:
    result = provider(eleven, output_format="wav_48000").audio(SpeechRequest(TEXT, seconds=1.0), call)
    assert [mark.reason for mark in result.marks] == ["long_speech"]
    assert result.audio.details == {"speed": 1.2, "calls": 2}


def test_speech_that_is_too_short_is_better_than_speech_that_is_too_long(
    eleven: SpecServer, call: Call
) -> None:
    long, short = voice(TEXT), voice(TEXT, rate=1.4)
    eleven.answer(SPEAK, 200, spoken(long, encoded(long.samples, "wav_48000"))).then(
        200, spoken(short, encoded(short.samples, "wav_48000"))
    )
    request = SpeechRequest(TEXT, seconds=long.duration / 1.1)
    result = provider(eleven, output_format="wav_48000").audio(request, call)
    assert result.duration == pytest.approx(short.duration, abs=0.001)


# The answer


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alignment": None}, "bad_answer"),
        ({"audio_base64": None}, "bad_answer"),
        ({"alignment": {"characters": ["a"]}}, "bad_answer"),
        ({"audio_base64": "!!!"}, "bad_result"),
        ({"audio_base64": "AAAA"}, "bad_result"),
        ({"audio_base64": ""}, "bad_result"),
    ],
)
def test_an_answer_that_is_none(plain: SpecServer, call: Call, changes: dict[str, object], code: str) -> None:
    said = voice("Tea.")
    whole = spoken(said, encoded(said.samples, "wav_48000"))
    plain.answer(SPEAK.replace("{voice_id}", "EXAVITQu4vr4xnSDxMaL"), 200, {**whole, **changes})
    with pytest.raises(StepError) as caught:
        provider(plain, output_format="mp3_44100_128").audio(SpeechRequest("Tea."), call)
    assert caught.value.code == code
    assert caught.value.cost == pytest.approx(len("Tea.") * 0.0001)
    assert list(call.workdir.iterdir()) == []
