"""A vendor that misbehaves: the call is made again with its key, or fails; nothing of it is published."""

from __future__ import annotations

from collections import Counter

from tests.harness.vendor import Fault, Kind, On

# One for each of the scenes, whose pictures are asked for side by side.
_PASSING = (
    Fault(On.SUBMIT, Kind.UNAVAILABLE, "image"),
    Fault(On.SUBMIT, Kind.RATE_LIMITED, "image"),
    Fault(On.SUBMIT, Kind.LOST, "image"),
    Fault(On.SUBMIT, Kind.GARBAGE, "image"),
    Fault(On.POLL, Kind.HANG, "image"),
    Fault(On.POLL, Kind.TRUNCATED, "image"),
    Fault(On.RESULT, Kind.TRUNCATED, "image"),
    Fault(On.RESULT, Kind.RESET, "image"),
    Fault(On.RESULT, Kind.EXPIRED, "image"),
)


def test_what_may_pass_is_asked_for_again(service, vendor, up_to_its_scenes, environment, hold_true):
    environment["VENDOR_READ"] = "5"  # seconds until silence is an error
    job_id, _ = up_to_its_scenes(6, env={"VENDOR_BREAKER": "100"})
    vendor.behave(faults=_PASSING)
    (service.control / "hold.storyboard").unlink()
    assert service.ended(job_id).state == "completed"
    happened = Counter((line["op"], line["fault"]) for line in vendor.log.lines() if line.get("fault"))
    assert happened == {(fault.on, fault.kind): 1 for fault in _PASSING}
    assert set(vendor.log.accepted().values()) == {1}
    # A call that is lost, held up or damaged on its way is no further attempt.
    assert {row.number for row in service.rows("SELECT number FROM attempts")} == {1}
    hold_true()


def test_what_is_no_picture_is_never_an_asset(service, vendor, up_to_its_scenes, hold_true):
    """Bytes that are none, and a page in place of one, however often it is asked for."""
    job_id, _ = up_to_its_scenes(2)
    vendor.behave(
        faults=(
            Fault(On.RESULT, Kind.GARBAGE, "image", times=1),
            Fault(On.RESULT, Kind.WRONG_TYPE, "image", times=1),
        )
    )
    before = {row.sha256 for row in service.rows("SELECT sha256 FROM assets")}
    (service.control / "hold.storyboard").unlink()
    job = service.ended(job_id)
    assert job.state == "failed"
    assert job.error["provider"] == "vendor"
    assert {row.sha256 for row in service.rows("SELECT sha256 FROM assets")} == before
    hold_true()


def test_a_vendor_that_never_finishes_has_failed(service, vendor, up_to_its_scenes, hold_true):
    job_id, _ = up_to_its_scenes(1, env={"GENAI_TICKET_TIMEOUT": "2"})
    vendor.behave(faults=(Fault(On.WORK, Kind.STUCK, "image", times=1),))
    (service.control / "hold.storyboard").unlink()
    job = service.ended(job_id)
    assert (job.state, job.error["code"]) == ("failed", "vendor_timeout")
    assert len(vendor.log.lines("cancel")) == 1
    hold_true()
