"""Estimates over HTTP: the same refusals as a submission's, and nothing stored."""

from __future__ import annotations

import pytest

from genai.contracts.estimate import EstimateSchema


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "poem"},
        {"settings": {"scenes": 0, "tempo": 3}},
        {"product": {"product_id": "p", "name": "T", "images": [{"asset_id": "0" * 64}]}},
        {"product": {"product_id": "p", "name": "T", "images": [{"url": "http://127.0.0.1/x"}]}},
        {"settings": {"preview_of": "7b7a3a3e-2f0b-4a55-9d7f-6b0e4ab8c001"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_it_is_refused_as_a_submission_is(service, document, change):
    wrong = {**document, **change}
    refusals = [service.call("POST", path, json=wrong) for path in ("/v1/estimates", "/v1/jobs")]
    assert [refusal.status_code for refusal in refusals] == [422, 422]
    estimated, submitted = (
        {name: value for name, value in refusal.json.items() if name not in ("instance", "request_id")}
        for refusal in refusals
    )
    assert estimated == submitted


def test_nothing_is_stored(service, document):
    before = service.stored()
    answer = service.call("POST", "/v1/estimates", json=document)
    assert answer.status_code == 200
    EstimateSchema().load(answer.json)
    assert [stage["steps"] for stage in answer.json["stages"] if stage["stage"] == "image"] == [2]
    assert service.stored() == before
    # Its idempotency key is as free as before.
    assert service.call("POST", "/v1/jobs", json=document).status_code == 202
