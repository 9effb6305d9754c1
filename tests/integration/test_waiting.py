"""Vendors that take their time: tickets are stored and polled, nobody waits in a worker, nothing is paid
twice."""

from __future__ import annotations

import psycopg
import pytest
import requests
from sqlalchemy import text

from genai.deciding import cancel
from genai.domain.enums import JobState
from genai.embedded.process import free_port
from genai.store import recovery
from tests.harness.vendor import Fault, Kind, Latency, On

SLOW = {"*": Latency(3600.0)}


@pytest.fixture
def vendor(image_vendor):
    return image_vendor


@pytest.fixture
def slowly(service, vendor, worker, request_document):
    """Submits a bundle and returns once there are tickets for all its scenes; the vendor is not done with
    any."""

    def submit(scenes: int = 2, *, env: dict[str, str] | None = None, **settings) -> str:
        hold = service.control / "hold.storyboard"
        hold.touch()
        job_id = service.submit(request_document("image_bundle", scenes=scenes, **settings))
        worker(concurrency=1, env=env)
        service.until(lambda: any(call["call"] == "storyboard" for call in service.calls()))
        vendor.behave(latency=SLOW)
        hold.unlink()
        service.until(lambda: _tickets(service, job_id) == scenes)
        return job_id

    return submit


def _tickets(service, job_id):
    return [row.state for row in _attempts(service, job_id)].count("submitted")


def _waits(service, job_id):
    return {(row.state, row.wait_reason) for row in _scene_images(service, job_id).values()}


def _scene_images(service, job_id):
    return {key: row for key, row in service.steps(job_id).items() if row.stage == "image"}


def _attempts(service, job_id, capability="image"):
    return service.rows(
        "SELECT a.*, s.key AS step FROM attempts a JOIN steps s ON s.id = a.step_id"
        " WHERE s.job_id = :id AND a.capability = :capability ORDER BY a.id",
        id=job_id,
        capability=capability,
    )


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_one_process_waits_for_many_tickets(service, vendor, slowly):
    job_id = slowly(4)
    service.until(lambda: _waits(service, job_id) == {("waiting", "vendor")})

    vendor.finish()
    assert service.ended(job_id).state == "completed"
    made = _attempts(service, job_id)
    assert {row.state for row in made} == {"succeeded"}
    assert vendor.log.paid() == {row.idempotency_key: 1 for row in made}
    assert {row.failures for row in service.steps(job_id).values()} == {0}


def test_a_cancelled_job_calls_its_tickets_off(service, vendor, slowly):
    job_id = slowly(3)
    submitted = len(vendor.log.lines("submit"))
    cancel(service.runtime.database, "acme", job_id)

    assert service.ended(job_id).state == "cancelled"
    assert len(vendor.log.lines("cancel")) == 3
    assert len(vendor.log.lines("submit")) == submitted
    states = {row.state for row in _scene_images(service, job_id).values()}
    assert states == {"skipped"}
    assert sorted({row.state for row in _attempts(service, job_id)}) == ["cancelled", "succeeded"]
    assert [event.type for event in service.events(job_id)].count("job.cancelled") == 1
    audit = service.rows("SELECT action FROM audit WHERE job_id = :id ORDER BY id", id=job_id)
    assert [row.action for row in audit] == ["job.submit", "job.cancel"]
    cancel(service.runtime.database, "acme", job_id)  # again: nothing more
    assert [event.type for event in service.events(job_id)].count("job.cancelled") == 1


def test_a_ticket_that_comes_when_its_job_has_ended_is_called_off(service, vendor, worker, request_document):
    """Its holder hung between the vendor's answer and its own commit, for longer than its lease."""
    service.execute(
        "CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql SET lock_timeout TO 0 AS"
        " 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END'"
    )
    service.execute(
        "CREATE TRIGGER hang BEFORE UPDATE OF ticket ON attempts FOR EACH STATEMENT EXECUTE FUNCTION hang()"
    )
    vendor.behave(latency=SLOW)
    worker(concurrency=1)
    url = service.runtime.settings.database_url.replace("+psycopg", "")
    with psycopg.connect(
        url, autocommit=True
    ) as holding:  # a session that may be idle for as long as it likes
        holding.execute("SELECT pg_advisory_lock(1)")
        job_id = service.submit(request_document("image_bundle", scenes=1))
        service.until(
            lambda: service.rows(
                "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
            )
        )
        cancel(service.runtime.database, "acme", job_id)
        with service.runtime.database.transaction() as connection:
            connection.execute(text("UPDATE steps SET lease_until = now() WHERE state = 'running'"))
            assert recovery.end_lapsed(connection, job_id) == JobState.CANCELLED
    service.until(lambda: vendor.log.lines("cancel"))
    assert vendor.standing()["outstanding"] == 0
    assert [row.state for row in _attempts(service, job_id)] == ["cancelled"]


