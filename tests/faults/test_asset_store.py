"""A full disk below the asset store."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

_SIZE = 300 << 20  # readiness wants 256 MiB of it


@pytest.fixture
def asset_dir(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    path = tmp_path / "assets"
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "assets", str(path)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk that can be filled wants the right to mount one")
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)


def test_full_and_free_again(service, asset_dir, up_to_its_scenes, scheduler, api, hold_true):
    job_id, _ = up_to_its_scenes(2)
    scheduler()
    ready = f"{api().url}/readyz"
    assert requests.get(ready, timeout=30).status_code == 200
    filler = asset_dir / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, os.statvfs(asset_dir).f_bavail * os.statvfs(asset_dir).f_bsize)
    (service.control / "hold.storyboard").unlink()
    service.until(lambda: _waiting(service, job_id) == ["retry: storage_full"] * 2)
    answer = requests.get(ready, timeout=30)
    assert (answer.status_code, answer.json()["checks"]["assets"]["ok"]) == (503, False)
    assert not list((asset_dir / "tmp").iterdir())

    filler.unlink()
    service.execute("UPDATE steps SET due_at = now() WHERE state = 'waiting'")  # a minute later
    assert service.ended(job_id).state == "completed"
    assert requests.get(ready, timeout=30).status_code == 200
    hold_true()


def _waiting(service, job_id) -> list[str]:
    return [row.wait_reason for row in service.steps(job_id).values() if row.state == "waiting"]
