"""kill -9: the job completes, what succeeded is not done again, and nothing is paid twice."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter

import psutil
import pytest

from tests.harness.barrier import held_back
from tests.harness.receiver import Answer
from tests.harness.vendor import Latency


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_the_whole_worker_is_killed_and_another_takes_over(
    service, worker, scheduler, request_document, hold_true
):
    hold = service.control / "hold.image.scene"
    hold.touch()
    job_id = service.submit(request_document("image_bundle", scenes=3))
    first = worker(concurrency=2)
    service.until(lambda: sum(call["call"].startswith("image.scene") for call in service.calls()) == 2)
    done_before = {key for key, step in service.steps(job_id).items() if step.state == "succeeded"}
    first.kill()

    hold.unlink()
    worker(concurrency=2)
    scheduler()
    assert service.ended(job_id).state == "completed"
    steps = service.steps(job_id)
    assert {steps[key].fence for key in done_before} == {1}
    assert sum(step.losses for step in steps.values()) == 2
    # The two calls that were under way went out again under their own keys; every other one once.
    keys = Counter(call["key"] for call in service.calls())
    assert sorted(keys.values())[-3:] == [1, 2, 2]
    hold_true()


def test_a_pool_process_is_killed_and_its_step_taken_up_at_once(service, up_to_its_scenes, hold_true):
    """Without beat and long before the lease lapses: the broker gives the message back, the claim sees
    that the holder is gone."""
    job_id, running = up_to_its_scenes(1, concurrency=1)
    pid = service.steps(job_id)["storyboard"].pid
    assert pid in {child.pid for child in psutil.Process(running.pid).children(recursive=True)}
    os.kill(pid, signal.SIGKILL)
    (service.control / "hold.storyboard").unlink()

    assert service.ended(job_id).state == "completed"
    step = service.steps(job_id)["storyboard"]
    assert (step.fence, step.losses) == (2, 1)
    assert step.pid != pid
    hold_true()


def test_killed_between_an_answer_and_its_commit(service, vendor, up_to_its_scenes, hold_true):
    """After the vendor has accepted the work and before its ticket is stored; after the result came and
    before the attempt is settled; after that and before the step's commit. The vendor is asked again at
    most, with the same key."""
    job_id, _ = up_to_its_scenes(3, concurrency=3)
    submitting, settling, ending = (f"scene_{number}.image" for number in (1, 2, 3))
    step = "NEW.step_id = (SELECT id FROM steps WHERE key = '{}')"
    with held_back(
        service,
        attempts=f"NEW.state = 'submitted' AND {step.format(submitting)}"
        f" OR NEW.state = 'succeeded' AND {step.format(settling)}",
        steps=f"NEW.state = 'succeeded' AND NEW.key = '{ending}'",
    ) as waiting:
        (service.control / "hold.storyboard").unlink()
        service.until(lambda: waiting() == 3)
        steps = service.steps(job_id)
        for key in (submitting, settling, ending):
            os.kill(steps[key].pid, signal.SIGKILL)

    assert service.ended(job_id).state == "completed"
    losses = {key: row.losses for key, row in service.steps(job_id).items() if row.losses}
    assert losses == {submitting: 1, settling: 1, ending: 1}
    keys = {row.key: row.idempotency_key for row in _image_attempts(service)}
    submits = Counter(line["key"] for line in vendor.log.lines("submit"))
    assert [submits[keys[key]] for key in (submitting, settling, ending)] == [2, 1, 1]
    assert set(vendor.log.accepted().values()) == {1}
    hold_true()


def test_a_vendor_that_knows_no_keys_is_paid_once_more_at_most(service, vendor, up_to_its_scenes, hold_true):
    job_id, _ = up_to_its_scenes(1, concurrency=1)
    vendor.behave(once=False)
    with held_back(service, attempts="NEW.state = 'submitted'") as waiting:
        (service.control / "hold.storyboard").unlink()
        service.until(lambda: waiting() == 1)
        os.kill(service.steps(job_id)["scene_1.image"].pid, signal.SIGKILL)
    assert service.ended(job_id).state == "completed"
    attempt = _image_attempts(service)[-1]
    assert vendor.log.accepted()[attempt.idempotency_key] == 2
    assert service.steps(job_id)["scene_1.image"].losses == 1
    hold_true(once=False)


def test_a_stored_ticket_is_polled_by_whoever_takes_over(
    service, vendor, up_to_its_scenes, worker, scheduler, hold_true
):
    job_id, first = up_to_its_scenes(2, concurrency=1)
    vendor.behave(latency={"*": Latency(3600.0)})
    (service.control / "hold.storyboard").unlink()
    service.until(lambda: [row.wait_reason for row in service.steps(job_id).values()].count("vendor") == 2)
    first.kill()
    vendor.finish()
    worker()
    scheduler()
    assert service.ended(job_id).state == "completed"
    assert set(Counter(line["key"] for line in vendor.log.lines("submit")).values()) == {1}
    hold_true()


def test_a_drain_that_is_killed_while_it_sends(
    service, receiver, worker, scheduler, request_document, environment, hold_true
):
    """The receiver has the event and nobody has heard its answer: it is sent again with its id, and what
    comes after it waits for that."""
    environment["GENAI_CALLBACK_TIMEOUT"] = "600"  # longer than the job takes
    heard = threading.Event()
    receiver.answers.append(Answer(until=heard))
    job_id = service.submit(request_document("image_bundle", scenes=1))
    first = worker()
    receiver.wait_for(1)
    service.until(lambda: service.job(job_id).state == "completed")
    first.kill()
    heard.set()
    # The lease of what it was sending is over.
    service.execute("UPDATE outbox SET next_at = now() WHERE state = 'pending'")
    worker()
    scheduler()
    assert service.ended(job_id).state == "completed"
    hold_true()
    ids = [request.id for request in receiver.requests]
    assert ids[0] == ids[1]
    assert len(set(ids)) == len(ids) - 1


def _image_attempts(service):
    return service.rows(
        "SELECT s.key, a.* FROM attempts a JOIN steps s ON s.id = a.step_id"
        " WHERE a.capability = 'image' ORDER BY a.id"
    )
