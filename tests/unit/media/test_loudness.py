"""Loudness and dynamics against the values that EBU Tech 3341 gives for its test signals."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from genai.errors import Permanent
from genai.media import dynamics, loudness, sound

RATE = 48_000


def tone(seconds: float, decibels: float, frequency: float = 1000.0, phase: float = 0.0) -> np.ndarray:
    """The same sine in both channels; ``decibels`` of its peak below full scale."""
    time = np.arange(round(seconds * RATE)) / RATE
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * frequency * time + phase)
    return np.repeat(wave[None], 2, axis=0).astype(np.float32)


# Tech 3341, cases 1 and 2; cases 3 and 5 shortened: the quiet parts fall under the gates.
CASES = {
    "case 1": (tone(4, -23), -23.0),
    "case 2": (tone(4, -33), -33.0),
    "case 3": (np.hstack([tone(2, -36), tone(12, -23), tone(2, -36)]), -23.0),
    "silence around": (np.hstack([tone(3, -100), tone(6, -20), tone(3, -100)]), -20.2),
}


@pytest.mark.parametrize("name", CASES)
def test_files_and_samples_measure_what_the_standard_says(tmp_path: Path, name: str) -> None:
    samples, expected = CASES[name]
    sound.write(tmp_path / "tone.wav", samples)
    of_file = loudness.measure(tmp_path / "tone.wav").integrated

    assert loudness.integrated(samples) == pytest.approx(expected, abs=0.2)
    assert of_file == pytest.approx(loudness.integrated(samples), abs=0.1)


def test_a_true_peak_between_samples_is_found(tmp_path: Path) -> None:
    # Tech 3341, case 15: at a quarter of the rate and 45 degrees no sample reaches the crest.
    samples = tone(1, -6, RATE / 4, math.pi / 4) * np.hanning(RATE).astype(np.float32) ** 0.1
    sound.write(tmp_path / "tone.wav", samples)
    crest = 20 * math.log10(np.abs(samples).max())
    middle = dynamics.true_peaks(samples)[RATE // 4 : -RATE // 4]

    assert crest == pytest.approx(-9, abs=0.1)
    assert loudness.measure(tmp_path / "tone.wav").true_peak == pytest.approx(-6, abs=0.4)
    assert 20 * math.log10(middle.max()) == pytest.approx(-6, abs=0.4)


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    sound.write(tmp_path / "silence.wav", np.zeros((2, RATE), np.float32))

    assert loudness.measure(tmp_path / "silence.wav").integrated == -math.inf
    assert loudness.integrated(np.zeros((2, RATE), np.float32)) == -math.inf


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")

    with pytest.raises(Permanent) as refused:
        loudness.measure(tmp_path / "text.wav")
    assert refused.value.code == "not_audio"


def test_the_limiter_holds_its_ceiling_and_leaves_alone_what_is_under_it(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    loud = random.standard_normal((2, 2 * RATE)).astype(np.float32)
    limited = dynamics.limit(loud, -1.0)
    sound.write(tmp_path / "limited.wav", limited)

    assert loudness.measure(tmp_path / "limited.wav").true_peak <= -0.8
    assert np.array_equal(dynamics.limit(0.01 * loud, -1.0), np.float32(0.01) * loud)


def test_peaks_are_the_same_across_the_borders_of_blocks() -> None:
    samples = tone(3, -6, 11_000, 0.3)

    peaks = dynamics.true_peaks(samples)[100:-100]
    assert peaks.min() > 0.25 and peaks.max() < 0.53  # a border would show as a dip or an overshoot


def test_the_compressor_turns_down_by_its_ratio() -> None:
    quiet, loud = tone(1, -40), tone(1, -10)
    squeezed = dynamics.compress(np.hstack([quiet, loud]), threshold=-30, ratio=4)

    assert np.allclose(squeezed[:, : RATE // 2], quiet[:, : RATE // 2], rtol=1e-3)
    # RMS of a sine is 3 dB under its peak: 17 dB over the threshold become 17 / 4.
    end = squeezed[:, -RATE // 4 :]
    assert 20 * math.log10(np.abs(end).max()) == pytest.approx(-10 - 17 * 3 / 4, abs=0.5)
