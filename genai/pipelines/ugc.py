"""ugc: a person speaks to the camera of the product, between shots of it."""

from genai.pipelines.checking import check_spoken
from genai.pipelines.pipeline import IDENTITY, Pipeline

PIPELINE = Pipeline(
    name="ugc",
    plan=("intake", *IDENTITY, "script", "voice_over", "storyboard"),
    scene=("audio", "image", "fidelity", "video", "lip_sync", "video_fidelity"),
    scenes_from="storyboard",
    assemble=("soundtrack", "stitch"),
    check=check_spoken,
)
