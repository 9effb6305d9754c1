"""Jobs that are cancelled while steps run, wait at a vendor and wait for their turn."""

from __future__ import annotations

from genai.deciding import cancel
from tests.harness.vendor import Fault, Kind, Latency, On


def test_while_steps_run_and_wait(service, vendor, up_to_its_scenes, hold_true):
    job_id, _ = up_to_its_scenes(3, concurrency=2, env={"VENDOR_READ": "600", "VENDOR_TOTAL": "600"})
    vendor.behave(latency={"*": Latency(3600.0)}, faults=(Fault(On.SUBMIT, Kind.HANG, "image", times=1),))
    (service.control / "hold.storyboard").unlink()
    # Two wait for their tickets, one is in the middle of its call.
    service.until(lambda: len(vendor.log.lines("submit", accepted=True)) == 4)
    service.until(lambda: _states(service, job_id) == ["running", "waiting", "waiting"])
    asked = len(vendor.log.lines("submit"))
    cancel(service.runtime.database, "acme", job_id)
    vendor.behave(faults=())  # the call that hangs is over

    assert service.ended(job_id).state == "cancelled"
    hold_true()
    assert len(vendor.log.lines("submit")) == asked
    assert len(vendor.log.lines("cancel")) == 2
    assert _states(service, job_id) == ["skipped"] * 3


def test_when_the_vendor_cannot_be_told_at_once(service, vendor, up_to_its_scenes, scheduler, hold_true):
    job_id, _ = up_to_its_scenes(1)
    vendor.behave(
        latency={"*": Latency(3600.0)}, faults=(Fault(On.CANCEL, Kind.UNAVAILABLE, "image", times=1),)
    )
    (service.control / "hold.storyboard").unlink()
    service.until(lambda: _states(service, job_id) == ["waiting"])
    cancel(service.runtime.database, "acme", job_id)
    scheduler()
    assert service.ended(job_id).state == "cancelled"
    assert [line["status"] for line in vendor.log.lines("cancel")][:2] == [500, 200]
    hold_true()


def _states(service, job_id):
    return sorted(row.state for row in service.steps(job_id).values() if row.stage == "image")
