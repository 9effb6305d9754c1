"""Finding a stage's output among those that earlier jobs of the same product have made."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from genai.capabilities.base import model_of
from genai.errors import Waiting
from genai.stages.context import StepContext
from genai.stages.stage import Stage
from genai.store.checkpoints import Busy, reserve

_BUSY = 2.0  # seconds between looks at a checkpoint that another job is making


def find(context: StepContext, stage: Stage) -> int | None:
    """The id of the step whose output to adopt; None when this step is to make it.

    Raises Waiting while another job makes the same one.
    """
    fingerprint = context.claim.product_fingerprint
    if stage.settings_key is None or fingerprint is None:
        return None
    inputs_key = _inputs_key(context, stage)
    try:
        with context.runtime.database.transaction() as connection:
            return reserve(connection, context.claim, stage.name, fingerprint, inputs_key)
    except Busy:
        raise Waiting("checkpoint", _BUSY) from None


def _inputs_key(context: StepContext, stage: Stage) -> str:
    """A digest of what the stage reads: inputs' outputs and assets, provider, settings that matter."""
    claim, capability = context.claim, stage.capability
    provider = context.runtime.selection.first(capability, claim.flow, claim.stage) if capability else None
    document: dict[str, Any] = {
        "inputs": {
            key: [output.output, [asset.as_json() for asset in output.assets]]
            for key, output in context.claim.inputs.items()
        },
        "provider": [provider.name, model_of(provider, capability)] if provider and capability else None,
        "settings": stage.settings_key(context.request) if stage.settings_key else None,
        "scene": stage.scene_key(context.scene) if stage.scene_key else None,
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
