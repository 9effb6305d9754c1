"""Output modes whose stages do nothing: what is left is the engine.

One plan step, two steps for each scene, one assemble step; ``settings.scenes`` says how many scenes. In the
mode ``held`` the second step of the second scene holds its process for as many seconds as the prompt says,
when it is claimed for the first time.
"""

from __future__ import annotations

import time

from genai.contracts.fields import Whole
from genai.contracts.settings import ImageBundleSettings
from genai.domain.creative import Scene
from genai.pipelines.pipeline import Pipeline
from genai.stages.context import StepContext
from genai.stages.stage import Stage, StageResult


class Settings(ImageBundleSettings):
    """Those of image_bundle, with as many scenes as are wanted to be measured."""

    scenes = Whole(1, 1000, load_default=None)


def _plan(context: StepContext) -> StageResult:
    numbers = range(1, (context.settings.scenes or 5) + 1)
    scenes = tuple(Scene(number, "hero", "studio", "nothing", seed=number) for number in numbers)
    return StageResult(output={"scenes": len(scenes)}, scenes=scenes)


def _nothing(_context: StepContext) -> StageResult:
    return StageResult(output={})


def _hold(context: StepContext) -> StageResult:
    if context.scene.number == 2 and context.claim.fence == 1:
        time.sleep(float(context.request.prompt))
    return StageResult(output={})


PLAN = Stage("noop_plan", _plan)
FIRST = Stage("noop_first", _nothing, inputs=("noop_plan",))
SECOND = Stage("noop_second", _nothing, inputs=("noop_first",))
ASSEMBLE = Stage("noop_assemble", _nothing, inputs=("noop_second",))
PIPELINE = Pipeline(
    name="noop",
    plan=("noop_plan",),
    scene=("noop_first", "noop_second"),
    scenes_from="noop_plan",
    assemble=("noop_assemble",),
    settings=Settings,
)
HOLD = Stage("held_second", _hold, inputs=("noop_first",))
AFTER_HOLD = Stage("held_assemble", _nothing, inputs=("held_second",))
HELD = Pipeline(
    name="held",
    plan=("noop_plan",),
    scene=("noop_first", "held_second"),
    scenes_from="noop_plan",
    assemble=("held_assemble",),
    settings=Settings,
)
