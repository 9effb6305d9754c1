"""What the demo says of the videos that it made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from genai.cli.demo import _reported


def video(variant: int, **verdicts: str) -> dict[str, Any]:
    rows = [{"name": name, "verdict": verdict} for name, verdict in verdicts.items()]
    return {"variant": variant, "qc": {"passed": "fail" not in verdicts.values(), "rows": rows}}


def test_the_quality_report_lies_beside_the_video(tmp_path: Path) -> None:
    made = video(1, loudness="pass", cuts="not_applicable")
    assert list(_reported({"videos": [made]}, tmp_path)) == ["video: 1 of 1 rows of its quality report pass."]
    assert json.loads((tmp_path / "video-qc.json").read_text()) == made["qc"]


def test_rows_that_fail_are_named_for_each_treatment(tmp_path: Path) -> None:
    output = {"videos": [video(1, loudness="pass"), video(2, loudness="pass", repeats="fail")]}
    said = list(_reported(output, tmp_path))
    assert said[1] == "video-2: 1 of 2 rows of its quality report pass; these do not: repeats."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["video-1-qc.json", "video-2-qc.json"]
