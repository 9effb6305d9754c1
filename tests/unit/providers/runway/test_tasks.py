"""Runway's tasks: their states, failures and errors; cancellation; results that are gone."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Asynchronous, Call, Limited, Modelled, Pending, Priced, Selective
from genai.capabilities.video import VideoResult
from genai.domain.enums import Capability
from genai.errors import ConfigurationError, Permanent, RateLimited, Rejected, Retryable, StepError
from genai.providers.http import Account, sdk_client
from genai.providers.runway.provider import RunwayProvider
from genai.vendors import Vendor
from tests.harness.runway import CREATE, DELETE, ID, TASK, film, task
from tests.harness.specs import Damage, SpecServer
from tests.unit.providers.runway.conftest import KEY, provider, vendor, video_request

NewCall = Callable[..., Call]


def failure(asking: Callable[[], Any], caplog: pytest.LogCaptureFixture) -> StepError:
    """What asking raises; neither it nor a log line shows the key or an address's signature."""
    caplog.set_level("INFO")
    for logger in ("genai", "runwayml", "httpx", "httpcore"):
        caplog.set_level("DEBUG", logger)
    with pytest.raises(StepError) as caught:
        asking()
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert KEY not in told and "_jwt=" not in told
    return caught.value


# States


@pytest.mark.parametrize(
    ("state", "progress"),
    [
        (task("PENDING"), None),
        (task("THROTTLED"), None),
        (task("RUNNING", progress=0.4), 0.4),
    ],
)
def test_a_task_that_is_not_done(
    runway: SpecServer, tmp_path: Path, make_call: NewCall, state: dict[str, Any], progress: float | None
) -> None:
    runway.answer(TASK, 200, state)
    answer = provider(runway).poll(ID, video_request(tmp_path), make_call())
    assert answer == Pending(poll_in=5.0, progress=progress)
    assert runway.calls[0].parameters == {"id": ID}


@pytest.mark.parametrize(
    ("failed", "kind", "code", "again"),
    [
        ("SAFETY.INPUT.TEXT", Rejected, "rejected", None),
        ("SAFETY.INPUT.IMAGE", Rejected, "rejected", None),
        ("SAFETY.OUTPUT.VIDEO", Rejected, "rejected", None),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", Rejected, "rejected", None),
        ("ASSET.INVALID", Permanent, "unsupported", None),
        ("INTERNAL.BAD_OUTPUT.CODE01", Permanent, "vendor_failed", False),
        ("INPUT_PREPROCESSING.INTERNAL", Permanent, "vendor_failed", True),
        ("INTERNAL", Permanent, "vendor_failed", True),
        ("THIRD_PARTY.UNAVAILABLE", Permanent, "vendor_failed", True),
        ("SOMETHING.NEW", Permanent, "vendor_failed", False),
        (None, Permanent, "vendor_failed", True),
    ],
)
def test_a_task_that_has_failed(
    runway: SpecServer,
    tmp_path: Path,
    make_call: NewCall,
    caplog: pytest.LogCaptureFixture,
    failed: str | None,
    kind: type[StepError],
    code: str,
    again: bool | None,
) -> None:
    named = {"failureCode": failed} if failed else {}
    runway.answer(TASK, 200, task("FAILED", failure=f"it did not work, {KEY}", **named))
    maker = provider(runway)
    error = failure(lambda: maker.poll(ID, video_request(tmp_path), make_call()), caplog)
    assert (type(error), error.code) == (kind, code)
    assert "it did not work, ***" in str(error)
    assert error.details.get("again") is again


@pytest.mark.parametrize(
    ("state", "options", "cost"),
    [
        (task("FAILED", failure="x"), {"credit": 0.01}, 0.24),
        (task("FAILED", failure="x", cost={"credits": 0}), {"credit": 0.01}, 0.0),
        (task("FAILED", failure="x", failureCode="SAFETY.OUTPUT.VIDEO"), {}, 0.24),
        (task("FAILED", failure="x", failureCode="INTERNAL"), {}, 0.0),
        (task("CANCELLED", cost={"credits": 12}), {"credit": 0.01}, 0.12),
    ],
)
def test_what_a_task_cost_that_came_to_nothing(
    runway: SpecServer,
    tmp_path: Path,
    make_call: NewCall,
    state: dict[str, Any],
    options: dict[str, Any],
    cost: float,
) -> None:
    """What it says that it cost; without a credit's price moderated ones cost what others do."""
    runway.answer(TASK, 200, state)
    with pytest.raises(StepError) as caught:
        provider(runway, options=options).poll(ID, video_request(tmp_path), make_call())
    assert caught.value.cost == pytest.approx(cost)


