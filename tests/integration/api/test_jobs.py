"""Jobs over HTTP: accepted once, shown to their client alone, listed in pages, told of by events."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

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


def test_list_by_what_jobs_are(service, document):
    made = {}
    changes: dict[str, dict[str, Any]] = {
        "still": {},
        "moving": {"mode": "fast_video", "settings": {}},
        "other product": {"product": {**document["product"], "product_id": "prod_2"}},
        "creation": {"job_type": "marketing_creation", "mode": None, "settings": {}},
    }
    for key, change in changes.items():
        sent = {**document, **change, "idempotency_key": key.replace(" ", "-")}
        made[key] = service.call("POST", "/v1/jobs", json=sent).json["job_id"]
    service.call("POST", f"/v1/jobs/{made['still']}/cancel")
    retry = {"contract": 2, "job_type": "retry", "idempotency_key": "r", "retry": {"job_id": made["still"]}}
    made["retry"] = service.call("POST", "/v1/jobs", json=retry).json["job_id"]
    middle = service.call("GET", f"/v1/jobs/{made['other product']}").json["created_at"].replace("+", "%2B")

    def found(query: str) -> list[str]:
        answer = service.call("GET", f"/v1/jobs?{query}")
        assert answer.status_code == 200, answer.text
        names = {job_id: name for name, job_id in made.items()}
        return [names[job["job_id"]] for job in answer.json["jobs"]]

    assert found("mode=fast_video") == ["moving"]
    assert found("state=cancelled") == ["still"]
    assert found("job_type=marketing_creation") == ["creation"]
    assert found("product_id=prod_2") == ["other product"]
    assert found(f"retry_of={made['still']}") == ["retry"]
    assert found(f"since={middle}") == ["retry", "creation", "other product"]
    assert found(f"until={middle}") == ["moving", "still"]
    assert found(f"until={middle}&mode=image_bundle&state=accepted") == []
    assert service.call("GET", "/v1/jobs?mode=fast_video", client="globex").json["jobs"] == []

    # The next page has the same filters, and says where it is in the header, too.
    page = service.call("GET", f"/v1/jobs?limit=2&since={middle}")
    address = page.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
    assert [job["job_id"] for job in service.call("GET", address).json["jobs"]] == [made["other product"]]
    assert "Link" not in service.call("GET", address).headers


@pytest.mark.parametrize(
    "query",
    [
        "state=lost",
        "job_type=x",
        "mode=",
        "product_id=%00",
        "retry_of=1",
        "since=today",
        "until=2026-02-30T00:00:00Z",
    ],
)
def test_a_filter_that_is_none_is_named(service, query):
    answer = service.call("GET", f"/v1/jobs?{query}")
    assert answer.status_code == 422
    assert f"'{query.partition('=')[0]}'" in answer.json["problems"][0]["detail"]


@pytest.mark.parametrize("path", ["", "/steps", "/events"])
def test_what_has_not_changed_is_not_sent_again(service, document, path):
    job_id = service.call("POST", "/v1/jobs", json=document).json["job_id"]
    first = service.call("GET", f"/v1/jobs/{job_id}{path}")
    known = {"If-None-Match": first.headers["ETag"]}
    again = service.call("GET", f"/v1/jobs/{job_id}{path}", headers=known)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    service.call("POST", f"/v1/jobs/{job_id}/cancel")
    changed = service.call("GET", f"/v1/jobs/{job_id}{path}", headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_modes_have_the_schema_of_their_settings(service):
    modes = {entry["mode"]: entry["settings"] for entry in service.call("GET", "/v1/modes").json["modes"]}
    bundle = jsonschema_rs.validator_for(modes["image_bundle"])
    assert bundle.is_valid({"scenes": 12, "duration": None})
    assert not bundle.is_valid({"scenes": 13})
    assert not bundle.is_valid({"duration": 15})
    assert jsonschema_rs.validator_for(modes["ugc"]).is_valid({"duration": 15, "voice_over": None})
