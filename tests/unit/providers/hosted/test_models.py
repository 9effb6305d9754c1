"""The ports over hosted models, on both vendors alike: submitted, waited for, brought to our form."""

from __future__ import annotations

import traceback
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Asynchronous, Call, Limited, Modelled, Pending, Priced, Selective
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.creative import Canvas, Reference
from genai.domain.enums import Aspect, AssetRole, Capability
from genai.errors import Permanent, Retryable, StepError
from genai.media import pixels
from genai.media.inspection import inspect_media
from genai.media.probe import probe
from tests.conformance.asked import FRAMES, HANDLE, REQUESTS
from tests.harness.hosted import KEY, Site, film
from tests.unit.providers.conftest import MakeCall
from tests.unit.providers.hosted.conftest import ticket_of


def png(size: tuple[int, int], colour: tuple[int, ...] = (200, 50, 40)) -> bytes:
    written = BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(written, "PNG")
    return written.getvalue()


def cut(size: tuple[int, int]) -> bytes:
    array = np.zeros((size[1], size[0], 4), np.uint8)
    array[size[1] // 4 : -size[1] // 4, size[0] // 4 : -size[0] // 4] = (32, 64, 128, 255)
    written = BytesIO()
    Image.fromarray(array).save(written, "PNG")
    return written.getvalue()


def clip(folder: Path, size: str = "640x640", seconds: float = 5.0) -> Path:
    return film(folder / "theirs.mp4", size, seconds)


def scene(tmp_path: Path) -> ImageRequest:
    request = REQUESTS["image.scene"](tmp_path)
    assert isinstance(request, ImageRequest)
    return request


def cutouts(tmp_path: Path, number: int = 2) -> ImageRequest:
    request = scene(tmp_path)
    (one,) = request.references
    views = ("front", "back", "left")[:number]
    files = []
    for view in views:
        path = tmp_path / f"{view}.png"
        path.write_bytes(png((300, 200), (1, 2, len(view))))
        files.append(replace(one.file, path=path, sha256=view * 8, width=300, height=200))
    references = tuple(Reference(file, "source", view) for file, view in zip(files, views, strict=True))
    return replace(request, purpose=ImagePurpose.CUTOUT, references=references, scene=None)


def test_a_scene_comes_as_a_picture_of_the_canvas(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), scene(tmp_path)
    ticket = ticket_of(provider.image(request, make_call()))
    assert isinstance(provider.poll(ticket, request, make_call()), Pending)
    site.gives(1, "scene.png", png((1024, 1024)), "image/png")
    for _ in range(2):  # the answer may be asked for again
        result = provider.poll(ticket, request, make_call())
        assert isinstance(result, ImageResult)
    (image,) = result.images
    assert (image.role, image.media_type, image.marks) == (AssetRole.SCENE_IMAGE, "image/png", ())
    assert "placement" not in image.details
    assert image.details["source"] == {"width": 1024, "height": 1024}
    assert pixels.load_rgb(image.path).shape == (320, 320, 3)
    assert [KEY in str(headers) for _, headers in site.server.downloads] == [False, False]


def test_cut_outs_are_one_of_each_photograph(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), cutouts(tmp_path)
    ticket = ticket_of(provider.image(request, make_call()))
    site.gives(1, "one.png", cut((300, 200)), "image/png")
    assert isinstance(provider.poll(ticket, request, make_call()), Pending)
    site.gives(2, "two.png", cut((150, 100)), "image/png")
    result = provider.poll(ticket, request, make_call())
    assert [image.role for image in result.images] == [AssetRole.CUTOUT] * 2
    assert [image.view for image in result.images] == ["front", "back"]
    assert [image.details["reference"] for image in result.images] == ["front" * 8, "back" * 8]
    assert "confidence" not in result.images[0].details
    for image in result.images:
        array = pixels.load_rgba(image.path)
        assert array.shape == (200, 300, 4)
        assert (array[0, 0, 3], array[100, 150, 3]) == (0, 255)
    assert [[mark.reason for mark in image.marks] for image in result.images] == [[], ["upscaled"]]


def test_a_picture_with_its_ground_is_no_cut_out(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), cutouts(tmp_path, 1)
    ticket = ticket_of(provider.image(request, make_call()))
    site.gives(1, "one.png", png((300, 200)), "image/png")
    with pytest.raises(Permanent) as caught:
        provider.poll(ticket, request, make_call())
    assert caught.value.code == "bad_result"


def test_a_clip_comes_in_our_form(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), REQUESTS["video"](tmp_path)
    assert isinstance(request, VideoRequest)
    ticket = ticket_of(provider.video(request, make_call()))
    site.gives(1, "clip.mp4", clip(tmp_path), "video/mp4")
    result = provider.poll(ticket, request, make_call())
    assert isinstance(result, VideoResult)
    media = probe(result.clip.path)
    assert media.audio is None and media.video is not None
    track = media.video
    assert (track.width, track.height, track.frames, track.rate) == (320, 320, FRAMES + HANDLE, 30)
    assert inspect_media(result.clip.path).media_type == "video/mp4"
    assert result.text_burned and result.last_frame is not None
    assert result.last_frame.role is AssetRole.LAST_FRAME
    assert pixels.load_rgb(result.last_frame.path).shape == (320, 320, 3)
    assert result.details["held_frames"] == 0
    assert result.marks == ()


def test_a_clip_that_is_too_short_is_said_to_be(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), replace(REQUESTS["video"](tmp_path), frames=45)
    ticket = ticket_of(provider.video(request, make_call()))
    site.gives(1, "clip.mp4", clip(tmp_path, "100x100", 1.0), "video/mp4")
    result = provider.poll(ticket, request, make_call())
    assert [mark.reason for mark in result.marks] == ["upscaled", "held_frame"]


def test_a_presenter_speaks(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), REQUESTS["lip_sync"](tmp_path)
    assert isinstance(request, LipSyncRequest)
    ticket = ticket_of(provider.lip_sync(request, make_call(seed=3)))
    site.gives(1, "clip.mp4", clip(tmp_path), "video/mp4")
    result = provider.poll(ticket, request, make_call(seed=3))
    assert isinstance(result, LipSyncResult)
    assert result.details["presenter"] == "ben"
    assert "https://pictures.test/ben" in str(site.inputs()[0])
    track = probe(result.clip.path).video
    assert track is not None and track.frames == FRAMES + HANDLE
    named = replace(request, presenter="anna")
    provider.lip_sync(named, make_call(seed=3))
    assert "https://pictures.test/anna" in str(site.inputs()[1])
    with pytest.raises(Permanent) as caught:
        provider.lip_sync(replace(request, presenter="carl"), make_call())
    assert caught.value.code == "unknown_presenter"
    assert len(site.inputs()) == 2


def test_a_presenter_s_own_file_is_sent(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    path = tmp_path / "dora.png"
    path.write_bytes(png((200, 200)))
    own = f'dora = "{path}"\n'
    provider, request = site.provider(own), replace(REQUESTS["lip_sync"](tmp_path), presenter="dora")
    provider.lip_sync(request, make_call())
    assert "data:image/jpeg;base64," in str(site.inputs()[0]) or "data:image/png;base64," in str(
        site.inputs()[0]
    )


def test_work_that_has_failed(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), scene(tmp_path)
    ticket = ticket_of(provider.image(request, make_call()))
    site.fails(1, f"out of memory with {KEY}")
    with pytest.raises(Permanent) as caught:
        provider.poll(ticket, request, make_call())
    assert caught.value.code == "vendor_failed"
    assert "out of memory with ***" in str(caught.value)


def test_where_one_of_several_fails_the_others_are_stopped(
    site: Site, make_call: MakeCall, tmp_path: Path
) -> None:
    """What one of them had given by then is paid for."""
    text = f'[{site.name}.use."image.cutout"]\nprices = {{ image = 0.02 }}\n'
    provider, request = site.provider(text), cutouts(tmp_path, 3)
    ticket = ticket_of(provider.image(request, make_call()))
    site.gives(1, "one.png", cut((300, 200)), "image/png")
    site.fails(2, "out of memory")
    with pytest.raises(Permanent) as caught:
        provider.poll(ticket, request, make_call())
    assert caught.value.cost == pytest.approx(0.02)
    stopped = [call.path.split("/")[-2] for call in site.server.calls if call.path.endswith("/cancel")]
    assert stopped in (["p1", "p3"], ["r1", "r3"])
    assert provider.cancel(ticket) is False


def test_cancelling(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider, request = site.provider(), cutouts(tmp_path, 2)
    ticket = ticket_of(provider.image(request, make_call()))
    assert provider.cancel(ticket) is True
    again = ticket_of(provider.image(request, make_call()))
    site.gives(3, "one.png", cut((300, 200)), "image/png")
    assert provider.cancel(again) is False
    stops = [call for call in site.server.calls if call.path.endswith("/cancel")]
    assert len(stops) == 4  # the second one also where the first was done


@pytest.mark.parametrize(
    ("name", "data", "media_type", "kind", "code"),
    [
        ("text", b"<html>sorry</html>", "text/html", Permanent, "bad_result"),
        ("lies", b"no picture at all", "image/png", Permanent, "bad_result"),
        ("half", png((300, 300))[:200], "image/png", Permanent, "bad_result"),
        ("gone", None, "image/png", Retryable, "result_unavailable"),
    ],
)
def test_a_result_that_cannot_be_taken(
    site: Site,
    make_call: MakeCall,
    tmp_path: Path,
    name: str,
    data: bytes | None,
    media_type: str,
    kind: type[StepError],
    code: str,
) -> None:
    provider, request = site.provider(), scene(tmp_path)
    ticket = ticket_of(provider.image(request, make_call()))
    site.gives(1, name, data or b"", media_type)
    if data is None:
        site.server.forget(name)
    with pytest.raises(StepError) as caught:
        provider.poll(ticket, request, make_call())
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_a_result_of_another_host_is_not_fetched(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    provider = site.provider().__class__.for_vendor(  # type: ignore[attr-defined]
        replace(site.provider()._vendor, result_hosts=("results.test",))
    )
    ticket = ticket_of(provider.image(scene(tmp_path), make_call()))
    site.gives(1, "scene.png", png((320, 320)), "image/png")
    with pytest.raises(Permanent) as caught:
        provider.poll(ticket, scene(tmp_path), make_call())
    assert caught.value.code == "bad_result"
    assert site.server.downloads == []


def test_what_it_says_of_itself_and_serves(site: Site, tmp_path: Path) -> None:
    provider = site.provider()
    assert isinstance(provider, Asynchronous) and isinstance(provider, Limited)
    assert isinstance(provider, Priced) and isinstance(provider, Modelled) and isinstance(provider, Selective)
    assert provider.name == site.name and provider.limit.concurrency == 8
    assert provider.model_of(Capability.VIDEO) in provider.model
    video = REQUESTS["video"](tmp_path)
    served = {
        "scene": scene(tmp_path),
        "neutral": REQUESTS["image.neutral"](tmp_path),
        "cutout": cutouts(tmp_path),
        "video": video,
        "lip_sync": REQUESTS["lip_sync"](tmp_path),
    }
    unserved = {
        "sheet": REQUESTS["image.sheet"](tmp_path),
        "footage": replace(video, image=None, footage=video.image),
        "speech": REQUESTS["audio.speech"](tmp_path),
    }
    assert [name for name, each in (served | unserved).items() if provider.serves(each)] == list(served)
    with pytest.raises(Permanent) as caught:
        provider.image(unserved["sheet"], Call("k1", tmp_path))
    assert caught.value.code == "unsupported"


def test_its_price_is_that_of_the_seconds_asked_for(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    text = f"""
[{site.name}.use.image]
prices = {{ image = 0.04 }}
[{site.name}.use."image.cutout"]
prices = {{ call = 0.02 }}
[{site.name}.use.video]
prices = {{ second = 0.07 }}
"""
    provider, video = site.provider(text), REQUESTS["video"](tmp_path)
    assert provider.price(scene(tmp_path)) == 0.04
    assert provider.price(cutouts(tmp_path, 3)) == pytest.approx(0.06)
    assert provider.price(video) == pytest.approx(0.35)
    assert provider.price(replace(video, frames=180)) == pytest.approx(0.7)
    assert provider.price(REQUESTS["lip_sync"](tmp_path)) == pytest.approx(0.1)
    ticket = ticket_of(provider.image(scene(tmp_path), make_call()))
    site.gives(1, "scene.png", png((320, 320)), "image/png")
    assert provider.poll(ticket, scene(tmp_path), make_call()).cost == 0.04


def test_the_key_is_in_no_error_and_no_log(
    site: Site, make_call: MakeCall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    request = scene(tmp_path)
    operation = site.create if site.name == "replicate" else "POST /fal-ai/nano-banana/edit"
    site.server.answer(operation, 401, {"detail": f"the key {KEY} is wrong"})
    with pytest.raises(Permanent) as caught:
        site.provider().image(request, make_call())
    assert caught.value.code == "vendor_auth"
    assert KEY not in "".join(traceback.format_exception(caught.value)) + caplog.text + repr(site.provider())


def test_a_wide_canvas_asks_for_the_nearest_shape(site: Site, make_call: MakeCall, tmp_path: Path) -> None:
    request = replace(scene(tmp_path), canvas=Canvas(Aspect.FEED, 320, 400))
    site.provider().image(request, make_call())
    assert site.inputs()[0]["aspect_ratio"] == "4:5"