def test_a_task_that_was_cancelled_or_is_gone(
    runway: SpecServer, tmp_path: Path, make_call: NewCall, caplog: pytest.LogCaptureFixture
) -> None:
    maker = provider(runway)
    runway.answer(TASK, 200, task("CANCELLED"))
    error = failure(lambda: maker.poll(ID, video_request(tmp_path), make_call()), caplog)
    assert (type(error), error.code) == (Permanent, "vendor_cancelled")
    runway.answer(TASK, 404, {"error": "no such task"})
    error = failure(lambda: maker.poll(ID, video_request(tmp_path), make_call()), caplog)
    assert (type(error), error.code) == (Permanent, "result_expired")


@pytest.mark.parametrize(
    ("state", "stopped", "deleted"),
    [
        ("PENDING", True, True),
        ("THROTTLED", True, True),
        ("RUNNING", False, True),  # stopped, and paid for
        ("SUCCEEDED", False, False),
        ("FAILED", False, False),
        ("CANCELLED", True, False),
    ],
)
def test_cancelling(runway: SpecServer, state: str, stopped: bool, deleted: bool) -> None:
    more: dict[str, dict[str, Any]] = {
        "RUNNING": {"progress": 0.1},
        "FAILED": {"failure": "x"},
        "SUCCEEDED": {"output": ["https://results.test/a.mp4"]},
    }
    runway.answer(TASK, 200, task(state, **more.get(state, {})))
    runway.answer(DELETE, 204)
    assert provider(runway).cancel(ID) is stopped
    assert len(runway.asked(DELETE)) == deleted


def test_cancelling_what_is_deleted_or_cannot_be_told(
    runway: SpecServer, caplog: pytest.LogCaptureFixture
) -> None:
    maker = provider(runway)
    runway.answer(TASK, 404, {"error": "no such task"})
    assert maker.cancel(ID) is True
    runway.answer(TASK, 200, task("PENDING"))
    runway.answer(DELETE, 404, {"error": "deleted"})
    assert maker.cancel(ID) is True
    runway.answer(DELETE, 503, Damage.PAGE)
    assert type(failure(lambda: maker.cancel(ID), caplog)) is Retryable


# Errors of requests


def refused(*fields: str, error: str = "Validation of body failed") -> dict[str, Any]:
    issues = [{"code": "custom", "path": [field], "message": "wrong"} for field in fields]
    return {"error": error, **({"issues": issues} if issues else {})}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, refused("model"), Permanent, "model_unavailable"),
        (400, refused("promptImage"), Permanent, "unsupported"),
        (400, refused(error="You do not have enough credits to run this task."), Permanent, "vendor_refused"),
        (401, {"error": "The API key is not valid."}, Permanent, "vendor_auth"),
        (422, {"error": "no"}, Permanent, "vendor_refused"),
        (429, {"error": "slow down"}, RateLimited, "rate_limited"),
        (502, Damage.PAGE, Retryable, "unavailable"),
        (503, {"error": "shedding load"}, Retryable, "unavailable"),
        (200, Damage.GARBAGE, Retryable, "bad_answer"),
        (200, Damage.PAGE, Retryable, "bad_answer"),
        (200, {}, Retryable, "bad_answer"),
        (200, Damage.TRUNCATED, Retryable, "unavailable"),
        (200, Damage.RESET, Retryable, "unavailable"),
    ],
)
@pytest.mark.parametrize("asked", ["submit", "poll"])
def test_what_an_answer_means(
    runway: SpecServer,
    tmp_path: Path,
    make_call: NewCall,
    caplog: pytest.LogCaptureFixture,
    asked: str,
    status: int,
    body: Any,
    kind: type[StepError],
    code: str,
) -> None:
    maker, request = provider(runway), video_request(tmp_path)
    runway.answer(CREATE if asked == "submit" else TASK, status, body, {"Retry-After": "17"})
    ask = (
        (lambda: maker.video(request, make_call()))
        if asked == "submit"
        else (lambda: maker.poll(ID, request, make_call()))
    )
    error = failure(ask, caplog)
    runway.violations[:] = [each for each in runway.violations if body != {}]  # which no document allows
    assert (type(error), error.code) == (kind, code)
    assert len(runway.calls) == 1  # the SDK tries nothing again
    if isinstance(error, RateLimited):
        assert error.retry_after == 17


