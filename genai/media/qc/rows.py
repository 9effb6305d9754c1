"""A row of the report: a measured figure beside its target."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"


@dataclass(frozen=True)
class Row:
    """``value`` is what was measured, as JSON: a number, a word, or an object of several; null where nothing
    was. ``target`` and ``reason`` are for people, units included; a row that passes needs no reason.
    ``verdict``: pass, fail or not_applicable."""

    name: str
    value: Any
    target: str
    verdict: str
    reason: str = ""


@dataclass(frozen=True)
class QcReport:
    """The rows in the order of the delivery table."""

    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """No row failed."""
        return all(row.verdict != FAIL for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """As :class:`genai.contracts.qc.QcReportSchema` describes it."""
        return {"passed": self.passed, "rows": [asdict(row) for row in self.rows]}

    def dump(self) -> str:
        """The JSON document."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def judged(name: str, value: Any, target: str, good: bool, reason: str) -> Row:
    """A row that passes where ``good``, else fails for the ``reason``."""
    return Row(name, value, target, PASS if good else FAIL, "" if good else reason)


def skipped(name: str, target: str, reason: str) -> Row:
    """A row that says nothing about this video, and why."""
    return Row(name, None, target, NOT_APPLICABLE, reason)
