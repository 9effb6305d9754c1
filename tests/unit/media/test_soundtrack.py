"""The master of a film's sound, measured on the file that comes out."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from scipy.signal import butter, correlate, sosfilt

from genai.media import dynamics, loudness, sound
from genai.media.soundtrack import Placed, SoundReport, soundtrack

RATE = 48_000
FRAMES = 30 * 8 + 7  # no whole number of AAC frames
SAMPLES = FRAMES * 1600
SPEECH_AT, SPEECH_LASTS = 2.0, 3.0  # seconds


def band(samples: np.ndarray, low: float, high: float) -> np.ndarray:
    filtered: np.ndarray = sosfilt(butter(4, (low, high), "bandpass", fs=RATE, output="sos"), samples)
    return filtered


def level(samples: np.ndarray) -> float:
    return 20 * math.log10(float(np.sqrt(np.mean(np.square(samples)))) + 1e-9)


def between(samples: np.ndarray, start: float, end: float) -> np.ndarray:
    return samples[..., round(start * RATE) : round(end * RATE)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Speech: noise below 1 kHz in syllables, with a breath of 0.25 s. Music: tones above 3 kHz."""
    folder = tmp_path_factory.mktemp("sound")
    random = np.random.default_rng(5)
    time = np.arange(round(SPEECH_LASTS * RATE)) / RATE
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time)
    breath = (time < 1.4) | (time > 1.65)
    speech = band(random.standard_normal(time.size), 150, 900) * syllables * breath
    sound.write(folder / "speech.wav", 0.2 * speech.astype(np.float32))
    time = np.arange(SAMPLES + RATE) / RATE
    tones = sum(np.sin(2 * np.pi * f * time) for f in (3100, 3700, 4300))
    sound.write(folder / "music.wav", 0.05 * np.stack([tones, np.roll(tones, 500)]).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def mixed(files: Path) -> tuple[Path, SoundReport]:
    path = files / "mixed.m4a"
    placed = [Placed(files / "speech.wav", round(SPEECH_AT * RATE))]
    return path, soundtrack(path, samples=SAMPLES, speech=placed, music=files / "music.wav")


def check_delivery(path: Path, report: SoundReport) -> None:
    found = loudness.measure(path)
    assert (report.lufs, report.true_peak_dbtp) == (found.integrated, found.true_peak)
    assert found.integrated == pytest.approx(-14, abs=0.5)
    assert found.true_peak <= -1
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.profile) == ("aac", "LC")
        assert (stream.rate, stream.channels) == (RATE, 2)
        assert stream.duration is not None and stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(
            report.samples / RATE, abs=1024 / RATE
        )


def test_speech_over_music_is_delivered_as_the_table_wants_it(mixed: tuple[Path, SoundReport]) -> None:
    path, report = mixed

    check_delivery(path, report)
    assert report.samples == SAMPLES and not report.silent
    assert report.bitrate >= 192_000
    assert report.passes <= 4


def test_the_bed_sinks_under_speech_and_comes_back(mixed: tuple[Path, SoundReport]) -> None:
    path, report = mixed
    bed = band(sound.read(path, channels=1)[0], 2800, 4600)
    before = level(between(bed, 0.5, 1.4))
    during = level(between(bed, SPEECH_AT + 0.1, SPEECH_AT + 1.3))
    in_breath = level(between(bed, SPEECH_AT + 1.45, SPEECH_AT + 1.6))
    after = level(between(bed, SPEECH_AT + SPEECH_LASTS + 1, 7))

    assert report.ducking_db is not None and report.ducking_db >= 9
    assert before - during >= 9
    assert before - in_breath >= 9, "it pumps in a breath"
    assert after == pytest.approx(before, abs=1)
    # Look-ahead: it is down when the first sound comes.
    assert before - level(between(bed, SPEECH_AT - 0.05, SPEECH_AT)) >= 9


def test_speech_stands_out_by_9_db_in_the_middle_and_in_its_place(
    files: Path, mixed: tuple[Path, SoundReport]
) -> None:
    left, right = sound.read(mixed[0])
    voice_left, voice_right = band(left, 100, 1500), band(right, 100, 1500)
    spoken = between(band((left + right) / 2, 100, 1500), SPEECH_AT, SPEECH_AT + 1.3)
    bed = between(band((left + right) / 2, 2800, 4600), SPEECH_AT, SPEECH_AT + 1.3)

    assert level(spoken) - level(bed) >= 9
    assert level(voice_left) == pytest.approx(level(voice_right), abs=0.3)
    original = sound.read(files / "speech.wav", channels=1)[0]
    lag = correlate((left + right) / 2, original, "valid", "fft").argmax()
    assert lag == pytest.approx(SPEECH_AT * RATE, abs=10)


