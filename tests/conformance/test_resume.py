"""Work that a vendor has accepted outlives the worker: it is asked for by its ticket, and made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genai.media.probe import probe
from tests.harness import hosted, runway
from tests.harness.barrier import held_back
from tests.harness.studio import KEYS, Studio

SUBMISSIONS = {
    "replicate": "POST /predictions",
    "fal": f"POST /{hosted.FAL_MODELS[-1]}",
    "runway": runway.CREATE,
}


@pytest.fixture
def studio(
    spec_server: Callable[..., Any],
    instant: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Studio:
    """One vendor makes the clips; what is lost is looked for after a second."""
    made = Studio(spec_server, tmp_path)
    selected = {"GENAI_VIDEO": request.node.callspec.params["name"]}
    for name, value in (made.environment() | selected).items():
        monkeypatch.setenv(name, value)
        environment[name] = value
    environment |= {"GENAI_IDLE_AGE": "1", "GENAI_RECONCILE_EVERY": "1"}
    return made


@pytest.mark.parametrize("broker_url", ["rabbitmq"], indirect=True)
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_another_worker_asks_for_it_by_its_ticket(studio, service, worker, scheduler, request_document, name):
    job_id = service.submit(
        request_document("fast_video", scenes=2, duration=3.0, music="none", preview=True)
    )
    # The first one has looked at a clip that is not done, and is killed before it can say so.
    with held_back(service, attempts="NEW.polls > OLD.polls") as waiting:
        first = worker(concurrency=1)
        service.until(lambda: waiting() == 1, within=120)
        tickets = {row.id: row.ticket for row in _clips(service) if row.state == "submitted"}
        first.kill()
    second, beat = worker(concurrency=2), scheduler()
    job = service.ended(job_id, within=120)
    assert (job.state, job.error) == ("completed", None)

    clips = _clips(service)
    assert {row.state for row in clips} == {"succeeded"} and len(clips) == 2
    assert tickets and tickets.items() <= {row.id: row.ticket for row in clips}.items()
    assert len(studio.servers[name].asked(SUBMISSIONS[name])) == 2
    assert sum(step.losses for step in service.steps(job_id).values()) == 1
    for row in clips:
        assert probe(service.runtime.assets.path(row.result["clip"]["sha256"])).duration
    logs = "".join(process.log.read_text() for process in (first, second, beat))
    assert not [key for key in KEYS.values() if key in logs]


def _clips(service: Any) -> list[Any]:
    return list(service.rows("SELECT * FROM attempts WHERE capability = 'video' ORDER BY id"))
