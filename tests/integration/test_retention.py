"""What nobody needs is removed by its age, and nothing that somebody needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from genai.errors import InvalidInput
from genai.maintenance.retention import expire, sweep
from genai.store.retention import remove_assets, remove_jobs
from genai.store.views import job_view, step_views
from genai.submission import job_of
from tests.harness.service import Service

_KEEP = {"keep_jobs": 10, "keep_events": 10, "keep_assets": 10, "keep_audit": 10}


@pytest.fixture
def picture(tmp_path: Path, service: Service) -> Callable[[int], str]:
    """Uploads a picture of its own for each number."""

    def make(number: int) -> str:
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (64, 64), (number, 7, 9)).save(path)
        return service.upload(path)

    return make


def _age(service: Service) -> None:
    """All that there is becomes a hundred days old."""
    for table, column in (
        ("jobs", "finished_at"),
        ("jobs", "created_at"),
        ("outbox", "created_at"),
        ("outbox", "queued_at"),
        ("assets", "kept_at"),
        ("audit", "created_at"),
    ):
        service.execute(f"UPDATE {table} SET {column} = {column} - interval '100 days'")  # noqa: S608


def _expired(service: Service, at_once: int = 1000, **keep: float) -> dict[str, int]:
    settings = replace(service.runtime.settings, **{**dict.fromkeys(_KEEP, 0), **keep})  # type: ignore[arg-type]
    return expire(replace(service.runtime, settings=settings), at_once)


def _shown(service: Service, job: str) -> Any:
    with service.runtime.database.transaction() as connection:
        return job_view(connection, "acme", job), step_views(connection, "acme", job)


def _assets(service: Service) -> set[str]:
    return {row.sha256 for row in service.rows("SELECT sha256 FROM assets")}


def test_what_others_build_on_stays(service, worker, request_document, picture):
    worker()
    first = service.submit(request_document("image_bundle", scenes=1))
    service.ended(first)
    retry = {"job_id": first, "stage": "image", "scene": 1, "scope": "only"}
    again = service.submit({"contract": 2, "job_type": "retry", "idempotency_key": "k2", "retry": retry})
    other = service.submit(request_document("image_bundle", key="k3", scenes=2))
    for job in (again, other):
        assert service.ended(job).state == "completed"
    # The last ones have arrived; a moment later that is written down.
    service.until(lambda: not service.rows("SELECT 1 FROM outbox WHERE state = 'pending'"))
    unused, named, refused = picture(1), picture(2), picture(3)
    live = service.submit(
        request_document("image_bundle", key="k4", brand={"logo": named}, prompt="another"), admit=False
    )
    service.execute(
        "UPDATE attempts SET result = result || jsonb_build_object('made', CAST(:made AS text))"
        " WHERE step_id IN (SELECT id FROM steps WHERE job_id = :job)",
        made=refused,
        job=first,
    )
    young = _expired(service, **_KEEP)
    assert young == {"jobs": 0, "events": 0, "audit": 0, "assets": 0}
    _age(service)
    before = _shown(service, first)
    own = {asset["asset_id"] for step in before[1] for asset in step["assets"]}

    # The first made the checkpoints and is retried; nothing builds on the others.
    assert _expired(service, at_once=1, keep_jobs=10)["jobs"] == 2
    assert {str(row.id) for row in service.rows("SELECT id FROM jobs")} == {first, live}
    assert _expired(service, keep_jobs=10)["jobs"] == 0
    assert _shown(service, first) == before
    assert service.rows("SELECT 1 FROM checkpoints")

    # Its pictures stay, and those that an attempt or a live job's request alone names.
    assert _expired(service, at_once=1, keep_assets=10)["assets"] > 0
    assert _assets(service) >= own | {named, refused}
    assert unused not in _assets(service)
    sweep(service.runtime, stale=-1)
    assert set(service.runtime.assets.untouched(-1)) == _assets(service)
    assert _shown(service, first) == before

    # An idempotency key of a job that is gone is free: the same request is another job.
    asked = len(service.calls())
    new = service.submit(request_document("image_bundle", key="k3", scenes=2))
    assert new != other
    assert service.ended(new).state == "completed"
    assert "image.neutral.None" not in [call["call"] for call in service.calls()[asked:]]


def test_events_of_live_jobs_and_those_that_are_to_be_sent_stay(service, request_document):
    live, ended = (service.submit(request_document("image_bundle", key=key), admit=False) for key in "ab")
    service.execute("UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE id = :id", id=ended)
    _age(service)
    assert _expired(service, keep_events=10, keep_jobs=10, keep_audit=200)["events"] == 0
    service.execute("UPDATE outbox SET state = 'delivered'")
    service.execute(
        "INSERT INTO deliveries (outbox_id, number, latency)"
        " SELECT id, 1, 0.1 FROM outbox WHERE job_id = :id",
        id=ended,
    )
    assert _expired(service, at_once=1, keep_events=10) == {"jobs": 0, "events": 1, "audit": 0, "assets": 0}
    assert [str(row.job_id) for row in service.rows("SELECT job_id FROM outbox")] == [live]
    assert service.rows("SELECT 1 FROM deliveries") == []
    assert _expired(service, at_once=1, keep_audit=10)["audit"] == 2
    assert _expired(service, keep_jobs=10)["jobs"] == 1


def test_an_asset_that_somebody_is_about_to_name_stays(service, request_document, picture):
    database, logo = service.runtime.database, picture(1)
    wanted = request_document("image_bundle", brand={"logo": logo})
    from genai.contracts import load_request
    from genai.router import modes

    request = load_request(wanted, modes())
    _age(service)
    with database.transaction() as submitting:
        job_of(submitting, "acme", request)
        with database.transaction() as removing:
            assert remove_assets(removing, "acme", 10, 100) == (0, None)
    # Uploaded again, it is as young as a new one.
    assert picture(1) == logo
    with database.transaction() as removing:
        remove_assets(removing, "acme", 10, 100)
    assert logo in _assets(service)
    _age(service)
    with database.transaction() as removing:
        remove_assets(removing, "acme", 10, 100)
    assert _assets(service) == set()
    with pytest.raises(InvalidInput, match="no such asset"):
        service.submit(wanted)


def test_a_job_that_somebody_is_about_to_retry_stays(service, request_document):
    from genai.store.originals import original_job

    database = service.runtime.database
    job = service.submit(request_document("image_bundle"), admit=False)
    service.execute("UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE id = :id", id=job)
    service.execute("UPDATE outbox SET state = 'delivered'")
    _age(service)
    with database.transaction() as retrying:
        assert original_job(retrying, "acme", job) is not None
        with database.transaction() as removing:
            assert remove_jobs(removing, 10, 100) == 0
    with database.transaction() as removing:
        assert remove_jobs(removing, 10, 100) == 1
