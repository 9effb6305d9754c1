"""What real jobs show and tell is what the contract promises, on success and on failure."""

from __future__ import annotations

from genai.contracts import load_request
from genai.contracts.events import EVENTS
from genai.contracts.job import JobSchema, StepListSchema
from genai.contracts.output import OutputSchema
from genai.router import modes
from genai.store.views import event_views, job_view, step_views


def test_a_job_is_shown_as_promised(service, worker, request_document):
    (service.control / "permanent.image.scene.2").touch()
    jobs = {
        "completed": service.submit(request_document("image_bundle", key="k1", scenes=1)),
        "failed": service.submit(request_document("image_bundle", key="k2", scenes=2, prompt="another")),
        "created": service.submit(request_document(None, key="k3")),
    }
    worker()
    for job_id in jobs.values():
        service.ended(job_id)

    told: dict[str, set[str]] = {}
    for name, job_id in jobs.items():
        with service.runtime.database.transaction() as connection:
            job = job_view(connection, "acme", job_id)
            steps = step_views(connection, "acme", job_id)
            events = event_views(connection, "acme", job_id, after=0, limit=1000)
        JobSchema().load(job)
        StepListSchema().load({"steps": steps})
        for event in events:
            EVENTS[event["type"]]().load(event)
        told[name] = {event["type"] for event in events}
        assert job["last_event"] == len(events)
        assert all(step["attempts"] for step in steps if step["stage"] == "fidelity" and step["fidelity"])
        if name == "failed":
            assert job["output"] is None
            # The retry that the error holds is a request as it stands.
            again = load_request(job["error"]["retry"], modes()).retry
            assert again is not None
            assert again.job_id == job_id
            (failed,) = [step for step in steps if step["state"] == "failed"]
            assert (failed["key"], failed["error"]) == ("scene_2.image", job["error"])
        else:
            OutputSchema().load(job["output"])
            assert events[-1]["data"]["output"] == job["output"]
    assert told["completed"] == {"job.accepted", "job.started", "job.progress", "job.completed"}
    assert told["failed"] >= {"job.accepted", "job.failed"}