def test_a_vendor_that_hangs_is_waited_for_no_longer_than_told(
    plain: SpecServer, tmp_path: Path, make_call: NewCall
) -> None:
    from runwayml import RunwayML

    plain.answer(CREATE, 200, Damage.HANG)
    account = Account("runway", plain.url, {"Authorization": f"Bearer {KEY}"}, total=0.3)
    client = RunwayML(base_url=plain.url, api_key=KEY, max_retries=0, http_client=sdk_client(account))
    with pytest.raises(Retryable, match="did not answer"):
        RunwayProvider(vendor(plain), account, client).video(video_request(tmp_path), make_call())


# Results


def test_a_result_whose_address_has_expired_comes_with_the_next_poll(
    runway: SpecServer, tmp_path: Path, make_call: NewCall, caplog: pytest.LogCaptureFixture
) -> None:
    request, maker = video_request(tmp_path), provider(runway)
    ticket = maker.video(request, make_call())
    good = runway.file("good.mp4", film(runway.calls[0].body), "video/mp4")
    gone = [f"{runway.origin}/served-files/gone.mp4?_jwt=s"]
    runway.answer(TASK, 200, task("SUCCEEDED", output=gone)).then(200, task("SUCCEEDED", output=[good]))
    error = failure(lambda: maker.poll(ticket.id, request, make_call()), caplog)
    assert (type(error), error.code) == (Retryable, "result_unavailable")
    assert isinstance(maker.poll(ticket.id, request, make_call()), VideoResult)


@pytest.mark.parametrize("kind", ["host", "type", "bytes", "none"])
def test_a_result_that_is_none(
    runway: SpecServer, tmp_path: Path, make_call: NewCall, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    output = {
        "host": ["http://127.0.0.1:9/a.mp4?_jwt=s"],
        "type": [runway.file("a.mp4", b"<html>", "text/html")],
        "bytes": [runway.file("b.mp4", b"no film at all", "video/mp4")],
        "none": [],
    }[kind]
    runway.answer(TASK, 200, task("SUCCEEDED", output=output))
    maker, call = provider(runway), make_call()
    error = failure(lambda: maker.poll(ID, video_request(tmp_path), call), caplog)
    assert error.code == ("bad_answer" if kind == "none" else "bad_result")


# What it says of itself


def test_its_endpoints_are_in_the_document_and_its_sdk_is_the_pinned_one(runway: SpecServer) -> None:
    for endpoint in (CREATE, TASK, DELETE):
        runway.answer(endpoint, 200)  # LookupError for one that is not there
    pinned = Path(__file__).parents[4] / "constraints.txt"
    assert f"runwayml=={version('runwayml')}" in pinned.read_text().splitlines()


def test_it_says_what_it_is(runway: SpecServer) -> None:
    told = provider(runway)
    assert isinstance(told, Asynchronous) and isinstance(told, Limited) and isinstance(told, Priced)
    assert isinstance(told, Modelled) and isinstance(told, Selective)
    assert (told.name, told.model_of(Capability.VIDEO)) == ("runway", "gen4.5 gen4_turbo")
    assert told.limit.concurrency == 2


def test_without_a_credit_s_price_the_cost_is_that_of_the_seconds(
    runway: SpecServer, tmp_path: Path, make_call: NewCall
) -> None:
    maker, request = provider(runway, options={}), video_request(tmp_path)
    ticket = maker.video(request, make_call())
    result = maker.poll(ticket.id, request, make_call())
    assert isinstance(result, VideoResult)
    assert result.cost == maker.price(request)


def test_an_entry_that_cannot_be_worked_with(plain: SpecServer) -> None:
    with pytest.raises(ConfigurationError, match=r"gen9.*gen4\.5, gen4_turbo"):
        provider(plain, name="gen9")
    with pytest.raises(ConfigurationError, match="has no video"):
        RunwayProvider.for_vendor(Vendor("runway", "https://e.test", KEY))


def test_a_submission_is_a_task_alone(runway: SpecServer, tmp_path: Path, make_call: NewCall) -> None:
    provider(runway).video(video_request(tmp_path), make_call())
    assert [call.name for call in runway.calls] == [CREATE]
