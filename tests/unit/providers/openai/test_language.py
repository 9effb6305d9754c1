"""Scripts, storyboards, metadata and judgements by OpenAI: structured answers, checked here once more."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.metadata import MetadataRequest
from genai.capabilities.script import ScriptRequest
from genai.capabilities.storyboard import StoryboardRequest
from genai.domain.enums import Verdict
from genai.errors import Permanent, RateLimited, Rejected, Retryable, StepError
from genai.prompts.script import script_task
from tests.harness.openai import RESPOND, refused, response, written
from tests.harness.specs import Call as Asked
from tests.harness.specs import SpecServer
from tests.unit.providers.openai.conftest import PRODUCT, provider, stored, teapot

OWN = ScriptRequest("ugc", PRODUCT, script="Tea tastes better from it. Take it home.\nToday!")
SOL = 2e-6, 10e-6


def test_a_client_s_words_are_cut_and_not_changed(server: SpecServer, calls: Callable[..., Call]) -> None:
    ends = {"segments": [{"last": 1, "purpose": "hook"}, {"last": 3, "purpose": "call_to_action"}]}
    server.answer(RESPOND, body=response(ends, read=800, made=300))
    openai = provider(server)
    result = openai.script(OWN, calls())
    assert [segment.text for segment in result.segments] == [
        "Tea tastes better from it.",
        "Take it home. Today!",
    ]
    assert result.cost == pytest.approx(800 * SOL[0] + 300 * SOL[1])
    assert result.cost <= openai.price(OWN)


def test_a_script_is_written(server: SpecServer, calls: Callable[..., Call]) -> None:
    request = ScriptRequest("script_video", PRODUCT, "a calm morning", duration=20.0, count=4)
    assert len(provider(server).script(request, calls()).segments) == 4


def test_the_request_is_this(plain: SpecServer, calls: Callable[..., Call]) -> None:
    provider(plain).script(OWN, calls("attempt-3"))
    (call,) = plain.calls
    task = script_task(OWN)
    assert call.name == RESPOND
    assert call.body == {
        "model": "gpt-6.1-sol",
        "instructions": task.instructions,
        "input": [{"role": "user", "content": [{"type": "input_text", "text": task.input}]}],
        "text": {
            "format": {"type": "json_schema", "name": "script", "schema": dict(task.schema), "strict": True}
        },
        "max_output_tokens": 16_000,
        "reasoning": {"effort": "medium"},
        "store": False,
    }
    assert call.headers["x-client-request-id"] == "attempt-3"


def test_a_storyboard_and_seeds(server: SpecServer, calls: Callable[..., Call]) -> None:
    openai = provider(server)
    board = openai.storyboard(StoryboardRequest("image_bundle", PRODUCT, "a calm morning", count=3), calls())
    assert [scene.number for scene in board.scenes] == [1, 2, 3]
    seeds = openai.storyboard(StoryboardRequest("image_bundle", PRODUCT, count=0), calls())
    assert seeds.seeds
    assert seeds.cost > 0


def test_metadata_is_read_from_words_and_pictures(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    references = tuple(
        teapot(tmp_path, view=view) for view in ("front", "left", "right", "back", "top", None)
    )
    request = MetadataRequest(PRODUCT, (*references, teapot(tmp_path, view="bottom")))
    result = provider(server).metadata(request, calls())
    assert result.name.value == "Blue Teapot"
    (call,) = server.asked(RESPOND)
    text, *pictures = call.body["input"][0]["content"]
    assert call.body["model"] == "gpt-6-luna"
    assert len(pictures) == 6
    kind, _, data = pictures[0]["image_url"].partition(";base64,")
    assert kind == "data:image/png"
    assert base64.b64decode(data) == references[0].file.path.read_bytes()
    assert "Image 6" in text["text"]


def test_an_answer_that_cannot_be_used_is_asked_for_once_more(
    server: SpecServer, calls: Callable[..., Call]
) -> None:
    wrong = {"segments": [{"last": 2, "purpose": "hook"}]}
    right = {"segments": [{"last": 3, "purpose": "hook"}]}
    server.answer(RESPOND, body=response(wrong, read=800, made=100)).then(
        200, response(right, read=950, made=100)
    )
    result = provider(server).script(OWN, calls())
    assert len(result.segments) == 1
    assert result.cost == pytest.approx(1750 * SOL[0] + 200 * SOL[1])
    again = server.asked(RESPOND)[1].body["input"]
    assert again[1] == {"role": "assistant", "content": json.dumps(wrong)}
    assert again[2]["role"] == "user"
    assert "the last with 3" in again[2]["content"]


WRONG = {"segments": [{"last": 9, "purpose": "hook"}]}
FILTERED: dict[str, Any] = {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}
BROKEN: dict[str, Any] = {"status": "failed", "error": {"code": "server_error", "message": "x"}}
LONG: dict[str, Any] = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (response(WRONG), Retryable, "bad_answer"),
        (response("no JSON at all"), Retryable, "bad_answer"),
        (response("[1]"), Retryable, "bad_answer"),
        (response("", output=[]), Retryable, "bad_answer"),
        (response("", **LONG), Retryable, "bad_answer"),
        (response("", **FILTERED), Rejected, "rejected"),
        (refused("I can't help with that."), Rejected, "rejected"),
        (
            response("", status="failed", error={"code": "server_error", "message": "x"}),
            Retryable,
            "unavailable",
        ),
        (
            response("", status="failed", error={"code": "rate_limit_exceeded", "message": "x"}),
            RateLimited,
            "rate_limited",
        ),
        (
            response("", status="failed", error={"code": "invalid_prompt", "message": "against our policy"}),
            Rejected,
            "rejected",
        ),
        (
            response("", status="failed", error={"code": "image_parse_error", "message": "broken"}),
            Permanent,
            "vendor_failed",
        ),
    ],
)
def test_what_is_no_answer_is_an_error(
    server: SpecServer, calls: Callable[..., Call], answer: dict[str, Any], error: type[Exception], code: str
) -> None:
    server.answer(RESPOND, body=answer)
    with pytest.raises(error) as caught:
        provider(server).script(OWN, calls())
    assert getattr(caught.value, "code", None) == code
    assert "help with that" not in str(caught.value) or error is Rejected


def test_every_answer_that_cannot_be_used_is_paid_for(server: SpecServer, calls: Callable[..., Call]) -> None:
    """Two, one that was cut off, one that was refused, one before the service failed; none that failed."""
    once = 1000 * SOL[0] + 500 * SOL[1]
    failed = response("", **BROKEN)
    del failed["usage"]
    answers = [
        ((response(WRONG),), 2 * once),
        ((response("", **LONG),), once),
        ((refused("I can't help with that."),), once),
        ((response(WRONG), failed), once),
        ((failed,), 0.0),
    ]
    for said, paid in answers:
        script = server.answer(RESPOND, body=said[0])
        for each in said[1:]:
            script.then(200, each)
        with pytest.raises(StepError) as caught:
            provider(server).script(OWN, calls())
        assert caught.value.cost == pytest.approx(paid)


def judged(grades: dict[str, int]) -> Callable[[Asked], dict[str, Any]]:
    """Full marks but for these aspects, in every candidate."""

    def answer(call: Asked) -> dict[str, Any]:
        said = written(call.body)
        for candidate in said["candidates"]:
            for aspect, grade in grades.items():
                candidate[aspect] |= {"grade": grade, "fault": f"the {aspect} is another one"}
        return response(said)

    return answer


@pytest.mark.parametrize(
    ("grades", "verdict"),
    [({}, Verdict.PASS), ({"print": 1}, Verdict.DRIFT), ({"shape": 2}, Verdict.UNSURE)],
)
def test_a_picture_is_judged(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path, grades: dict[str, int], verdict: Verdict
) -> None:
    server.answer(RESPOND, body=judged(grades))
    request = FidelityRequest(PRODUCT, (teapot(tmp_path),), teapot(tmp_path, view="left").file)
    openai = provider(server)
    result = openai.fidelity(request, calls())
    assert result.verdict is verdict
    assert 0 < result.cost <= openai.price(request)
    assert [finding.aspect for finding in result.findings] == (["print"] if verdict is Verdict.DRIFT else [])


def test_frames_of_a_clip_are_judged_after_the_references(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path, clip: Path
) -> None:
    server.answer(RESPOND, body=judged({"colour": 0}))
    painted = replace(teapot(tmp_path, view="top"), role="scene_image")
    candidate = stored(clip, "video/mp4", duration=0.4)
    request = FidelityRequest(PRODUCT, (painted, teapot(tmp_path)), candidate)
    result = provider(server).fidelity(request, calls())
    _, *pictures = server.calls[0].body["input"][0]["content"]
    assert len(pictures) == 1 + 2  # what was painted itself is no reference
    assert result.verdict is Verdict.DRIFT
    assert "(at 0.4 s)" in result.findings[-1].text


def test_without_references_nobody_can_tell(
    plain: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    result = provider(plain).fidelity(FidelityRequest(PRODUCT, (), teapot(tmp_path).file), calls())
    assert result.verdict is Verdict.UNSURE
    assert result.reason
    assert plain.calls == []
