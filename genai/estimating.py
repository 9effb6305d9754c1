"""What a request would make, cost and take: planned as a submission plans it, and stored nowhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from genai.domain.blueprint import StageSpec
from genai.domain.enums import Phase, Queue, StepState
from genai.domain.records import from_json
from genai.domain.request import JobRequest, OutputSettings
from genai.stages.registry import stage
from genai.store.acceptance import NewJob
from genai.store.database import Database
from genai.store.estimates import Work, makespan, scenes_expected
from genai.store.experience import Experience, experience
from genai.submission import job_of


def estimate(database: Database, client: str, request: JobRequest) -> dict[str, Any]:
    """The request's planned steps, cost and time, as EstimateSchema describes them.

    Raises InvalidInput where a submission would.
    """
    with database.transaction() as connection:
        new = job_of(connection, client, request)
        known = experience(connection)
    planned = list(_planned(new, known))
    unknown = [each.stage for each in planned if each.steps is None or (each.steps and each.seconds is None)]
    costs: dict[str, float] = defaultdict(float)
    for each in planned:
        for capability, cost in each.costs.items():
            costs[capability] += cost
    left = [work for each in planned for work in each.work]
    return {
        "stages": [each.as_json() for each in planned],
        "cost": {
            "total": round(sum(costs.values()), 6),
            "by_capability": {capability: round(cost, 6) for capability, cost in sorted(costs.items())},
            "currency": "USD",
        },
        "seconds": None if unknown else round(makespan(left, known), 3),
        "without_record": unknown,
    }


@dataclass(frozen=True)
class _Planned:
    """A stage's steps: how many are made, None where nobody knows; ``seconds`` of one."""

    stage: str
    phase: Phase
    steps: int | None
    reused: int
    seconds: float | None
    costs: dict[str, float]
    work: tuple[Work, ...]

    def as_json(self) -> dict[str, Any]:
        capability = stage(self.stage).capability
        return {
            "stage": self.stage,
            "phase": self.phase.value,
            "capability": capability.value if capability else None,
            "steps": self.steps,
            "reused": self.reused,
            "seconds": None if self.seconds is None else round(self.seconds, 3),
            "cost": round(sum(self.costs.values()), 6),
        }


def _planned(new: NewJob, known: Experience) -> Iterator[_Planned]:
    made = [step for step in new.steps if new.overrides.get(step.key, {}).get("state") != StepState.SUCCEEDED]
    reused = Counter(step.stage for step in new.steps) - Counter(step.stage for step in made)
    settings = from_json(JobRequest, new.brief).settings or OutputSettings()
    wanted = settings.scenes * settings.variants if settings.scenes else None
    blueprint = new.blueprint
    for phase, specs in zip(Phase, (blueprint.plan, blueprint.scene, blueprint.assemble), strict=True):
        for spec in specs:
            scenes: list[int | None] | None
            if phase is Phase.SCENE and new.scenes is None:
                count = scenes_expected(known, new.flow, spec.name, wanted, preview=new.preview)
                scenes = None if count is None else list(range(1, count + 1))
            else:
                scenes = [step.scene for step in made if step.stage == spec.name]
            yield _stage(new, known, spec, phase, scenes, reused[spec.name])


def _stage(
    new: NewJob,
    known: Experience,
    spec: StageSpec,
    phase: Phase,
    scenes: list[int | None] | None,
    reused: int,
) -> _Planned:
    taken = known.of(new.flow, spec.name, preview=new.preview)
    queue = Queue.RETRY if new.retry_of else spec.queue
    made = scenes or []
    return _Planned(
        spec.name,
        phase,
        None if scenes is None else len(scenes),
        reused,
        taken.seconds if taken else None,
        {capability: len(made) * cost for capability, cost in taken.costs.items()} if taken else {},
        tuple(Work(phase, scene, queue, taken.seconds) for scene in made) if taken else (),
    )
