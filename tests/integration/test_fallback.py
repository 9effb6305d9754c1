"""Providers in their order: who is asked, when the next one is, and how its work is marked."""

from __future__ import annotations

import json

import pytest

from genai.stages.fallback import FALLBACK
from tests.harness.vendor import Fault, Kind, Latency, On

FAILED = Fault(On.WORK, Kind.FAILED, "image")


@pytest.fixture
def vendor(image_vendor):
    return image_vendor


def asked(service, job_id, stage=None):
    """Each call for a picture: (provider, state), in order."""
    return [
        (row.provider, row.state)
        for row in service.rows(
            "SELECT a.*, s.stage FROM attempts a JOIN steps s ON s.id = a.step_id"
            " WHERE s.job_id = :id AND a.capability = 'image' ORDER BY a.id",
            id=job_id,
        )
        if stage in (None, row.stage)
    ]


def test_another_one_is_asked_and_its_work_is_marked(service, vendor, worker, request_document):
    vendor.behave(faults=(FAILED,))
    first = service.submit(request_document("image_bundle", scenes=1))
    worker()
    job = service.ended(first)
    assert job.state == "completed"
    assert asked(service, first, "neutral_image") == [("vendor", "failed"), ("instant", "succeeded")]
    assert asked(service, first, "image") == [("vendor", "succeeded")]

    mark = {"reason": FALLBACK, "detail": "made by instant: vendor failed (vendor_failed)"}
    assert mark in job.output["identity"]["neutral"]["marks"]
    assert mark in service.steps(first)["neutral_image"].output["marks"]
    assert job.output["degraded"] and mark | {"scenes": []} in job.output["marks"]
    assert not any(mark["reason"] == FALLBACK for mark in job.output["images"][0]["marks"])

    # What the preferred one has made serves later jobs; what came in its place does not.
    second = service.submit(request_document("image_bundle", key="k2", scenes=1))
    later = service.ended(second)
    assert asked(service, second, "neutral_image") == [("vendor", "succeeded")]
    assert service.steps(second)["metadata"].source_id is not None
    assert (later.state, later.output["degraded"]) == ("completed", False)


def test_work_that_is_lost_is_paid_for(service, vendor, worker, request_document):
    vendor.behave(faults=(Fault(On.WORK, Kind.EXPIRED, "image"), Fault(On.RESULT, Kind.GARBAGE, "image")))
    job_id = service.submit(request_document(None))
    worker()
    assert service.ended(job_id).state == "completed"
    failed = service.rows("SELECT * FROM attempts WHERE state = 'failed' ORDER BY id")
    assert [(row.provider, row.error["code"]) for row in failed] == [
        ("vendor", "result_expired"),
        ("vendor", "bad_result"),
    ]
    spent = service.rows("SELECT sum(cost) AS cost FROM attempts WHERE provider = 'vendor'")[0].cost
    assert float(spent) == 0.25 * len(vendor.log.paid())


def test_a_key_that_is_not_accepted_is_another_ones_chance(service, vendor, worker, request_document):
    job_id = service.submit(request_document(None))
    worker(env={"VENDOR_KEY": "no-key-of-ours"})
    assert service.ended(job_id).state == "completed"
    assert {state for provider, state in asked(service, job_id) if provider == "vendor"} == {"failed"}
    errors = service.rows("SELECT error FROM attempts WHERE provider = 'vendor'")
    assert {row.error["code"] for row in errors} == {"vendor_auth"}
    assert "no-key-of-ours" not in str(errors)


def test_three_calls_without_an_answer_are_enough(service, vendor, worker, request_document, environment):
    """Here the vendor is second: the instant provider says when it wants to be asked again."""
    (service.control / "retryable.image.neutral").write_text("xxx")
    job_id = service.submit(request_document(None))
    worker(env={"GENAI_IMAGE": "instant,vendor"})
    assert service.ended(job_id).state == "completed"
    assert asked(service, job_id, "neutral_image") == [("instant", "failed"), ("vendor", "succeeded")]
    tried = [call["key"] for call in service.calls() if call["call"] == "image.neutral.None"]
    assert len(tried) == 3 and len(set(tried)) == 1
    assert service.steps(job_id)["neutral_image"].failures == 2


def test_a_vendor_that_is_left_alone_is_not_waited_for(service, vendor, worker, request_document):
    service.execute(
        "INSERT INTO provider_limits (provider, failures, open_until)"
        " VALUES ('vendor', 9, now() + interval '1 hour')"
    )
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    assert service.ended(job_id).state == "completed"
    assert vendor.log.lines("submit") == []
    made = asked(service, job_id)
    assert made == [("vendor", "failed"), ("instant", "succeeded")] * 3
    assert service.rows("SELECT sum(reserved) AS left FROM attempts")[0].left == 0


def test_content_that_is_refused_is_offered_to_nobody_else(service, vendor, worker, request_document):
    vendor.behave(faults=(Fault(On.WORK, Kind.REJECTED, "image"),))
    job_id = service.submit(request_document(None))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error["code"], job.error["provider"]) == ("failed", "rejected", "vendor")
    assert asked(service, job_id) == [("vendor", "failed")]


