"""``/metrics`` against what the database holds: the same in every process, computed when it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from genai.api import create_app
from genai.callbacks.drain import drain
from tests.harness.receiver import Answer

_JOB = """
    INSERT INTO jobs (id, client, idempotency_key, request_fingerprint, job_type, flow, product_id, request,
                      brief, blueprint, state, recoveries)
    VALUES (gen_random_uuid(), 'acme', 'told', 'f', 'marketing_output', 'image_bundle', 'p', '{}', '{}', '{}',
            'running', 2)
    RETURNING id
"""
_STEP = """
    INSERT INTO steps (job_id, key, stage, phase, position, queue, inputs, state, output, failures, losses,
                       claimed_at, finished_at, queued_at, lease_until)
    VALUES (:job, :key, :stage, 'plan', 1, 'marketing', '{}', :state, '{}', :failures, :losses,
            now() - interval '20 s', now(), now() - interval '60 s', now())
    RETURNING id
"""
# Begun later than anybody asks what was spent today, so that no midnight comes between.
_ATTEMPT = """
    INSERT INTO attempts (step_id, capability, number, fence, provider, model, idempotency_key, state,
                          request, result, errors, error, cost, created_at)
    VALUES (:step, :capability, :number, 1, 'vendor', 'm', :key, :state,
            '{}', CAST(:result AS jsonb), :errors, CAST(:error AS jsonb), :cost, now() + interval '1 hour')
"""
_OLDEST = "SELECT extract(epoch FROM now() - min(queued_at)) AS seconds FROM steps WHERE state = 'queued'"


def _scrape(app: Any, token: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Values by the name of the sample and its labels, in the order of their names."""
    response = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain")
    return {
        sample.name: {
            tuple(value for _, value in sorted(s.labels.items())): s.value
            for s in family.samples
            if s.name == sample.name
        }
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def _fill(service: Any) -> None:
    with service.runtime.database.transaction() as connection:

        def run(statement: str, **values: Any) -> Any:
            return connection.execute(text(statement), values)

        job = run(_JOB).scalar_one()
        states = (("image", "succeeded", 1, 0), ("intake", "queued", 0, 0), ("sheet", "failed", 5, 3))
        steps = {
            stage: run(
                _STEP, job=job, key=stage, stage=stage, state=state, failures=failures, losses=losses
            ).scalar_one()
            for stage, state, failures, losses in states
        }
        plain = {"result": '{"verdict": "pass"}', "errors": 0, "error": None, "state": "succeeded"}
        for number, capability, more in (
            (1, "image", {"errors": 2, "error": '{"code": "rate_limit"}', "cost": 0.5}),
            (2, "image", {"state": "failed", "error": '{"code": "rejected"}', "cost": 0}),
            (1, "fidelity", {"result": '{"verdict": "drift"}', "cost": 0.01}),
            (2, "fidelity", {"cost": 0.01}),
        ):
            values = {**plain, **more, "key": f"{capability}{number}"}
            run(_ATTEMPT, step=steps["image"], capability=capability, number=number, **values)


def test_what_the_database_knows_is_told(service, document, receiver):
    _fill(service)
    for number in range(3):
        service.call("POST", "/v1/jobs", json={**document, "idempotency_key": f"k{number}"})
    receiver.answers.extend([Answer(status=500), Answer(status=204), Answer(reset=True)])
    drain(service.runtime)

    # None of them becomes due by itself, however slow the machine is.
    service.execute("UPDATE outbox SET next_at = next_at + interval '1 hour' WHERE state = 'pending'")
    before = service.rows(_OLDEST)[0].seconds
    told = _scrape(service.app, service.tokens["ops"])
    after = service.rows(_OLDEST)[0].seconds
    assert told["genai_jobs"][("image_bundle", "running")] == 1
    assert told["genai_reconciles_total"] == {("image_bundle",): 2}
    assert told["genai_queue_steps"][("marketing", "queued")] == 4  # three jobs were admitted
    assert 60 <= before <= told["genai_queue_oldest_seconds"][("marketing",)] <= after
    assert told["genai_step_retries_total"][("sheet",)] == 5
    assert told["genai_lease_losses_total"][("sheet",)] == 3
    assert told["genai_step_failures_total"][("sheet",)] == 1
    assert told["genai_step_seconds_count"] == {("vendor", "image"): 1}
    assert told["genai_step_seconds_sum"][("vendor", "image")] == pytest.approx(20)
    buckets = told["genai_step_seconds_bucket"]
    assert (buckets[("10.0", "vendor", "image")], buckets[("30.0", "vendor", "image")]) == (0, 1)
    assert told["genai_provider_calls_total"][("image", "vendor", "failed")] == 1
    assert told["genai_provider_errors_total"] == {
        ("image", "rate_limit", "vendor"): 2,
        ("image", "rejected", "vendor"): 1,
    }
    assert told["genai_client_day_dollars"] == {("acme", "spent"): 0.52, ("acme", "reserved"): 0}
    assert told["genai_cost_dollars_total"] == {("image", "vendor"): 0.5, ("fidelity", "vendor"): 0.02}
    assert told["genai_fidelity_checks_total"] == {("1", "drift"): 1, ("2", "pass"): 1}
    assert told["genai_outbox_events"] == {("pending", "job.accepted"): 2, ("delivered", "job.accepted"): 1}
    assert told["genai_outbox_pending"] == {("acme",): 2}
    assert told["genai_outbox_lag_seconds"] == {("acme",): 0}
    assert told["genai_callback_seconds_count"] == {("5xx",): 1, ("2xx",): 1, ("none",): 1}
    assert told["genai_destination_open"] == {("acme",): 0}


def test_another_process_tells_the_same(service):
    _fill(service)
    one, other = [_scrape(app, service.tokens["ops"]) for app in (service.app, create_app(service.runtime))]
    for name in ("genai_queue_oldest_seconds", "genai_outbox_lag_seconds"):  # time goes on
        assert (one.pop(name, None) is None) == (other.pop(name, None) is None)
    assert one == other


def test_an_empty_service_has_metrics(service):
    assert _scrape(service.app, service.tokens["ops"]) == {}
