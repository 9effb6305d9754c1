"""Events: written in the transaction of what they tell, numbered per job, queued in the outbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from genai.domain import progress
from genai.domain.enums import EventType, JobState, Phase, StepState

# The outbox row of the event that the newest number of the ``job`` is for. The trace is the second part of a
# traceparent.
OUTBOX_ROW = """
    INSERT INTO outbox (id, job_id, number, client, type, body)
    SELECT concat('evt_', id, '_', last_event), id, last_event, client, CAST(:type AS text),
           jsonb_build_object(
               'type', CAST(:type AS text),
               'timestamp', to_char(timezone('UTC', clock_timestamp()), 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'),
               'data', jsonb_build_object(
                   'job_id', id, 'number', last_event, 'job_type', job_type, 'mode', brief -> 'mode',
                   'product_id', product_id, 'state', state, 'percent', percent, 'retry_of', retry_of,
                   'metadata', request -> 'metadata')
               || CASE WHEN trace IS NULL THEN '{}'
                       ELSE jsonb_build_object('trace_id', split_part(trace, '-', 2)) END
               || CAST(:details AS jsonb))
      FROM job
"""
# One statement, so that an event costs one round trip.
_WRITE = text(
    f"""
    WITH job AS (
        UPDATE jobs
           SET last_event = last_event + 1, updated_at = now(),
               state = coalesce(CAST(:state AS text), state),
               percent = greatest(percent, CAST(:percent AS int)),
               output = coalesce(CAST(:output AS jsonb), output),
               started_at = CASE WHEN CAST(:state AS text) = 'running' THEN now() ELSE started_at END,
               finished_at = CASE WHEN CAST(:state AS text) IN ('completed', 'failed', 'cancelled')
                                  THEN now() ELSE finished_at END
         WHERE id = :job_id
        RETURNING *
    )
    {OUTBOX_ROW}
    """  # noqa: S608 - of this module's own text
)
_TALLY = text(
    "SELECT phase, state, count(*) AS total FROM steps WHERE job_id = :job_id GROUP BY phase, state"
)


def write_event(
    connection: Connection,
    job_id: str,
    type_: EventType,
    details: Mapping[str, Any] | None = None,
    *,
    state: JobState | None = None,
    percent: int = 0,
    output: Mapping[str, Any] | None = None,
) -> None:
    """Number the event, store it and put it into the outbox, and write into the job's row what it tells of:
    its new ``state`` (with when it started or finished), ``percent`` where that is more, ``output``.

    The number comes from the job's row, never from a sequence: a rolled back event leaves no gap.
    """
    connection.execute(
        _WRITE,
        {
            "job_id": job_id,
            "type": type_.value,
            "state": state,
            "percent": percent,
            "output": None if output is None else json.dumps(output),
            "details": json.dumps(details or {}),
        },
    )


Tally = Mapping[Phase, Counter[str]]


def tally(connection: Connection, job_id: str) -> Tally:
    """How many of the job's steps are in each state, by phase."""
    rows = connection.execute(_TALLY, {"job_id": job_id})
    counted: dict[Phase, Counter[str]] = {}
    for row in rows:
        counted.setdefault(Phase(row.phase), Counter())[row.state] = row.total
    return counted


def count_steps(connection: Connection, job_id: str) -> dict[str, int]:
    """How many of the job's steps are in each state."""
    return in_all(tally(connection, job_id))


def in_all(counted: Tally) -> dict[str, int]:
    """The tally of all phases together."""
    return dict(sum(counted.values(), Counter()))


def reached(counted: Tally, *, has_scenes: bool) -> int:
    """The percent that the job's steps say."""
    total = {phase: states.total() for phase, states in counted.items()}
    done = {phase: states[StepState.SUCCEEDED] for phase, states in counted.items()}
    return progress.percent(done, total, has_scenes=has_scenes)
