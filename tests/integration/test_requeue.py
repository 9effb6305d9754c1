"""``celery -A genai requeue JOB STEP``: the same way as every other resumption."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest


@pytest.fixture
def requeue(environment):
    def run(job_id: str, step: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "celery", "-A", "genai", "requeue", job_id, step],
            env={**os.environ, **environment}, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip

    return run


def test_a_step_of_a_finished_job_is_made_again_by_a_retry_job(service, worker, request_document, requeue):
    job_id = service.submit(request_document("image_bundle", scenes=3))
    worker()
    before = service.ended(job_id)
    made = len(service.calls())

    done = requeue(job_id, "scene_2.image")
    assert done.returncode == 0, done.stderr
    retry_id = done.stdout.strip()
    retry = service.ended(retry_id)

    assert (retry.state, str(retry.retry_of)) == ("completed", job_id)
    count = Counter(call["call"] for call in service.calls()[made:])
    assert count == {"image.scene.2": 1, "fidelity": 1}
    redone = [key for key, step in service.steps(retry_id).items() if step.source_id is None]
    assert redone == ["scene_2.image", "scene_2.fidelity", "bundle"]
    assert [image["scene"] for image in retry.output["images"]] == [1, 2, 3]
    # The original stays as it was; who asked is on record.
    assert service.job(job_id) == before
    (audit,) = service.rows("SELECT actor, action FROM audit WHERE job_id = :id", id=retry_id)
    assert (audit.actor, audit.action) == ("operator", "job.submit")


def test_a_job_that_is_alive_is_sent_again(service, worker, request_document, requeue):
    from genai.celery import app

    job_id = service.submit(request_document("image_bundle", scenes=1))
    app.control.purge()
    worker()
    done = requeue(job_id, "intake")
    assert (done.returncode, done.stdout.strip()) == (0, job_id)
    assert service.ended(job_id).state == "completed"
    assert service.job(job_id).dispatch >= 2
    assert service.rows("SELECT 1 FROM audit WHERE action = 'step.requeue'")


@pytest.mark.parametrize(
    ("job_id", "step", "says"),
    [
        (None, "scene_9.image", "has no step 'scene_9.image'; it has: intake"),
        ("6d1f3c1e-1a0e-4a53-a2b5-9e9f1a8a4d11", "intake", "there is no job"),
        ("not-a-job", "intake", "is not a valid UUID"),
    ],
)
def test_what_there_is_not_is_a_clear_error(service, request_document, requeue, job_id, step, says):
    known = service.submit(request_document("image_bundle"), admit=False)
    done = requeue(job_id or known, step)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(service.rows("SELECT id FROM jobs")) == 1
