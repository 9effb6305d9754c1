"""Why steps are not running: derived from the rows whenever somebody asks, and stored nowhere.

| reason      | the step waits until                                                   |
|-------------|------------------------------------------------------------------------|
| inputs      | the steps that it reads have succeeded                                 |
| admission   | its job has a place among the running ones                             |
| review      | somebody approves the job's plan                                       |
| queue       | a worker takes it                                                      |
| lease       | it is taken over: its worker is gone                                   |
| vendor      | a vendor has done what it has accepted                                 |
| limit       | its provider has a free place                                          |
| throttled   | its provider's vendor wants calls again                                |
| breaker     | its provider, which has failed too often in a row, is tried again      |
| budget      | the client's daily budget holds its call: the next day (UTC)           |
| checkpoint  | another job has made the same thing                                    |
| retry:CODE  | it is tried again after the failure CODE                               |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, null, select

from genai.domain.enums import JobState, StepState
from genai.domain.states import STEP_ENDED
from genai.store.tables import jobs, steps


def waiting_for() -> ColumnElement[str | None]:
    """Why the step is not running, null for one that is or has ended: in a query of steps with their job."""
    before = steps.alias("before")
    unready = (
        select(before.c.id)
        .where(
            before.c.job_id == steps.c.job_id,
            before.c.key == func.any(steps.c.inputs),
            before.c.state != StepState.SUCCEEDED,
        )
        .exists()
    )
    now = func.clock_timestamp()
    return case(
        (steps.c.state.in_(STEP_ENDED), null()),
        (steps.c.state == StepState.RUNNING, case((steps.c.lease_until < now, "lease"))),
        ((steps.c.state == StepState.WAITING) & (steps.c.due_at > now),
         func.replace(steps.c.wait_reason, "retry: ", "retry:")),
        (unready, "inputs"),
        (jobs.c.state == JobState.ACCEPTED, "admission"),
        (jobs.c.state == JobState.AWAITING_REVIEW, "review"),
        else_="queue",
    ).label("waiting_for")  # fmt: skip


def waiting_at_first(rows: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """The same of the steps of a job that is being accepted, in their order; of the values that their rows
    will have."""
    unready = {row["key"] for row in rows if row["state"] != StepState.SUCCEEDED}
    return [
        None if row["state"] in STEP_ENDED else "admission" if unready.isdisjoint(row["inputs"]) else "inputs"
        for row in rows
    ]


def in_sum(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """How many steps wait for what, the most first, and when the first of them is due: of rows with
    waiting_for and due_at."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        if row.waiting_for is not None:
            found.setdefault(row.waiting_for, []).append(row.due_at)
    return [
        {"reason": reason, "steps": len(due), "due_at": min((at for at in due if at), default=None)}
        for reason, due in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
