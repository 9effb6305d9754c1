"""An output mode whose scenes are one picture each, asked of a vendor: what is left is the waiting.

Each process writes down how long it held its tasks: seconds, one a line, in a file of its own in the
directory ``HANDLING_DIR``.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from celery import signals

from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Canvas, ProductBrief, Scene
from genai.domain.enums import Aspect
from genai.pipelines.pipeline import Pipeline
from genai.stages.context import StepContext
from genai.stages.produced import kept_assets
from genai.stages.stage import Stage, StageResult

_began: dict[str, float] = {}


def _plan(context: StepContext) -> StageResult:
    numbers = range(1, (context.settings.scenes or 5) + 1)
    scenes = tuple(Scene(number, "hero", "studio", "nothing", seed=number) for number in numbers)
    return StageResult(output={"scenes": len(scenes)}, scenes=scenes)


def _image(context: StepContext) -> StageResult:
    request = ImageRequest(
        ImagePurpose.SCENE, ProductBrief("a teapot"), (), Canvas(Aspect.SQUARE, 64, 64), scene=context.scene
    )
    return StageResult(output={}, assets=kept_assets(context.calls.image(request).images))


PLAN = Stage("ticketed_plan", _plan)
IMAGE = Stage("ticketed_image", _image, inputs=("ticketed_plan",))
END = Stage("ticketed_end", lambda _: StageResult(output={}), inputs=("ticketed_image",))
PIPELINE = Pipeline(
    name="ticketed",
    plan=("ticketed_plan",),
    scene=("ticketed_image",),
    scenes_from="ticketed_plan",
    assemble=("ticketed_end",),
)


@signals.task_prerun.connect
def _begun(task_id: str, **_: Any) -> None:
    _began[task_id] = time.perf_counter()


@signals.task_postrun.connect
def _ended(task_id: str, **_: Any) -> None:
    if "HANDLING_DIR" in os.environ and task_id in _began:
        held = time.perf_counter() - _began.pop(task_id)
        with (Path(os.environ["HANDLING_DIR"]) / str(os.getpid())).open("a") as file:
            file.write(f"{held:.6f}\n")
