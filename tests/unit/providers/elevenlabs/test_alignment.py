"""Recordings aligned by ElevenLabs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from genai.capabilities.audio import AlignmentRequest
from genai.capabilities.base import Call
from genai.domain.film import SAMPLE_RATE
from genai.domain.media import MediaFile
from genai.errors import Permanent, StepError
from genai.media import sound
from tests.harness.elevenlabs import ALIGN, Voice, aligned, encoded, voice
from tests.harness.specs import SpecServer
from tests.unit.providers.elevenlabs.conftest import provider

TEXT = "Tea tastes better from it, every day."


def recording(path: Path, data: bytes, duration: float | None = None) -> MediaFile:
    path.write_bytes(data)
    return MediaFile(path, "audio/mpeg", hashlib.sha256(data).hexdigest(), duration=duration)


@pytest.fixture(scope="module")
def said() -> Voice:
    return voice(TEXT)


@pytest.fixture
def recorded(said: Voice, tmp_path: Path) -> MediaFile:
    return recording(tmp_path / "me.mp3", encoded(said.samples, "mp3_44100_128"), said.duration)


def test_golden_request(plain: SpecServer, call: Call, said: Voice, recorded: MediaFile) -> None:
    plain.answer(ALIGN, 200, aligned(said))
    result = provider(plain).audio(AlignmentRequest(recorded, TEXT), call)
    (asked,) = plain.calls
    assert set(asked.body) == {"file", "text"}
    assert asked.body["text"] == TEXT
    # What is sent is what the times are of: the recording as the service keeps it.
    sent = asked.body["file"]
    assert (sent.name, sent.media_type) == ("recording.wav", "audio/wav")
    assert sent.data == result.audio.path.read_bytes()


def test_words_of_a_recording(eleven: SpecServer, call: Call, said: Voice, recorded: MediaFile) -> None:
    eleven.answer(ALIGN, 200, aligned(said))
    aligner = provider(eleven)
    request = AlignmentRequest(recorded, TEXT, "en-GB")
    result = aligner.audio(request, call)
    assert [word.text for word in result.words] == TEXT.split()
    assert [word.start for word in result.words] == pytest.approx([word.start for word in said.words])
    assert result.duration == pytest.approx(said.duration, abs=0.001)
    assert sound.read(result.audio.path, channels=1).shape[1] == round(result.duration * SAMPLE_RATE)
    assert (result.marks, result.audio.details) == ((), {"loss": 0.12})
    assert 0 < result.cost <= aligner.price(request)


def test_words_in_silence_are_marked(eleven: SpecServer, call: Call, said: Voice, tmp_path: Path) -> None:
    late = np.concatenate([said.samples, np.zeros(said.samples.size, np.float32)])
    answer = aligned(said)
    for each in answer["characters"]:
        each["start"] += said.duration
        each["end"] += said.duration
    eleven.answer(ALIGN, 200, answer)
    file = recording(tmp_path / "late.wav", encoded(late, "wav_48000"))
    result = provider(eleven).audio(AlignmentRequest(file, TEXT), call)
    assert [mark.reason for mark in result.marks] == ["uncertain_alignment"]


@pytest.mark.parametrize(
    ("seconds", "level", "language", "code"),
    [
        (1.0, 0.0, "en", "not_audio"),
        (301.0, 0.1, "en", "recording_too_long"),
        (1.0, 0.1, "cy", "unsupported_language"),
        (None, 0.0, "en", "not_audio"),
    ],
)
def test_recordings_that_are_not_sent(
    plain: SpecServer,
    call: Call,
    tmp_path: Path,
    seconds: float | None,
    level: float,
    language: str,
    code: str,
) -> None:
    path = tmp_path / "recording.wav"
    if seconds is None:
        file = recording(path, b"no sound at all")
    else:
        sound.write(path, level * np.sin(np.arange(round(seconds * SAMPLE_RATE)) / 40).astype(np.float32))
        file = recording(path, path.read_bytes())
    with pytest.raises(Permanent) as caught:
        provider(plain).audio(AlignmentRequest(file, TEXT, language), call)
    assert (caught.value.code, plain.calls) == (code, [])


def test_another_text_s_times(plain: SpecServer, call: Call, said: Voice, recorded: MediaFile) -> None:
    plain.answer(ALIGN, 200, aligned(voice("Quite another matter.")))
    with pytest.raises(StepError) as caught:
        provider(plain).audio(AlignmentRequest(recorded, TEXT), call)
    assert caught.value.code == "bad_answer"
    assert caught.value.cost == pytest.approx(said.duration * 0.0000612, rel=0.01)
