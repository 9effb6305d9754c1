"""The public contract: what a request must be, and what jobs, events and outputs look like.

`load_request` is the way in: it accepts a document whole or raises ContractError with everything that
is wrong with it. `dump_request` writes a request down in its canonical form, with all defaults.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import ValidationError

from genai.contracts.problems import contract_error
from genai.contracts.request import (
    CONTRACT,
    CreationRequest,
    Modes,
    OutputRequest,
    RequestSchema,
    RetryJobRequest,
)
from genai.contracts.settings import OF_MODE, AllSettings, SettingsSchema
from genai.domain.enums import JobType
from genai.domain.request import JobRequest

__all__ = ["CONTRACT", "SettingsSchema", "canonical_json", "dump_request", "fingerprint", "load_request"]


def load_request(document: object, modes: Modes | Collection[str]) -> JobRequest:
    """The request that a JSON document makes.

    ``modes`` are those that have a pipeline here; as a mapping it may give a mode's own settings
    schema. Raises ContractError listing every problem.
    """
    job_type = document.get("job_type") if isinstance(document, Mapping) else None
    schema = _schema(job_type, modes if isinstance(modes, Mapping) else dict.fromkeys(modes))
    try:
        return schema.load(document)  # type: ignore[no-any-return, arg-type]  # it refuses what is no object
    except ValidationError as error:
        raise contract_error(error.messages) from None


def dump_request(request: JobRequest, modes: Modes | None = None) -> dict[str, Any]:
    """The canonical document of a request, defaults filled in; loading it gives the same request.

    ``modes`` is needed for a mode that brings a settings schema of its own.
    """
    known: Modes = {str(request.mode): None, **OF_MODE, **(modes or {})}
    return _schema(request.job_type, known).dump(request)  # type: ignore[no-any-return]


def fingerprint(request: JobRequest) -> str:
    """SHA-256, in hex, of the canonical request without its idempotency key: equal for requests that
    ask for the same thing."""
    document = _schema(request.job_type, {str(request.mode): AllSettings}).dump(request)
    del document["idempotency_key"]
    return hashlib.sha256(canonical_json(document)).hexdigest()


def canonical_json(document: object) -> bytes:
    """UTF-8 JSON with sorted names and no spaces: equal documents have equal bytes."""
    return json.dumps(
        document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _schema(job_type: object, modes: Modes) -> RequestSchema:
    match job_type:
        case JobType.MARKETING_CREATION:
            return CreationRequest()
        case JobType.RETRY:
            return RetryJobRequest()
        case _:  # an unknown type is refused by its field, with all else that is wrong
            return OutputRequest(modes)
