"""What ElevenLabs' answers mean, what the adapter says of itself, and which endpoints it uses."""

from __future__ import annotations

import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.audio import AlignmentRequest, MusicRequest, SpeechRequest
from genai.capabilities.base import Call, Limited, Modelled, Priced, Selective
from genai.domain.enums import Capability
from genai.domain.media import MediaFile
from genai.errors import ConfigurationError, Permanent, RateLimited, Rejected, Retryable, StepError
from genai.providers.elevenlabs.provider import ElevenLabsProvider
from genai.providers.http import Account, sdk_client
from genai.vendors import Vendor
from tests.harness.elevenlabs import ALIGN, COMPOSE, SPEAK, error
from tests.harness.specs import Damage, SpecServer
from tests.unit.providers.elevenlabs.conftest import KEY, provider, vendor

HI = SpeechRequest("Hi.")


def legacy(status: str) -> dict[str, Any]:
    return {"detail": {"status": status, "message": "because"}}


def failure(server: SpecServer, call: Call, caplog: pytest.LogCaptureFixture) -> StepError:
    """What asking raises; neither it nor a log line shows the key."""
    caplog.set_level("DEBUG")
    with pytest.raises(StepError) as caught:
        provider(server).audio(HI, call)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + caplog.text
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, legacy("max_character_limit_exceeded"), Permanent, "unsupported"),
        (400, legacy("voice_not_found"), Permanent, "unknown_voice"),
        (400, legacy("model_not_found"), Permanent, "model_unavailable"),
        (400, error("invalid_parameters", param="model_id"), Permanent, "model_unavailable"),
        (404, error("voice_not_found"), Permanent, "unknown_voice"),
        (401, legacy("invalid_api_key"), Permanent, "vendor_auth"),
        (401, legacy("quota_exceeded"), Permanent, "vendor_refused"),
        (402, error("payment_required"), Permanent, "vendor_refused"),
        (403, legacy("content_against_policy"), Rejected, "rejected"),
        (403, error("only_for_creator_plus"), Permanent, "vendor_refused"),
        (422, {"detail": [{"loc": ["body"], "msg": "m", "type": "t"}]}, Permanent, "vendor_refused"),
        (425, error("too_early"), Retryable, "unavailable"),
        (429, error("rate_limit_exceeded"), RateLimited, "rate_limited"),
        (429, legacy("system_busy"), RateLimited, "rate_limited"),
        (500, error("internal"), Retryable, "unavailable"),
        (503, Damage.PAGE, Retryable, "unavailable"),
        (200, Damage.GARBAGE, Retryable, "bad_answer"),
        (200, Damage.PAGE, Retryable, "bad_answer"),
        (200, {}, Retryable, "bad_answer"),
        (200, Damage.TRUNCATED, Retryable, "unavailable"),
        (200, Damage.RESET, Retryable, "unavailable"),
    ],
)
def test_what_an_answer_means(
    eleven: SpecServer,
    call: Call,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: Any,
    kind: type[StepError],
    code: str,
) -> None:
    eleven.answer(SPEAK, status, body, {"Retry-After": "17"})
    raised = failure(eleven, call, caplog)
    if body == {}:  # which the document does not allow
        assert eleven.violations.pop()
    assert (type(raised), raised.code) == (kind, code)
    assert len(eleven.calls) == 1  # the SDK tries nothing again
    if isinstance(raised, RateLimited):
        assert raised.retry_after == 17


def test_the_reason_of_a_refusal_is_told_without_secrets(
    eleven: SpecServer, call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    eleven.answer(SPEAK, 403, error("content_against_policy", f"no {KEY}, see https://e.test/p?signature=s"))
    assert str(failure(eleven, call, caplog)) == "no ***, see https://e.test/p"


def test_a_vendor_that_hangs_is_waited_for_no_longer_than_told(plain: SpecServer, call: Call) -> None:
    from elevenlabs.client import ElevenLabs

    plain.answer(SPEAK.replace("{voice_id}", "EXAVITQu4vr4xnSDxMaL"), 200, Damage.HANG)
    account = Account("elevenlabs", plain.url, {"xi-api-key": KEY}, total=0.3)
    client = ElevenLabs(base_url=plain.url, api_key=KEY, httpx_client=sdk_client(account))
    with pytest.raises(Retryable, match="did not answer"):
        ElevenLabsProvider(vendor(plain.url), account, client).audio(HI, call)


def test_its_endpoints_are_in_the_document_and_its_sdk_is_the_pinned_one(eleven: SpecServer) -> None:
    for endpoint in (SPEAK, ALIGN, COMPOSE):
        eleven.answer(endpoint, 200)  # LookupError for one that is not there
    pinned = Path(__file__).parents[4] / "constraints.txt"
    assert f"elevenlabs=={version('elevenlabs')}" in pinned.read_text().splitlines()


def test_it_says_what_it_is_and_serves() -> None:
    told = provider_at("https://e.test")
    assert isinstance(told, Limited) and isinstance(told, Priced)
    assert isinstance(told, Modelled) and isinstance(told, Selective)
    assert told.name == "elevenlabs"
    assert told.model == told.model_of(Capability.AUDIO) == "eleven_multilingual_v2 forced-alignment music_v1"
    assert told.limit.concurrency == 5
    assert told.price(SpeechRequest("x" * 1000)) == pytest.approx(0.1)
    file = MediaFile(Path("x.wav"), "audio/wav", "0", duration=3599.0)
    assert told.price(MusicRequest(58.0)) == pytest.approx(0.3)
    assert told.price(AlignmentRequest(file, "x")) == pytest.approx(0.22, abs=0.001)
    requests = (HI, AlignmentRequest(file, "x"), MusicRequest(3.0))
    assert [told.serves(each) for each in requests] == [True, True, True]


def provider_at(url: str, **options: Any) -> ElevenLabsProvider:
    return ElevenLabsProvider.for_vendor(vendor(url, **options))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"voices": {}}, "voices"),
        ({"default": {"*": "nobody"}}, "default"),
        ({"default": {"de": "sarah"}}, "default"),
        ({"languages": "en"}, "languages"),
        ({"characters": "many"}, "characters"),
        ({"output_format": "ulaw_8000"}, "output_format"),
    ],
)
def test_an_entry_that_cannot_be_worked_with(options: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        provider_at("https://e.test", **options)
    assert "GENAI_VENDORS_FILE: elevenlabs.use.audio.options" in str(caught.value)
    assert named in str(caught.value)


def test_an_entry_without_uses() -> None:
    with pytest.raises(ConfigurationError, match="has none of audio"):
        ElevenLabsProvider.for_vendor(Vendor("elevenlabs", "https://e.test", KEY))
