"""Jobs over HTTP: accepted once, shown to their client alone, listed in pages, told of by events."""

from __future__ import annotations

import json

from genai.contracts.events import EVENTS
from genai.contracts.job import JobListSchema, JobSchema, StepListSchema
from genai.contracts.problems import ProblemDetailsSchema
from genai.domain.enums import EventType


def test_submit_and_show(service, document):
    response = service.call("POST", "/v1/jobs", json=document)
    assert response.status_code == 202
    job = response.json
    assert response.headers["Location"] == f"/v1/jobs/{job['job_id']}"
    JobSchema().load(job)
    assert job["metadata"] == document["metadata"]

    shown = service.call("GET", response.headers["Location"])
    assert shown.status_code == 200
    # By now it is admitted: that came after the answer.
    assert shown.json["state"] == "admitted"
    assert service.stored()["messages"] >= 1
    steps = service.call("GET", f"/v1/jobs/{job['job_id']}/steps").json
    StepListSchema().load(steps)
    assert steps["steps"][0]["stage"] == "intake"
    events = service.call("GET", f"/v1/jobs/{job['job_id']}/events").json
    assert events["last"] == 1
    EVENTS[EventType.ACCEPTED]().load(events["events"][0])
    assert events["events"][0]["data"]["metadata"] == document["metadata"]
    assert service.call("GET", f"/v1/jobs/{job['job_id']}/events?after=1").json == {"events": [], "last": 1}


def test_the_same_key_is_the_same_job(service, document):
    first = service.call("POST", "/v1/jobs", json=document)
    # Defaults written out, and names in another order, are the same request.
    again = json.dumps({**document, "settings": {"scenes": 2, "priority": 0}, "retry": None}, sort_keys=True)
    replayed = service.call("POST", "/v1/jobs", data=again, content_type="application/json")
    assert (replayed.status_code, replayed.headers["Idempotency-Replayed"]) == (200, "true")
    assert replayed.json["job_id"] == first.json["job_id"]
    assert replayed.headers["Location"] == first.headers["Location"]
    before = service.stored()

    other = service.call("POST", "/v1/jobs", json={**document, "prompt": "A loud evening"})
    assert other.status_code == 422
    assert other.json["code"] == "idempotency_key_reused"
    ProblemDetailsSchema().load(other.json)
    assert service.stored() == before


def test_the_key_is_the_clients_own(service, document):
    first = service.call("POST", "/v1/jobs", json=document)
    second = service.call("POST", "/v1/jobs", json={**document, "prompt": "Another"}, client="globex")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json["job_id"] != second.json["job_id"]


def test_another_clients_job_is_not_there(service, document):
    job_id = service.call("POST", "/v1/jobs", json=document).json["job_id"]
    for path in ("", "/steps", "/events"):
        mine = service.call("GET", f"/v1/jobs/{job_id}{path}")
        theirs = service.call("GET", f"/v1/jobs/{job_id}{path}", client="globex")
        nowhere = service.call("GET", f"/v1/jobs/00000000-0000-4000-8000-000000000000{path}", client="globex")
        assert (mine.status_code, theirs.status_code) == (200, 404)
        # What is another's looks like what does not exist.
        different = {"request_id"}
        assert {k: v for k, v in theirs.json.items() if k not in different} == {
            k: v for k, v in nowhere.json.items() if k not in different
        }
    assert service.call("GET", "/v1/jobs", client="globex").json == {"jobs": [], "next": None}
    retry = {
        "contract": 2,
        "job_type": "retry",
        "idempotency_key": "r1",
        "retry": {"job_id": job_id, "scope": "missing"},
    }
    refused = service.call("POST", "/v1/jobs", json=retry, client="globex")
    assert refused.status_code == 422
    assert [entry["pointer"] for entry in refused.json["problems"]] == ["/retry/job_id"]


def test_list_in_pages(service, document):
    made = [
        service.call("POST", "/v1/jobs", json={**document, "idempotency_key": f"k{n}"}).json["job_id"]
        for n in range(5)
    ]
    found: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = service.call("GET", f"/v1/jobs?limit=2&cursor={cursor}").json
        JobListSchema().load(page)
        found += [job["job_id"] for job in page["jobs"]]
        cursor = page["next"]
        pages += 1
    assert (found, pages) == (made[::-1], 3)


def test_modes(service):
    modes = {entry["mode"]: entry["settings"] for entry in service.call("GET", "/v1/modes").json["modes"]}
    assert "scenes" in modes["image_bundle"]
    assert "duration" not in modes["image_bundle"]
