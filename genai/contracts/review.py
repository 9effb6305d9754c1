"""What people decide about a job: its plan is good, or good with changes; which treatment is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from genai.contracts.fields import Entries, Inside, Whole, scene_key
from genai.contracts.problems import contract_error
from genai.contracts.retry import HIGHEST_SCENE, SceneEdit
from genai.contracts.settings import MOST_VARIANTS
from genai.contracts.strict import StrictSchema


class ReviewSchema(StrictSchema):
    """Approves the plan, with ``edits`` to scenes by their number."""

    edits = Entries(scene_key(), Inside(SceneEdit), HIGHEST_SCENE, make_key=int, load_default=dict)


class SelectSchema(StrictSchema):
    """The treatment that retries and renderings go on with."""

    variant = Whole(1, MOST_VARIANTS, required=True)


def load_review(document: object) -> Mapping[int, Mapping[str, Any]]:
    """The edits by scene number. Raises ContractError listing every problem."""
    return _load(ReviewSchema(), document)["edits"]  # type: ignore[no-any-return]


def load_selection(document: object) -> int:
    """The number of the chosen treatment. Raises ContractError listing every problem."""
    return int(_load(SelectSchema(), document)["variant"])


def _load(schema: StrictSchema, document: object) -> dict[str, Any]:
    try:
        return schema.load(document)  # type: ignore[no-any-return, arg-type]  # it refuses what is no object
    except ValidationError as error:
        raise contract_error(error.messages) from None
