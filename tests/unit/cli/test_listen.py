"""``genai listen`` as a process: it shows what is signed, refuses what is not, and ends with Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

from genai.embedded.process import free_port

EVENT = {
    "type": "job.failed",
    "timestamp": "2026-03-01T12:00:00.000+00:00",
    "data": {
        "percent": 40,
        "job_id": "j",
        "error": {"code": "fidelity", "message": "No attempt was faithful."},
    },
}


@pytest.fixture
def listening(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, started with the parameter as its options, and the destination that it shows."""
    options = [*getattr(request, "param", ()), f"--port={free_port()}"]
    command = [sys.executable, "-c", "from genai.cli import main; main()", "listen", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield process, json.loads(line.partition("--callback ")[2].strip().strip("'"))
        finally:
            process.kill()


def send(destination: dict[str, Any], secret: str) -> int:
    body, now = json.dumps(EVENT), datetime.now(UTC)
    headers = {
        "webhook-id": "evt_j_7",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_j_7", now, body),
    }
    return requests.post(destination["url"], data=body, headers=headers, timeout=60).status_code


def ended(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate()
    assert process.returncode == 0, text
    return text


def test_it_shows_what_is_signed_and_refuses_the_rest(listening):
    process, destination = listening
    (secret,) = destination["secrets"]
    assert send(destination, secret) == 204
    assert send(destination, secret) == 204  # the same again is shown once
    assert send(destination, "whsec_b3RoZXIgb3RoZXIgb3RoZXI=") == 401
    assert requests.post(destination["url"], data=iter([b"x"]), timeout=60).status_code == 411
    text = ended(process)
    assert text.count("job.failed") == text.count("evt_j_7") == 1
    assert "fidelity: No attempt was faithful." in text
    assert "refused:" in text
    assert "2 events, 1 refused" in text


@pytest.mark.parametrize("listening", [("--answer=503", "--json")], indirect=True)
def test_it_fails_when_it_is_told_to(listening):
    process, destination = listening
    assert send(destination, destination["secrets"][0]) == 503
    lines = ended(process).splitlines()
    assert json.loads(lines[0]) == EVENT
    assert lines[-1] == "0 events, 0 refused"
