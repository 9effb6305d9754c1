"""``genai demo``, as somebody who has just installed it runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.harness.left_behind import processes_of

GENAI = str(Path(sys.executable).with_name("genai"))


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    path = tmp_path / "tmp"
    path.mkdir()
    return path


def test_demo_makes_pictures_and_leaves_nothing(tmp_path: Path, temporary: Path) -> None:
    out = tmp_path / "out"

    done = subprocess.run(
        [GENAI, "demo", "--aspect", "4:5", "--out", str(out)],
        env={**os.environ, "TMPDIR": str(temporary)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "every signature verified" in done.stdout
    assert str(out) in done.stdout.replace("\n", "")
    with Image.open(out / "neutral.png") as neutral:
        assert neutral.size == (2048, 2048)
    assert (out / "sheet.png").is_file()
    scenes = sorted(out.glob("scene-*"))
    assert len(scenes) >= 3
    small = []
    for path in scenes:
        with Image.open(path) as scene:
            assert scene.size == (1080, 1350)
            small.append(np.asarray(scene.convert("RGB").resize((27, 34)), float))
    for number, one in enumerate(small):
        assert one.std() > 10, f"{scenes[number].name} is empty"
        assert all(np.abs(one - other).mean() > 5 for other in small[:number]), "two scenes look the same"
    assert processes_of(temporary) == []
    assert list(temporary.iterdir()) == []


def test_interrupted_demo_leaves_nothing(tmp_path: Path, temporary: Path) -> None:
    with subprocess.Popen(
        [GENAI, "demo", "--out", str(tmp_path / "out")],
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        line = next(line for line in running.stdout if "The service is up" in line)
        assert len(processes_of(temporary)) > 5, line

        running.send_signal(signal.SIGINT)
        running.stdout.read()

    assert running.returncode == 128 + signal.SIGINT
    assert processes_of(temporary) == []
    assert list(temporary.iterdir()) == []


def test_unknown_mode_is_wrong_usage(tmp_path: Path) -> None:
    done = subprocess.run(
        [GENAI, "demo", "--mode", "hologram"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "hologram" in done.stderr
    assert "image_bundle" in done.stderr
    assert list(tmp_path.iterdir()) == []
