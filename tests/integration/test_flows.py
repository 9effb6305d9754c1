"""Whole jobs through real workers: rows, events, callbacks and files at the end."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_image_bundle(service, worker, receiver, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=2))
    worker()
    receiver.wait_for(lambda got: any(b"job.completed" in request.body for request in got))

    job = service.job(job_id)
    assert (job.state, job.percent, job.error) == ("completed", 100, None)
    steps = service.steps(job_id)
    assert {step.state for step in steps.values()} == {"succeeded"}
    assert [image["scene"] for image in job.output["images"]] == [1, 2]
    for image in job.output["images"]:
        assert service.runtime.assets.exists(image["asset_id"])
    # Every call once, each under a key of its own.
    calls = service.calls()
    assert len({call["key"] for call in calls}) == len(calls)
    assert sorted(call["call"] for call in calls) == sorted(
        ["image.neutral.None", "image.sheet.None", "image.scene.1", "image.scene.2", "metadata", "seeds"]
        + ["storyboard"] + ["fidelity"] * 4
    )  # fmt: skip
    events = receiver.events()
    assert [event["data"]["number"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events[:2]] == ["job.accepted", "job.started"]
    assert [event["type"] for event in events].count("job.completed") == 1
    percents = [event["data"]["percent"] for event in events]
    assert percents == sorted(percents)
    assert percents[-1] == 100
