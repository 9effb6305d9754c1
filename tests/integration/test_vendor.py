"""A job whose every call goes to a vendor over HTTP: nothing is paid twice, and the cost is the price."""

from __future__ import annotations

import pytest

from tests.harness.vendor import Fault, Kind, Latency, On


def test_a_film_of_a_vendor(vendor, service, worker, request_document):
    vendor.behave(
        latency={"video": Latency(0.5, sigma=0.3)},
        faults=(
            Fault(On.SUBMIT, Kind.LOST, capability="video"),
            Fault(On.SUBMIT, Kind.RATE_LIMITED, capability="lip_sync"),
            Fault(On.RESULT, Kind.TRUNCATED, capability="audio"),
        ),
    )
    job_id = service.submit(request_document("ugc", music="none"))
    worker()
    job = service.ended(job_id)
    assert (job.state, job.error) == ("completed", None)

    attempts = service.rows(
        "SELECT a.* FROM attempts a JOIN steps s ON s.id = a.step_id WHERE s.job_id = :id", id=job_id
    )
    assert {row.state for row in attempts} == {"succeeded"}
    assert vendor.log.accepted() == {row.idempotency_key: 1 for row in attempts}
    assert set(vendor.log.paid()) == set(vendor.log.accepted())
    assert vendor.standing()["outstanding"] == 0
    assert {line.get("fault") for line in vendor.log.lines()} == {None, "lost", "rate_limited", "truncated"}
    assert float(job.output["cost"]["total"]) == pytest.approx(sum(float(row.cost) for row in attempts))
    assert service.calls() == []
