"""The examples of the OpenAPI document: each request is submitted, and each answer is what a service gave.

``GENAI_TEST_WRITE_EXAMPLES=1 pytest tests/integration/test_examples.py`` writes the answers down.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import genai.api
from genai.api import create_app
from genai.api.examples import ANSWERS, REQUESTS

FILE = Path(genai.api.__file__).with_name("answers.json")


@pytest.fixture
def call(service, tokens):
    client = create_app(service.runtime).test_client()

    def one(method: str, path: str, who: str = "acme", **options: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        response = client.open(path, method=method, headers=headers, **options)
        response.get_data()
        response.close()
        return response.status_code, response.get_json()

    return one


def test_every_example_is_true(service, worker, call, photograph):
    given: dict[str, Any] = {}

    def keep(operation: str, answer: tuple[int, Any], status: int) -> Any:
        assert answer[0] == status, answer
        given[operation] = {str(status): answer[1]}
        return answer[1]

    asset = keep("upload_asset", call("POST", "/v1/assets", data=photograph.read_bytes()), 201)
    keep("show_asset", call("GET", f"/v1/assets/{asset['asset_id']}"), 200)
    keep("estimate_job", call("POST", "/v1/estimates", json=REQUESTS["image_bundle"]["value"]), 200)
    for name, example in REQUESTS.items():
        if name == "retry":
            continue
        job = keep("submit_job", call("POST", "/v1/jobs", json=example["value"]), 202)
        keep("cancel_job", call("POST", f"/v1/jobs/{job['job_id']}/cancel"), 202)

    wanted = deepcopy(REQUESTS["image_bundle"]["value"])
    wanted["idempotency_key"] = "example-whole"
    wanted["product"]["images"] = [{"asset_id": asset["asset_id"], "view": "front"}]
    wanted["settings"] |= {"scenes": 1, "variants": 2}
    job_id = call("POST", "/v1/jobs", json=wanted)[1]["job_id"]
    running = worker()
    service.ended(job_id)
    service.until(lambda: not service.rows("SELECT 1 FROM outbox WHERE state = 'pending'"))
    keep("show_job", call("GET", f"/v1/jobs/{job_id}"), 200)
    keep("show_steps", call("GET", f"/v1/jobs/{job_id}/steps"), 200)
    keep("show_events", call("GET", f"/v1/jobs/{job_id}/events?limit=3"), 200)
    keep("select_variant", call("POST", f"/v1/jobs/{job_id}/select", json={"variant": 2}), 200)
    keep("list_costs", call("GET", "/v1/costs"), 200)
    keep("list_jobs", call("GET", f"/v1/jobs?limit=1&product_id={wanted['product']['product_id']}"), 200)
    keep("list_deliveries", call("GET", f"/v1/deliveries?limit=1&job_id={job_id}"), 200)
    event = given["list_deliveries"]["200"]["deliveries"][0]["id"]
    keep("replay_event", call("POST", f"/v1/deliveries/{event}/replay"), 200)
    keep("replay_events", call("POST", "/v1/deliveries/replay", json={"job_id": job_id}), 200)
    keep("show_job_audit", call("GET", f"/v1/jobs/{job_id}/audit"), 200)
    keep("list_audit", call("GET", "/v1/audit?limit=2", who="ops"), 200)
    rests = _rested(service, call, wanted)
    running.stop()  # so that nothing of it runs by the time of the answer
    keep("review_job", call("POST", f"/v1/jobs/{rests}/review", json={}), 200)
    retry = deepcopy(REQUESTS["retry"]["value"])
    retry["retry"] |= {"job_id": job_id, "scene": 2}  # of the treatment that was selected
    assert call("POST", "/v1/jobs", json=retry)[0] == 202

    if "GENAI_TEST_WRITE_EXAMPLES" in os.environ:
        FILE.write_text(json.dumps(given, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    assert shape(ANSWERS) == shape(given)
    document = call("GET", "/openapi.json")[1]
    for operation in (
        one for path in document["paths"].values() for one in path.values() if "responses" in one
    ):
        for status, answer in ANSWERS.get(operation["operationId"], {}).items():
            content = operation["responses"][status]["content"]["application/json"]
            assert content["example"] == answer
            schema = {**content["schema"], "components": document["components"]}
            assert jsonschema_rs.validator_for(schema).is_valid(answer), operation["operationId"]


def _rested(service: Any, call: Any, wanted: dict[str, Any]) -> str:
    """A job that waits for its review."""
    document = deepcopy(wanted) | {"idempotency_key": "example-review"}
    document["settings"] |= {"review": True}
    job_id: str = call("POST", "/v1/jobs", json=document)[1]["job_id"]
    service.until(lambda: service.job(job_id).state == "awaiting_review")
    return job_id


def shape(value: Any) -> Any:
    """Which names there are, whatever their values."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    return None
