"""Music by ElevenLabs."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from genai.capabilities.audio import MusicRequest
from genai.capabilities.base import Call
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE
from genai.domain.media import MediaFile
from genai.errors import Permanent, Rejected, Retryable, StepError
from genai.media import sound
from genai.prompts.music import music_prompt
from tests.harness.elevenlabs import COMPOSE, TEMPO, clicks, encoded
from tests.harness.specs import Damage, SpecServer
from tests.unit.providers.elevenlabs.conftest import provider


def composes(server: SpecServer) -> None:
    data = encoded(clicks(12.0), "mp3_44100_128")
    server.answer(COMPOSE, 200, data, {"Content-Type": "audio/mpeg"})


def test_golden_request(plain: SpecServer, call: Call) -> None:
    composes(plain)
    request = MusicRequest(8.25, "a calm morning", "calm")
    provider(plain).audio(request, call)
    (asked,) = plain.calls
    assert asked.body == {
        "prompt": music_prompt(request, limit=4100),
        "music_length_ms": 10250,
        "model_id": "music_v1",
        "force_instrumental": True,
    }
    assert asked.query == {"output_format": ["mp3_44100_128"]}


def test_music_of_the_film_s_length_with_its_beats(eleven: SpecServer, call: Call) -> None:
    composer = provider(eleven)
    request = MusicRequest(8.25, energetic=True)
    result = composer.audio(request, call)
    with wave.open(str(result.audio.path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (48_000, 2)
        assert file.getnframes() == 8.25 * SAMPLE_RATE
    assert (result.audio.role, result.duration) == (AssetRole.MUSIC, 8.25)
    assert result.tempo == pytest.approx(TEMPO, rel=0.01)
    # It begins at once, with its first beat, and ends in silence.
    off = [abs((beat + 0.25) % 0.5 - 0.25) for beat in result.beats]
    assert len(result.beats) >= 15 and max(off) < 0.03
    samples = sound.read(result.audio.path)
    assert np.abs(samples[:, : SAMPLE_RATE // 10]).max() > 0.1
    assert np.abs(samples[:, -100:]).max() < 0.01
    assert result.audio.details == {"passes": 1}
    assert result.cost == composer.price(request) == pytest.approx(10.25 * 0.005)


def test_the_shortest_that_there_is(eleven: SpecServer, call: Call) -> None:
    result = provider(eleven).audio(MusicRequest(0.8), call)
    assert eleven.calls[0].body["music_length_ms"] == 3000
    assert sound.read(result.audio.path).shape[1] == round(0.8 * SAMPLE_RATE)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (MusicRequest(3.0, recording=MediaFile(Path("own.mp3"), "audio/mpeg", "0")), "unsupported"),
        (MusicRequest(600.0), "unsupported"),
        (MusicRequest(3.0, mood="gloomy"), "unknown_mood"),
    ],
)
def test_what_is_not_asked(plain: SpecServer, call: Call, request_: MusicRequest, code: str) -> None:
    composer = provider(plain)
    assert composer.serves(request_) is (code == "unknown_mood")
    with pytest.raises(Permanent) as caught:
        composer.audio(request_, call)
    assert (caught.value.code, plain.calls) == (code, [])


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"detail": {"status": "bad_prompt", "message": "names an artist"}}, Rejected, "rejected"),
        (429, {"detail": {"code": "rate_limit_exceeded"}}, Retryable, "rate_limited"),
        (200, b"no music", Permanent, "bad_result"),
        (200, Damage.TRUNCATED, Retryable, "unavailable"),
    ],
)
def test_what_an_answer_means(
    eleven: SpecServer, call: Call, status: int, body: object, kind: type[StepError], code: str
) -> None:
    headers = {"Content-Type": "audio/mpeg"} if isinstance(body, bytes) else {}
    eleven.answer(COMPOSE, status, body, headers)  # type: ignore[arg-type]
    with pytest.raises(kind) as caught:
        provider(eleven).audio(MusicRequest(3.0), call)
    assert caught.value.code == code


def test_silence_is_no_music(eleven: SpecServer, call: Call) -> None:
    silence = encoded(np.zeros(5 * SAMPLE_RATE, np.float32), "mp3_44100_128")
    eleven.answer(COMPOSE, 200, silence, {"Content-Type": "audio/mpeg"})
    with pytest.raises(Permanent) as caught:
        provider(eleven).audio(MusicRequest(3.0), call)
    assert caught.value.code == "bad_result"
