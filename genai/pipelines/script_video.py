"""script_video: a narrated film whose pictures are timed by what is said."""

from genai.pipelines.checking import check_spoken
from genai.pipelines.pipeline import IDENTITY, Pipeline

PIPELINE = Pipeline(
    name="script_video",
    plan=("intake", *IDENTITY, "script", "voice_over", "storyboard"),
    scene=("audio", "image", "fidelity", "video", "video_fidelity"),
    scenes_from="storyboard",
    assemble=("soundtrack", "stitch"),
    check=check_spoken,
)
