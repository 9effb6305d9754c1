"""What the encoder writes, measured on its files."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.media import ffmpeg, frames
from genai.media.encoding import Encoder, Planes, fine_planes, groups, to_planes, to_srgb
from genai.media.probe import Media, VideoTrack, probe

WIDTH, HEIGHT = 192, 128
RED_TEXT = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {WIDTH}
PlayResY: {HEIGHT}
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, Outline, Shadow, Alignment
Style: Default,Manrope,200,&H000000FF,&H00000000,&H00000000,-1,0,0,5

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:00.50,Default,I
"""


def flat(value: int = 128, count: int = 1) -> Iterable[Planes]:
    picture = np.full((HEIGHT, WIDTH, 3), value, np.uint8)
    return [to_planes(picture)] * count


def noise(count: int) -> Iterable[Planes]:
    rng = np.random.default_rng(4)
    for _ in range(count):
        yield to_planes(rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8))


def written(path: Path, shown: Iterable[Planes], **settings: object) -> Path:
    with Encoder(path, WIDTH, HEIGHT, **settings) as encoder:  # type: ignore[arg-type]
        for planes in shown:
            encoder.write(*planes)
    return path


def video(media: Media) -> VideoTrack:
    assert media.video is not None
    return media.video


def test_a_clip_is_what_the_platforms_want(tmp_path: Path) -> None:
    path = written(tmp_path / "clip.mp4", noise(70), frames=70, keyframes=(8, 60))
    media, track = probe(path), video(probe(path))
    assert (track.codec, track.profile, track.pixel_format) == ("h264", "High", "yuv420p")
    assert (track.primaries, track.transfer, track.matrix, track.range) == (1, 1, 1, 1)
    assert track.progressive and track.closed and media.audio is None and media.index_first
    assert track.frames == 70 and track.rate == 30 and track.unsteadiness < 1e-6
    assert track.start == 0 and track.end == pytest.approx(70 / 30)
    assert track.b_frames == 2
    assert all(not edit.skipped and edit.rate == 1 for edit in track.edits)  # nothing for players to skip
    assert [round(30 * gop) for gop in track.gops] == [8, 52, 10]
    log = ffmpeg.run(["-i", str(path), "-c", "copy", "-f", "null", "-"], log="info")
    assert "start: 0.000000" in log


@pytest.mark.parametrize("length", [20, 61, 75, 119, 121, 300])
def test_groups_are_half_a_second_to_two(length: int) -> None:
    starts = groups(length)
    sizes = np.diff([*starts, length])
    assert starts[0] == 0 and max(sizes) <= 60
    assert min(sizes) >= min(15, length)


def test_wanted_key_frames_are_kept() -> None:
    assert set(groups(200, (8, 150, 200, 0))) >= {0, 8, 150}
    assert max(np.diff([*groups(200, (8, 150)), 200])) <= 60


@pytest.mark.parametrize("draft", [False, True])
def test_clips_of_any_content_are_joined_without_encoding(tmp_path: Path, draft: bool) -> None:
    one = written(tmp_path / "one.mp4", flat(60, 20), frames=20, draft=draft)
    two = written(tmp_path / "two.mp4", noise(33), keyframes=(10,), draft=draft)
    assert video(probe(one)).parameters == video(probe(two)).parameters
    names = tmp_path / "list.txt"
    names.write_text(f"file '{one}'\nfile '{two}'\n")
    joined = tmp_path / "joined.mp4"
    ffmpeg.run(["-f", "concat", "-safe", "0", "-i", str(names), "-c", "copy", str(joined)])
    shown = list(frames.frames(joined))
    assert len(shown) == 53
    alone = next(frames.frames_at(two, [5 / 30]))
    assert np.array_equal(shown[25], alone)


def test_noise_does_not_exceed_the_cap(tmp_path: Path) -> None:
    track = video(probe(written(tmp_path / "clip.mp4", noise(90), frames=90)))
    # The cap plus what the buffer, two seconds of it, allows over three seconds.
    assert track.bitrate < 10e6 * WIDTH * HEIGHT / (1080 * 1920) * (3 + 2) / 3


