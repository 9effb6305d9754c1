"""Word times of recordings whose words are known, because they were put there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import fftconvolve, resample_poly

from genai.capabilities.audio import AlignmentRequest, AudioResult
from genai.capabilities.base import Call
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.media import sound
from genai.providers.local.audio import audio
from genai.providers.local.audio.speech import say
from genai.providers.local.audio.warping import warp

RATE = 48_000
TEXT = (
    "Meet the new Aqua Flask. It keeps your water cold for a whole day, and it fits in any bag. "
    "No more warm drinks after lunch! The lid never leaks. Order yours today."
)
OTHER = (
    "This morning I tried something different. My kitchen was a mess, so I bought a simple wooden rack that "
    "holds every pan and plate I own, and now everything has a place."
)


def recorded(
    text: str, voice: str, rate: float, noise: float, language: str = "en-GB"
) -> tuple[np.ndarray, np.ndarray]:
    """Somebody else says the text: another voice, accent and pace, which changes from word to word, with
    pauses after every sixth, in a room with ``noise`` (dB under the speech). Also when each word starts."""
    random = np.random.default_rng(3)
    spoken = say(text, language=language, voice=voice, rate=rate)
    whole = resample_poly(spoken.samples, 320, 147)
    pieces, starts = [np.zeros(RATE)], []
    position, edge = RATE, 0
    for number, word in enumerate(spoken.words):
        last = number + 1 == len(spoken.words)
        end = whole.size if last else round(spoken.words[number + 1].start * RATE)
        percent = int(random.integers(88, 115))
        piece = resample_poly(whole[edge:end], percent, 100)
        starts.append((position + (word.start * RATE - edge) * percent / 100) / RATE)
        pieces += [piece, np.zeros(RATE // 2 if number % 6 == 5 else 0)]
        position += piece.size + pieces[-1].size
        edge = end
    heard = np.concatenate([*pieces, np.zeros(RATE // 2)])
    room = random.standard_normal(8000) * np.exp(-np.arange(8000) / 1800)
    room[0] = 8 * np.sqrt(np.sum(room[1:] ** 2) / 8)
    heard = fftconvolve(heard, room)[: heard.size]
    heard *= 0.07 / np.sqrt(np.mean(heard**2))
    heard += random.standard_normal(heard.size) * 0.07 * 10 ** (-noise / 20)
    return heard.astype(np.float32), np.array(starts)


def align(folder: Path, samples: np.ndarray, text: str, language: str = "en") -> AudioResult:
    path = folder / "voice-over.wav"
    sound.write(path, samples)
    (folder / "work").mkdir(exist_ok=True)
    request = AlignmentRequest(MediaFile(path, "audio/wav", "0"), text, language)
    return audio(request, Call("key", folder / "work"))


@pytest.mark.parametrize(
    ("voice", "rate", "noise"), [("david", 0.9, 25), ("max", 1.25, 20), ("eva", 1.0, 15)]
)
def test_words_are_found_in_time(tmp_path: Path, voice: str, rate: float, noise: float) -> None:
    samples, starts = recorded(TEXT, voice, rate, noise)
    result = align(tmp_path, samples, TEXT)
    off = np.abs(np.array([word.start for word in result.words]) - starts)
    print(voice, "median", np.median(off), "p90", np.percentile(off, 90))

    assert [word.text for word in result.words] == TEXT.split()
    assert np.median(off) < 0.08 and np.percentile(off, 90) < 0.16
    assert not result.marks
    edges = [edge for word in result.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)


def test_the_recording_comes_back_as_it_was(tmp_path: Path) -> None:
    samples, _ = recorded("Order yours today.", "ben", 1.0, 30)
    result = align(tmp_path, samples, "Order yours today.")

    assert result.duration == samples.size / RATE
    assert np.allclose(sound.read(result.audio.path, channels=1)[0], samples, atol=1e-5)
    assert result.phonemes[0].start == 0 and result.phonemes[-1].end == pytest.approx(result.duration)
    assert "".join(phoneme.symbol for phoneme in result.phonemes).startswith("ɔɹdɚ")


def test_a_word_does_not_reach_into_a_pause(tmp_path: Path) -> None:
    first, second = (
        resample_poly(say(text, language="en").samples, 320, 147) for text in ("Stop here.", "Go on.")
    )
    silence = np.zeros(2 * RATE)
    result = align(tmp_path, np.concatenate([first, silence, second]).astype(np.float32), "Stop here. Go on.")

    assert result.words[1].end < first.size / RATE + 0.05
    assert result.words[2].start > (first.size + silence.size) / RATE - 0.05


def test_another_text_is_marked_as_uncertain(tmp_path: Path) -> None:
    samples, _ = recorded(TEXT, "david", 1.0, 25)
    result = align(tmp_path, samples, OTHER)

    assert [mark.reason for mark in result.marks] == ["uncertain_alignment"]
    assert result.audio.marks == result.marks and result.audio.details["confidence"] < 0.5


def test_a_recording_of_a_part_of_the_text_is_marked_as_uncertain(tmp_path: Path) -> None:
    samples, _ = recorded("Order yours today.", "david", 1.0, 25)

    assert [mark.reason for mark in align(tmp_path, samples, TEXT).marks] == ["uncertain_alignment"]


def test_other_languages_are_aligned(tmp_path: Path) -> None:
    text = "Die neue Flasche hält Wasser den ganzen Tag kalt, und sie passt in jede Tasche."
    samples, starts = recorded(text, "max", 1.1, 25, language="de")
    result = align(tmp_path, samples, text, "de")

    assert np.median(np.abs(np.array([word.start for word in result.words]) - starts)) < 0.08


def test_silence_and_what_is_no_sound_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Permanent) as silent:
        align(tmp_path, np.zeros(RATE, np.float32), TEXT)
    (tmp_path / "text.mp3").write_text("no sound")
    request = AlignmentRequest(MediaFile(tmp_path / "text.mp3", "audio/mpeg", "0"), TEXT)
    with pytest.raises(Permanent) as garbage:
        audio(request, Call("key", tmp_path))

    assert silent.value.code == garbage.value.code == "not_audio"


def test_too_long_a_recording_is_refused_before_it_is_worked_on(tmp_path: Path) -> None:
    with pytest.raises(Permanent) as refused:
        align(tmp_path, np.zeros(181 * RATE, np.float32), TEXT)
    assert refused.value.code == "recording_too_long"


def test_the_path_follows_a_known_warp() -> None:
    random = np.random.default_rng(1)
    first = np.repeat(random.standard_normal((80, 6)), 3, axis=0).astype(np.float32)
    times = np.concatenate([np.arange(0, 120, 0.7), np.arange(120, 240, 1.3)]).astype(int)
    path, distance = warp(first, first[times])

    assert distance < 0.05
    assert tuple(path[0]) == (0, 0) and tuple(path[-1]) == (239, len(times) - 1)
    assert (np.diff(path, axis=0) >= 0).all() and np.diff(path, axis=0).max() == 1
    assert np.abs(times[path[:, 1]] - path[:, 0]).max() <= 3
