"""Who may run next, of thousands that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from genai.store import admission
from genai.store.admission import admit
from genai.store.database import Database

_LIMITS = {"in_all": 100, "per_client": 20, "limits": {}}


@pytest.fixture
def stored(database: str) -> Iterator[Database]:
    opened = Database(database.replace("postgresql:", "postgresql+psycopg:", 1))
    yield opened
    opened.close()


def _accept(
    stored: Database, client: str, number: int = 1, *, priority: int = 0, preview: bool = False
) -> None:
    """So many jobs of the client, one after the other."""
    with stored.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO jobs (id, client, idempotency_key, request_fingerprint, job_type, flow,"
                " product_id, request, brief, blueprint, state, priority, preview, created_at)"
                " SELECT gen_random_uuid(), :client, gen_random_uuid()::text, 'f', 'marketing_output',"
                " 'image_bundle', 'p', '{}', '{}', '{}', 'accepted', :priority, :preview,"
                " clock_timestamp() + n * interval '1 ms' FROM generate_series(1, :number) AS n"
            ),
            {"client": client, "number": number, "priority": priority, "preview": preview},
        )


def _admit(stored: Database, **limits: Any) -> Counter[tuple[str, int, bool]]:
    """Of whom how many are admitted: by client, priority and preview."""
    with stored.transaction() as connection:
        ids = admit(connection, **{**_LIMITS, **limits})
        rows = connection.execute(
            text("SELECT client, priority, preview FROM jobs WHERE id = ANY (CAST(:ids AS uuid[]))"),
            {"ids": ids},
        )
        return Counter(tuple(row) for row in rows)


def _ended(stored: Database, client: str, number: int) -> None:
    with stored.transaction() as connection:
        connection.execute(
            text(
                "UPDATE jobs SET state = 'completed', finished_at = now() WHERE id IN"
                " (SELECT id FROM jobs WHERE client = :client AND state = 'admitted' LIMIT :number)"
            ),
            {"client": client, "number": number},
        )


def test_a_thousand_jobs_of_one_client_do_not_delay_another_s_one(stored):
    _accept(stored, "batch", 3000)
    _accept(stored, "small", 1)
    assert _admit(stored) == {("batch", 0, False): 20, ("small", 0, False): 1}

    # With no room in all, the next place is the small one's, too: its first competes with the others' 21st.
    for client in ("c", "d", "e", "f"):
        _accept(stored, client, 1000)
    assert sum(_admit(stored).values()) == 79
    _accept(stored, "late", 1)
    assert _admit(stored) == {}
    _ended(stored, "batch", 1)
    assert _admit(stored) == {("late", 0, False): 1}


def test_clients_take_turns(stored):
    for client, number in (("a", 2000), ("b", 5), ("c", 2000)):
        _accept(stored, client, number)
    assert _admit(stored, in_all=12) == {("a", 0, False): 4, ("b", 0, False): 4, ("c", 0, False): 4}


def test_a_preview_overtakes_its_client_s_own_batch(stored):
    _accept(stored, "shop", 1000, priority=9)
    assert _admit(stored) == {("shop", 9, False): 20}
    _accept(stored, "shop", 5, preview=True)
    # Two places beyond the limit, for previews alone.
    assert _admit(stored) == {("shop", 0, True): 2}
    assert _admit(stored) == {}
    _ended(stored, "shop", 3)
    assert _admit(stored) == {("shop", 0, True): 3}


def test_a_preview_overtakes_the_batches_of_others(stored):
    for client in ("a", "b", "c", "d", "e"):
        _accept(stored, client, 500)
    assert sum(_admit(stored).values()) == 100
    _accept(stored, "shop", 1, preview=True)
    assert _admit(stored) == {("shop", 0, True): 1}


def test_urgent_jobs_of_a_client_go_before_its_others(stored):
    _accept(stored, "shop", 500)
    _accept(stored, "shop", 5, priority=3)
    assert _admit(stored) == {("shop", 3, False): 5, ("shop", 0, False): 15}


def test_of_each_client_only_so_many_are_read_as_could_run(stored):
    """Of 5,000 that wait the statement reads the few that it could admit; the rest it counts in an index."""
    for n in range(5):
        _accept(stored, f"client-{n}", 1000)
    with stored.transaction() as connection:
        connection.execute(text("ANALYZE jobs"))
        explained = connection.execute(
            text("EXPLAIN (ANALYZE, FORMAT JSON) " + admission._ADMIT.text),
            {**_LIMITS, "limits": "{}", "extra": 2},
        ).scalar_one()
    read = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in _nodes(explained[0]["Plan"])
        if node.get("Index Name") == "jobs_waiting_for_admission" and node["Node Type"] == "Index Scan"
    ]
    assert read == [5 * 22]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
