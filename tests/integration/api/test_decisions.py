"""Approving a plan and choosing a treatment over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from genai.contracts.job import JobSchema
from genai.domain.creative import Scene
from genai.domain.records import to_json


@pytest.fixture
def resting(service, document):
    """A job that rests after its plan, with two treatments of one scene."""
    settings = {"variants": 2, "review": True}
    job_id = service.call("POST", "/v1/jobs", json={**document, "settings": settings}).json["job_id"]
    scenes: list[Any] = [
        to_json(Scene(number, "hero", "studio", "as planned", variant=number)) for number in (1, 2)
    ]
    with service.runtime.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE jobs SET state = 'awaiting_review', scenes = %s WHERE id = %s",
            (json.dumps(scenes), job_id),
        )
    return f"/v1/jobs/{job_id}"


def test_approved_with_edits_the_job_goes_on(service, resting):
    edits = {"2": {"prompt": "on wet slate", "words": {"headline": "Hot."}, "camera": {"angle": "low"}}}
    answer = service.call("POST", f"{resting}/review", json={"edits": edits})
    assert (answer.status_code, answer.json["state"]) == (200, "running")
    JobSchema().load(answer.json)
    first, second = service.rows("SELECT scenes FROM jobs")[0].scenes
    assert (first["prompt"], second["prompt"]) == ("as planned", "on wet slate")
    assert second["words"] == {"headline": "Hot.", "body": "", "call_to_action": ""}
    assert second["camera"] == {"shot": "medium", "angle": "low"}
    assert service.call("POST", f"{resting}/review", json={}).status_code == 409
    actions = [row.action for row in service.rows("SELECT action FROM audit ORDER BY id")]
    assert actions == ["job.submit", "job.approve"]


@pytest.mark.parametrize(
    ("edits", "pointer"),
    [
        ({"3": {"prompt": "x"}}, "/edits/3"),
        ({"1": {"speech": "x"}}, "/edits/1/speech"),
        ({"1": {"duration": 2}}, "/edits/1/duration"),
        ({"1": {"kind": "footage"}}, "/edits/1/kind"),
        ({"x": {}}, "/edits/x"),
    ],
)
def test_edits_that_cannot_be_made_change_nothing(service, resting, edits, pointer):
    answer = service.call("POST", f"{resting}/review", json={"edits": edits})
    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.json["problems"]] == [pointer]
    assert service.call("GET", resting).json["state"] == "awaiting_review"


def test_a_treatment_is_chosen(service, resting):
    assert service.call("GET", resting).json["selected_variant"] is None
    answer = service.call("POST", f"{resting}/select", json={"variant": 2})
    assert (answer.status_code, answer.json["selected_variant"]) == (200, 2)
    refused = service.call("POST", f"{resting}/select", json={"variant": 3})
    assert refused.json["problems"][0]["pointer"] == "/variant"
    assert service.call("POST", f"{resting}/select", json={"variant": 0}).status_code == 422
    assert service.call("GET", resting).json["selected_variant"] == 2


@pytest.mark.parametrize(("path", "body"), [("review", {}), ("select", {"variant": 1})])
def test_of_another_clients_job_there_is_nothing_to_decide(service, resting, path, body):
    assert service.call("POST", f"{resting}/{path}", json=body, client="globex").status_code == 404
    assert service.call("POST", f"{resting}/{path}", json=body, client=None).status_code == 401
    assert service.call("GET", resting).json["state"] == "awaiting_review"


def test_a_job_that_does_not_rest_is_not_approved(service, document):
    job_id = service.call("POST", "/v1/jobs", json=document).json["job_id"]
    assert service.call("POST", f"/v1/jobs/{job_id}/review", json={}).status_code == 409
    assert service.call("POST", f"/v1/jobs/{job_id}/select", json={"variant": 1}).status_code == 409
