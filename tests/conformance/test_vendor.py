"""A vendor over HTTP behind the port: tickets, faults and what they mean, cancellation, what is paid."""

from __future__ import annotations

import math
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Asynchronous, Limited, Pending, Priced, Ticket
from genai.domain.limits import Limit
from genai.errors import Permanent, RateLimited, Rejected, Retryable, StepError
from tests.conformance.asked import FRAMES, HANDLE, REQUESTS, files
from tests.conformance.conftest import Subject
from tests.harness.receiver import Receiver
from tests.harness.vendor import Fault, Kind, Latency, On, Vendor

pytestmark = pytest.mark.parametrize("subject", ["vendor"], indirect=True)
MEDIA = ["audio.alignment", "image.scene", "lip_sync", "video"]
WORDS = ["fidelity", "metadata", "script", "stitch", "storyboard"]
HELD = {"*": Latency(math.inf)}


@pytest.fixture
def vendor(subject: Subject, caplog: pytest.LogCaptureFixture) -> Iterator[Vendor]:
    """The subject's vendor. Nothing that is logged holds its key or an address's signature."""
    assert isinstance(subject.control, Vendor)
    yield subject.control
    check_secrets(subject.control, caplog.text)


def check_secrets(vendor: Vendor, told: str) -> None:
    assert vendor.key not in told
    assert "signature=" not in told


def failure(subject: Subject, vendor: Vendor, asked: str, tmp_path: Path) -> StepError:
    """What asking raises, with all that a log would show of it."""
    with pytest.raises(StepError) as caught:
        subject.ask(asked.partition(".")[0], REQUESTS[asked](tmp_path))
    check_secrets(vendor, "".join(traceback.format_exception(caught.value)) + str(caught.value.details))
    return caught.value


def test_it_says_what_it_is(subject: Subject, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(subject.provider, Asynchronous)
    assert isinstance(subject.provider, Limited) and isinstance(subject.provider, Priced)
    assert subject.provider.limit == Limit()
    monkeypatch.setenv("VENDOR_CONCURRENCY", "2")
    monkeypatch.setenv("VENDOR_PER_MINUTE", "30")
    monkeypatch.setenv("VENDOR_PRICES", '{"script": 0.125}')
    told = type(subject.provider)()
    assert told.limit == Limit(concurrency=2, per_minute=30)
    assert told.price(REQUESTS["script"](Path())) == 0.125


@pytest.mark.parametrize("asked", MEDIA)
def test_media_come_by_ticket(subject: Subject, vendor: Vendor, asked: str, tmp_path: Path) -> None:
    vendor.behave(latency=HELD)
    provider: Any = subject.provider
    request, call = REQUESTS[asked](tmp_path), subject.call()
    ticket = getattr(provider, asked.partition(".")[0])(request, call)
    assert isinstance(ticket, Ticket)
    assert isinstance(provider.poll(ticket.id, request, call), Pending)
    vendor.finish()
    results = [provider.poll(ticket.id, request, subject.call()) for _ in range(2)]
    assert [line["state"] for line in vendor.log.lines("poll")] == ["queued", "succeeded", "succeeded"]
    contents = [[file.path.read_bytes() for file in files(result)] for result in results]
    assert contents[0] == contents[1] != []
    assert vendor.log.accepted() == {"k1": 1}


@pytest.mark.parametrize("asked", WORDS)
def test_words_come_at_once(subject: Subject, vendor: Vendor, asked: str, tmp_path: Path) -> None:
    answer = getattr(subject.provider, asked)(REQUESTS[asked](tmp_path), subject.call())
    assert not isinstance(answer, Ticket | Pending)
    assert vendor.log.lines("poll") == []


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        *((asked, Kind.LOST) for asked in (*MEDIA, *WORDS)),
        *(("video", kind) for kind in (Kind.TRUNCATED, Kind.GARBAGE, Kind.WRONG_TYPE)),
    ],
)
def test_an_answer_that_is_lost_is_not_paid_twice(
    subject: Subject, vendor: Vendor, asked: str, kind: Kind, tmp_path: Path
) -> None:
    vendor.fault(On.SUBMIT, kind)
    assert type(failure(subject, vendor, asked, tmp_path)) is Retryable
    subject.ask(asked.partition(".")[0], REQUESTS[asked](tmp_path))
    assert [line["accepted"] for line in vendor.log.lines("submit")] == [True, False]
    assert vendor.log.paid() == {"k1": FRAMES + HANDLE if asked in ("lip_sync", "video") else 1}


