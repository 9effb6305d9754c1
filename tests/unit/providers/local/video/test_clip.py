"""Clips of a scene image, measured on their files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call
from genai.capabilities.video import Layers, VideoResult
from genai.domain.creative import Finding
from genai.domain.enums import AssetRole
from genai.domain.film import MoveKind, Transition, TransitionKind
from genai.errors import Permanent
from genai.media import frames
from genai.media.probe import probe
from genai.providers.local.video import video
from tests.unit.providers.local.video.conftest import BOX, HEIGHT, RED, WIDTH, MakeRequest, stored

TEXT = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {WIDTH}
PlayResY: {HEIGHT}
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, Outline, Shadow, Alignment
Style: Default,Manrope,40,&H0000FF00,&H00000000,&H00000000,-1,0,0,8

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:09.00,Default,TITLE
"""


def shown(result: VideoResult) -> list[np.ndarray]:
    return list(frames.frames(result.clip.path))


def red(picture: np.ndarray) -> np.ndarray:
    return (picture[..., 0] > 130) & (picture[..., 1:].max(2) < 90)


def edges(picture: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the red box, from its coverage, to parts of a pixel."""
    rows, columns = np.flatnonzero(red(picture).any(1)), np.flatnonzero(red(picture).any(0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


@pytest.mark.parametrize("layered", [True, False])
@pytest.mark.parametrize("move", list(MoveKind))
def test_a_clip_has_its_length_and_shows_no_border(
    request_for: MakeRequest, call: Call, move: MoveKind, layered: bool
) -> None:
    opening = Transition(TransitionKind.DISSOLVE, 6)
    request = request_for(20, move, layered=layered, handle=4, scene={"opening": opening})
    result = video(request, call)
    track = probe(result.clip.path).video
    assert track is not None and (track.frames, track.width, track.height) == (24, WIDTH, HEIGHT)
    assert [round(30 * gop) for gop in track.gops] == [6, 14, 4]
    assert result.clip.role is AssetRole.CLIP and result.clip.media_type == "video/mp4" and result.text_burned
    pictures = shown(result)
    for picture in pictures:
        assert (
            min(picture[:2].mean(), picture[-2:].mean(), picture[:, :2].mean(), picture[:, -2:].mean()) > 90
        )
    assert np.abs(pictures[-1].astype(int) - pictures[0]).mean() > 2


def test_the_first_frame_is_the_scene_image(request_for: MakeRequest, call: Call) -> None:
    request = request_for(20)
    first = shown(video(request, call))[0].astype(int)
    assert request.image is not None
    image = np.asarray(Image.open(request.image.path)).astype(int)
    assert np.abs(first - image).mean() < 8
    assert edges(first) == pytest.approx(BOX, abs=1)


def test_the_product_comes_nearer_and_keeps_its_foot_on_its_shadow(
    request_for: MakeRequest, call: Call
) -> None:
    def measured(picture: np.ndarray) -> tuple[float, float, int]:
        """The box's height, how far its shadow (the dark bar) is below it, and how thick that is."""
        left, top, right, bottom = edges(picture)
        middle = picture[:, int((left + right) / 2)].astype(int).max(1)
        dark = np.flatnonzero(middle < 60)
        return bottom - top, float(dark[0] - bottom), len(dark)

    result = video(request_for(40, amount=0.08), call)
    pictures = shown(result)
    (tall, gap, bar), (taller, gap_then, bar_then) = measured(pictures[0]), measured(pictures[-1])
    assert 1.085 < taller / tall < 1.13  # the camera's 8 percent and some of its own
    assert abs(gap) <= 1 and abs(gap_then) <= 1  # it does not rise from its shadow
    assert bar_then >= bar  # nor sink into it
    assert 0 < result.details["parallax"] < 0.03


def test_parallax_leans_in_a_pan_and_stays_small(request_for: MakeRequest, call: Call) -> None:
    result = video(request_for(40, MoveKind.PAN_LEFT, 0.08), call)
    first, last = (edges(picture) for picture in (shown(result)[0], shown(result)[-1]))
    assert last[0] - first[0] == pytest.approx(0.08 * WIDTH, abs=2)
    assert 0 < result.details["parallax"] < 0.03


@pytest.mark.parametrize("layered", [True, False])
def test_the_reveal_is_complete_in_time_and_then_over(
    request_for: MakeRequest, call: Call, tmp_path: Path, layered: bool
) -> None:
    revealed = shown(
        video(request_for(36, MoveKind.STATIC, layered=layered, scene={"number": 1, "purpose": "hook"}), call)
    )
    other = Call("other", tmp_path / "other")
    other.workdir.mkdir()
    plain = shown(video(request_for(36, MoveKind.STATIC, layered=layered), other))
    difference = [np.abs(a.astype(int) - b).mean() for a, b in zip(revealed, plain, strict=True)]
    assert max(difference[-3:]) < 2
    larger = np.subtract(*edges(revealed[0])[3:0:-2]) / np.subtract(*edges(plain[0])[3:0:-2])
    assert 0.94 < larger < 0.99 if layered else 1.03 < larger < 1.07
    assert red(revealed[0]).sum() > 0.9 * red(plain[0]).sum()  # whole from the first frame on
    assert edges(revealed[12]) == pytest.approx(edges(plain[12]), abs=1)
    if layered:  # the light crosses the product and nothing else
        gains = [
            a[red(b)].astype(int).mean() - b[red(b)].astype(int).mean()
            for a, b in zip(revealed, plain, strict=True)
        ]
        assert 12 < int(np.argmax(gains)) < 30 and max(gains) > 8


def test_what_drifted_is_shown_plainly(request_for: MakeRequest, call: Call) -> None:
    request = request_for(
        20,
        MoveKind.PAN_LEFT,
        0.08,
        attempt=2,
        findings=(Finding("shape", "askew"),),
        scene={"number": 1, "purpose": "hook"},
    )
    result = video(request, call)
    assert result.details["reveal"] is None and result.details["parallax"] == 0
    first, last = shown(result)[0], shown(result)[-1]
    assert edges(last) == pytest.approx(edges(first), abs=3)


def test_text_is_burned_in_and_not_in_the_last_frame(request_for: MakeRequest, call: Call) -> None:
    result = video(request_for(20, text=TEXT, handle=5), call)
    pictures = shown(result)

    def green(picture: np.ndarray) -> int:
        return int(((picture[..., 1] > 180) & (picture[..., 0] < 90)).sum())

    assert min(green(picture) for picture in pictures) > 200
    assert result.last_frame is not None and result.last_frame.role is AssetRole.LAST_FRAME
    last = np.asarray(Image.open(result.last_frame.path)).astype(int)
    assert green(last) == 0
    clean = HEIGHT // 4
    assert np.abs(last[clean:] - pictures[19][clean:]).mean() < 3.5
    assert (
        np.abs(last[clean:] - pictures[24][clean:]).mean()
        > np.abs(last[clean:] - pictures[19][clean:]).mean()
    )


def test_a_scene_that_continues_begins_where_the_last_ended(
    request_for: MakeRequest, call: Call, tmp_path: Path
) -> None:
    ended = video(request_for(20, MoveKind.PAN_RIGHT), call).last_frame
    assert ended is not None
    image = request_for().image
    assert image is not None
    file = type(image)(ended.path, ended.media_type, "1" * 64, WIDTH, HEIGHT)
    following = Call("following", tmp_path / "following")
    following.workdir.mkdir()
    request = request_for(
        20,
        MoveKind.PULL_OUT,
        layered=False,
        image=file,
        placement=None,
        scene={"continues": True, "purpose": "hook"},
    )
    first = shown(video(request, following))[0].astype(int)
    assert np.abs(first - np.asarray(Image.open(ended.path))).mean() < 5


def test_the_same_request_gives_the_same_clip(request_for: MakeRequest, call: Call, tmp_path: Path) -> None:
    again = Call("again", tmp_path / "again")
    again.workdir.mkdir()
    one, two = (video(request_for(20), each).clip.path.read_bytes() for each in (call, again))
    assert one == two


def test_a_draft_is_quicker_work_of_the_same_shape(request_for: MakeRequest, call: Call) -> None:
    track = probe(video(request_for(20, draft=True), call).clip.path).video
    assert track is not None and (track.frames, track.profile, track.width) == (20, "High", WIDTH)


def test_no_longer_wanted(request_for: MakeRequest, tmp_path: Path) -> None:
    class Unwanted(Exception):
        pass

    def refuse(_: float) -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        video(request_for(30), Call("attempt", tmp_path, progress=refuse))
    assert not (tmp_path / "clip.mp4").exists()


def test_neither_image_nor_footage(request_for: MakeRequest, call: Call) -> None:
    with pytest.raises(Permanent) as caught:
        video(request_for(image=None, layers=None), call)
    assert caught.value.code == "no_picture"


def test_a_product_cut_by_the_frame_stays_one_with_its_set(
    request_for: MakeRequest, call: Call, tmp_path: Path
) -> None:
    request = request_for()
    assert request.layers is not None
    product = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    product[100:, :90] = (*RED, 255)
    layers = Layers(request.layers.plate, stored(tmp_path / "cut.png", product))
    result = video(request_for(10, layers=layers), call)
    assert result.details["parallax"] == 0
