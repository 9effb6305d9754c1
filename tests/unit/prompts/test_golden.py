"""Every prompt as it is sent, against texts that were read and agreed (see cases.py for renewing them)."""

from __future__ import annotations

import pytest

from tests.unit.prompts.cases import GOLDEN, PROMPTS, TASKS, golden_texts


@pytest.mark.parametrize("name", [*PROMPTS, *TASKS])
def test_golden(name: str) -> None:
    assert golden_texts()[name] == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_no_other_golden_text_lies_about() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {*PROMPTS, *TASKS}
