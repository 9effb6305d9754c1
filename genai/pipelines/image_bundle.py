"""image_bundle: a campaign of still pictures, one per scene of the storyboard."""

from genai.pipelines.pipeline import IDENTITY, Pipeline

PIPELINE = Pipeline(
    name="image_bundle",
    plan=("intake", *IDENTITY, "storyboard"),
    scene=("image", "fidelity"),
    scenes_from="storyboard",
    assemble=("bundle",),
)
