"""fast_video: a film of quick cuts with words on screen, cut on the beat of its music."""

from genai.pipelines.checking import check_fast
from genai.pipelines.pipeline import IDENTITY, Pipeline

PIPELINE = Pipeline(
    name="fast_video",
    plan=("intake", *IDENTITY, "music", "storyboard"),
    scene=("image", "fidelity", "video", "video_fidelity"),
    scenes_from="storyboard",
    assemble=("stitch",),
    check=check_fast,
)
