"""``genai estimate``, ``retry`` and ``cancel`` against the API under gunicorn, and the operator's cancel."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from genai.cli import main


@pytest.fixture
def genai(api, tokens):
    environment = {"GENAI_URL": api().url, "GENAI_TOKEN": tokens["acme"]}

    def run(*arguments, given=None):
        return CliRunner().invoke(main, list(arguments), env=environment, input=given)

    return run


def test_a_job_is_estimated_submitted_cancelled_and_retried(service, genai, request_document):
    document = json.dumps(request_document("image_bundle", scenes=2))
    estimated = genai("estimate", "-", given=document)
    assert (estimated.exit_code, service.rows("SELECT 1 FROM jobs")) == (0, [])
    assert "2 x image" in estimated.output
    assert json.loads(genai("estimate", "-", "--json", given=document).output)["seconds"] is None
    wrong = json.dumps({**request_document("image_bundle"), "mode": "poem"})
    assert genai("estimate", "-", given=wrong).exit_code == 4

    job = genai("submit", "-", given=document).output.strip()
    service.until(lambda: "waits for queue" in genai("show", job).output)  # it is admitted after the answer
    assert genai("retry", job).exit_code == 4  # it has not ended
    assert genai("cancel", job).output == "cancelled\n"
    assert genai("cancel", job).exit_code == 0

    again = genai("retry", job, "--adjust", "warmer", "--key", "k9")
    assert again.exit_code == 0
    assert genai("retry", job, "--adjust", "warmer", "--key", "k9").output == again.output
    sent = service.job(again.output.strip()).request["retry"]
    assert (sent["job_id"], sent["scope"], sent["prompt_adjustment"]) == (job, "missing", "warmer")


def test_edits_are_written_as_paths(service, genai, request_document):
    job = service.submit(request_document("image_bundle", scenes=2), admit=False)
    scenes = [{"number": n, "purpose": "hero", "setting": "studio", "prompt": ""} for n in (1, 2)]
    service.execute(
        "UPDATE jobs SET state = 'cancelled', finished_at = now(), scenes = CAST(:scenes AS jsonb)"
        " WHERE id = :id",
        id=job,
        scenes=json.dumps(scenes),
    )
    edits = ("--edit", "2.words.headline=First frost", "--edit", '2.palette=["#112233"]')
    # The plan did not succeed, so its scenes are determined anew: the service says so, of the edits.
    refused = genai("retry", job, *edits)
    assert refused.exit_code == 4
    assert "/retry/edits" in refused.output
    assert genai("retry", job, "--edit", "headline").exit_code == 2
    chosen = genai("retry", job, "--stage", "intake", "--json")
    assert service.job(json.loads(chosen.output)["job_id"]).request["retry"]["scope"] == "only"


def test_an_operator_cancels_any_client_s_job(service, environment, request_document):
    job = service.submit(request_document("image_bundle"))

    def cancel(job_id):
        return subprocess.run(
            [sys.executable, "-m", "celery", "-A", "genai", "cancel", job_id],
            env={**os.environ, **environment}, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip

    done = cancel(job)
    assert (done.returncode, done.stdout) == (0, "cancelled\n"), done.stderr
    assert service.job(job).state == "cancelled"
    (audit,) = service.rows("SELECT actor FROM audit WHERE action = 'job.cancel'")
    assert audit.actor == "operator"
    unknown = cancel("6d1f3c1e-1a0e-4a53-a2b5-9e9f1a8a4d11")
    assert (unknown.returncode, "no such job" in unknown.stderr) == (1, True)
    assert "Traceback" not in unknown.stderr
