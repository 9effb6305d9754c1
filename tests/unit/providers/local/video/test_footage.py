"""The client's own clips and stills on the canvas, measured on the clips that come out."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call
from genai.capabilities.video import VideoResult
from genai.domain.film import SceneKind
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.media import ffmpeg, frames
from genai.media.probe import probe
from genai.providers.local.video import video
from tests.unit.providers.local.video.conftest import HEIGHT, WIDTH, MakeRequest, stored

Show = Callable[..., VideoResult]

# Left half red, right half blue, each a little off the edge of the gamut.
HALVES = "geq=r='if(lt(X,W/2),200,40)':g=50:b='if(lt(X,W/2),40,200)'"
RED, BLUE = (200, 50, 40), (40, 50, 200)


@pytest.fixture
def show(request_for: MakeRequest, call: Call) -> Show:
    def shown(
        path: Path, frames: int = 15, size: tuple[int, int] | None = None, kind: str = "video/mp4"
    ) -> VideoResult:
        width, height = size or (None, None)
        file = MediaFile(path, kind, "0" * 64, width, height)
        scene = {"kind": SceneKind.FOOTAGE, "purpose": "context"}
        request = request_for(frames, footage=file, image=None, layered=False, placement=None, scene=scene)
        return video(request, call)

    return shown


def film(
    path: Path, size: str, *output: str, rate: int = 30, seconds: float = 1.0, filters: str = HALVES
) -> Path:
    """A clip of two halves, made by ffmpeg as cameras and editors make theirs."""
    source = f"color=black:s={size}:r={rate}:d={seconds},format=gbrp,{filters}"
    accurate = "scale=flags=accurate_rnd:out_color_matrix=bt709:out_range=tv,format=yuv420p"
    given = output or ("-vf", accurate, "-colorspace", "bt709", "-c:v", "libx264", "-crf", "8")
    ffmpeg.run(["-f", "lavfi", "-i", source, *given, str(path)])
    return path


def pictures(result: VideoResult, expected: int = 15) -> list[np.ndarray]:
    track = probe(result.clip.path).video
    assert track is not None
    assert (track.width, track.height, track.frames, track.rate) == (WIDTH, HEIGHT, expected, 30)
    assert (track.matrix, track.range) == (1, 1)
    return list(frames.frames(result.clip.path))


def assert_halves(picture: np.ndarray, tolerance: int = 6) -> None:
    row = picture[HEIGHT // 2].astype(int)
    assert np.abs(row[WIDTH // 4] - RED).max() < tolerance
    assert np.abs(row[3 * WIDTH // 4] - BLUE).max() < tolerance


def test_a_clip_of_nearly_the_shape_is_cropped(show: Show, tmp_path: Path) -> None:
    shown = pictures(show(film(tmp_path / "in.mp4", "240x320"), size=(240, 320)))
    for picture in (shown[0], shown[-1]):
        assert_halves(picture)
        assert np.abs(picture[3, WIDTH // 4].astype(int) - RED).max() < 8  # up to the border


def test_a_clip_of_another_shape_is_whole_before_its_blurred_copy(show: Show, tmp_path: Path) -> None:
    picture = pictures(show(film(tmp_path / "in.mp4", "320x180"), size=(320, 180)))[0]
    assert_halves(picture)
    inside = (picture[:, WIDTH // 4, 0] > 180).sum()
    assert inside == pytest.approx(WIDTH * 180 / 320, abs=4)
    above = picture[20].astype(int)
    assert above[:, 0].max() < 165 and above[10, 0] > 100  # darker, of the same colours ...
    assert (
        np.abs(np.diff(above[:, 0])).max() < np.abs(np.diff(picture[HEIGHT // 2].astype(int)[:, 0])).max() / 4
    )


@pytest.mark.parametrize(
    "coded",
    [
        ("scale=flags=accurate_rnd:out_color_matrix=bt601:out_range=tv,format=yuv420p", "smpte170m", "tv"),
        ("scale=flags=accurate_rnd:out_color_matrix=bt709:out_range=pc,format=yuvj420p", "bt709", "pc"),
    ],
)
def test_colours_stay_what_they_are(show: Show, tmp_path: Path, coded: tuple[str, str, str]) -> None:
    filters, matrix, extent = coded
    tags = ("-colorspace", matrix, "-color_range", extent, "-c:v", "libx264", "-crf", "8")
    path = film(tmp_path / "in.mp4", "180x320", "-vf", filters, *tags)
    assert_halves(pictures(show(path))[0])


def test_high_dynamic_range_comes_down_to_what_screens_show(show: Show, tmp_path: Path) -> None:
    # PQ code values: 0.58 is 203 cd/m2, diffuse white; 0.75 is 1000 (ITU-R BT.2408 and ST 2084).
    white, highlight = round(64 + 876 * 0.58), round(64 + 876 * 0.75)
    levels = f"format=yuv420p10le,geq=lum='if(lt(X,W/2),{white},{highlight})':cb=512:cr=512"
    path = film(
        tmp_path / "in.mp4",
        "180x320",
        *("-vf", levels, "-c:v", "libx265", "-tag:v", "hvc1", "-x265-params"),
        "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited",
        seconds=0.5,
    )
    picture = pictures(show(path))[0].astype(int)
    diffuse, bright = picture[HEIGHT // 2, WIDTH // 4], picture[HEIGHT // 2, 3 * WIDTH // 4]
    assert 215 < diffuse.mean() < bright.mean() <= 255
    assert max(np.ptp(diffuse), np.ptp(bright)) < 6  # grey stays grey


def test_a_phone_held_upright_is_upright(show: Show, tmp_path: Path) -> None:
    lying = film(tmp_path / "lying.mp4", "320x180")
    path = tmp_path / "phone.mov"
    ffmpeg.run(["-display_rotation", "90", "-i", str(lying), "-c", "copy", str(path)])
    picture = pictures(show(path, size=(180, 320), kind="video/quicktime"))[0].astype(int)
    # Turned counterclockwise: the right, blue half is on top.
    assert np.abs(picture[HEIGHT // 4, WIDTH // 2] - BLUE).max() < 6
    assert np.abs(picture[3 * HEIGHT // 4, WIDTH // 2] - RED).max() < 6


def test_a_variable_rate_becomes_constant_in_time(show: Show, tmp_path: Path) -> None:
    """White from the middle of the second on, with few frames before and many after it."""
    late = "geq=lum='if(lt(T,0.5),30,220)':cb=128:cr=128,select='gt(t,0.4)+not(mod(n,6))'"
    path = tmp_path / "in.mp4"
    source = f"color=black:s=90x160:r=60:d=1,format=yuv420p,{late}"
    ffmpeg.run(["-f", "lavfi", "-i", source, "-fps_mode", "vfr", "-c:v", "libx264", str(path)])
    track = probe(path).video
    assert track is not None and track.unsteadiness > 0.02
    bright = [picture.mean() > 128 for picture in pictures(show(path, 30), 30)]
    assert bright.index(True) == pytest.approx(15, abs=1) and all(bright[16:])


def test_webm(show: Show, tmp_path: Path) -> None:
    path = film(tmp_path / "in.webm", "180x320", "-pix_fmt", "yuv420p", "-c:v", "libvpx", "-b:v", "3M")
    assert len(pictures(show(path, kind="video/webm"))) == 15


def test_a_short_clip_is_held_with_a_slow_push(show: Show, tmp_path: Path) -> None:
    result = show(
        film(tmp_path / "in.mp4", "240x320", seconds=0.5, filters=HALVES + ",drawgrid=w=40:h=40:t=6:c=white"),
        60,
    )
    shown = pictures(result, 60)
    assert result.details["held_frames"] == 45
    steps = [np.abs(b.astype(int) - a).mean() for a, b in pairwise(shown[14:])]
    assert np.abs(shown[-1].astype(int) - shown[14]).mean() > 2
    assert max(steps[:2]) < 2  # from rest
    assert np.abs(shown[14].astype(int) - shown[0]).mean() < 3


def test_a_long_clip_is_cut(show: Show, tmp_path: Path) -> None:
    result = show(film(tmp_path / "in.mp4", "180x320", seconds=2), 15)
    pictures(result)
    assert result.details["held_frames"] == 0


def test_a_still_fills_the_canvas_and_moves(show: Show, tmp_path: Path) -> None:
    halves = np.zeros((180, 320, 3), np.uint8)
    halves[:, :160], halves[:, 160:] = RED, BLUE
    file = stored(tmp_path / "in.png", halves)
    shown = pictures(show(file.path, size=(320, 180), kind="image/png"))
    assert_halves(shown[0])
    assert np.abs(shown[-1].astype(int) - shown[0]).mean() > 1
    assert (shown[0][:, WIDTH // 4, 0] > 180).sum() == pytest.approx(WIDTH * 180 / 320, abs=4)


def test_the_last_frame_of_footage(show: Show, tmp_path: Path) -> None:
    result = show(film(tmp_path / "in.mp4", "180x320"))
    assert result.last_frame is not None
    assert_halves(np.asarray(Image.open(result.last_frame.path)))


@pytest.mark.parametrize("kind", ["video/mp4", "image/png"])
@pytest.mark.parametrize("data", [b"nothing of the kind", b"\0\0\0\x18ftypmp42" + bytes(2000)])
def test_what_cannot_be_decoded(show: Show, tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "in.mp4"
    path.write_bytes(data)
    with pytest.raises(Permanent) as caught:
        show(path, kind=kind)
    assert caught.value.code == "not_video"


def test_a_sound_is_no_footage(show: Show, tmp_path: Path) -> None:
    path = tmp_path / "in.mp4"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=duration=1", str(path)])
    with pytest.raises(Permanent) as caught:
        show(path)
    assert caught.value.code == "not_video"
