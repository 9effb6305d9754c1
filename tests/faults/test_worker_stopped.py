"""Workers that stand still, and workers that are asked to end."""

from __future__ import annotations

import signal

import pytest

from tests.harness import PATIENCE
from tests.harness.servers import family


def test_a_worker_that_stood_still_beyond_its_lease_commits_nothing(
    service, up_to_its_scenes, worker, scheduler, environment, hold_true
):
    """SIGSTOP, longer than its lease; another worker does the step; SIGCONT."""
    environment["GENAI_LEASE"] = "2"
    job_id, first = up_to_its_scenes(1, concurrency=1)
    late = service.steps(job_id)["storyboard"]
    for process in family(first.pid):
        process.suspend()
    (service.control / "hold.storyboard").unlink()
    second = worker(concurrency=1)
    scheduler()
    job = service.ended(job_id)
    told = len(service.events(job_id))
    for process in family(first.pid):
        process.resume()
    service.until(lambda: "lease_lost" in first.log.read_text())

    assert job.state == "completed"
    step = service.steps(job_id)["storyboard"]
    assert (step.fence, step.pid) != (late.fence, late.pid)
    assert second.running
    assert len(service.events(job_id)) == told
    hold_true()


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_a_deploy_under_load_fails_nothing(service, worker, scheduler, api, request_document, hold_true):
    """SIGTERM to every process while steps run and messages wait; others take over."""
    hold = service.control / "hold.image.scene"
    hold.touch()
    jobs = [service.submit(request_document("image_bundle", key=f"k{n}", scenes=2)) for n in range(4)]
    old = [worker(concurrency=2), worker(concurrency=2), scheduler(), api()]
    service.until(lambda: sum(c["call"].startswith("image.scene") for c in service.calls()) >= 4)
    for process in old:
        process.signal(signal.SIGTERM)
    new = worker(concurrency=2)
    scheduler()
    hold.unlink()
    for process in old:
        assert process.wait(PATIENCE), process.tail()
    for job_id in jobs:
        assert service.ended(job_id).state == "completed"
    steps = service.rows("SELECT key, failures, losses FROM steps WHERE failures > 0 OR losses > 0")
    assert steps == []
    assert new.running
    hold_true()
