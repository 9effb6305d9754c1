"""Beds: their length, beats, ending and variety; and the client's own music."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from genai.capabilities.audio import AudioResult, MusicRequest
from genai.capabilities.base import Call
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.media import loudness, sound
from genai.media.beats import find_beats, onsets
from genai.providers.local.audio import audio
from genai.providers.local.audio.music.moods import MOODS, chord, suggested
from genai.providers.local.audio.music.pace import pace

RATE = 48_000


def play(
    folder: Path, duration: float = 5.0, *, seed: int = 1, **options: object
) -> tuple[AudioResult, np.ndarray]:
    result = audio(MusicRequest(duration, **options), Call("key", folder, seed))  # type: ignore[arg-type]
    return result, sound.read(result.audio.path)


def level(samples: np.ndarray) -> float:
    return 20 * math.log10(float(np.sqrt(np.mean(np.square(samples)))) + 1e-9)


def clicks(beats: np.ndarray, duration: float) -> np.ndarray:
    samples = np.random.default_rng(4).standard_normal(round(duration * RATE)) * 0.01
    tick = np.sin(2 * np.pi * 1000 * np.arange(960) / RATE) * np.exp(-np.arange(960) / 200)
    for beat in beats:
        first = round(beat * RATE)
        samples[first : first + tick.size] += tick[: samples.size - first]
    return samples.astype(np.float32)


def misses(true: np.ndarray, found: np.ndarray) -> np.ndarray:
    """How far each true beat is from the nearest one found."""
    return np.abs(true[:, None] - found[None]).min(axis=1)


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("energetic", [False, True])
def test_a_bed_of_every_mood_begins_at_once_and_lands(tmp_path: Path, mood: str, energetic: bool) -> None:
    result, samples = play(tmp_path, mood=mood, energetic=energetic)
    last = result.beats[-1]

    assert samples.shape == (2, 5 * RATE) and result.duration == 5
    assert level(samples[:, : RATE // 10]) > -35, "the first beat is not heard"
    assert level(samples[:, round(last * RATE) :][:, : RATE // 5]) > -26, "the last hit is not heard"
    assert 0.4 < 5 - last < 2.5
    tail = samples[:, -RATE // 20 :]
    assert level(tail) < level(samples) - 12 and np.abs(tail[:, -20:]).max() < 1e-3, "it is cut off"
    found = loudness.measure(result.audio.path)
    assert found.integrated == pytest.approx(-17, abs=1) and found.true_peak <= -1
    assert np.abs(np.diff(samples)).max() < 0.25, "a click"
    assert 0.2 < np.corrcoef(samples)[0, 1] < 0.99, "no stereo, or out of phase"


@pytest.mark.parametrize("duration", [3.0, 4.7, 15.0])
def test_energetic_beats_are_exact_and_fit_cuts(tmp_path: Path, duration: float) -> None:
    result, samples = play(tmp_path, duration, mood="bright", energetic=True)
    beats = np.array(result.beats)

    assert samples.shape[1] == round(duration * RATE)
    assert np.allclose(np.diff(beats), 60 / result.tempo) and beats[0] == 0
    assert 100 <= result.tempo <= 126
    assert 2 * 60 / result.tempo >= 0.8 and 4 * 60 / result.tempo <= 2.5
    strength = onsets(samples)
    at_beats = [strength[max(0, round(beat * 125) - 3) : round(beat * 125) + 4].max() for beat in beats]
    between = [strength[round((beat + 0.13 * 60 / result.tempo) * 125)] for beat in beats[:-1]]
    assert np.median(at_beats) > 4 * max(np.median(between), 0.1)


@pytest.mark.parametrize("mood", ["calm", "bold"])
def test_beats_that_are_told_are_those_that_are_heard(tmp_path: Path, mood: str) -> None:
    result, samples = play(tmp_path, 10, mood=mood, energetic=True)
    tempo, found = find_beats(samples)

    assert tempo == pytest.approx(result.tempo, rel=0.01)
    assert np.mean(misses(np.array(result.beats), np.array(found)) < 0.04) > 0.9


def test_the_seed_alone_makes_the_difference(tmp_path: Path) -> None:
    first, again, other = (play(tmp_path, 3, seed=seed)[1] for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert np.corrcoef(first[0], other[0])[0, 1] < 0.9


def test_a_long_bed_comes_and_goes(tmp_path: Path) -> None:
    result, samples = play(tmp_path, 50, mood="warm", energetic=True)
    by_phrase = [level(samples[:, start * RATE : (start + 5) * RATE]) for start in range(0, 45, 5)]

    assert samples.shape[1] == 50 * RATE
    assert min(by_phrase) > -30 and 0.5 < max(by_phrase) - min(by_phrase) < 8
    assert len(result.beats) == round(result.beats[-1] * result.tempo / 60) + 1


def test_moods_come_from_the_prompt() -> None:
    assert suggested("A dark, powerful ad for our gym", energetic=True) == "bold"
    assert suggested("Something fun and cute for kids", energetic=False) == "playful"
    assert suggested("Our flask", energetic=True) == "bright"
    assert suggested("", energetic=False) == "warm"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"mood": "angry"}, "unknown_mood"),
        ({"duration": 0.2}, "invalid_duration"),
        ({"duration": 999.0}, "invalid_duration"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, options: dict[str, object], code: str) -> None:
    with pytest.raises(Permanent) as refused:
        play(tmp_path, **options)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_chords_stay_close_and_in_the_scale() -> None:
    for mood in MOODS.values():
        for degree in range(7):
            notes = chord(mood, degree, 62)
            assert all(56 <= note <= 68 for note in notes)
            assert all(note % 12 in mood.scale for note in notes)


def test_the_last_hit_leaves_time_to_ring_out() -> None:
    for duration in np.arange(1.0, 40.0, 0.7).tolist():
        beat = pace(duration, 100, 126)
        assert 0 < beat.at(beat.beats) < duration
        if duration >= 3:
            assert 100 <= beat.tempo <= 126 and 0.4 < duration - beat.at(beat.beats) < 3.2, duration


@pytest.mark.parametrize("tempo", [72.0, 100.0, 128.0, 160.0])
def test_beats_of_a_click_track_are_found(tempo: float) -> None:
    true = np.arange(0.31, 11.9, 60 / tempo)
    found_tempo, found = find_beats(clicks(true, 12))

    assert found_tempo == pytest.approx(tempo, rel=0.01)
    assert misses(true, np.array(found)).max() < 0.04
    assert misses(np.array(found), true).max() < 0.04


def test_a_tempo_that_drifts_is_followed() -> None:
    true = 0.2 + np.cumsum(np.linspace(60 / 112, 60 / 124, 26))
    _, found = find_beats(clicks(true, float(true[-1]) + 0.5))

    assert np.mean(misses(true, np.array(found)) < 0.04) > 0.9


def test_what_has_no_beat_has_none(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).standard_normal(10 * RATE).astype(np.float32) * 0.1

    assert find_beats(noise) == (0.0, ())
    assert find_beats(np.zeros(5 * RATE, np.float32)) == (0.0, ())
    assert find_beats(noise[: RATE // 2]) == (0.0, ())


def own(folder: Path, samples: np.ndarray) -> MediaFile:
    sound.write(folder / "own.wav", samples)
    return MediaFile(folder / "own.wav", "audio/wav", "0")


def test_own_music_is_cut_and_faded(tmp_path: Path) -> None:
    true = np.arange(0.0, 20.0, 0.5)
    lead_in = np.zeros(RATE, np.float32)
    hum = 0.05 * np.sin(2 * np.pi * 200 * np.arange(20 * RATE) / RATE)
    recording = own(tmp_path, np.concatenate([lead_in, clicks(true, 20) + hum]).astype(np.float32))
    result, samples = play(tmp_path, 8, recording=recording)

    assert samples.shape == (2, 8 * RATE)
    assert result.tempo == pytest.approx(120, rel=0.01)
    assert misses(np.array(result.beats), true).max() < 0.04, "its silent beginning was kept"
    assert result.beats[-1] < 8
    assert level(samples[:, -RATE // 4 :]) < level(samples[:, RATE : 4 * RATE]) - 12
    assert np.abs(samples[:, -20:]).max() < 1e-3
    assert result.audio.details["passes"] == 1


def test_own_music_that_is_too_short_is_looped_on_a_beat(tmp_path: Path) -> None:
    _, music = play(tmp_path, 8, mood="bright", energetic=True)
    result, samples = play(tmp_path, 20, recording=own(tmp_path, music))

    assert samples.shape == (2, 20 * RATE) and result.audio.details["passes"] > 1
    steps = np.diff(result.beats)
    assert np.abs(steps - 60 / result.tempo).max() < 0.04, "the beat stumbles at the joint"
    assert np.abs(np.diff(samples)).max() < 0.25, "a click at the joint"
    quiet = [level(samples[:, start : start + RATE // 5]) for start in range(0, 17 * RATE, RATE // 5)]
    assert min(quiet) > -45, "a hole at the joint"
    _, heard = find_beats(samples)
    assert np.mean(misses(np.array(result.beats), np.array(heard)) < 0.04) > 0.9


def test_own_sound_without_a_beat_is_looped_softly(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((2, 2 * RATE)).astype(np.float32)
    result, samples = play(tmp_path, 7, recording=own(tmp_path, noise))
    levels = [level(samples[:, start : start + 4800]) for start in range(0, 5 * RATE, 4800)]

    assert (result.tempo, result.beats) == (0.0, ())
    assert max(levels) - min(levels) < 1


def test_own_music_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    files = own(tmp_path, np.zeros(RATE, np.float32)), MediaFile(tmp_path / "text.mp3", "audio/mpeg", "0")
    for recording in files:
        with pytest.raises(Permanent) as refused:
            play(tmp_path, recording=recording)
        assert refused.value.code == "not_audio"
