"""The broker goes away and comes back: jobs are accepted all the same, and everything goes on."""

from __future__ import annotations

import time

import pytest
import requests
from kombu import pools

from tests.harness import rabbitmq
from tests.harness.servers import RedisServer


@pytest.fixture
def posting(api, tokens):
    """Posts request documents to the API; the answer."""
    running = api()

    def post(document):
        return requests.post(
            f"{running.url}/v1/jobs",
            json=document,
            headers={"Authorization": f"Bearer {tokens['acme']}"},
            timeout=60,
        )

    return post


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_away_and_back(
    service, celery_broker, posting, up_to_its_scenes, worker, scheduler, request_document, outage, hold_true
):
    """kill -9, so that messages are lost as far as they can be: Redis forgets them all."""
    running, first = up_to_its_scenes(2)
    scheduler()
    celery_broker.kill()
    (service.control / "hold.storyboard").unlink()
    service.until(lambda: service.steps(running)["storyboard"].state == "succeeded")
    answer = posting(request_document("image_bundle", key="k2", scenes=1))
    assert answer.status_code == 202
    accepted = answer.json()["job_id"]
    time.sleep(outage(0, 120))  # the outage itself
    celery_broker.restart()
    service.until(lambda: not first.running or service.job(accepted).finished_at)
    if not first.running:
        # Kombu's Redis transport may take its worker down; whoever runs the service starts another.
        assert isinstance(celery_broker.container.server, RedisServer)
        pools.reset()  # this process's own connections
        worker()
    for job_id in (running, accepted):
        assert service.ended(job_id).state == "completed"
    hold_true()


def test_killed_between_a_commit_and_the_next_message(
    service, own_rabbitmq, up_to_its_scenes, worker, scheduler, hold_true
):
    """The step has succeeded, nobody was told, and its own message is lost as well."""
    job_id, first = up_to_its_scenes(1, concurrency=1)
    own_rabbitmq.freeze()
    (service.control / "hold.storyboard").unlink()
    service.until(lambda: service.steps(job_id)["storyboard"].state == "succeeded")
    first.kill()
    own_rabbitmq.start()
    rabbitmq.delete_queues(own_rabbitmq.url)

    worker()
    scheduler()
    assert service.ended(job_id).state == "completed"
    assert service.job(job_id).recoveries >= 1
    assert service.steps(job_id)["storyboard"].fence == 1
    hold_true()
