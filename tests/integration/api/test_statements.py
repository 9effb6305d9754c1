"""How many SQL statements a request takes: few, and as many for a job with a hundred steps as for a small
one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from genai.store import experience
from tests.integration.api.conftest import Service

SCENE_STEPS = """
    INSERT INTO steps (job_id, key, stage, scene, phase, position, queue, inputs)
    SELECT :id, 'scene_' || n || '.image', 'image', n, 'scene', 1000 + n, 'marketing', '{}'
    FROM generate_series(1, :count) AS n
"""


@contextmanager
def statements(service: Service) -> Iterator[list[str]]:
    """What is asked of the database within."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(" ".join(statement.split()))

    event.listen(service.runtime.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(service.runtime.database.engine, "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def experienced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of queues is read once, and not again after some seconds."""
    monkeypatch.setattr(experience.experience, "seconds", float("inf"))


@pytest.fixture
def job(service: Service, document: dict[str, Any]) -> str:
    return str(service.call("POST", "/v1/jobs", json=document).get_json()["job_id"])


@pytest.mark.parametrize(
    ("path", "most"), [("", 2), ("/steps", 4), ("/events", 3), ("?state=accepted", 1)], ids=str
)
def test_a_view_takes_as_many_whatever_the_number_of_steps(service, job, path, most):
    where = f"/v1/jobs/{job}{path}" if not path.startswith("?") else f"/v1/jobs{path}"
    counts = []
    service.call("GET", "/v1/jobs")  # the connection is made
    for more in (0, 100):
        if more:
            service.execute(SCENE_STEPS, id=job, count=more)
        with statements(service) as asked:
            assert service.call("GET", where).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= most, asked


def test_accepting_a_job_takes_a_fixed_number(service, document):
    """Acceptance alone: what is counted ends with the answer, before the job is admitted."""
    counts = []
    # The connection is made, and what is known of queues is found out.
    service.call("POST", "/v1/jobs", json=document)
    for key, mode in (("a", "image_bundle"), ("b", "ugc")):
        document |= {"idempotency_key": key, "mode": mode, "settings": {}}
        with statements(service) as asked:
            answer = service.app.test_client().post(
                "/v1/jobs", json=document, headers={"Authorization": f"Bearer {service.tokens['acme']}"}
            )
            assert answer.status_code == 202
            counts.append(len(asked))
        answer.close()
        service.app.extensions["admission"].settle()
    assert counts[0] == counts[1] == 1, asked
    with statements(service) as asked:
        assert service.call("POST", "/v1/jobs", json=document).status_code == 200
    assert len(asked) <= 3, asked
