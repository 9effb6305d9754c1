"""The command ``genai qc`` on files that are made here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from genai.cli import main
from genai.contracts.qc import QcReportSchema
from genai.media import ffmpeg
from genai.media.encoding import CONTAINER, h264


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["qc", *arguments])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a delivered size, and good."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=1080x1080:r=30:d=0.7"]
    sound = ["-f", "lavfi", "-i", "anoisesrc=c=pink:r=48000:d=0.7:seed=1", "-ac", "2", "-b:a", "256k"]
    tags = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    level = "loudnorm=I=-14:TP=-2,aresample=48000"
    options = ["-vf", tags, "-af", level, *h264(1080, 1080), *CONTAINER]
    ffmpeg.run([*picture, *sound, *options, str(path)])
    return path


def test_a_good_film_ends_with_success(film: Path) -> None:
    code, text = run(str(film))
    assert code == 0, text
    assert "FAIL" not in text
    assert "1080x1080" in text
    assert "rows pass." in text


def test_a_row_that_fails_is_told_and_ends_with_1(film: Path) -> None:
    code, text = run(str(film), "--seconds", "3")
    assert code == 1
    assert "FAIL  requested_length" in text
    assert "2.30 s too short; wanted: within 0.25 s of the request" in text
    code, text = run(str(film), "--mode", "fast_video")
    assert code == 1
    assert "FAIL  cuts" in text


def test_machines_get_the_contracts_document(film: Path) -> None:
    code, text = run(str(film), "--json", "--seconds", "3")
    assert code == 1
    document = json.loads(text)
    assert QcReportSchema().load(document)["passed"] is False


def test_what_is_no_video_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("Just some text.")
    code, text = run(str(path))
    assert code == 2
    assert "FILE" in text and "cannot be read" in text
    assert run(str(tmp_path / "missing.mp4"))[0] == 2