@pytest.mark.parametrize("asked", ["image.scene", "script"])
@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault(On.SUBMIT, Kind.UNAVAILABLE), Retryable, "unavailable"),
        (Fault(On.SUBMIT, Kind.RESET), Retryable, "unavailable"),
        (Fault(On.SUBMIT, Kind.LOST), Retryable, "unavailable"),
        (Fault(On.SUBMIT, Kind.TRUNCATED), Retryable, "unavailable"),
        (Fault(On.SUBMIT, Kind.GARBAGE), Retryable, "bad_answer"),
        (Fault(On.SUBMIT, Kind.WRONG_TYPE), Retryable, "bad_answer"),
        (Fault(On.SUBMIT, Kind.REJECTED), Rejected, "rejected"),
        (Fault(On.WORK, Kind.REJECTED), Rejected, "rejected"),
        (Fault(On.WORK, Kind.FAILED), Permanent, "vendor_failed"),
        (Fault(On.WORK, Kind.EXPIRED), Permanent, "result_expired"),
    ],
    ids=lambda value: f"{value.on}-{value.kind}" if isinstance(value, Fault) else "",
)
def test_faults_of_submissions_and_of_the_work(
    subject: Subject,
    vendor: Vendor,
    asked: str,
    fault: Fault,
    kind: type[StepError],
    code: str,
    tmp_path: Path,
) -> None:
    vendor.behave(faults=(fault,))
    error = failure(subject, vendor, asked, tmp_path)
    assert (type(error), error.code) == (kind, code)
    if kind is Rejected:
        assert str(error) == "the request shows what we do not make"


def test_a_rate_limit_says_how_long(subject: Subject, vendor: Vendor, tmp_path: Path) -> None:
    vendor.fault(On.SUBMIT, Kind.RATE_LIMITED, retry_after="17")
    error = failure(subject, vendor, "image.scene", tmp_path)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 17
    assert vendor.log.accepted() == {}


def test_a_vendor_that_hangs_is_waited_for_no_longer_than_told(
    subject: Subject, vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENDOR_READ", "0.2")
    vendor.fault(On.SUBMIT, Kind.HANG)
    impatient = Subject(type(subject.provider)(), subject.directory, vendor)
    assert type(failure(impatient, vendor, "image.scene", tmp_path)) is Retryable


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault(On.POLL, Kind.RATE_LIMITED), RateLimited, "rate_limited"),
        (Fault(On.POLL, Kind.UNAVAILABLE), Retryable, "unavailable"),
        (Fault(On.POLL, Kind.GARBAGE), Retryable, "bad_answer"),
        (Fault(On.RESULT, Kind.UNAVAILABLE), Retryable, "result_unavailable"),
        (Fault(On.RESULT, Kind.RESET), Retryable, "result_unavailable"),
        (Fault(On.RESULT, Kind.TRUNCATED), Retryable, "result_unavailable"),
        (Fault(On.RESULT, Kind.EXPIRED), Retryable, "result_unavailable"),
        (Fault(On.RESULT, Kind.WRONG_TYPE), Permanent, "bad_result"),
    ],
    ids=lambda value: f"{value.on}-{value.kind}" if isinstance(value, Fault) else "",
)
def test_what_is_paid_for_is_asked_for_again(
    subject: Subject, vendor: Vendor, fault: Fault, kind: type[StepError], code: str, tmp_path: Path
) -> None:
    provider: Any = subject.provider
    request = REQUESTS["image.scene"](tmp_path)
    ticket = provider.image(request, subject.call())
    vendor.behave(faults=(fault,))
    with pytest.raises(StepError) as caught:
        provider.poll(ticket.id, request, subject.call())
    assert (type(caught.value), caught.value.code) == (kind, code)
    check_secrets(vendor, "".join(traceback.format_exception(caught.value)))
    assert provider.poll(ticket.id, request, subject.call()).images
    assert vendor.log.paid() == {"k1": 1}


def test_cancelling(subject: Subject, vendor: Vendor, tmp_path: Path) -> None:
    provider: Any = subject.provider
    request = REQUESTS["video"](tmp_path)
    vendor.behave(latency=HELD)
    ticket = provider.video(request, subject.call())
    vendor.fault(On.CANCEL, Kind.UNAVAILABLE)
    with pytest.raises(Retryable):
        provider.cancel(ticket.id)
    assert provider.cancel(ticket.id) is True
    with pytest.raises(Permanent):
        provider.poll(ticket.id, request, subject.call())
    assert vendor.log.paid() == {}
    done = provider.video(request, subject.call("k2"))
    vendor.finish()
    assert provider.cancel(done.id) is False
    assert vendor.log.paid() == {"k2": FRAMES + HANDLE}


def test_another_request_under_the_same_key_is_refused(
    subject: Subject, vendor: Vendor, tmp_path: Path
) -> None:
    subject.ask("script", REQUESTS["script"](tmp_path))
    with pytest.raises(Permanent) as caught:
        subject.ask("storyboard", REQUESTS["storyboard"](tmp_path))
    assert caught.value.code == "vendor_refused"
    assert len(vendor.log.accepted()) == 1


def test_the_hook_is_told(subject: Subject, vendor: Vendor, tmp_path: Path) -> None:
    with Receiver() as receiver:
        vendor.behave(latency=HELD)
        provider: Any = subject.provider
        ticket = provider.image(REQUESTS["image.scene"](tmp_path), subject.call(hook=receiver.url))
        vendor.finish()
        (told,) = receiver.wait_for(1)
    assert told.json == {"id": ticket.id, "status": "succeeded"}


def test_a_wrong_key_is_told_to_nobody(
    subject: Subject,
    vendor: Vendor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("VENDOR_KEY", "sk-of-somebody-else")
    other = Subject(type(subject.provider)(), subject.directory, vendor)
    error = failure(other, vendor, "script", tmp_path)
    assert (type(error), error.code) == (Permanent, "vendor_auth")
    assert "Incorrect API key provided" in caplog.text
    assert "sk-of-somebody-else" not in caplog.text + str(error)
