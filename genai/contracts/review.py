"""What people decide about a job: its plan is good, or good with changes; which treatment is chosen."""

from __future__ import annotations

from genai.contracts.fields import Entries, Inside, Whole, scene_key
from genai.contracts.retry import HIGHEST_SCENE, SceneEdit
from genai.contracts.settings import MOST_VARIANTS
from genai.contracts.strict import StrictSchema


class ReviewSchema(StrictSchema):
    """Approves the plan, with ``edits`` to scenes by their number."""

    edits = Entries(scene_key(), Inside(SceneEdit), HIGHEST_SCENE, make_key=int, load_default=dict)


class SelectSchema(StrictSchema):
    """The treatment that retries and renderings go on with."""

    variant = Whole(1, MOST_VARIANTS, required=True)
