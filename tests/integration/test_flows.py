"""Whole jobs through real workers: rows, events, callbacks and files at the end."""

from __future__ import annotations

import pytest

from genai.contracts.events import EVENTS
from genai.contracts.output import OutputSchema
from genai.domain.enums import EventType

EVERY_CALL = [
    "image.neutral.None",
    "image.scene.1",
    "image.scene.2",
    "image.sheet.None",
    "metadata",
    "seeds",
    "storyboard",
]


@pytest.mark.parametrize("broker_url", ["redis", "rabbitmq"], indirect=True)
def test_image_bundle(service, worker, receiver, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=2))
    worker()
    job = service.ended(job_id)

    assert (job.state, job.percent, job.error) == ("completed", 100, None)
    assert {step.state for step in service.steps(job_id).values()} == {"succeeded"}
    assert OutputSchema().validate(job.output) == {}
    assert [image["scene"] for image in job.output["images"]] == [1, 2]
    for image in job.output["images"]:
        assert service.runtime.assets.exists(image["asset_id"])
    # Every call once, each under a key of its own: 3 pictures of the product, and a check for each gate.
    calls = service.calls()
    assert len({call["key"] for call in calls}) == len(calls)
    names = [call["call"] for call in calls]
    assert names.count("fidelity") == 4
    assert sorted(name for name in names if name != "fidelity") == EVERY_CALL
    assert job.output["cost"]["total"] == pytest.approx(4 * 0.25 + 4 * 0.01)


def test_events_tell_the_whole_story(service, worker, receiver, request_document):
    job_id = service.submit({**request_document("image_bundle", scenes=2), "metadata": {"order": [7]}})
    worker()
    service.ended(job_id)

    events = receiver.events()
    for event in events:
        assert EVENTS[EventType(event["type"])]().validate(event) == {}
        assert event["data"]["metadata"] == {"order": [7]}
    assert [event["data"]["number"] for event in events] == list(range(1, len(events) + 1))
    types = [event["type"] for event in events]
    assert types[:2] == ["job.accepted", "job.started"]
    assert set(types[2:-1]) == {"job.progress"}
    assert types[-1] == "job.completed"
    percents = [event["data"]["percent"] for event in events]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    told = {asset["asset_id"] for event in events for asset in event["data"].get("assets", [])}
    assert {image["asset_id"] for image in events[-1]["data"]["output"]["images"]} <= told


def test_marketing_creation_emits_the_identity(service, worker, request_document):
    job_id = service.submit(request_document(None))
    worker()
    output = service.ended(job_id).output

    assert OutputSchema().validate(output) == {}
    assert output["images"] == []
    identity = output["identity"]
    for picture in (identity["neutral"], identity["sheet"], *identity["cutouts"], *identity["panels"]):
        assert service.runtime.assets.exists(picture["asset_id"])
    assert identity["metadata"]["name"] == {"value": "Teapot", "source": "snapshot"}
    assert len(identity["seeds"]) == 1


def test_a_mode_from_outside_the_package_runs(service, worker, request_document):
    job_id = service.submit(request_document("postcard", scenes=2))
    worker()
    assert service.ended(job_id).output == {"mode": "postcard", "pictures": 2}


def test_lifecycle_columns_are_written_beside_the_state(service, worker, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    running = worker()
    service.ended(job_id)
    for step in service.steps(job_id).values():
        assert step.worker == running.node
        assert step.queued_at <= step.claimed_at <= step.finished_at
        assert step.runtime == pytest.approx((step.finished_at - step.claimed_at).total_seconds(), abs=0.001)
        assert step.task_id
        assert step.fence == 1


def test_steps_run_on_the_queue_of_their_stage(service, worker, request_document):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    assert {step.queue for step in service.steps(job_id).values()} == {"marketing"}
    worker()
    service.ended(job_id)
