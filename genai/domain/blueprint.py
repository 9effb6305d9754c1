"""A pipeline's shape as a job carries it: fixed at acceptance, so that a deploy changes no running job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from genai.domain.creative import Scene
from genai.domain.enums import Phase, Queue
from genai.domain.film import SceneKind


@dataclass(frozen=True)
class StageSpec:
    """A stage's place in a flow: its name, the stages it reads, the queue of its steps.

    ``kinds``: the kinds of scenes that have it, none for all. ``previous``: the stages of the scene
    before that a scene which continues reads as well.
    """

    name: str
    inputs: tuple[str, ...]
    queue: Queue
    kinds: tuple[SceneKind, ...] = ()
    previous: tuple[str, ...] = ()

    def serves(self, scene: Scene) -> bool:
        """Whether the scene has this stage."""
        return not self.kinds or scene.kind in self.kinds


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

    def steps(self, scenes: Sequence[Scene] | None) -> list[StepPlan]:
        """Every step that is known: with ``scenes`` all, with None those of plan and assemble. An
        assemble step then reads the plan alone; it gets its scenes when they exist."""
        known = scenes or ()
        return [
            *(self._step(spec, Phase.PLAN, None, index, known) for index, spec in enumerate(self.plan)),
            *(
                self._step(spec, Phase.SCENE, scene, scene.number * len(self.scene) + index, known)
                for scene in known
                for index, spec in enumerate(self.scene)
                if spec.serves(scene)
            ),
            *(
                self._step(spec, Phase.ASSEMBLE, None, index, known)
                for index, spec in enumerate(self.assemble)
            ),
        ]

    def _step(
        self, spec: StageSpec, phase: Phase, scene: Scene | None, index: int, scenes: Sequence[Scene]
    ) -> StepPlan:
        number = scene.number if scene else None
        return StepPlan(
            key=step_key(spec.name, number),
            stage=spec.name,
            scene=number,
            phase=phase,
            position=_FIRST_POSITION[phase] + index,
            queue=spec.queue,
            inputs=tuple(self._inputs(spec, [scene] if scene else scenes)),
        )

    def _inputs(self, spec: StageSpec, scenes: Sequence[Scene]) -> Iterable[str]:
        """Keys of the plan's and of assembling steps, and of those of ``scenes``."""
        per_scene = {stage.name: stage for stage in self.scene}
        present = {stage.name for stage in (*self.plan, *self.assemble)}
        for name in spec.inputs:
            if name in present:
                yield name
            elif name in per_scene:
                served = (scene for scene in scenes if per_scene[name].serves(scene))
                yield from (step_key(name, scene.number) for scene in served)
        for scene in scenes:
            if scene.continues:
                yield from (step_key(name, scene.number - 1) for name in spec.previous)


# Far enough apart that a position never changes when scenes are added.
_FIRST_POSITION = {Phase.PLAN: 0, Phase.SCENE: 1_000, Phase.ASSEMBLE: 1_000_000}


def step_key(stage: str, scene: int | None) -> str:
    """``storyboard``, ``scene_2.image``."""
    return stage if scene is None else f"scene_{scene}.{stage}"
