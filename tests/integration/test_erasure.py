"""A product is erased: nothing of its words or pictures is left, and all else is as it was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from genai.domain.enums import OutboxState
from genai.errors import Conflict, InvalidInput
from genai.maintenance.retention import sweep
from genai.store import outbox
from genai.store.erasure import Erased, erase_product
from genai.store.tables import metadata
from genai.store.views import job_view, step_views
from tests.harness.service import Service

MARK = "Unforgettable"


@pytest.fixture
def own(service: Service, tmp_path: Path) -> str:
    """A photograph of the product gone/1 alone."""
    path = tmp_path / "own.png"
    Image.linear_gradient("L").resize((300, 300)).convert("RGB").save(path)
    return service.upload(path)


@pytest.fixture
def document(service: Service, request_document: Callable[..., dict[str, Any]], own: str) -> Any:
    """Makes requests of the product ``id``, whose words are all marked; gone/1 has a photograph of its own,
    beside the one that all products share."""

    def make(id: str, key: str, mode: str | None = "image_bundle", **settings: Any) -> dict[str, Any]:
        made = request_document(mode, key=key, prompt=f"{MARK} morning of {id}", **settings)
        product = made["product"]
        product.update(
            product_id=id,
            name=f"{MARK} {id}",
            description=f"{MARK} words about {id}",
            attributes={"material": f"{MARK} {id}"},
            images=[*product["images"], *([{"asset_id": own}] if id == "gone/1" else [])],
        )
        return {**made, "metadata": {"note": f"{MARK} {id}"}}

    return make


def erase(service: Service, product_id: str, client: str = "acme") -> Erased:
    with service.runtime.database.transaction() as connection:
        return erase_product(connection, client, product_id, request_id="request-1")


def assets(service: Service, client: str = "acme") -> set[str]:
    rows = service.rows("SELECT sha256 FROM assets WHERE client = :client", client=client)
    return {row.sha256 for row in rows}


def told(service: Service) -> dict[str, str]:
    """Every table as text."""
    return {
        table: "\n".join(row[0] for row in service.rows(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
        for table in metadata.tables
    }


def test_nothing_is_left_of_it(service, worker, document, photograph, own, tmp_path):
    other = service.submit(document("kept", "k1", scenes=1))
    worker(concurrency=2)
    assert service.ended(other).state == "completed"
    kept = assets(service) - {own}
    first = service.submit(document("gone/1", "k2", scenes=1))
    again = service.submit({**document("gone/1", "k3", scenes=1), "prompt": f"{MARK} evening of gone/1"})
    for job in (first, again):
        assert service.ended(job).state == "completed"
    once_more = {
        "contract": 2,
        "job_type": "retry",
        "idempotency_key": "k4",
        "retry": {"job_id": again, "stage": "image", "scene": 1, "scope": "only"},
    }
    redone = service.submit(once_more)
    assert service.ended(redone).state == "completed"
    rejected = tmp_path / "rejected.png"
    Image.radial_gradient("L").resize((90, 90)).convert("RGB").save(rejected)
    attempted = service.upload(rejected)
    service.execute(
        "UPDATE attempts SET result = result || jsonb_build_object('made', CAST(:made AS text))"
        " WHERE step_id IN (SELECT id FROM steps WHERE job_id = :job)",
        made=attempted,
        job=redone,
    )
    service.upload(photograph, "globex")
    service.upload(rejected, "globex")
    assert assets(service) - kept >= {own, attempted}
    before = _shown(service, other)

    erased = erase(service, "gone/1")
    assert erased.jobs == 3
    assert assets(service) == kept
    assert [name for name, words in told(service).items() if "gone/1" in words] == []
    for job in (first, again, redone):
        assert [name for name, words in told(service).items() if job in words] == ["audit"]
    assert len(assets(service, "globex")) == 2

    # The other product is as it was, and what was made for it is found again.
    assert _shown(service, other) == before
    calls = len(service.calls())
    later = service.submit(document("kept", "k5", scenes=1))
    assert service.ended(later).state == "completed"
    assert "image.neutral.None" not in [call["call"] for call in service.calls()[calls:]]

    with pytest.raises(InvalidInput, match="no such job"):
        service.submit({**once_more, "idempotency_key": "k6"})
    assert erase(service, "gone/1") == Erased(jobs=0, assets=0)
    trail = service.rows("SELECT * FROM audit WHERE action = 'product.erase' ORDER BY id")
    assert [(row.client, row.request_id, row.details["jobs"]) for row in trail] == [
        ("acme", "request-1", 3),
        ("acme", "request-1", 0),
    ]


def _shown(service: Service, job: str) -> Any:
    with service.runtime.database.transaction() as connection:
        return job_view(connection, "acme", job), step_views(connection, "acme", job)


def test_not_while_a_job_of_it_is_alive(service, document):
    job = service.submit(document("gone/1", "k1", scenes=1))
    before = told(service)
    with pytest.raises(Conflict, match=f"cancel them.*{job}"):
        erase(service, "gone/1")
    assert told(service) == before
    assert erase(service, "gone/1", "globex") == Erased(jobs=0, assets=0)
    assert erase(service, "gone") == Erased(jobs=0, assets=0)
    assert len(service.rows("SELECT 1 FROM jobs")) == 1


def test_an_event_on_its_way_ends_with_it(service, document):
    """A drain that has taken an event of an erased job writes nothing, and fails at nothing."""
    job = service.submit(document("gone/1", "k1", scenes=1), admit=False)
    service.execute("INSERT INTO destinations (client, url_digest) VALUES ('acme', '')")
    with service.runtime.database.transaction() as connection:
        (taken,) = outbox.take(connection, 10, lease=60, each=10, breaker=10)
    assert taken.job_id == job
    service.execute("UPDATE jobs SET state = 'cancelled', finished_at = now()")
    erase(service, "gone/1")
    with service.runtime.database.transaction() as connection:
        outbox.settle(connection, [outbox.Outcome(taken, OutboxState.DELIVERED, status=204)])
    assert service.rows("SELECT 1 FROM outbox") == service.rows("SELECT 1 FROM deliveries") == []


def test_an_event_whose_outcome_is_written_down_meanwhile_ends_with_it(service, document):
    service.submit(document("gone/1", "k1", scenes=1), admit=False)
    database = service.runtime.database
    service.execute("INSERT INTO destinations (client, url_digest) VALUES ('acme', '')")
    with database.transaction() as connection:
        (taken,) = outbox.take(connection, 10, lease=60, each=10, breaker=10)
    service.execute("UPDATE jobs SET state = 'cancelled', finished_at = now()")

    def write_down() -> None:
        with database.transaction() as connection:
            outbox.settle(connection, [outbox.Outcome(taken, OutboxState.DELIVERED, status=204)])

    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as erasing:
            erase_product(erasing, "acme", "gone/1")
            writing = pool.submit(write_down)
            service.until(lambda: service.rows(waits))
        writing.result()
    assert service.rows("SELECT 1 FROM outbox") == service.rows("SELECT 1 FROM deliveries") == []


def test_files_follow_their_rows(service, document, photograph):
    stored = service.runtime.assets
    service.upload(photograph, "globex")
    service.submit(document("gone/1", "k1", scenes=1), admit=False)
    service.execute("UPDATE jobs SET state = 'cancelled', finished_at = now()")
    gone, kept = assets(service) - assets(service, "globex"), assets(service, "globex")
    erase(service, "gone/1")
    assert assets(service) == set()
    assert sweep(service.runtime) == 0  # they are young: somebody may be about to name them
    assert sweep(service.runtime, stale=-1) == 1
    assert not any(stored.exists(name) for name in gone)
    assert all(stored.exists(name) for name in kept)
