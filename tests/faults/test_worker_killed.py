"""kill -9 in the middle of an image bundle: the job completes, and nothing that succeeded runs again."""

from __future__ import annotations

import os
import signal
from collections import Counter

import psutil
import pytest


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_the_whole_worker_is_killed_and_another_takes_over(
    service, worker, scheduler, environment, request_document
):
    environment |= {"GENAI_IDLE_AGE": "1", "GENAI_RECONCILE_EVERY": "1"}
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
    job = service.ended(job_id)

    assert job.state == "completed"
    steps = service.steps(job_id)
    assert {steps[key].fence for key in done_before} == {1}
    assert sum(step.losses for step in steps.values()) == 2
    # The two calls that were under way went out again under their own keys; every other one once.
    keys = Counter(call["key"] for call in service.calls())
    assert sorted(keys.values())[-3:] == [1, 2, 2]
    ends = [event.type for event in service.events(job_id) if event.type == "job.completed"]
    assert ends == ["job.completed"]


def test_a_pool_process_is_killed_and_its_step_taken_up_at_once(service, worker, request_document):
    """Without beat and long before the lease lapses: the broker gives the message back, the claim sees
    that the holder is gone."""
    hold = service.control / "hold.storyboard"
    hold.touch()
    job_id = service.submit(request_document("image_bundle", scenes=1))
    running = worker(concurrency=1)
    service.until(lambda: any(call["call"] == "storyboard" for call in service.calls()))
    pid = service.steps(job_id)["storyboard"].pid
    assert pid in {child.pid for child in psutil.Process(running.pid).children(recursive=True)}
    os.kill(pid, signal.SIGKILL)
    hold.unlink()

    assert service.ended(job_id).state == "completed"
    step = service.steps(job_id)["storyboard"]
    assert (step.fence, step.losses) == (2, 1)
    assert step.pid != pid
