"""A pipeline's shape as a job carries it: fixed at acceptance, so that a deploy changes no running job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from genai.domain.enums import Phase, Queue


@dataclass(frozen=True)
class StageSpec:
    """A stage's place in a flow: its name, the stages it reads, the queue of its steps."""

    name: str
    inputs: tuple[str, ...]
    queue: Queue


@dataclass(frozen=True)
class StepPlan:
    """A step row to be written. ``inputs`` are keys of steps of the same job."""

    key: str
    stage: str
    scene: int | None
    phase: Phase
    position: int
    queue: Queue
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Blueprint:
    """The stages of a flow by phase, in order. ``scenes_from``: the plan stage that determines the scenes."""

    flow: str
    plan: tuple[StageSpec, ...]
    scene: tuple[StageSpec, ...]
    assemble: tuple[StageSpec, ...]
    scenes_from: str | None = None

    def steps(self, scenes: Sequence[int] | None) -> list[StepPlan]:
        """Every step that is known: with ``scenes`` (their numbers) all, with None those of plan and
        assemble. An assemble step then reads the plan alone; it gets its scenes when they exist."""
        numbers = scenes or ()
        return [
            *(self._step(spec, Phase.PLAN, None, index, numbers) for index, spec in enumerate(self.plan)),
            *(
                self._step(spec, Phase.SCENE, number, number * len(self.scene) + index, numbers)
                for number in numbers
                for index, spec in enumerate(self.scene)
            ),
            *(
                self._step(spec, Phase.ASSEMBLE, None, index, numbers)
                for index, spec in enumerate(self.assemble)
            ),
        ]

    def _step(
        self, spec: StageSpec, phase: Phase, scene: int | None, index: int, numbers: Sequence[int]
    ) -> StepPlan:
        return StepPlan(
            key=step_key(spec.name, scene),
            stage=spec.name,
            scene=scene,
            phase=phase,
            position=_FIRST_POSITION[phase] + index,
            queue=spec.queue,
            inputs=tuple(self._inputs(spec, phase, scene, numbers)),
        )

    def _inputs(
        self, spec: StageSpec, phase: Phase, scene: int | None, numbers: Iterable[int]
    ) -> Iterable[str]:
        scene_stages = {stage.name for stage in self.scene}
        present = {stage.name for stage in (*self.plan, *self.scene, *self.assemble)}
        for name in spec.inputs:
            if name not in present:
                continue
            if name not in scene_stages:
                yield name
            elif phase is Phase.SCENE:
                yield step_key(name, scene)
            else:
                yield from (step_key(name, number) for number in numbers)


# Far enough apart that a position never changes when scenes are added.
_FIRST_POSITION = {Phase.PLAN: 0, Phase.SCENE: 1_000, Phase.ASSEMBLE: 1_000_000}


def step_key(stage: str, scene: int | None) -> str:
    """``storyboard``, ``scene_2.image``."""
    return stage if scene is None else f"scene_{scene}.{stage}"
