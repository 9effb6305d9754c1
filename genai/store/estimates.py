"""When a job will be done: its steps that are left, at what such steps have lately taken.

The plan's steps come one after the other, then the scenes side by side on as many processes as work on
their queue, then what assembles them. Each step that is still to be sent waits for those that are queued
now. A job that is not admitted yet waits for those before it, as if each were like itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from genai.domain.enums import JobState, JobType, Phase, Queue, StepState
from genai.domain.states import STEP_ENDED
from genai.store.experience import Experience, experience
from genai.store.recent import Recent

_STEP = 10  # seconds to which an end is rounded up, so that it stays the same while all goes as expected
_FRESH = 2.0  # seconds for which a process goes by the numbers of waiting jobs that it has read
_STARTED = 0.05  # of a step, from where on its own progress says more than what others took


@dataclass(frozen=True)
class Work:
    """A step that is left: ``seconds`` of work; ``queues`` where it is still to be sent."""

    phase: str
    scene: int | None
    queue: str
    seconds: float
    queues: bool = True


_WAITING = text(
    """
    SELECT client, preview, priority, count(*) AS jobs, statement_timestamp() AS read_at
      FROM jobs WHERE state = 'accepted' GROUP BY 1, 2, 3
    """
)
_BEFORE = text(
    """
    SELECT count(*) FROM jobs
     WHERE state = 'accepted' AND client = :client AND preview = :preview AND priority = :priority
       AND created_at < :created_at
    """
)


@dataclass(frozen=True)
class _Waiting:
    """How many jobs wait for admission, by client and by what comes first: previews, then by priority. Those
    that were accepted before ``read_at``, by the database's clock."""

    numbers: Mapping[str, Mapping[tuple[bool, int], int]]
    read_at: datetime


def _read_waiting(connection: Connection) -> _Waiting:
    numbers: dict[str, dict[tuple[bool, int], int]] = defaultdict(dict)
    read_at = datetime.min.replace(tzinfo=UTC)
    for row in connection.execute(_WAITING):
        numbers[row.client][row.preview, row.priority] = row.jobs
        read_at = row.read_at
    return _Waiting(numbers, read_at)


_waiting = Recent(_read_waiting, _FRESH)


def estimated_end(
    connection: Connection, job: Any, steps: Sequence[Any], *, is_new: bool = False
) -> datetime | None:
    """When the unfinished job will be done; None where its stages have no record yet, and while it rests
    for a review or is ending.

    ``job`` has its state, client, flow, preview, priority, created_at, scene_stages (of its blueprint) and
    wanted_scenes; ``steps`` are its rows with what they wait for. One that ``is_new`` was accepted this
    moment: those before it are not counted for it alone, so that it costs the same however many they are.
    """
    if job.state not in (JobState.ACCEPTED, JobState.ADMITTED, JobState.RUNNING):
        return None
    known = experience(connection)
    left: list[Work] = []
    for step in steps:
        if step.state not in STEP_ENDED:
            taken = known.of(job.flow, step.stage, preview=job.preview)
            if taken is None:
                return None
            left.append(_left(step, taken.seconds))
    if not any(step.phase == Phase.SCENE for step in steps):
        for stage in job.scene_stages:
            taken = known.of(job.flow, stage["name"], preview=job.preview)
            count = scenes_expected(known, job.flow, stage["name"], job.wanted_scenes, preview=job.preview)
            if count is None or (count and taken is None):
                return None
            queue = Queue.RETRY if job.job_type == JobType.RETRY else stage["queue"]
            left += [Work(Phase.SCENE, n, queue, taken.seconds) for n in range(1, count + 1) if taken]
    seconds = makespan(left, known)
    if job.state == JobState.ACCEPTED:
        seconds += (
            _ahead(connection, job, is_new=is_new)
            * sum(work.seconds for work in left)
            / _processes(left, known)
        )
    end = (datetime.now(UTC) + timedelta(seconds=seconds)).timestamp()
    return datetime.fromtimestamp(math.ceil(end / _STEP) * _STEP, UTC)


def scenes_expected(
    known: Experience, flow: str, stage: str, scenes: int | None, *, preview: bool
) -> int | None:
    """How many scenes will have the stage, where they are not determined yet: of as many as are wanted, or
    else as a job of the flow lately had. None where neither is known."""
    usual = known.scenes.get((flow, preview))
    count = scenes or usual
    if count is None:
        return None
    # Without a record of the flow each scene counts as having every stage.
    return math.ceil(count * (1.0 if usual is None else known.shares.get((flow, preview, stage), 0.0)))


def makespan(left: Sequence[Work], known: Experience) -> float:
    """Seconds until all of it is done."""
    in_order = [work for work in left if work.phase != Phase.SCENE]
    branches: dict[int | None, list[Work]] = defaultdict(list)
    for work in left:
        if work.phase == Phase.SCENE:
            branches[work.scene].append(work)
    longest = max((_one_by_one(branch, known) for branch in branches.values()), default=0.0)
    scenes = [work for branch in branches.values() for work in branch]
    shared = sum(work.seconds for work in scenes) / _processes(scenes, known)
    return _one_by_one(in_order, known) + max(longest, shared)


def _one_by_one(chain: Sequence[Work], known: Experience) -> float:
    return sum(work.seconds + work.queues * known.backlog.get(work.queue, 0.0) for work in chain)


def _processes(left: Sequence[Work], known: Experience) -> int:
    return max((known.processes.get(work.queue, 1) for work in left), default=1)


def _left(step: Any, seconds: float) -> Work:
    queues = step.state == StepState.PENDING
    due_in = max(0.0, float(step.due_in or 0))
    if step.state == StepState.RUNNING:
        elapsed, done = float(step.elapsed), step.progress or 0.0
        seconds = elapsed * (1 - done) / done if done > _STARTED else max(0.0, seconds - elapsed)
    elif step.wait_reason == "vendor":
        seconds = max(due_in, seconds - float(step.elapsed))
    else:
        seconds += due_in
    return Work(step.phase, step.scene, step.queue, seconds, queues)


def _ahead(connection: Connection, job: Any, *, is_new: bool) -> int:
    """How many jobs are admitted before this one: of its client those before it, and of each other client as
    many, since they take turns; and of all of them what comes first."""
    rank = (job.preview, job.priority)
    waiting = _waiting(connection)
    own = waiting.numbers.get(job.client, {})
    if is_new:
        place = max(0, own.get(rank, 0) - (job.created_at < waiting.read_at))
    else:
        one = {name: getattr(job, name) for name in ("client", "priority", "preview", "created_at")}
        place = connection.execute(_BEFORE, one).scalar_one()
    place += _above(own, rank)
    others = [numbers for client, numbers in waiting.numbers.items() if client != job.client]
    return place + sum(_above(numbers, rank) + min(numbers.get(rank, 0), place) for numbers in others)


def _above(numbers: Mapping[tuple[bool, int], int], rank: tuple[bool, int]) -> int:
    return sum(number for other, number in numbers.items() if other > rank)
