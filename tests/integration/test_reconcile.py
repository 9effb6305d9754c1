"""Reconcile and advance: what is lost on the way is found in PostgreSQL."""

from __future__ import annotations

import pytest
import redis

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


def test_a_chord_whose_counter_is_flushed_still_ends_once(
    eager, service, worker, scheduler, request_document, redis_url, amqp_url, environment, monkeypatch
):
    (service.control / "hold.image.scene").touch()
    job_id = service.submit(request_document("image_bundle", scenes=2))
    worker()
    service.until(lambda: [c for c in service.calls() if c["call"].startswith("image.scene")])
    with redis.Redis.from_url(redis_url) as connection:
        for key in connection.scan_iter("chord-*"):
            connection.delete(key)
        for key in connection.scan_iter("celery-taskset-meta-*"):
            connection.delete(key)
    (service.control / "hold.image.scene").unlink()
    scheduler()
    job = service.ended(job_id)
    assert job.state == "completed"
    assert [event.type for event in service.events(job_id)].count("job.completed") == 1
    assert service.steps(job_id)["bundle"].fence == 1


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
    for _ in range(2):
        service.execute("UPDATE jobs SET updated_at = now() - interval '1 hour', recover_at = NULL")
        assert reconcile(service.runtime) == {job_id: "idle"}
        assert reconcile(service.runtime) == {}
    first, second = 15.0, 30.0
    (row,) = service.rows("SELECT recoveries, extract(epoch FROM recover_at - now()) AS left FROM jobs")
    assert row.recoveries == 2
    assert first < row.left <= second


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
    """A queued step behind one that still runs has not had its turn; once overtaken it is lost."""
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
    assert reconcile(service.runtime) == {behind: "idle"}
