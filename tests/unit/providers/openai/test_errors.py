"""What goes wrong at OpenAI, at each endpoint: the port's own errors, and the key in none of them."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai as sdk
import pytest

from genai.capabilities.audio import AlignmentRequest, SpeechRequest
from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.capabilities.metadata import MetadataRequest
from genai.capabilities.script import ScriptRequest
from genai.capabilities.storyboard import StoryboardRequest
from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.domain.film import SAMPLE_RATE
from genai.errors import ConfigurationError, Permanent, RateLimited, Rejected, Retryable, StepError
from genai.prompts.script import script_task
from genai.providers.openai import language
from genai.providers.openai.api import Api
from genai.providers.openai.provider import OpenAIProvider
from genai.vendors import Model
from tests.harness.forked import forked
from tests.harness.openai import EDIT, GENERATE, LISTEN, RESPOND, SPEAK, error, tones
from tests.harness.specs import Damage, SpecServer
from tests.unit.providers.openai.conftest import KEY, PRODUCT, provider, stored, teapot, vendor

SCRIPT = ScriptRequest("ugc", PRODUCT, script="Tea tastes better from it.")


def requests(folder: Path) -> dict[str, tuple[str, Any]]:
    """By endpoint, the capability and a request of it."""
    path = folder / "recording.wav"
    path.write_bytes(tones(["Tea", "tastes"], rate=SAMPLE_RATE)[0])
    said = AlignmentRequest(stored(path, "audio/wav", duration=0.8), "Tea tastes")
    canvas = Canvas(Aspect.SQUARE, 1080, 1080)
    return {
        EDIT: ("image", ImageRequest(ImagePurpose.NEUTRAL, PRODUCT, (teapot(folder),), canvas)),
        GENERATE: ("image", ImageRequest(ImagePurpose.NEUTRAL, PRODUCT, (), canvas)),
        RESPOND: ("script", SCRIPT),
        SPEAK: ("audio", SpeechRequest("Tea tastes")),
        LISTEN: ("audio", said),
    }


def ask(server: SpecServer, endpoint: str, folder: Path, call: Call) -> Any:
    capability, request = requests(folder)[endpoint]
    return getattr(provider(server), capability)(request, call)


POLICY = error("moderation_blocked", f"the safety system refused it, {KEY}", "image_generation_user_error")
ANSWERS: list[tuple[int, dict[str, Any], dict[str, str], type[StepError], str, float | None]] = [
    (401, error("invalid_api_key", f"Incorrect API key provided: {KEY}"), {}, Permanent, "vendor_auth", None),
    (403, error("unsupported_country", "not here"), {}, Permanent, "vendor_auth", None),
    (429, error("rate_limit_exceeded", "slow down"), {"Retry-After": "7"}, RateLimited, "rate_limited", 7.0),
    (429, error("insufficient_quota", "pay"), {}, Permanent, "vendor_refused", None),
    (500, error(None, "oops", "server_error"), {}, Retryable, "unavailable", None),
    (503, error(None, "busy", "server_error"), {"Retry-After": "3"}, Retryable, "unavailable", 3.0),
    (400, POLICY, {}, Rejected, "rejected", None),
    (400, error("invalid_value", "size"), {}, Permanent, "vendor_refused", None),
    (404, error("model_not_found", "no such model"), {}, Permanent, "model_unavailable", None),
]


@pytest.mark.parametrize("endpoint", [EDIT, GENERATE, RESPOND, SPEAK, LISTEN])
def test_errors_are_the_port_s_own(
    server: SpecServer,
    calls: Callable[..., Call],
    tmp_path: Path,
    endpoint: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for status, document, headers, kind, code, wait in ANSWERS:
        server.answer(endpoint, status, document, headers)
        asked = len(server.asked(endpoint))
        with pytest.raises(kind) as caught:
            ask(server, endpoint, tmp_path, calls())
        assert type(caught.value) is kind
        assert caught.value.code == code
        assert getattr(caught.value, "retry_after", None) == wait
        assert len(server.asked(endpoint)) == asked + 1, "retries are the engine's"
        assert KEY not in "".join(traceback.format_exception(caught.value))
        if kind is Rejected:
            assert "the safety system refused it" in str(caught.value)
    assert KEY not in caplog.text


@pytest.mark.parametrize("endpoint", [EDIT, RESPOND, LISTEN])
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (Damage.RESET, "unavailable"),
        (Damage.TRUNCATED, "unavailable"),
        (Damage.GARBAGE, "bad_answer"),
        (Damage.PAGE, "bad_answer"),
    ],
)
def test_an_answer_that_breaks_may_come_later(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path, endpoint: str, damage: Damage, code: str
) -> None:
    server.answer(endpoint, 200, damage)
    with pytest.raises(Retryable) as caught:
        ask(server, endpoint, tmp_path, calls())
    assert caught.value.code == code


def test_a_request_has_a_deadline(plain: SpecServer, calls: Callable[..., Call]) -> None:
    plain.answer(RESPOND, 200, Damage.HANG)
    api = Api(vendor(plain.url), seconds=0.3)
    with pytest.raises(Retryable) as caught:
        language.answer(api, Model("gpt-6.1-sol"), script_task(SCRIPT), calls())
    assert caught.value.code == "unavailable"
    assert "did not answer" in str(caught.value)


def test_nobody_there(calls: Callable[..., Call]) -> None:
    with pytest.raises(Retryable):
        OpenAIProvider.for_vendor(vendor("http://127.0.0.1:9/v1")).script(SCRIPT, calls())


def test_connections_are_kept_and_not_shared_with_another_process(
    plain: SpecServer, calls: Callable[..., Call]
) -> None:
    made = provider(plain)
    for _ in range(2):
        made.script(SCRIPT, calls())
    assert plain.connections == 1
    theirs = calls()
    assert forked(lambda: made.script(SCRIPT, theirs)) == 0
    made.script(SCRIPT, calls())
    assert (plain.connections, len(plain.calls)) == (2, 4)


def test_nothing_of_the_environment_is_sent(
    plain: SpecServer, calls: Callable[..., Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "ADMIN_KEY"):
        monkeypatch.setenv(f"OPENAI_{name}", "somebody-else-s")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    provider(plain).script(SCRIPT, calls())
    assert "somebody-else-s" not in str(plain.calls)


def test_the_endpoints_are_these_and_the_sdk_is_the_pinned_one(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    made = provider(server)
    for capability, request in requests(tmp_path).values():
        getattr(made, capability)(request, calls())
    board = StoryboardRequest("image_bundle", PRODUCT, "a calm morning", count=3)
    made.storyboard(board, calls())
    made.metadata(MetadataRequest(PRODUCT, (teapot(tmp_path),)), calls())
    made.fidelity(FidelityRequest(PRODUCT, (teapot(tmp_path),), teapot(tmp_path).file), calls())
    assert {call.operation for call in server.calls} == {
        "createImage",
        "createImageEdit",
        "createResponse",
        "createSpeech",
        "createTranscription",
    }
    constraints = (Path(__file__).parents[4] / "constraints.txt").read_text()
    pinned = re.search(r"^openai==(.+)$", constraints, re.MULTILINE)
    assert pinned
    assert sdk.__version__ == pinned[1]


def test_what_is_not_set_up_is_not_served(plain: SpecServer) -> None:
    bare = OpenAIProvider(replace(vendor(plain.url), models={"script": Model("m")}))
    assert bare.serves(SCRIPT)
    assert not bare.serves(SpeechRequest("Tea"))
    with pytest.raises(Permanent):
        bare.price(SpeechRequest("Tea"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[openai.use.image]\noptions = { sizes = ['square'] }", "openai.use.image.options.sizes: "),
        ("[openai.use.image]\noptions = { fidelity = 'high' }", "openai.use.image.options.fidelity: "),
        ("[openai.use.image]\noptions = { pictures = 0 }", "openai.use.image.options.pictures: "),
        ("[openai.use.script]\noptions = { output_tokens = 'many' }", "script.options.output_tokens: "),
        ("[openai.use.video]\nmodel = 'sora-2'", "openai.use.video: openai serves image, "),
    ],
)
def test_an_entry_that_it_cannot_work_with_is_told_with_its_place(text: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=f"GENAI_VENDORS_FILE: .*{re.escape(named)}"):
        OpenAIProvider.for_vendor(vendor("http://127.0.0.1:9", text))


def test_speech_needs_an_ear() -> None:
    entry = vendor("http://127.0.0.1:9")
    deaf = replace(entry, models={"audio": entry.models["audio"]})
    with pytest.raises(ConfigurationError, match=r"openai\.use\.audio: needs audio\.alignment"):
        OpenAIProvider.for_vendor(deaf)
