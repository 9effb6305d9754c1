"""Events: written in the transaction of what they tell, numbered per job, queued in the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from genai.domain import progress
from genai.domain.enums import EventType, JobState, Phase, StepState


def outbox_row(details: str = "CAST(:details AS jsonb)") -> str:
    """The SQL that writes the outbox row of the event that the newest number of the ``job`` is for. The
    trace is the second part of a traceparent."""
    return f"""
    INSERT INTO outbox (id, job_id, number, client, type, body)
    SELECT concat('evt_', id, '_', last_event), id, last_event, client, CAST(:type AS text),
           jsonb_build_object(
               'type', CAST(:type AS text),
               'timestamp', to_char(timezone('UTC', clock_timestamp()), 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'),
               'data', jsonb_build_object(
                   'job_id', id, 'number', last_event, 'job_type', job_type, 'mode', brief -> 'mode',
                   'product_id', product_id, 'state', state, 'percent', percent, 'retry_of', retry_of,
                   'metadata', request -> 'metadata')
               || CASE WHEN trace IS NULL THEN '{{}}'
                       ELSE jsonb_build_object('trace_id', split_part(trace, '-', 2)) END
               || {details})
      FROM job
    """  # noqa: S608 - of this package's own text


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
    {outbox_row()}
    """  # noqa: S608 - of this module's own text
)
_COUNT = text("SELECT state, count(*) AS total FROM steps WHERE job_id = :job_id GROUP BY state")


def _done(phase: Phase) -> str:
    """The part of the phase's steps that have succeeded, 0..1."""
    of_phase = f"phase = '{phase}'"
    return (
        f"coalesce(count(*) FILTER (WHERE {of_phase} AND state = '{StepState.SUCCEEDED}')::float8"
        f" / nullif(count(*) FILTER (WHERE {of_phase}), 0), 0)"
    )


def _weight(phase: Phase) -> str:
    weight = str(progress.WEIGHTS[phase])
    return f"CASE WHEN :has_scenes THEN {weight} ELSE 0 END" if phase is Phase.SCENE else weight


# Of rows ``step`` with phase and state: how many are in each state; how many have not succeeded, in all, of
# the plan and of the scenes; and the percent that they say, 0..99: 100 belongs to completion alone. The
# weight of scenes counts (``has_scenes``) before their number is known.
TALLY = f"""
    SELECT jsonb_strip_nulls(jsonb_build_object({
    ", ".join(f"'{state}', nullif(count(*) FILTER (WHERE state = '{state}'), 0)" for state in StepState)
})) AS steps,
           count(*) FILTER (WHERE state <> 'succeeded') AS unfinished,
           count(*) FILTER (WHERE state <> 'succeeded' AND phase = 'plan') AS unfinished_plan,
           count(*) FILTER (WHERE state <> 'succeeded' AND phase = 'scene') AS unfinished_scenes,
           least(99, floor(100 * ({" + ".join(f"{_weight(phase)} * {_done(phase)}" for phase in Phase)})
                           / ({" + ".join(_weight(phase) for phase in Phase)})))::int AS percent
      FROM step
"""  # noqa: S608 - of this package's own text


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


def count_steps(connection: Connection, job_id: str) -> dict[str, int]:
    """How many of the job's steps are in each state."""
    return {row.state: row.total for row in connection.execute(_COUNT, {"job_id": job_id})}
