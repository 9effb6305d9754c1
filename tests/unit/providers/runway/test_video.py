"""Clips by Runway: what is asked, and what the clip is in the end, looked at frame by frame."""

from __future__ import annotations

import base64
import io
import typing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call, Ticket
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.creative import Canvas
from genai.domain.enums import Aspect, AssetRole
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.media import ffmpeg, frames, pixels
from genai.media.probe import probe
from genai.prompts.video import video_prompt
from genai.providers.runway.clip import slowed
from genai.providers.runway.models import MODELS
from genai.providers.runway.picture import LONGEST_URI, data_uri, framed
from tests.harness.runway import CREATE, ID, SUBMITTED, answering
from tests.harness.specs import SpecServer
from tests.unit.providers.runway.conftest import provider, scene_image, video_request

TITLE = """[Script Info]
PlayResX: 216
PlayResY: 270

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Big,DejaVu Sans,60,&H00FFFFFF,5

[Events]
Format: Start, End, Style, Text
Dialogue: 0:00:00.00,0:00:05.00,Big,WWW
"""


def made(
    server: SpecServer, request: VideoRequest, make_call: Callable[..., Call], **changes: Any
) -> VideoResult:
    maker = provider(server, **changes)
    ticket = maker.video(request, make_call(seed=7))
    assert isinstance(ticket, Ticket)
    result = maker.poll(ticket.id, request, make_call())
    assert isinstance(result, VideoResult)
    return result


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_golden_request(plain: SpecServer, tmp_path: Path, make_call: Callable[..., Call]) -> None:
    plain.answer(CREATE, 200, SUBMITTED)
    request = video_request(tmp_path)
    ticket = provider(plain).video(request, make_call(seed=7))
    assert (ticket.id, ticket.poll_in) == (ID, 5.0)
    (asked,) = plain.calls
    body = dict(asked.body)
    assert body.pop("promptImage").startswith("data:image/png;base64,")
    assert body == {
        "model": "gen4.5",
        "promptText": video_prompt(request, limit=1000),
        "ratio": "832:1104",
        "duration": 2,
        "seed": 7,
    }
    assert asked.headers["authorization"] == "Bearer ***"
    assert asked.headers["x-runway-version"] == "2024-11-06"
    assert "idempotency-key" not in asked.headers  # there is none


def test_a_clip_in_our_form(runway: SpecServer, tmp_path: Path, make_call: Callable[..., Call]) -> None:
    request = video_request(tmp_path, frames=45, handle=6)
    result = made(runway, request, make_call)
    media = probe(result.clip.path)
    assert media.audio is None and media.video is not None
    track = media.video
    assert (track.width, track.height, track.frames, track.rate) == (216, 270, 51, 30)
    assert track.closed and track.unsteadiness < 1e-4
    assert any(packet.key and round(packet.pts * 30) == 45 for packet in track.packets)

    # The whole of the scene image is there, to its edges: what was added for the model's shape is gone.
    assert request.image is not None
    scene = pixels.load_rgb(request.image.path)
    for shown in frames.frames_at(result.clip.path, [0.0, 0.8, 1.69]):
        assert difference(shown, scene) < 6
        for edge in (shown[:6], shown[-6:], shown[:, :6], shown[:, -6:]):
            assert edge.min() > 200
    assert result.last_frame is not None
    assert result.last_frame.role is AssetRole.LAST_FRAME
    assert difference(pixels.load_rgb(result.last_frame.path), scene) < 6

    assert (result.clip.role, result.text_burned, result.marks) == (AssetRole.CLIP, True, ())
    assert result.details == {"model": "gen4.5", "size": [832, 1104], "seconds": 2, "credits": 24}
    assert result.cost == pytest.approx(0.24) == provider(runway).price(request)
    assert sorted(path.name for path in result.clip.path.parent.iterdir()) == ["clip.mp4", "last.jpg"]
    # Results' hosts are told nothing of us.
    ((_, headers),) = runway.downloads
    assert "authorization" not in headers


def test_the_text_is_burned_in(runway: SpecServer, tmp_path: Path, make_call: Callable[..., Call]) -> None:
    result = made(runway, video_request(tmp_path, text=TITLE), make_call)
    (shown,) = frames.frames_at(result.clip.path, [0.5])
    middle = shown[105:165, 40:176]
    assert (middle.min(axis=2) > 220).mean() > 0.1
    assert result.last_frame is not None
    assert (pixels.load_rgb(result.last_frame.path)[105:165, 40:176].min(axis=2) > 220).mean() < 0.01


def test_a_clip_that_is_a_little_short_is_played_slower(
    runway: SpecServer, tmp_path: Path, make_call: Callable[..., Call]
) -> None:
    answering(runway, seconds=2.0)
    result = made(runway, video_request(tmp_path, frames=63), make_call)
    assert [mark.reason for mark in result.marks] == ["slowed_clip"]
    track = probe(result.clip.path).video
    assert track is not None and track.frames == 63


def test_a_clip_that_is_far_too_short_holds_its_last_frame(
    runway: SpecServer, tmp_path: Path, make_call: Callable[..., Call]
) -> None:
    answering(runway, seconds=1.0)
    result = made(runway, video_request(tmp_path, frames=50), make_call)
    assert [mark.reason for mark in result.marks] == ["slowed_clip", "held_frame"]


