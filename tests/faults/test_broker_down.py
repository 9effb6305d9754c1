"""The broker is away: jobs are accepted all the same, and go on when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from genai.maintenance.admission import admit_jobs
from tests.harness.celery_app import read_environment_again
from tests.harness.proxy import Proxy


@pytest.fixture
def broker(environment, redis_url, monkeypatch) -> Iterator[Proxy]:
    """The way to the broker, down at first."""
    parts = urlsplit(redis_url)
    with Proxy((str(parts.hostname), int(parts.port or 6379))) as proxy:
        url = redis_url.replace(f":{parts.port}/", f":{proxy.port}/")
        environment["GENAI_BROKER_URL"] = url
        monkeypatch.setenv("GENAI_BROKER_URL", url)
        read_environment_again()
        yield proxy


def test_a_job_accepted_without_a_broker_runs_once_there_is_one(
    broker, service, worker, scheduler, request_document, environment
):
    jobs = [service.submit(request_document("image_bundle", key=key, scenes=1)) for key in ("k1", "k2")]
    assert {service.job(job).state for job in jobs} == {"admitted"}
    assert [event.type for event in service.events(jobs[0])] == ["job.accepted"]
    assert admit_jobs(service.runtime) == 0

    environment |= {"GENAI_IDLE_AGE": "1", "GENAI_RECONCILE_EVERY": "1"}
    broker.mend()
    worker()
    scheduler()
    for job in jobs:
        assert service.ended(job).state == "completed"
