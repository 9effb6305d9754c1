"""``genai up`` and the commands that talk to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from genai.embedded.process import free_port
from tests.harness.left_behind import processes_of

GENAI = str(Path(sys.executable).with_name("genai"))


@contextmanager
def up(directory: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A running service, and what it says of itself."""
    with subprocess.Popen(
        [GENAI, "up", "--json", "--port", str(free_port()), "--dir", str(directory)],
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        try:
            yield running, json.loads(running.stdout.readline())
        finally:
            running.send_signal(signal.SIGTERM)


def genai(service: dict[str, Any], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GENAI, *arguments],
        env={**os.environ, "GENAI_URL": service["url"], "GENAI_TOKEN": service["token"]},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_up_serves_and_comes_back_with_its_data(tmp_path: Path) -> None:
    directory = tmp_path / "service"
    picture = tmp_path / "square.png"
    Image.linear_gradient("L").convert("RGB").resize((600, 600)).save(picture)
    (tmp_path / "text.png").write_text("no picture at all")

    with up(directory) as (running, service):
        asset_id = genai(service, "upload", str(picture)).stdout.strip()
        assert len(asset_id) == 64
        refused = genai(service, "upload", str(tmp_path / "text.png"))
        assert (refused.returncode, refused.stdout) == (4, "")
        request = {
            "contract": 2,
            "job_type": "marketing_creation",
            "idempotency_key": "once",
            "product": {"product_id": "p", "name": "Square", "images": [{"asset_id": asset_id}]},
        }
        submitted = genai(service, "submit", "-", given=json.dumps(request))
        assert submitted.returncode == 0, submitted.stderr
        job_id = submitted.stdout.strip()
        assert genai(service, "submit", "-", given=json.dumps(request)).stdout.strip() == job_id
        unknown = genai(service, "submit", "-", given=json.dumps({**request, "colour": "red"}))
        assert unknown.returncode == 4
        assert "/colour" in unknown.stderr
        assert genai(service, "submit", "-", given="{").returncode == 2
        assert genai({**service, "token": "wrong"}, "show", job_id).returncode == 4
    assert running.returncode == 128 + signal.SIGTERM
    assert processes_of(directory) == []

    with up(directory) as (running, service):
        shown = json.loads(genai(service, "show", job_id, "--json").stdout)
        assert shown["job_id"] == job_id
        second = subprocess.run(
            [GENAI, "up", "--dir", str(directory)], capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert "another stack runs in" in second.stderr
        running.kill()  # -9: nothing of it may outlive it
        running.wait()
        if sys.platform == "linux":
            for process in _processes(directory):
                process.wait()
    assert genai(service, "show", job_id).returncode == 3


def _processes(directory: Path) -> list[Any]:
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if any(str(directory) in part for part in process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found
