"""The decision over a model's grades: the same grades, the same verdict."""

from __future__ import annotations

from typing import Any

import pytest

from genai.domain.enums import Verdict
from genai.prompts.judging import ASPECTS, PASSING, Candidate, decide, judging_task
from genai.prompts.writing import WrongAnswer
from tests.unit.prompts.cases import CHECK, REFERENCES, file

STILL = [Candidate(file("candidate"))]
FRAMES = [Candidate(file("first"), 0.0), Candidate(file("second"), 1.2)]


def graded(fault: str = "", **grades: int | None) -> dict[str, Any]:
    return {
        aspect: {"seen": "", "grade": grades.get(aspect, 4), "fault": fault if aspect in grades else ""}
        for aspect in ASPECTS
    }


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize(
    ("grade", "verdict"),
    [(4, Verdict.PASS), (3, Verdict.PASS), (2, Verdict.UNSURE), (1, Verdict.DRIFT), (0, Verdict.DRIFT)],
)
def test_one_aspect_decides(aspect: str, grade: int, verdict: Verdict) -> None:
    result = decide([graded("the rim is blue.", **{aspect: grade})], STILL, partial=False)
    assert result.verdict is verdict
    assert (result.score >= PASSING) == (verdict is Verdict.PASS)
    assert result.aspects[aspect] == result.score == min(result.aspects.values())
    if verdict is Verdict.DRIFT:
        assert [(f.aspect, f.text) for f in result.findings] == [(aspect, "the rim is blue")]
    if verdict is Verdict.UNSURE:
        assert result.reason == "the rim is blue" and not result.findings


def test_print_that_nobody_sees_is_no_doubt_but_a_shape_is() -> None:
    plain = decide([graded(print=None)], STILL, partial=False)
    assert plain.verdict is Verdict.PASS and "print" not in plain.aspects
    hidden = decide([graded(shape=None)], STILL, partial=False)
    assert hidden.verdict is Verdict.UNSURE and hidden.reason == "shape cannot be seen"
    assert hidden.score < PASSING


def test_a_fault_outweighs_doubts() -> None:
    result = decide([graded("another", shape=2, colour=0)], STILL, partial=False)
    assert result.verdict is Verdict.DRIFT and [f.aspect for f in result.findings] == ["colour"]


def test_the_worst_frame_decides_and_says_when() -> None:
    result = decide([graded(), graded("a letter is garbled", print=1)], FRAMES, partial=False)
    assert result.verdict is Verdict.DRIFT
    assert result.findings[0].text == "a letter is garbled (at 1.2 s)"


def test_a_detail_need_not_be_complete() -> None:
    cropped = [graded("cut off", completeness=0)]
    assert decide(cropped, STILL, partial=True).verdict is Verdict.PASS
    assert decide(cropped, STILL, partial=False).verdict is Verdict.DRIFT


def test_the_task_shows_references_first_and_reads_one_judgement_each() -> None:
    task = judging_task(CHECK, FRAMES)
    shown = [*(reference.file for reference in REFERENCES), *(frame.file for frame in FRAMES)]
    assert list(task.pictures) == shown
    assert task.read({"candidates": [graded(), graded()]}).verdict is Verdict.PASS
    for wrong in ([graded()], [graded(), graded(colour=5)], [graded(), {}]):
        with pytest.raises(WrongAnswer):
            task.read({"candidates": wrong})
