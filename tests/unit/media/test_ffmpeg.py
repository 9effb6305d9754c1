"""ffmpeg as a process: what it reports, how it fails, and that it never stays behind."""

from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from genai.errors import Permanent, Retryable
from genai.media import ffmpeg

LONG = (
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=640x640:rate=30:duration=60",
    "-c:v",
    "libx264",
    "-preset",
    "slow",
)

FRAMES = ("-f", "rawvideo", "-pix_fmt", "gray", "-video_size", "64x64", "-i", "pipe:0")


class Unwanted(Exception):
    pass


def children() -> list[str]:
    """The encoders that are still running; the run's own servers are children too, and come and go."""
    names = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            names.append(child.name())
    return [name for name in names if "ffmpeg" in name]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    heard: list[float] = []
    # Read at four times its own pace, so that it takes long enough to be reported on.
    source = ("-readrate", "4", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=30:duration=4")
    ffmpeg.run([*source, str(tmp_path / "out.mp4")], seconds=4, progress=heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0
    assert any(0 < part < 1 for part in heard)


def test_a_listener_that_raises_stops_it(tmp_path: Path) -> None:
    def refuse(_: float) -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        ffmpeg.run([*LONG, str(tmp_path / "out.mp4")], seconds=60, progress=refuse)
    assert not children()


def test_it_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    with pytest.raises(Retryable) as caught:
        ffmpeg.run([*LONG, str(tmp_path / "out.mp4")], timeout=0.3)
    assert caught.value.code == "ffmpeg_timeout"
    assert not children()


def test_an_error_says_what_and_not_where(tmp_path: Path) -> None:
    source = tmp_path / "a secret:place" / "in.mp4"
    source.parent.mkdir()
    source.write_bytes(b"nothing of the kind" * 50)
    with pytest.raises(Permanent) as caught:
        ffmpeg.run(["-i", str(source), str(tmp_path / "out.mp4")])
    assert caught.value.code == "ffmpeg_failed"
    assert "Invalid data" in str(caught.value)
    assert "secret" not in str(caught.value) and str(tmp_path) not in str(caught.value)


def test_what_filters_measure_is_in_the_log() -> None:
    said = ffmpeg.run(
        ["-f", "lavfi", "-i", "sine=duration=1", "-af", "volumedetect", "-f", "null", "-"], log="info"
    )
    assert "mean_volume" in said


def test_a_pipe_that_is_left_by_an_exception_leaves_nothing_running(tmp_path: Path) -> None:
    def feed() -> None:
        with ffmpeg.Pipe([*FRAMES, str(tmp_path / "out.mp4")]) as pipe:
            pipe.write(bytes(64 * 64))
            raise Unwanted

    with pytest.raises(Unwanted):
        feed()
    assert not children()


def test_a_pipe_into_a_refusing_ffmpeg_fails_with_its_words(tmp_path: Path) -> None:
    def feed() -> None:
        with ffmpeg.Pipe([*FRAMES, "-c:v", "no_such_codec", str(tmp_path / "out.mp4")]) as pipe:
            for _ in range(1000):
                pipe.write(bytes(64 * 64))

    with pytest.raises(Permanent, match="no_such_codec"):
        feed()


def test_a_tap_gives_whole_frames_and_then_none() -> None:
    source = ("-f", "lavfi", "-i", "color=c=white:size=64x64:rate=30:duration=0.2", "-f", "rawvideo")
    with ffmpeg.Tap([*source, "-pix_fmt", "gray", "pipe:1"]) as tap:
        frames = list(iter(lambda: tap.read(64 * 64), None))
    assert [len(frame) for frame in frames] == [64 * 64] * 6


def test_a_tap_that_is_left_early_leaves_nothing_running() -> None:
    with ffmpeg.Tap([*LONG[:4], "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]) as tap:
        assert tap.read(640 * 640) is not None
    assert not children()


def test_a_tap_of_what_cannot_be_read_raises(tmp_path: Path) -> None:
    arguments = ["-i", str(tmp_path / "nothing.mp4"), "-f", "rawvideo", "pipe:1"]
    with pytest.raises(Permanent), ffmpeg.Tap(arguments) as tap:
        tap.read(100)