def test_text_is_burned_in_in_its_colour_and_time(tmp_path: Path) -> None:
    path = written(tmp_path / "clip.mp4", flat(128, 30), frames=30, text=RED_TEXT)
    with_text, without = frames.frames_at(path, [0.2, 0.8])
    red = (with_text[..., 0] > 240) & (with_text[..., 1:].max(2) < 15)
    assert red.sum() > 500
    assert np.abs(without.astype(int) - 128).max() <= 3


def test_a_failed_clip_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterable[Planes]:
        yield from flat(count=5)
        raise RuntimeError("enough")

    path = tmp_path / "clip.mp4"
    with pytest.raises(RuntimeError, match="enough"):
        written(path, broken())
    assert not path.exists()


def test_progress_is_told_and_may_stop_it(tmp_path: Path) -> None:
    heard: list[float] = []
    written(tmp_path / "clip.mp4", flat(count=30), frames=30, progress=heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0 and len(heard) > 1

    def stop(done: float) -> None:
        raise InterruptedError(str(done))

    with pytest.raises(InterruptedError):
        written(tmp_path / "stopped.mp4", flat(count=30), frames=30, progress=stop)
    assert not (tmp_path / "stopped.mp4").exists()


def test_planes_of_the_wrong_size_are_refused(tmp_path: Path) -> None:
    y, u, v = next(iter(flat()))
    with pytest.raises(ValueError, match="size"), Encoder(tmp_path / "clip.mp4", WIDTH, HEIGHT) as encoder:
        encoder.write(y, v[:-1], u)
    with pytest.raises(ValueError, match="even"):
        Encoder(tmp_path / "clip.mp4", 101, 100)


def test_the_primaries_have_the_values_of_the_standard() -> None:
    # ITU-R BT.709-6 items 3.4 and 4.6: quantised levels of full red, green, blue, white and black.
    for color, levels in {
        (255, 0, 0): (63, 102, 240),
        (0, 255, 0): (173, 42, 26),
        (0, 0, 255): (32, 240, 118),
        (255, 255, 255): (235, 128, 128),
        (0, 0, 0): (16, 128, 128),
    }.items():
        planes = to_planes(np.full((4, 4, 3), color, np.uint8), dither=False)
        assert tuple(int(plane[1, 1]) for plane in planes) == levels


def test_a_picture_survives_its_planes() -> None:
    soft = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (96, 128, 3), np.uint8), (0, 0), 6)
    picture = cv2.normalize(soft, None, 90, 160, cv2.NORM_MINMAX).astype(np.uint8)
    back = to_srgb(*to_planes(picture, dither=False))
    assert np.abs(back.astype(int) - picture).mean() < 1.0
    # An edge of colour stays where it was: chroma is sampled and spread at the same places.
    edge = np.zeros((32, 64, 3), np.uint8)
    edge[:, :32], edge[:, 32:] = (200, 60, 60), (60, 60, 200)
    again = to_srgb(*to_planes(edge, dither=False)).astype(int)
    crossing = np.interp(0, -(again[16, :, 0] - again[16, :, 2])[28:36], np.arange(28, 36))
    assert crossing == pytest.approx(31.5, abs=0.3)


def test_gradients_do_not_band() -> None:
    ramp = np.linspace(100, 104, 512, dtype=np.float32)
    picture = np.repeat(np.repeat(ramp[None, :, None], 64, 0), 3, 2)
    fine = fine_planes(picture)[0]
    dithered, rounded = to_planes(picture)[0], to_planes(picture, dither=False)[0]

    def banding(plane: np.ndarray) -> float:
        """The largest error of the mean over 32 columns."""
        return float(np.abs((plane - fine).mean(0).reshape(-1, 32).mean(1)).max())

    assert banding(dithered) < 0.06 < 0.2 < banding(rounded)
    assert np.abs(dithered - fine).max() <= 1.0
