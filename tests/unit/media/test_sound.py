"""What is read of a sound file, and what is refused. Every file is made here."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from genai.errors import Permanent
from genai.media import sound

RATE = 48_000


def tone(seconds: float, frequency: float = 440.0, level: float = 0.5) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def convert(source: Path, target: Path, *options: str) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True)
    return target


def loudest_frequency(samples: np.ndarray) -> float:
    return float(np.abs(np.fft.rfft(samples * np.hanning(samples.size))).argmax() * RATE / samples.size)


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    path = tmp_path / "stereo.wav"
    sound.write(path, np.stack([tone(1.0, 440), tone(1.0, 880)]))
    return path


def test_a_wav_that_is_written_reads_back_the_same_to_24_bits(stereo: Path) -> None:
    samples = sound.read(stereo)

    assert samples.shape == (2, RATE) and samples.dtype == np.float32
    assert np.abs(samples - np.stack([tone(1.0, 440), tone(1.0, 880)])).max() < 2**-23


def test_channels_are_mixed_to_one_and_one_becomes_two(tmp_path: Path, stereo: Path) -> None:
    left, right = sound.read(stereo)
    assert np.allclose(sound.read(stereo, channels=1)[0], (left + right) / 2, atol=1e-6)

    sound.write(tmp_path / "mono.wav", tone(0.2))
    assert np.array_equal(*sound.read(tmp_path / "mono.wav"))


def test_what_exceeds_full_scale_is_clipped_and_does_not_wrap(tmp_path: Path) -> None:
    sound.write(tmp_path / "loud.wav", np.array([0.0, 1.5, -1.5], np.float32))

    assert np.allclose(sound.read(tmp_path / "loud.wav", channels=1)[0], [0, 1, -1], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp3", ["-ar", "44100", "-b:a", "128k"]),
        ("a.m4a", ["-c:a", "aac", "-b:a", "128k"]),
        ("a.flac", ["-ar", "96000"]),
        ("a.wav", ["-ar", "22050", "-c:a", "pcm_s16le"]),
        ("b.wav", ["-c:a", "pcm_f32le"]),
    ],
)
def test_other_formats_and_rates_are_decoded_at_48_khz(
    tmp_path: Path, stereo: Path, name: str, options: list[str]
) -> None:
    samples = sound.read(convert(stereo, tmp_path / name, *options))

    assert abs(samples.shape[1] - RATE) < 0.06 * RATE
    assert loudest_frequency(samples[0]) == pytest.approx(440, abs=2)
    assert loudest_frequency(samples[1]) == pytest.approx(880, abs=2)


@pytest.mark.parametrize("name", ["stereo.wav", "a.mp3"])
def test_no_more_is_read_than_asked_for(tmp_path: Path, stereo: Path, name: str) -> None:
    path = stereo if name == stereo.name else convert(stereo, tmp_path / name)

    assert sound.read(path, longest=0.25).shape == (2, RATE // 4)


def test_a_truncated_recording_is_read_as_far_as_it_goes(tmp_path: Path, stereo: Path) -> None:
    whole = convert(stereo, tmp_path / "a.mp3")
    whole.write_bytes(whole.read_bytes()[:-3000])

    assert 0.5 * RATE < sound.read(whole).shape[1] < RATE


def test_what_is_no_recording_is_refused(tmp_path: Path, stereo: Path) -> None:
    files = {
        "noise.mp3": random.Random(3).randbytes(30_000),
        "empty.wav": b"",
        "text.wav": b"this is no sound",
        "list.m3u8": f"#EXTM3U\n#EXTINF:1,\nfile://{stereo}\n#EXT-X-ENDLIST\n".encode(),
        "list.ffconcat": f"ffconcat version 1.0\nfile {stereo.name}\n".encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Permanent) as refused:
            sound.read(tmp_path / name)
        assert refused.value.code == "not_audio", name


def test_a_video_without_sound_says_that_it_has_none(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:d=0.2"]
    subprocess.run([*command, str(path)], check=True)

    with pytest.raises(Permanent, match="no sound track"):
        sound.read(path)
