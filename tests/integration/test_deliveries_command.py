"""``genai deliveries`` against the API under gunicorn, and against the database."""

from __future__ import annotations

import json

from click.testing import CliRunner

from genai.callbacks.drain import drain
from genai.cli import main
from tests.harness.receiver import Answer


def test_a_destination_that_was_gone_gets_its_events_after_all(
    service, request_document, receiver, api, tokens
):
    jobs = [service.submit(request_document(key=key), admit=False) for key in ("k1", "k2")]
    receiver.answers.extend([Answer(status=410)] * 2)
    drain(service.runtime)
    environment = {"GENAI_URL": api().url, "GENAI_TOKEN": tokens["acme"]}

    def genai(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["deliveries", *arguments], env=environment)
        return result.exit_code, result.output

    code, listed = genai("list", "--state", "dead")
    assert code == 0
    assert [line.split()[1:4] for line in listed.splitlines()] == [
        ["dead", "410", f"evt_{job}_1"] for job in reversed(jobs)
    ]
    refused, why = genai("replay", f"evt_{jobs[0]}_1")
    assert refused == 4
    assert "enable" in why
    assert genai("enable", "acme") == (0, "Events are sent again.\n")
    assert genai("enable", "acme") == (0, "Nothing was in the way.\n")
    assert genai("replay", f"evt_{jobs[0]}_1") == (0, "1\n")
    assert genai("replay", "--since", "2020-01-01T00:00:00+00:00") == (0, "1\n")
    drain(service.runtime)
    code, text = genai("list", "--job", jobs[1], "--json")
    (delivery,) = [json.loads(line) for line in text.splitlines()]
    assert [attempt["status"] for attempt in delivery["attempts"]] == [410, 204]
