"""Replicate: its requests and answers against its own document, what they mean, and golden requests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Reference
from genai.domain.media import MediaFile
from genai.errors import Permanent, RateLimited, Rejected, Retryable, StepError
from genai.providers.hosted.transport import OnceTransport
from genai.providers.http import Account, bearer
from genai.providers.replicate.provider import ReplicateProvider
from genai.vendors import load_vendors
from tests.conformance.asked import REQUESTS
from tests.harness.hosted import KEY, LIP_SYNC, prediction
from tests.harness.specs import Damage, SpecServer
from tests.unit.providers.conftest import MakeCall
from tests.unit.providers.hosted.conftest import ticket_of, without_files

CREATE, GET = "POST /predictions", "GET /predictions/{prediction_id}"
CANCEL, STORE = "POST /predictions/{prediction_id}/cancel", "POST /files"


@pytest.fixture
def replicate(spec_server: Callable[..., SpecServer]) -> SpecServer:
    server = spec_server("replicate.json", key=KEY)
    server.answer(CREATE, 201, prediction("p1", "starting"))
    return server


def provider(server: SpecServer) -> ReplicateProvider:
    text = f'[replicate]\nresult_hosts = ["{server.host}"]\n{LIP_SYNC["replicate"]}'
    vendors = load_vendors(text, "OWN", {"REPLICATE": KEY}, {"REPLICATE": server.origin})
    return ReplicateProvider.for_vendor(vendors["replicate"])


def test_golden_requests(spec_server: Callable[..., SpecServer], make_call: MakeCall, tmp_path: Path) -> None:
    plain = spec_server(None)
    plain.answer("POST /v1/predictions", 201, prediction("p1", "starting"))
    asked = provider(plain)
    scene: ImageRequest = REQUESTS["image.scene"](tmp_path)
    asked.image(scene, make_call(hook="https://us.test/hook?t=1"))
    asked.image(replace(scene, purpose=ImagePurpose.CUTOUT, scene=None), make_call())
    asked.video(REQUESTS["video"](tmp_path), make_call(hook="http://us.test/plain"))
    asked.lip_sync(REQUESTS["lip_sync"](tmp_path), make_call())
    bodies = [without_files(call.body) for call in plain.calls]
    prompts = [body["input"].pop("prompt", "") for body in bodies]
    assert bodies == [
        {
            "version": "google/nano-banana",
            "input": {
                "image_input": ["data:image/png;base64,..."],
                "aspect_ratio": "1:1",
                "output_format": "png",
            },
            "webhook": "https://us.test/hook?t=1",
            "webhook_events_filter": ["completed"],
        },
        {"version": "bria/remove-background", "input": {"image": "data:image/png;base64,..."}},
        {
            "version": "kwaivgi/kling-v2.5-turbo-pro",
            "input": {"start_image": "data:image/png;base64,...", "duration": 5},
        },
        {
            "version": "bytedance/latentsync",
            "input": {"video": "https://pictures.test/anna.mp4", "audio": "data:audio/wav;base64,..."},
        },
    ]
    assert "Blue Teapot" in prompts[0] and len(prompts[0]) <= 5000
    assert "first frame" in prompts[2] and len(prompts[2]) <= 2500
    headers = plain.calls[0].headers
    assert (headers["cancel-after"], headers.get("prefer")) == ("30m", None)
    assert headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"detail": "no token"}, Permanent, "vendor_auth"),
        (402, {"detail": "out of credit"}, Permanent, "vendor_refused"),
        (404, {"detail": "not found"}, Permanent, "model_unavailable"),
        (422, {"detail": "Invalid version or not permitted"}, Permanent, "model_unavailable"),
        (422, {"detail": "- input: prompt is required"}, Permanent, "vendor_refused"),
        (400, {"detail": "NSFW content detected"}, Rejected, "rejected"),
        (429, {"detail": "throttled"}, RateLimited, "rate_limited"),
        (500, {"detail": "oh"}, Retryable, "unavailable"),
        (503, Damage.PAGE, Retryable, "unavailable"),
        (201, Damage.GARBAGE, Retryable, "bad_answer"),
        (201, Damage.PAGE, Retryable, "bad_answer"),
        (201, Damage.TRUNCATED, Retryable, "unavailable"),
        (201, Damage.RESET, Retryable, "unavailable"),
    ],
)
def test_what_an_answer_to_a_submission_means(
    replicate: SpecServer,
    make_call: MakeCall,
    tmp_path: Path,
    status: int,
    body: Any,
    kind: type[StepError],
    code: str,
) -> None:
    replicate.answer(CREATE, status, body, {"Retry-After": "17"})
    with pytest.raises(StepError) as caught:
        provider(replicate).image(REQUESTS["image.scene"](tmp_path), make_call())
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert len(replicate.calls) == 1
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 17


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, prediction("p1", "failed", error="CUDA out of memory"), Permanent, "vendor_failed"),
        (200, prediction("p1", "failed", error=None), Permanent, "vendor_failed"),
        (200, prediction("p1", "failed", error="flagged as sensitive (E005)"), Rejected, "rejected"),
        (200, prediction("p1", "canceled"), Permanent, "vendor_cancelled"),
        (200, prediction("p1", "aborted"), Permanent, "vendor_cancelled"),
        (200, prediction("p1", "succeeded", data_removed=True), Permanent, "result_expired"),
        (200, prediction("p1", "succeeded", output={"seed": 4}), Permanent, "bad_result"),
        (404, {"detail": "not found"}, Permanent, "result_expired"),
        (429, {"detail": "throttled"}, RateLimited, "rate_limited"),
        (503, Damage.PAGE, Retryable, "unavailable"),
        (504, Damage.PAGE, Retryable, "unavailable"),
        (200, Damage.GARBAGE, Retryable, "bad_answer"),
        (200, Damage.TRUNCATED, Retryable, "unavailable"),
    ],
)
def test_what_a_look_may_find(
    replicate: SpecServer,
    make_call: MakeCall,
    tmp_path: Path,
    status: int,
    body: Any,
    kind: type[StepError],
    code: str,
) -> None:
    asked, request = provider(replicate), REQUESTS["image.scene"](tmp_path)
    ticket = ticket_of(asked.image(request, make_call()))
    replicate.answer(GET, status, body)
    with pytest.raises(StepError) as caught:
        asked.poll(ticket, request, make_call())
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert len(replicate.asked(GET)) == 1  # the SDK would try ten times


@pytest.mark.parametrize(
    ("status", "body", "stopped"),
    [
        (200, prediction("p1", "canceled"), True),
        (200, prediction("p1", "processing"), True),
        (200, prediction("p1", "aborted"), True),
        (200, prediction("p1", "succeeded", output="https://e.test/x"), False),
        (404, {"detail": "not found"}, False),
    ],
)
def test_cancelling(replicate: SpecServer, status: int, body: Any, stopped: bool) -> None:
    replicate.answer(CANCEL, status, body)
    assert provider(replicate).cancel("p1") is stopped
    replicate.answer(CANCEL, 500, {"detail": "oh"})
    with pytest.raises(Retryable):
        provider(replicate).cancel("p1")


def large(folder: Path) -> MediaFile:
    """A picture of more than 256 kB."""
    path = folder / "large.png"
    array = np.random.default_rng(1).integers(0, 255, (400, 400, 3), np.uint8)
    Image.fromarray(array).save(path)
    return MediaFile(path, "image/png", hashlib.sha256(path.read_bytes()).hexdigest(), 400, 400)


def test_a_large_file_is_stored_first(replicate: SpecServer, make_call: MakeCall, tmp_path: Path) -> None:
    address = "https://api.replicate.com/v1/files/f1"
    stored = {"id": "f1", "name": "file.png", "content_type": "image/png", "size": 1, "etag": "e"}
    more = {"checksums": {}, "metadata": {}, "created_at": "2026-11-21T10:00:00Z", "urls": {"get": address}}
    replicate.answer(STORE, 201, {**stored, **more, "expires_at": "2026-11-22T10:00:00Z"})
    file = large(tmp_path)
    request = replace(REQUESTS["image.scene"](tmp_path), references=(Reference(file, "source"),))
    provider(replicate).image(request, make_call())
    assert replicate.asked(CREATE)[0].body["input"]["image_input"] == [address]
    content = replicate.asked(STORE)[0].body["content"]
    assert (content.data, content.media_type) == (file.path.read_bytes(), "image/png")
    problem = {"Content-Type": "application/problem+json"}
    replicate.answer(STORE, 413, {"detail": "Files must be less than 100MB in size"}, problem)
    with pytest.raises(Permanent) as caught:
        provider(replicate).image(request, make_call())
    assert caught.value.code == "vendor_refused"


def test_one_photograph_that_is_not_taken_stops_the_others(
    replicate: SpecServer, make_call: MakeCall, tmp_path: Path
) -> None:
    scene: ImageRequest = REQUESTS["image.scene"](tmp_path)
    request = replace(scene, purpose=ImagePurpose.CUTOUT, references=scene.references * 2, scene=None)
    replicate.answer(CREATE, 201, prediction("p1", "starting")).then(402, {"detail": "out of credit"})
    replicate.answer(CANCEL, 200, prediction("p1", "canceled"))
    with pytest.raises(Permanent):
        provider(replicate).image(request, make_call())
    assert [call.parameters["prediction_id"] for call in replicate.asked(CANCEL)] == ["p1"]


def test_a_vendor_that_hangs_is_waited_for_no_longer_than_told(
    spec_server: Callable[..., SpecServer],
) -> None:
    plain = spec_server(None)
    plain.answer("GET /v1/predictions/p1", 200, Damage.HANG)
    account = Account("replicate", plain.origin, bearer(KEY), total=0.3)
    transport = OnceTransport(account, lambda _status, _document: None)
    with httpx.Client(transport=transport) as client, pytest.raises(Retryable, match="did not answer"):
        client.get(f"{plain.origin}/v1/predictions/p1")


def test_its_endpoints_are_in_the_document_and_its_sdk_is_the_pinned_one(replicate: SpecServer) -> None:
    for endpoint in (CREATE, GET, CANCEL, STORE):
        replicate.answer(endpoint, 200)  # LookupError for one that is not there
    pinned = Path(__file__).parents[4] / "constraints.txt"
    assert f"replicate=={version('replicate')}" in pinned.read_text().splitlines()
