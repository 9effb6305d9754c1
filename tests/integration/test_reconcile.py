"""Reconcile and advance: what is lost on the way is found in PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genai.celery import app
from genai.maintenance.reconcile import reconcile


@pytest.fixture
def eager(environment):
    """Leaves no job alone for long."""
    environment["GENAI_IDLE_AGE"] = "1"
    environment["GENAI_RECONCILE_EVERY"] = "1"


def _drop_messages(service):
    app.control.purge()


def test_an_admitted_job_whose_canvas_was_lost_is_sent_again(
    eager, service, worker, scheduler, request_document
):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    _drop_messages(service)
    worker()
    scheduler()
    assert service.ended(job_id).state == "completed"
    assert service.job(job_id).recoveries >= 1


def test_reconcile_leaves_a_job_alone_that_is_worked_on(service, worker, request_document):
    (service.control / "hold.storyboard").touch()
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    service.until(lambda: any(call["call"] == "storyboard" for call in service.calls()))
    service.execute("UPDATE jobs SET updated_at = now() - interval '1 hour'")
    assert reconcile(service.runtime) == {}
    (service.control / "hold.storyboard").unlink()
    service.ended(job_id)


def test_reconcile_backs_off(service, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    _is_left_alone(service, job_id, timedelta(seconds=8))
    _is_left_alone(service, job_id, timedelta(seconds=16))

    # It has moved since: what is wrong now is another thing.
    service.execute("UPDATE steps SET state = 'succeeded', output = '{}' WHERE key = 'intake'")
    _is_left_alone(service, job_id, timedelta(seconds=8))
    assert service.job(job_id).recoveries == 3


def _is_left_alone(service, job_id, wait: timedelta) -> None:
    """The idle job is pushed, and then not for so long."""
    service.execute("UPDATE jobs SET updated_at = now() - interval '1 hour', recover_at = NULL")
    _drop_messages(service)
    ((before,),) = service.rows("SELECT now()")
    assert reconcile(service.runtime) == {job_id: "idle"}
    ((after,),) = service.rows("SELECT now()")
    assert before <= service.job(job_id).recover_at - wait <= after
    # Nor is there a reason: its message is in the queue.
    assert reconcile(service.runtime) == {}


def test_a_job_that_nothing_can_advance_is_failed_with_a_reason(service, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    service.execute("UPDATE jobs SET updated_at = now() - interval '1 hour', dispatched_at = now()")
    service.execute("UPDATE steps SET state = 'skipped'")
    assert reconcile(service.runtime) == {job_id: "stuck"}
    job = service.job(job_id)
    assert (job.state, job.error["code"]) == ("failed", "stuck")
    assert service.events(job_id)[-1].type == "job.failed"


def test_a_failing_job_whose_last_holder_died_is_ended(service, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    service.execute("UPDATE jobs SET state = 'failing', error = '{}', updated_at = now() - interval '1 hour'")
    service.execute(
        "UPDATE steps SET state = 'running', lease_until = now() - interval '1 minute' WHERE key = 'intake'"
    )
    assert reconcile(service.runtime) == {job_id: "ending"}
    assert service.job(job_id).state == "failed"
    assert {step.state for step in service.steps(job_id).values()} == {"skipped"}


def test_a_backlog_is_not_flooded(service, request_document):
    """A queued step behind one that still runs has not had its turn; once overtaken it is lost, where no
    message is in its queue."""
    running = service.submit(request_document("image_bundle", key="k1"))
    behind = service.submit(request_document("image_bundle", key="k2"))
    service.execute("UPDATE jobs SET updated_at = now() - interval '1 hour'")
    service.execute(
        "UPDATE steps SET state = 'running', lease_until = now() + interval '1 minute'"
        " WHERE key = 'intake' AND job_id = :job_id",
        job_id=running,
    )
    assert reconcile(service.runtime) == {}
    service.execute(
        "UPDATE steps SET queued_at = now() + interval '1 second' WHERE job_id = :job_id", job_id=running
    )
    _drop_messages(service)
    assert reconcile(service.runtime) == {behind: "idle"}


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_what_lies_in_the_queue_is_not_sent_again(service, request_document):
    jobs = {service.submit(request_document("image_bundle", key=f"k{number}")) for number in range(3)}
    service.execute("UPDATE jobs SET updated_at = now() - interval '1 hour'")
    assert reconcile(service.runtime) == {}
    _drop_messages(service)
    assert reconcile(service.runtime) == dict.fromkeys(jobs, "idle")
    # Whoever takes their places: as many messages as there are steps.
    service.execute("UPDATE jobs SET recover_at = NULL, updated_at = now() - interval '1 hour'")
    assert reconcile(service.runtime) == {}
