"""What a whole run leaves in logs, traces, tables, broker and events; and that no secret is among it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
import requests

from tests.harness.celery_app import read_environment_again
from tests.harness.collector import Collector
from tests.harness.receiver import Answer

MARK = "MarkedSecret"
TOKEN = f"{MARK}-bearer-token"
SIGNING = base64.b64encode(f"{MARK}-signs-callbacks".encode()).decode()
LINKING = f"{MARK}-signs-links"
IN_ADDRESS = f"{MARK}-in-an-address"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as running:
        yield running


@pytest.fixture
def traced(environment, collector, monkeypatch) -> None:
    for name, value in {"GENAI_TRACES_URL": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}.items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    read_environment_again()


def _steps(spans):
    """The keys of the steps that are told of."""
    return {span.attributes["step"] for span in spans if span.name.startswith("step ")}


def test_a_run_is_told_of_everywhere(
    traced, service, worker, scheduler, api, tokens, request_document, receiver, collector
):
    receiver.answers.append(Answer(status=500, body=b"not now"))
    serving = api()
    processes = {"api": serving, "worker": worker(), "beat": scheduler()}
    headers = {"Authorization": f"Bearer {tokens['acme']}", "X-Request-ID": "request-77"}
    sent = requests.post(
        f"{serving.url}/v1/jobs", json=request_document(scenes=1), headers=headers, timeout=180
    )
    assert sent.status_code == 202, sent.text
    job = sent.json()["job_id"]
    assert service.ended(job).state == "completed"

    # Traces: one, from the request through every step to the last callback. Each process sends its own when
    # it comes to it.
    events = [request for request in receiver.requests if request.json["data"]["job_id"] == job]
    sent_by = {request.headers["traceparent"].split("-")[2] for request in events}

    def all_told(got):
        names, ids = {span.name for span in got}, {span.id for span in got}
        return "POST /v1/jobs" in names and _steps(got) >= set(service.steps(job)) and ids >= sent_by

    spans = collector.wait_for(all_told)
    (root,) = [span for span in spans if span.name == "POST /v1/jobs"]
    assert (root.process, root.parent) == ("api", "")
    of_job = [span for span in spans if span.trace == root.trace]
    assert _steps(of_job) == set(service.steps(job))
    (bundled,) = [span for span in of_job if span.attributes.get("step") == "bundle"]
    assert (bundled.process, bundled.parent) == ("worker", root.id)
    assert any(span.name == "image by instant" and span.parent != root.id for span in of_job)
    assert {request.json["data"]["trace_id"] for request in events} == {root.trace}
    callbacks = {span.id for span in of_job if span.name.startswith("callback ")}
    assert {request.headers["traceparent"].split("-")[1] for request in events} == {root.trace}
    assert sent_by <= callbacks

    # Logs: JSON, with what they are about.
    for process in processes.values():
        process.stop()
    logs = {name: process.log.read_text() for name, process in processes.items()}
    lines = {
        name: [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        for name, text in logs.items()
    }
    (claimed,) = [line for line in lines["worker"] if line["event"].startswith("claimed bundle of")]
    assert (claimed["job"], claimed["step"], claimed["request"]) == (job, "bundle", "request-77")
    assert claimed["task"] == "genai.step" and len(claimed["task_id"]) == 36
    assert claimed["level"] == "info" and claimed["logger"] == "genai.stages.runner" and claimed["timestamp"]
    (failed,) = [line for line in lines["worker"] if line["event"].endswith("500, now pending")]
    assert (failed["job"], failed["task"]) == (job, "genai.callbacks.drain")
    (posted,) = [line for line in lines["api"] if line["event"] == "POST /v1/jobs 202"]
    assert (posted["request"], posted["client"]) == ("request-77", "acme")
    assert posted["seconds"] > 0
    assert lines["beat"]