def test_slowing_shows_every_frame_longer(tmp_path: Path) -> None:
    source = tmp_path / "ramp.mp4"
    ramp = "color=black:s=64x64:r=24:d=2,format=gray,geq=lum='16+100*T',format=yuv420p"
    ffmpeg.run(["-f", "lavfi", "-i", ramp, "-c:v", "libx264", "-bf", "2", str(source)])
    before = [shown.mean() for shown in frames.frames_at(source, [0.5, 1.0, 1.9])]
    longer = slowed(source, 1.1)
    after = [shown.mean() for shown in frames.frames_at(longer, [0.55, 1.1, 2.09])]
    assert after == pytest.approx(before, abs=5)
    track = probe(longer).video
    assert track is not None
    assert track.duration == pytest.approx(2.2, abs=0.01)


# What is asked


@pytest.mark.parametrize(
    ("canvas", "length", "ratio", "duration"),
    [
        (Canvas(Aspect.PORTRAIT, 1080, 1920), 60, "720:1280", 2),
        (Canvas(Aspect.LANDSCAPE, 1920, 1080), 61, "1280:720", 3),
        (Canvas(Aspect.SQUARE, 1080, 1080), 10, "960:960", 2),
        (Canvas(Aspect.FEED, 1080, 1350), 300, "832:1104", 10),
        (Canvas(Aspect.FEED, 360, 450), 330, "832:1104", 10),
    ],
)
def test_sizes_and_durations(
    runway: SpecServer,
    tmp_path: Path,
    make_call: Callable[..., Call],
    canvas: Canvas,
    length: int,
    ratio: str,
    duration: int,
) -> None:
    request = video_request(tmp_path, frames=length - 5, handle=5, canvas=canvas)
    maker = provider(runway)
    assert maker.serves(request)
    assert maker.price(request) == pytest.approx(0.12 * duration)
    maker.video(request, make_call())
    (asked,) = runway.calls
    assert (asked.body["ratio"], asked.body["duration"]) == (ratio, duration)


def test_previews_have_a_model_of_their_own(
    runway: SpecServer, tmp_path: Path, make_call: Callable[..., Call]
) -> None:
    request = video_request(tmp_path, draft=True)
    maker = provider(runway)
    maker.video(request, make_call())
    assert runway.calls[0].body["model"] == "gen4_turbo"
    assert maker.price(request) == pytest.approx(0.1)
    assert maker.model == "gen4.5 gen4_turbo"


def test_a_model_that_makes_sound_is_told_not_to(
    runway: SpecServer, tmp_path: Path, make_call: Callable[..., Call]
) -> None:
    canvas = Canvas(Aspect.PORTRAIT, 1080, 1920)
    maker = provider(runway, name="veo3.1")
    maker.video(video_request(tmp_path, frames=130, canvas=canvas), make_call())
    body = runway.calls[0].body
    assert (body["model"], body["ratio"], body["duration"]) == ("veo3.1", "1080:1920", 6)
    assert body["audio"] is False and "seed" not in body


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        ({"image": None, "footage": MediaFile(Path("own.mp4"), "video/mp4", "0")}, "gen4.5"),
        ({"frames": 331}, "gen4.5"),
        ({"canvas": Canvas(Aspect.SQUARE, 1080, 1080)}, "veo3.1"),
    ],
    ids=["footage", "too long", "shape"],
)
def test_what_it_cannot_do_is_not_asked(
    plain: SpecServer,
    tmp_path: Path,
    make_call: Callable[..., Call],
    changes: dict[str, Any],
    model: str,
) -> None:
    request = replace(video_request(tmp_path), **changes)
    maker = provider(plain, name=model)
    assert not maker.serves(request)
    with pytest.raises(Permanent) as caught:
        maker.video(request, make_call())
    assert (caught.value.code, plain.calls) == ("unsupported", [])


# The picture


def test_the_picture_keeps_its_whole_within_the_model_s_frame(tmp_path: Path) -> None:
    scene = pixels.load_rgb(scene_image(tmp_path).path)
    inner = framed(scene, 832, 1104)
    assert inner.shape == (1104, 832, 3)
    top = (1104 - 1040) // 2
    assert difference(inner[top : top + 1040], pixels.resize(scene, 832, 1040)) < 1
    assert np.array_equal(inner[top - 1], inner[top + 1])  # mirrored
    assert np.array_equal(framed(scene, 216, 270), scene)


def test_a_picture_that_is_too_long_as_png_is_a_fine_jpeg(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1920, 1080, 3), np.uint8)
    path = tmp_path / "noise.png"
    pixels.save_png(path, noise)
    uri = data_uri(path, 1080, 1920)
    head, _, data = uri.partition(",")
    assert head == "data:image/jpeg;base64"
    assert len(uri) <= LONGEST_URI
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.size == (1080, 1920)


# The document


@pytest.mark.parametrize(
    ("model", "named"),
    [("gen4.5", "Gen4_5"), ("gen4_turbo", "Gen4Turbo"), ("veo3.1", "Veo3_1"), ("veo3.1_fast", "Veo3_1Fast")],
)
def test_what_models_can_be_asked_is_what_the_sdk_says(model: str, named: str) -> None:
    from runwayml.types import image_to_video_create_params as params

    hints = typing.get_type_hints(getattr(params, named))
    able = MODELS[model]
    assert set(typing.get_args(hints["ratio"])) == {f"{width}:{height}" for width, height in able.ratios}
    assert typing.get_args(hints["model"]) == (model,)
    assert ("audio" in hints) == able.sounds
    durations = typing.get_args(hints["duration"])
    assert durations in ((), able.durations)  # without a list: from 2 to 10, as its text says