def test_muxed_by_stream_copy_picture_and_sound_end_together(
    tmp_path: Path, mixed: tuple[Path, SoundReport]
) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=30"]
    command += ["-i", str(mixed[0]), "-frames:v", str(FRAMES), "-c:v", "libx264", "-preset", "ultrafast"]
    command += ["-bf", "2", "-c:a", "copy", "-movflags", "+faststart", str(tmp_path / "film.mp4")]
    subprocess.run(command, check=True)

    with av.open(str(tmp_path / "film.mp4")) as film:
        ends = []
        for stream in (film.streams.video[0], film.streams.audio[0]):
            assert stream.duration is not None and stream.time_base is not None
            ends.append(float(((stream.start_time or 0) + stream.duration) * stream.time_base))
    assert ends[0] == pytest.approx(FRAMES / 30, abs=0.001)
    assert abs(ends[0] - ends[1]) < 0.05
    alone, muxed = sound.read(mixed[0], channels=1)[0], sound.read(tmp_path / "film.mp4", channels=1)[0]
    assert np.array_equal(alone[:SAMPLES], muxed[:SAMPLES]), "the sound has moved"


@pytest.mark.parametrize("parts", ["speech", "music"])
def test_either_alone_is_delivered_too_and_no_ducking_is_told(
    files: Path, tmp_path: Path, parts: str
) -> None:
    speech = [Placed(files / "speech.wav", 0)] if parts == "speech" else []
    music = files / "music.wav" if parts == "music" else None
    report = soundtrack(tmp_path / "a.m4a", samples=SAMPLES // 2, speech=speech, music=music)

    check_delivery(tmp_path / "a.m4a", report)
    assert report.ducking_db is None


def test_a_bed_that_is_too_long_fades_out(files: Path, tmp_path: Path) -> None:
    soundtrack(tmp_path / "a.m4a", samples=SAMPLES // 2, music=files / "music.wav")
    samples = sound.read(tmp_path / "a.m4a")[:, : SAMPLES // 2]

    full = level(samples[:, RATE : 2 * RATE])
    assert level(samples[:, -RATE // 10 :]) < full - 15
    assert np.abs(samples[:, -100:]).max() < 0.005, "it ends with a click"
    assert np.abs(samples[:, :3]).max() < 0.02, "it begins with a click"


def test_a_short_bed_rings_out_before_the_end(files: Path, tmp_path: Path) -> None:
    sound.write(tmp_path / "short.wav", sound.read(files / "music.wav", longest=2))
    soundtrack(tmp_path / "a.m4a", samples=3 * RATE, music=tmp_path / "short.wav")

    assert level(sound.read(tmp_path / "a.m4a")[:, round(2.2 * RATE) : 3 * RATE]) < -70


def test_a_silent_film_has_a_silent_track_and_says_so(tmp_path: Path) -> None:
    report = soundtrack(tmp_path / "a.m4a", samples=SAMPLES)

    assert report.silent and report.lufs == -math.inf and report.ducking_db is None
    samples = sound.read(tmp_path / "a.m4a")
    assert samples.shape[1] == pytest.approx(SAMPLES, abs=1024) and not samples.any()


def test_the_same_film_sounds_the_same_to_the_byte(files: Path, tmp_path: Path) -> None:
    for name in ("a.m4a", "b.m4a"):
        soundtrack(tmp_path / name, samples=2 * RATE, music=files / "music.wav")

    assert (tmp_path / "a.m4a").read_bytes() == (tmp_path / "b.m4a").read_bytes()


def hits(folder: Path) -> list[Placed]:
    """Four hits a second: far too peaky for the loudness that they must have."""
    since = np.arange(2 * RATE) % (RATE // 4) / RATE  # seconds since the last one
    samples = np.random.default_rng(2).standard_normal(since.size) * np.exp(-since / 0.025)
    assert 20 * math.log10(np.abs(samples).max()) - level(samples) > 18
    sound.write(folder / "hits.wav", (0.3 * samples / np.abs(samples).max()).astype(np.float32))
    return [Placed(folder / "hits.wav", 0)]


def test_peaky_sound_is_held_under_the_ceiling_after_encoding(tmp_path: Path) -> None:
    report = soundtrack(tmp_path / "a.m4a", samples=2 * RATE, speech=hits(tmp_path))

    check_delivery(tmp_path / "a.m4a", report)


def test_it_is_encoded_again_until_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai.media.soundtrack._HEADROOM", -0.8)  # the first pass peaks too high
    report = soundtrack(tmp_path / "a.m4a", samples=2 * RATE, speech=hits(tmp_path))

    check_delivery(tmp_path / "a.m4a", report)
    assert report.passes > 1


def test_ducking_is_early_smooth_and_holds_over_pauses() -> None:
    speech = np.zeros((1, 7 * RATE), np.float32)
    for start, end in ((1.0, 1.5), (2.1, 2.5), (4.5, 5.0)):
        between(speech, start, end)[:] = 0.1
    decibels = dynamics.ducking(speech, depth=12)
    gains = dynamics.gain(decibels, 7 * RATE)

    assert decibels[920] == pytest.approx(-12), "not down yet when the first sound comes"
    assert decibels[920:2500].max() == pytest.approx(-12), "it came up in a pause of 0.6 s"
    assert decibels[[500, 3500, 6500]] == pytest.approx(0), "it does not come back"
    assert np.abs(np.diff(gains)).max() < 0.001, "a step"
