"""fal: its requests and answers as its client has them, what they mean, and golden requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Pending
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.errors import Permanent, RateLimited, Rejected, Retryable, StepError
from genai.providers.fal.provider import FalProvider
from genai.vendors import load_vendors
from tests.conformance.asked import REQUESTS
from tests.harness.fal_queue import FalQueue
from tests.harness.hosted import KEY, LIP_SYNC
from tests.harness.specs import Damage, SpecServer
from tests.unit.providers.conftest import MakeCall
from tests.unit.providers.hosted.conftest import ticket_of, without_files

IMAGE, CUTOUT, AVATAR = "fal-ai/nano-banana/edit", "fal-ai/birefnet/v2", "fal-ai/bytedance/omnihuman"
VIDEO = "fal-ai/kling-video/v2.5-turbo/pro/image-to-video"
REFUSED = [{"loc": ["body", "prompt"], "msg": "flagged by a checker", "type": "content_policy_violation"}]
INVALID = [{"loc": ["body", "duration"], "msg": "must be 5 or 10", "type": "literal_error"}]


@pytest.fixture
def queue(spec_server: Callable[..., SpecServer]) -> FalQueue:
    return FalQueue(spec_server(None, key=KEY), IMAGE, CUTOUT, VIDEO, AVATAR)


def provider(queue: FalQueue, base: str = "") -> FalProvider:
    text = f'[fal]\nresult_hosts = ["{queue.server.host}"]\n{LIP_SYNC["fal"]}'
    vendors = load_vendors(text, "OWN", {"FAL": KEY}, {"FAL": queue.server.origin + base})
    return FalProvider.for_vendor(vendors["fal"])


def test_golden_requests(queue: FalQueue, make_call: MakeCall, tmp_path: Path) -> None:
    asked = provider(queue)
    scene: ImageRequest = REQUESTS["image.scene"](tmp_path)
    tickets = [
        asked.image(scene, make_call(hook="https://us.test/hook?t=1")),
        asked.image(replace(scene, purpose=ImagePurpose.CUTOUT, scene=None), make_call()),
        asked.video(REQUESTS["video"](tmp_path), make_call()),
        asked.lip_sync(REQUESTS["lip_sync"](tmp_path), make_call()),
    ]
    models = (IMAGE, CUTOUT, VIDEO, AVATAR)
    assert [ticket_of(ticket) for ticket in tickets] == [f"{m}#r{n}" for n, m in enumerate(models, 1)]
    assert [call.path for call in queue.submissions()] == [f"/{model}" for model in models]
    assert [call.query for call in queue.submissions()] == [
        {"fal_webhook": ["https://us.test/hook?t=1"]}, {}, {}, {}
    ]  # fmt: skip
    bodies = [without_files(call.body) for call in queue.submissions()]
    prompts = [body.pop("prompt", "") for body in bodies]
    assert bodies == [
        {
            "image_urls": ["data:image/png;base64,..."],
            "aspect_ratio": "1:1",
            "num_images": 1,
            "output_format": "png",
        },
        {
            "image_url": "data:image/png;base64,...",
            "model": "General Use (Heavy)",
            "operating_resolution": "2048x2048",
            "refine_foreground": True,
            "output_format": "png",
        },
        {"image_url": "data:image/png;base64,...", "duration": "5"},
        {"image_url": "https://pictures.test/anna.png", "audio_url": "data:audio/wav;base64,..."},
    ]
    assert "Blue Teapot" in prompts[0] and "first frame" in prompts[2]
    assert queue.server.calls[0].headers["authorization"] == "Key ***"


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"detail": "Authentication is required"}, Permanent, "vendor_auth"),
        (403, {"detail": "no"}, Permanent, "vendor_auth"),
        (403, {"detail": "User is locked. Reason: Exhausted balance."}, Permanent, "vendor_refused"),
        (404, {"detail": "Application not found"}, Permanent, "model_unavailable"),
        (422, {"detail": REFUSED}, Rejected, "rejected"),
        (422, {"detail": INVALID}, Permanent, "vendor_refused"),
        (422, {"detail": "no"}, Permanent, "vendor_refused"),
        (429, {"detail": "throttled"}, RateLimited, "rate_limited"),
        (409, {"detail": "conflict"}, Retryable, "unavailable"),
        (500, {"detail": "oh"}, Retryable, "unavailable"),
        (502, Damage.PAGE, Retryable, "unavailable"),
        (200, Damage.GARBAGE, Retryable, "bad_answer"),
        (200, {"status": "IN_QUEUE"}, Retryable, "bad_answer"),
        (200, [1], Retryable, "bad_answer"),
        (200, Damage.TRUNCATED, Retryable, "unavailable"),
        (200, Damage.RESET, Retryable, "unavailable"),
    ],
)
def test_what_an_answer_to_a_submission_means(
    queue: FalQueue,
    make_call: MakeCall,
    tmp_path: Path,
    status: int,
    body: Any,
    kind: type[StepError],
    code: str,
) -> None:
    queue.server.answer(f"POST /{IMAGE}", status, body, {"Retry-After": "17"})
    with pytest.raises(StepError) as caught:
        provider(queue).image(REQUESTS["image.scene"](tmp_path), make_call())
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert len(queue.server.calls) == 1  # the SDK would try ten times
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 17
    if isinstance(caught.value, Rejected):
        assert str(caught.value) == "fal refused the content: flagged by a checker"


def asked_for(queue: FalQueue, make_call: MakeCall, tmp_path: Path) -> Callable[[], Any]:
    """A scene is submitted as r1; asks for it."""
    asked, request = provider(queue), REQUESTS["image.scene"](tmp_path)
    ticket = ticket_of(asked.image(request, make_call()))
    return lambda: asked.poll(ticket, request, make_call())


def test_states(queue: FalQueue, make_call: MakeCall, tmp_path: Path) -> None:
    ask = asked_for(queue, make_call, tmp_path)
    for state in ("IN_QUEUE", "IN_PROGRESS"):
        queue.state("r1", state)
        assert isinstance(ask(), Pending)
    queue.state("r1", "LOST")
    with pytest.raises(Retryable) as caught:
        ask()
    assert caught.value.code == "bad_answer"


@pytest.mark.parametrize(
    ("state", "status", "output", "kind", "code"),
    [
        (
            {"error": "Worker died", "error_type": "runner_error"},
            500,
            {"detail": "x"},
            Permanent,
            "vendor_failed",
        ),
        ({"error": "Worker died"}, 404, {"detail": "gone"}, Permanent, "vendor_failed"),
        ({"error": "Invalid", "error_type": "bad"}, 422, {"detail": INVALID}, Permanent, "vendor_refused"),
        ({"error": "Invalid", "error_type": "bad"}, 422, {"detail": REFUSED}, Rejected, "rejected"),
        ({"error": "No", "error_type": "content_policy_violation"}, 500, None, Rejected, "rejected"),
        ({}, 422, {"detail": REFUSED}, Rejected, "rejected"),
        ({}, 422, {"detail": INVALID}, Permanent, "vendor_refused"),
        ({}, 404, {"detail": "Request not found"}, Permanent, "result_expired"),
        ({}, 500, {"detail": "oh"}, Retryable, "unavailable"),
        ({}, 200, {"images": []}, Permanent, "bad_result"),
        ({}, 200, Damage.GARBAGE, Retryable, "bad_answer"),
        ({}, 200, Damage.TRUNCATED, Retryable, "unavailable"),
    ],
)
def test_what_is_done_may_have_failed(
    queue: FalQueue,
    make_call: MakeCall,
    tmp_path: Path,
    state: dict[str, Any],
    status: int,
    output: Any,
    kind: type[StepError],
    code: str,
) -> None:
    ask = asked_for(queue, make_call, tmp_path)
    queue.done("r1", output, status, **state)
    with pytest.raises(StepError) as caught:
        ask()
    assert (type(caught.value), caught.value.code) == (kind, code)
    if code == "vendor_failed":
        assert state["error"] in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (404, Permanent, "result_expired"),
        (429, RateLimited, "rate_limited"),
        (503, Retryable, "unavailable"),
    ],
)
def test_a_look_that_finds_nothing(
    queue: FalQueue, make_call: MakeCall, tmp_path: Path, status: int, kind: type[StepError], code: str
) -> None:
    ask = asked_for(queue, make_call, tmp_path)
    queue.server.answer(f"GET {queue.path('r1')}/status", status, {"detail": "no"})
    with pytest.raises(StepError) as caught:
        ask()
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert len(queue.server.calls) == 2


def test_cancelling(queue: FalQueue, make_call: MakeCall, tmp_path: Path) -> None:
    asked, request = provider(queue), REQUESTS["video"](tmp_path)
    ticket = ticket_of(asked.video(request, make_call()))
    assert asked.cancel(ticket) is True
    queue.server.answer(f"PUT {queue.path('r1')}/cancel", 400, {"status": "ALREADY_COMPLETED"})
    assert asked.cancel(ticket) is False
    queue.server.answer(f"PUT {queue.path('r1')}/cancel", 404, {"status": "NOT_FOUND"})
    assert asked.cancel(ticket) is False
    queue.server.answer(f"PUT {queue.path('r1')}/cancel", 503, None)
    with pytest.raises(Retryable):
        asked.cancel(ticket)


def test_the_address_may_have_a_path(queue: FalQueue, make_call: MakeCall, tmp_path: Path) -> None:
    queue.server.answer(f"POST /through/here/{IMAGE}", 403, {"detail": "no"})
    with pytest.raises(Permanent):
        provider(queue, "/through/here/").image(REQUESTS["image.scene"](tmp_path), make_call())


def test_nothing_of_the_environment_counts(
    queue: FalQueue, make_call: MakeCall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", "key-of-somebody-else")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    provider(queue).image(REQUESTS["image.scene"](tmp_path), make_call())
    assert queue.server.calls[0].headers["authorization"] == "Key ***"


def test_its_sdk_is_the_pinned_one() -> None:
    """Its connections are replaced through a name that is not public: another version is looked at first."""
    pinned = Path(__file__).parents[4] / "constraints.txt"
    assert f"fal_client=={version('fal-client')}" in pinned.read_text().splitlines()
    assert version("fal-client") == "1.0.3"
