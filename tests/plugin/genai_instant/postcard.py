"""A whole output mode from outside: one module, one registration (the entry point)."""

from genai.pipelines.pipeline import IDENTITY, Pipeline
from genai.stages.context import StepContext
from genai.stages.stage import Stage, StageResult


def _postcard(context: StepContext) -> StageResult:
    pictures = tuple(asset for made in context.inputs_of("fidelity") for asset in made.assets)
    return StageResult(output={"mode": "postcard", "pictures": len(pictures)}, assets=pictures)


STAGE = Stage("postcard", _postcard, inputs=("storyboard", "fidelity"))
PIPELINE = Pipeline(
    name="postcard",
    plan=("intake", *IDENTITY, "storyboard"),
    scene=("image", "fidelity"),
    scenes_from="storyboard",
    assemble=("postcard",),
)