def test_a_vendor_that_calls_back_ends_the_wait(service, vendor, slowly, api, environment):
    """Its polls are half a minute apart by then; the hook makes the step due, and the poll says the truth."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    secret = "a-secret-of-many-characters"
    environment |= {"GENAI_PUBLIC_URL": url, "GENAI_LINK_SECRETS": secret}
    api(port=port)
    job_id = slowly(2)
    service.until(lambda: {row.state for row in _scene_images(service, job_id).values()} == {"waiting"})
    service.execute("UPDATE attempts SET poll_at = now() + interval '1 hour' WHERE state = 'submitted'")
    service.execute("UPDATE steps SET due_at = now() + interval '1 hour' WHERE state = 'waiting'")

    vendor.finish()
    assert service.ended(job_id).state == "completed"
    *_, first, waited = _attempts(service, job_id)
    # Written down once they were answered.
    service.until(
        lambda: {line["id"] for line in vendor.log.lines("hook", status=204)} >= {first.ticket, waited.ticket}
    )
    assert requests.post(f"{url}/hooks/{waited.id}/{'0' * 64}", timeout=180).status_code == 404


def test_a_vendor_that_wants_fewer_calls_is_asked_later_and_nothing_is_used_up(
    service, vendor, worker, request_document
):
    vendor.behave(faults=(Fault(On.SUBMIT, Kind.RATE_LIMITED, times=3, retry_after="1"),))
    job_id = service.submit(request_document("image_bundle", scenes=2))
    worker()
    assert service.ended(job_id).state == "completed"
    assert len(vendor.log.lines("submit", status=429)) == 3
    made = _attempts(service, job_id)
    assert {row.number for row in made} == {1}
    assert set(vendor.log.accepted().values()) == {1}
    assert {row.failures for row in service.steps(job_id).values()} == {0}
    limit = service.rows("SELECT * FROM provider_limits WHERE provider = 'vendor'")[0]
    assert limit.paused_until is not None


def test_no_more_is_asked_at_once_than_the_provider_allows(service, vendor, worker, request_document):
    hold = service.control / "hold.storyboard"
    hold.touch()
    jobs = [service.submit(request_document("image_bundle", key=key, scenes=3)) for key in ("k1", "k2")]
    worker(concurrency=3, env={"VENDOR_CONCURRENCY": "2"})
    service.until(lambda: any(call["call"] == "storyboard" for call in service.calls()))
    vendor.behave(latency=SLOW)
    hold.unlink()
    # As many as may be, and others that want to.
    service.until(lambda: vendor.standing()["outstanding"] == 2)
    service.until(lambda: service.rows("SELECT 1 FROM steps WHERE wait_reason = 'limit'"))
    vendor.behave(latency={"image": Latency(0.3)})
    vendor.finish()
    for job_id in jobs:
        assert service.ended(job_id).state == "completed"
    assert vendor.standing()["most_outstanding"] == 2
    assert set(vendor.log.accepted().values()) == {1}


def test_a_job_stops_before_the_call_that_would_exceed_its_budget(service, vendor, worker, request_document):
    """Two identity pictures and the first of two scenes fit; prices are reserved while calls run."""
    job_id = service.submit(request_document("image_bundle", scenes=4, budget=0.80))
    worker(concurrency=4)
    job = service.ended(job_id)
    assert job.state == "failed"
    assert job.error["code"] == "budget"
    assert job.error["details"]["budget"] == 0.80
    assert len(vendor.log.paid()) == 3
    spent = service.rows(
        "SELECT sum(cost) AS cost, sum(reserved) AS reserved FROM attempts WHERE capability = 'image'"
    )[0]
    assert (float(spent.cost), float(spent.reserved)) == (0.75, 0.0)


def test_a_vendor_that_is_down_is_left_alone_and_the_job_goes_on_afterwards(
    service, vendor, worker, request_document
):
    vendor.behave(faults=(Fault(On.SUBMIT, Kind.UNAVAILABLE, times=2),))
    # With degraded output the next provider of the list would do it.
    job_id = service.submit(request_document("image_bundle", scenes=1, allow_degraded=False))
    worker(env={"VENDOR_BREAKER": "1"})
    service.until(lambda: service.rows("SELECT 1 FROM provider_limits WHERE open_until > now()"))
    service.until(
        lambda: service.rows("SELECT 1 FROM steps WHERE wait_reason IN ('breaker', 'retry: unavailable')")
    )
    service.execute("UPDATE provider_limits SET open_until = now()")
    service.execute("UPDATE steps SET due_at = now() WHERE state = 'waiting'")
    assert service.ended(job_id).state == "completed"
    assert set(vendor.log.accepted().values()) == {1}
    assert service.rows("SELECT failures FROM provider_limits")[0].failures == 0
