"""image_bundle: a campaign of still pictures, one per scene of the storyboard."""

from genai.domain.request import JobRequest
from genai.errors import InvalidInput
from genai.pipelines.pipeline import IDENTITY, Pipeline


def _check(request: JobRequest) -> None:
    settings = request.settings
    if settings is None:
        return
    for name, wanted in (
        ("variants", settings.variants > 1),
        ("preview", settings.preview),
        ("preview_of", settings.preview_of is not None),
        ("review", settings.review),
    ):
        if wanted:
            raise InvalidInput(f"/settings/{name}", "is not available for image_bundle yet", "Leave it out.")


PIPELINE = Pipeline(
    name="image_bundle",
    plan=("intake", *IDENTITY, "storyboard"),
    scene=("image", "fidelity"),
    scenes_from="storyboard",
    assemble=("bundle",),
    check=_check,
)
