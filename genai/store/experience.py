"""What steps have lately taken: the seconds, dollars and numbers that estimates are made of.

Of each queue the newest steps count that were made and not reused. Nothing is stored for it: the rows of
the steps and their attempts are the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, text

from genai.store.recent import Recent

_FRESH = 15.0  # seconds for which a process goes by what it has read
_MOST = 1000  # steps of a queue that count

_RECENT = """
    WITH recent AS MATERIALIZED (
        SELECT s.id, s.job_id, s.queue, s.stage, s.phase, s.host, s.pid, s.process_start, s.claimed_at,
               s.finished_at, j.flow, j.preview
          FROM unnest(ARRAY['marketing', 'avatar', 'retry']) AS q(name)
         CROSS JOIN LATERAL (
               SELECT * FROM steps
                WHERE queue = q.name AND finished_at IS NOT NULL AND state = 'succeeded' AND source_id IS NULL
                ORDER BY finished_at DESC LIMIT :most) s
          JOIN jobs j ON j.id = s.job_id)
"""
# From the first call to the end, so that waiting for a vendor counts and waiting in a queue does not.
_SECONDS = """
    SELECT flow, stage, preview, count(*) AS steps,
           percentile_cont(0.5) WITHIN GROUP (
               ORDER BY extract(epoch FROM finished_at - least(claimed_at, a.began))) AS seconds
      FROM recent r
      LEFT JOIN LATERAL (SELECT min(created_at) AS began FROM attempts WHERE step_id = r.id) a ON true
     GROUP BY GROUPING SETS ((flow, stage, preview), (stage, preview))
"""
_COSTS = """
    SELECT flow, stage, preview, a.capability, sum(a.cost) AS cost
      FROM recent r JOIN attempts a ON a.step_id = r.id
     GROUP BY GROUPING SETS ((flow, stage, preview, a.capability), (stage, preview, a.capability))
"""
_SCENES = """
    , ended AS (SELECT DISTINCT job_id, flow, preview FROM recent WHERE phase = 'assemble')
    SELECT flow, preview, s.stage, count(DISTINCT (s.job_id, s.scene)) AS scenes,
           count(DISTINCT s.job_id) AS jobs
      FROM ended JOIN steps s USING (job_id) WHERE s.phase = 'scene'
     GROUP BY GROUPING SETS ((flow, preview, s.stage), (flow, preview))
"""
# Whoever has worked in the ten minutes before the queue's newest step.
_PROCESSES = """
    SELECT queue, count(DISTINCT (host, pid, process_start)) AS processes
      FROM (SELECT *, max(finished_at) OVER (PARTITION BY queue) AS newest FROM recent) AS seen
     WHERE finished_at > newest - make_interval(secs => 600) GROUP BY queue
"""
_QUEUED = text(
    """
    SELECT s.queue, j.flow, s.stage, j.preview, count(*) AS steps
      FROM jobs j JOIN steps s ON s.job_id = j.id
     WHERE j.state IN ('admitted', 'running') AND s.state = 'queued' GROUP BY 1, 2, 3, 4
    """
)


@dataclass(frozen=True)
class Taken:
    """What a step takes: ``seconds`` at the median, and US dollars by capability on average."""

    seconds: float
    costs: Mapping[str, float]


@dataclass(frozen=True)
class Experience:
    """``scenes``: how many a job has on average, by flow and preview; ``shares``: the part of them that has
    the stage. ``processes`` that work on each queue; ``queued``: how many steps lie in it now (queue, flow,
    stage, preview, number)."""

    taken: Mapping[tuple[str | None, str, bool], Taken]
    scenes: Mapping[tuple[str, bool], float]
    shares: Mapping[tuple[str, bool, str], float]
    processes: Mapping[str, int]
    queued: Sequence[tuple[str, str, str, bool, int]]

    def of(self, flow: str, stage: str, *, preview: bool) -> Taken | None:
        """What a step of the stage takes in this flow, or else in any; None where none was made yet."""
        return self.taken.get((flow, stage, preview)) or self.taken.get((None, stage, preview))

    @cached_property
    def backlog(self) -> Mapping[str, float]:
        """The seconds that a step which is sent to a queue now waits there."""
        waits: dict[str, float] = defaultdict(float)
        for queue, flow, stage, preview, number in self.queued:
            if taken := self.of(flow, stage, preview=preview):
                waits[queue] += number * taken.seconds / self.processes.get(queue, 1)
        return waits


def _read(connection: Connection) -> Experience:
    costs: dict[tuple[str | None, str, bool], dict[str, float]] = defaultdict(dict)
    for row in _of_recent(connection, _COSTS):
        costs[row.flow, row.stage, row.preview][row.capability] = float(row.cost)
    taken = {}
    for row in _of_recent(connection, _SECONDS):
        place = row.flow, row.stage, row.preview
        of_one = {capability: cost / row.steps for capability, cost in costs[place].items()}
        taken[place] = Taken(max(0.0, float(row.seconds)), of_one)
    counted = _of_recent(connection, _SCENES)
    in_all = {(row.flow, row.preview): row for row in counted if row.stage is None}
    return Experience(
        taken=taken,
        scenes={place: row.scenes / row.jobs for place, row in in_all.items()},
        shares={
            (row.flow, row.preview, row.stage): row.scenes / in_all[row.flow, row.preview].scenes
            for row in counted
            if row.stage is not None
        },
        processes={row.queue: row.processes for row in _of_recent(connection, _PROCESSES)},
        queued=[tuple(row) for row in connection.execute(_QUEUED)],
    )


def _of_recent(connection: Connection, statement: str) -> Sequence[Row[Any]]:
    return connection.execute(text(_RECENT + statement), {"most": _MOST}).all()


experience = Recent(_read, _FRESH)