def test_a_job_that_forbids_it_fails_instead(service, vendor, worker, request_document):
    vendor.behave(faults=(FAILED,))
    job_id = service.submit(request_document("image_bundle", scenes=1, allow_degraded=False))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error["code"]) == ("failed", "vendor_failed")
    assert asked(service, job_id) == [("vendor", "failed")]


def _outlasted(service, job_id):
    """The ticket's time is over, and it is due to be looked at."""
    service.until(lambda: ("vendor", "submitted") in asked(service, job_id))
    service.execute(
        "UPDATE attempts SET submitted_at = submitted_at - interval '2 hours' WHERE state = 'submitted'"
    )


def test_a_ticket_that_was_called_off_goes_elsewhere(service, vendor, worker, request_document):
    vendor.behave(faults=(Fault(On.WORK, Kind.STUCK, "image"),))
    job_id = service.submit(request_document(None))
    worker()
    _outlasted(service, job_id)
    assert service.ended(job_id).state == "completed"
    assert asked(service, job_id, "neutral_image") == [("vendor", "failed"), ("instant", "succeeded")]
    assert len(vendor.log.lines("cancel")) == 1


def test_a_ticket_that_may_still_deliver_does_not(service, vendor, worker, request_document):
    """Nobody could be told to stop it, however often that was tried."""
    vendor.behave(
        faults=(
            Fault(On.WORK, Kind.STUCK, "image"),
            Fault(On.POLL, Kind.UNAVAILABLE, "image", times=3),
            Fault(On.CANCEL, Kind.UNAVAILABLE, "image", times=None),
        )
    )
    job_id = service.submit(request_document(None))
    worker()
    service.until(lambda: len(vendor.log.lines("poll", fault="unavailable")) == 3)
    _outlasted(service, job_id)
    service.until(lambda: service.steps(job_id)["neutral_image"].wait_reason == "retry: unavailable")
    attempts = service.rows("SELECT * FROM attempts WHERE capability = 'image'")
    assert [(row.provider, row.state) for row in attempts] == [("vendor", "submitted")]
    assert attempts[0].errors > 3 and attempts[0].reserved > 0


def test_what_is_done_when_its_time_is_over_is_taken(service, vendor, worker, request_document):
    """Nobody could ask for longer than a ticket has."""
    vendor.behave(
        latency={"image": Latency(3600.0)},
        faults=(Fault(On.POLL, Kind.UNAVAILABLE, "image", times=None),),
    )
    job_id = service.submit(request_document(None))
    worker()
    service.until(lambda: ("vendor", "submitted") in asked(service, job_id))
    vendor.finish()
    service.execute(
        "UPDATE attempts SET submitted_at = submitted_at - interval '2 hours',"
        " poll_at = now() + interval '5 seconds' WHERE state = 'submitted'"
    )
    vendor.behave(latency={}, faults=())
    assert service.ended(job_id).state == "completed"
    assert set(asked(service, job_id)) == {("vendor", "succeeded")}
    assert vendor.log.lines("cancel") == []


def test_a_worker_that_dies_in_the_middle_pays_nothing_twice(service, vendor, worker, request_document):
    vendor.behave(faults=(FAILED,))
    (service.control / "kill.image.neutral").write_text("x")
    job_id = service.submit(request_document(None))
    worker()
    assert service.ended(job_id).state == "completed"
    assert asked(service, job_id, "neutral_image") == [("vendor", "failed"), ("instant", "succeeded")]
    tried = [call["key"] for call in service.calls() if call["call"] == "image.neutral.None"]
    assert len(tried) == 2 and len(set(tried)) == 1
    assert service.steps(job_id)["neutral_image"].losses == 1
    assert set(vendor.log.accepted().values()) == {1}


def test_modes_and_stages_have_orders_of_their_own(service, vendor, worker, request_document):
    instead = {
        "image_bundle": {"image": "instant"},
        "character_sheet": {"image": "vendor,instant"},
        "image_bundle.image": {"image": "vendor", "fidelity": "instant"},
    }
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker(env={"GENAI_PROVIDERS": json.dumps(instead), "GENAI_IMAGE": "vendor"})
    assert service.ended(job_id).state == "completed"
    by_stage = {
        stage: asked(service, job_id, stage) for stage in ("neutral_image", "character_sheet", "image")
    }
    assert by_stage == {
        "neutral_image": [("instant", "succeeded")],  # of its mode
        "character_sheet": [("vendor", "succeeded")],  # of its own, in any mode
        "image": [("vendor", "succeeded")],  # of its own in this mode
    }


def test_one_that_serves_only_some_requests_is_asked_those(service, vendor, worker, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker(env={"VENDOR_PURPOSES": "scene"})
    job = service.ended(job_id)
    assert (job.state, job.output["degraded"]) == ("completed", False)
    made = {stage: asked(service, job_id, stage) for stage in ("neutral_image", "image")}
    assert made == {"neutral_image": [("instant", "succeeded")], "image": [("vendor", "succeeded")]}


def test_a_request_that_nobody_serves_fails_naming_the_variable(service, vendor, worker, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker(env={"VENDOR_PURPOSES": "scene", "GENAI_IMAGE": "vendor"})
    job = service.ended(job_id)
    assert (job.state, job.error["stage"]) == ("failed", "neutral_image")
    assert "GENAI_IMAGE" in job.error["message"]
