"""``genai fidelity``: one picture, and many pairs."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from genai.cli import main


def product(words: str = "SALT") -> np.ndarray:
    """A labelled box, BGRA."""
    rng = np.random.default_rng(4)
    bgra = np.zeros((300, 240, 4), np.uint8)
    cv2.rectangle(bgra, (8, 8), (231, 291), (170, 90, 40, 255), -1)
    cv2.rectangle(bgra, (24, 60), (216, 250), (225, 240, 245, 255), -1)
    cv2.putText(bgra, words, (32, 130), cv2.FONT_HERSHEY_DUPLEX, 1.9, (40, 40, 150, 255), 4, cv2.LINE_8)
    for _ in range(24):
        at = int(rng.integers(36, 204)), int(rng.integers(160, 240))
        cv2.circle(bgra, at, int(rng.integers(3, 8)), (*map(int, rng.integers(0, 200, 3)), 255), -1)
    return bgra


def pasted(bgra: np.ndarray) -> np.ndarray:
    picture = np.full((480, 480, 3), 190, np.uint8)
    top, left = 90, 120
    part = picture[top : top + bgra.shape[0], left : left + bgra.shape[1]]
    part[bgra[..., 3] > 0] = bgra[bgra[..., 3] > 0][:, :3]
    return picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cv2.imwrite(str(tmp_path / "reference.png"), product())
    cv2.imwrite(str(tmp_path / "good.png"), pasted(product()))
    cv2.imwrite(str(tmp_path / "mirrored.png"), pasted(np.ascontiguousarray(product()[:, ::-1])))
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((300, 300, 3), 128, np.uint8))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["fidelity", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_faithful_picture_passes_and_is_explained(folder: Path) -> None:
    drawn = folder / "why.png"
    code, text = run(
        "--reference",
        folder / "reference.png",
        "--candidate",
        folder / "good.png",
        "--explain",
        drawn,
        "--json",
    )
    assert code == 0
    answer = json.loads(text)
    assert answer["verdict"] == "pass" and answer["score"] > 0.8 and not answer["findings"]
    found = np.array(answer["found"])
    assert np.abs(found.min(0) - (128, 98)).max() < 6 and np.abs(found.max(0) - (352, 382)).max() < 6
    picture = cv2.imread(str(drawn))
    assert picture is not None and picture.shape[1] > 2 * picture.shape[0]


def test_drift_is_told_in_words_and_by_the_exit_code(folder: Path) -> None:
    code, text = run("--reference", folder / "reference.png", "--candidate", folder / "mirrored.png")
    assert code == 1
    assert text.startswith("drift") and "label is mirrored" in text


def test_many_pairs_are_answered_in_their_order(folder: Path) -> None:
    candidates = ["good.png", "mirrored.png", "broken.jpg", "nowhere.png", "blank.png"]
    lines = [
        json.dumps({"id": name, "references": ["reference.png", "broken.jpg"], "candidate": name})
        for name in candidates
    ]
    (folder / "pairs.jsonl").write_text("\n".join(lines))
    code, text = run("--pairs", folder / "pairs.jsonl", "--out", folder / "out.jsonl")
    assert code == 0, text
    answers = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [answer["id"] for answer in answers] == candidates
    assert [answer["verdict"] for answer in answers] == ["pass", "drift", "unsure", "unsure", "drift"]
    assert all(set(a) == {"id", "verdict", "score", "aspects", "findings"} for a in answers)
    assert all(0 <= a["score"] <= 1 and (a["findings"] or a["verdict"] == "pass") for a in answers)


def test_a_reference_that_shows_nothing_is_never_a_pass(folder: Path) -> None:
    code, text = run("--reference", folder / "blank.png", "--candidate", folder / "blank.png", "--json")
    assert code == 0
    answer = json.loads(text)
    assert answer["verdict"] == "unsure" and answer["findings"]


def test_a_line_that_is_no_pair_is_told_and_the_others_go_on(folder: Path) -> None:
    good = {"id": "good", "references": ["reference.png"], "candidate": "good.png"}
    lines = {
        '{"id": 1, "references": []}': (1, "candidate missing"),
        "{": (None, "line 2"),
        "[]": (None, "it is no"),
        json.dumps({**good, "id": "x", "candidat": "a.png"}): ("x", "unknown candidat"),
        json.dumps({**good, "id": 5, "references": "reference.png"}): (5, "references must be a list"),
        json.dumps({**good, "id": 6, "candidate": 3}): (6, "candidate must be a path"),
        json.dumps({**good, "id": 7, "references": []}): (7, "no reference"),
    }
    (folder / "pairs.jsonl").write_text("\n".join([*lines, json.dumps(good)]))
    code, text = run("--pairs", folder / "pairs.jsonl", "--out", folder / "out.jsonl")
    assert code == 0, text
    *answers, last = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    for answer, (name, words) in zip(answers, lines.values(), strict=True):
        assert (answer["id"], answer["verdict"]) == (name, "unsure")
        assert words in answer["findings"][0], answer
    assert (last["id"], last["verdict"]) == ("good", "pass")


def test_a_candidate_that_cannot_be_read_is_wrong_usage(folder: Path) -> None:
    code, text = run("--reference", folder / "reference.png", "--candidate", folder / "broken.jpg")
    assert code == 2 and "cannot be decoded" in text
