"""Beat is dead for a while, or there are two of it."""

from __future__ import annotations

import time

from tests.harness import rabbitmq


def test_what_was_lost_meanwhile_is_found_by_the_next_beat(
    service, own_rabbitmq, worker, scheduler, request_document, outage, hold_true
):
    first = scheduler()
    first.kill()
    jobs = [service.submit(request_document("image_bundle", key=f"k{n}", scenes=1)) for n in range(2)]
    rabbitmq.delete_queues(own_rabbitmq.url)
    worker()
    time.sleep(outage(0, 60))  # the outage itself
    assert {service.job(job_id).state for job_id in jobs} == {"admitted"}
    scheduler()
    for job_id in jobs:
        assert service.ended(job_id).state == "completed"
    hold_true()


def test_two_of_it_send_nothing_twice(
    service, worker, scheduler, receiver, request_document, environment, hold_true
):
    environment |= {"GENAI_DRAIN_EVERY": "0.1", "GENAI_RECONCILE_EVERY": "0.2"}
    for _ in range(2):
        scheduler()
        worker()
    jobs = [service.submit(request_document("image_bundle", key=f"k{n}", scenes=2)) for n in range(3)]
    for job_id in jobs:
        assert service.ended(job_id).state == "completed"
    hold_true()
    ids = [request.id for request in receiver.requests]
    assert len(ids) == len(set(ids))
