"""``genai audit`` against the API under gunicorn."""

from __future__ import annotations

import json

from click.testing import CliRunner

from genai.cli import main
from genai.client import Client


def test_what_was_done_with_a_job_is_shown(api, tokens, request_document):
    url = api().url
    with Client(url, tokens["acme"]) as client:
        job = client.submit(request_document(scenes=1))["job_id"]
        client.cancel(job)
    environment = {"GENAI_URL": url, "GENAI_TOKEN": tokens["acme"]}
    shown = CliRunner().invoke(main, ["audit", job], env=environment)
    assert [line.split()[1:3] for line in shown.output.splitlines()] == [
        ["api", "job.submit"],
        ["api", "job.cancel"],
    ]
    lines = CliRunner().invoke(main, ["audit", job, "--json"], env=environment).output.splitlines()
    assert [json.loads(line)["job_id"] for line in lines] == [job, job]
    unknown = CliRunner().invoke(main, ["audit", "no-job"], env=environment)
    assert unknown.exit_code == 4
