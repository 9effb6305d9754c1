"""Frames are the ones that were asked for, in the colours that are displayed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai.errors import Permanent
from genai.media import ffmpeg, frames
from genai.media.encoding import Encoder, to_planes

COUNT = 75


def color(number: int) -> tuple[int, int, int]:
    return 3 * number, 100, 250 - 3 * number


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip in which each frame has a colour of its own; key frames at 0, 40 and 60."""
    path = tmp_path_factory.mktemp("clip") / "counted.mp4"
    with Encoder(path, 64, 48, frames=COUNT, keyframes=(40, 60)) as encoder:
        for number in range(COUNT):
            encoder.write(*to_planes(np.full((48, 64, 3), color(number), np.uint8)))
    return path


def numbers(pictures: Iterator[np.ndarray]) -> list[int]:
    return [round(float(picture[..., 0].mean() - picture[..., 2].mean() + 250) / 6) for picture in pictures]


def test_frames_at_times(counted: Path) -> None:
    times = [0, 1 / 30, 0.5, 39 / 30, 1.99, 74 / 30, 99]
    assert numbers(frames.frames_at(counted, times)) == [0, 1, 15, 39, 59, 74, 74]
    assert numbers(frames.frames_at(counted, [2.4, 0.1])) == [3, 72]


def test_all_frames_one_at_a_time(counted: Path) -> None:
    reading = frames.frames(counted)
    assert isinstance(reading, Iterator)
    assert numbers(reading) == list(range(COUNT))


def test_the_last_frame(counted: Path) -> None:
    last = frames.last_frame(counted)
    assert np.abs(last.mean((0, 1)) - color(COUNT - 1)).max() < 2


@pytest.mark.parametrize(
    "coded",
    [
        ("scale=flags=accurate_rnd:out_color_matrix=bt601:out_range=pc,format=yuv444p", "smpte170m", "pc"),
        ("scale=flags=accurate_rnd:out_color_matrix=bt601:out_range=tv,format=yuv420p", "smpte170m", "tv"),
        ("scale=flags=accurate_rnd:out_color_matrix=bt709:out_range=pc,format=yuv422p", "bt709", "pc"),
    ],
)
def test_other_matrices_and_ranges_are_converted(
    counted: Path, tmp_path: Path, coded: tuple[str, ...]
) -> None:
    other = tmp_path / "other.mp4"
    filters, matrix, extent = coded
    tags = ["-colorspace", matrix, "-color_range", extent]
    ffmpeg.run(["-i", str(counted), "-vf", filters, *tags, "-c:v", "libx264", "-crf", "4", str(other)])
    for shown, number in zip(frames.frames_at(other, [0.2, 1.0]), (6, 30), strict=True):
        assert np.abs(shown.mean((0, 1)) - color(number)).max() < 4


def test_a_rotated_clip_is_turned(tmp_path: Path) -> None:
    upright, lying = tmp_path / "upright.mp4", tmp_path / "lying.mp4"
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:10] = 250  # its top
    with Encoder(upright, 64, 48, frames=2) as encoder:
        for _ in range(2):
            encoder.write(*to_planes(picture))
    ffmpeg.run(["-display_rotation", "90", "-i", str(upright), "-c", "copy", str(lying)])
    turned = frames.last_frame(lying)
    assert turned.shape == (64, 48, 3)
    # A rotation of 90 degrees is counterclockwise: the top goes to the left.
    assert turned[:, :8].mean() > 200 and turned[:, 16:].mean() < 30


def test_a_frame_is_written_as_it_is(counted: Path, tmp_path: Path) -> None:
    shown = next(frames.frames_at(counted, [1.0]))
    frames.write_png(tmp_path / "frame.png", shown)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "frame.png")), shown)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(400))
    for reading in (frames.frames(path), frames.frames_at(path, [0])):
        with pytest.raises(Permanent) as caught:
            next(reading)
        assert caught.value.code == "unreadable_media"
    with pytest.raises(Permanent):
        frames.last_frame(path)
