"""What a port promises, held against every provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from genai.capabilities.base import Priced, Selective
from genai.domain.enums import AssetRole, Capability, Verdict
from genai.errors import Permanent, RateLimited, Retryable
from genai.media.files import inspect
from tests.conformance.asked import FRAMES, HANDLE, REQUESTS, cutout, files
from tests.conformance.conftest import Subject
from tests.conformance.stand_ins import STAND_INS

ENGINES = ["local", "instant", "vendor"]  # which serve everything
ALL = [*ENGINES, "onnx", *STAND_INS]
every_engine = pytest.mark.parametrize("subject", ENGINES, indirect=True)
every_provider = pytest.mark.parametrize("subject", ALL, indirect=True)
one_that_can_fail = pytest.mark.parametrize("subject", ["instant", "vendor", *STAND_INS], indirect=True)


@every_provider
@pytest.mark.parametrize("asked", REQUESTS)
def test_a_result_is_what_was_asked_for(subject: Subject, asked: str, tmp_path: Path) -> None:
    capability = asked.partition(".")[0]
    request = REQUESTS[asked](tmp_path)
    call = subject.call(seed=7)
    if not subject.serves(capability, request):
        _refuses(subject, capability, request)
        return
    result = subject.ask(capability, request, call)

    for file in files(result):
        assert file.path.is_relative_to(call.workdir)
        assert inspect(file.path, file.media_type).media_type == file.media_type
        assert isinstance(file.role, AssetRole)
    assert result.cost >= 0
    if isinstance(subject.provider, Priced):
        assert result.cost <= subject.provider.price(request)
    CHECKS[asked](result, request)


@pytest.mark.parametrize("subject", ["local", "onnx"], indirect=True)
def test_cut_outs_are_those_of_the_photographs(subject: Subject, tmp_path: Path) -> None:
    request = cutout(tmp_path)
    (photograph,) = request.references
    (cut,) = subject.ask("image", request).images
    assert (cut.role, cut.view) == (AssetRole.CUTOUT, photograph.view)
    assert cut.details["reference"] == photograph.file.sha256
    assert 0 <= cut.details["confidence"] <= 1
    with Image.open(cut.path) as picture:
        assert picture.mode == "RGBA"


def _refuses(subject: Subject, capability: str, request: Any) -> None:
    """What a provider does not serve it has no method for, or refuses without asking anybody."""
    assert isinstance(subject.provider, Selective)
    assert not subject.provider.serves(request)
    if hasattr(subject.provider, capability):
        with pytest.raises(Permanent) as caught:
            subject.ask(capability, request)
        assert caught.value.code == "unsupported"


def _neutral(result: Any, _: Any) -> None:
    roles = [file.role for file in result.images]
    assert roles[0] is AssetRole.NEUTRAL
    assert set(roles[1:]) <= {AssetRole.CUTOUT}


def _sheet(result: Any, _: Any) -> None:
    roles = [file.role for file in result.images]
    assert roles[0] is AssetRole.SHEET
    assert set(roles[1:]) == {AssetRole.SHEET_PANEL}


def _scene(result: Any, _: Any) -> None:
    assert [file.role for file in result.images] == [AssetRole.SCENE_IMAGE]


def _metadata(result: Any, request: Any) -> None:
    assert result.name.value == request.product.name
    assert sum(color.share for color in result.colors) <= 1.001
    assert result.proportions > 0


def _fidelity(result: Any, _: Any) -> None:
    assert isinstance(result.verdict, Verdict)
    assert all(0 <= score <= 1 for score in (result.score, *result.aspects.values()))
    assert result.verdict is not Verdict.UNSURE or result.reason


def _script(result: Any, request: Any) -> None:
    assert " ".join(segment.text for segment in result.segments) == request.script


def _storyboard(result: Any, request: Any) -> None:
    assert [scene.number for scene in result.scenes] == [1, 2, 3]
    assert result.concept


def _seeds(result: Any, _: Any) -> None:
    assert result.seeds
    assert not result.scenes


def _sound(result: Any, request: Any) -> None:
    with av.open(str(result.audio.path)) as sound:
        stream: Any = sound.streams.audio[0]
        assert stream.rate == 48_000
        assert float(stream.duration * stream.time_base) == pytest.approx(result.duration, abs=0.001)


def _words(result: Any, request: Any) -> None:
    _sound(result, request)
    assert [word.text for word in result.words] == request.text.split()
    times = [time for word in result.words for time in (word.start, word.end)]
    assert [round(time, 6) for time in times] == sorted(round(time, 6) for time in times)
    assert times[-1] <= result.duration + 0.001


def _music(result: Any, request: Any) -> None:
    _sound(result, request)
    assert result.duration == pytest.approx(request.duration, abs=0.1)
    assert list(result.beats) == sorted(result.beats)


def _clip(result: Any, _: Any) -> None:
    with av.open(str(result.clip.path)) as clip:
        assert sum(packet.size > 0 for packet in clip.demux(video=0)) == FRAMES + HANDLE
        assert not clip.streams.audio
        assert clip.streams.video[0].average_rate == 30


def _stitched(result: Any, _: Any) -> None:
    assert (result.video.media_type, result.poster.media_type) == ("video/mp4", "image/jpeg")
    with av.open(str(result.video.path)) as video:
        assert sum(packet.size > 0 for packet in video.demux(video=0)) == 2 * FRAMES


CHECKS = {
    "image.neutral": _neutral,
    "image.sheet": _sheet,
    "image.scene": _scene,
    "metadata": _metadata,
    "fidelity": _fidelity,
    "script": _script,
    "storyboard": _storyboard,
    "storyboard.seeds": _seeds,
    "audio.speech": _words,
    "audio.alignment": _words,
    "audio.music": _music,
    "video": _clip,
    "lip_sync": _clip,
    "stitch": _stitched,
}


@every_provider
def test_it_says_who_it_is(subject: Subject) -> None:
    assert subject.provider.name
    assert subject.provider.model


@every_engine
def test_it_offers_every_capability(subject: Subject) -> None:
    assert [each for each in Capability if not hasattr(subject.provider, each.value)] == []


@every_provider
def test_the_same_request_gives_the_same_board(subject: Subject, tmp_path: Path) -> None:
    request = REQUESTS["storyboard"](tmp_path)
    if not subject.serves("storyboard", request):
        return
    boards = [subject.ask("storyboard", request, subject.call(key)) for key in ("k1", "k2")]
    assert boards[0] == boards[1]


@one_that_can_fail
@pytest.mark.parametrize("asked", ["image.scene", "script", "audio.speech", "video", "fidelity"])
def test_failures_are_the_port_s_own(subject: Subject, asked: str, tmp_path: Path) -> None:
    capability = asked.partition(".")[0]
    request = REQUESTS[asked](tmp_path)
    if not subject.serves(capability, request):
        return
    subject.fail(capability, "retryable")
    with pytest.raises(Retryable) as caught:
        subject.ask(capability, request)
    assert not isinstance(caught.value, RateLimited)
    subject.fail(capability, "permanent")
    with pytest.raises(Permanent):
        subject.ask(capability, request)
