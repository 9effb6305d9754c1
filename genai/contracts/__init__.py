"""The public contract: what a request must be, and what jobs, events and outputs look like.

`load_request` is the way in: it accepts a document whole or raises ContractError with everything that
is wrong with it. `dump_request` writes a request down in its canonical form, with all defaults.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError

from genai.contracts.problems import contract_error
from genai.contracts.request import CONTRACT, JobRequestSchema, Modes, settings_fields
from genai.contracts.settings import OF_MODE, AllSettings, SettingsSchema
from genai.domain.request import JobRequest

__all__ = [
    "CONTRACT",
    "SettingsSchema",
    "canonical_json",
    "dump_request",
    "dump_with_fingerprint",
    "fingerprint",
    "load_request",
]


def load_request(document: object, modes: Modes | Collection[str]) -> JobRequest:
    """The request that a JSON document makes.

    ``modes`` are those that have a pipeline here; as a mapping it may give a mode's own settings
    schema. Raises ContractError listing every problem.
    """
    try:
        return _schema(modes if isinstance(modes, Mapping) else dict.fromkeys(modes)).load(document)
    except ValidationError as error:
        raise contract_error(error.messages) from None


def dump_request(request: JobRequest, modes: Modes | None = None) -> dict[str, Any]:
    """The canonical document of a request, defaults filled in; loading it gives the same request.

    ``modes`` is needed for a mode that brings a settings schema of its own.
    """
    known: Modes = {str(request.mode): None, **OF_MODE, **(modes or {})}
    return _schema(known).dump(request)


def fingerprint(request: JobRequest) -> str:
    """SHA-256, in hex, of the canonical request without its idempotency key: equal for requests that
    ask for the same thing."""
    return _fingerprint(_whole(request))


def dump_with_fingerprint(request: JobRequest, modes: Modes) -> tuple[dict[str, Any], str]:
    """What :func:`dump_request` and :func:`fingerprint` say, for less than both cost."""
    whole = _whole(request)
    if request.mode is None:
        document = whole
    elif modes.get(request.mode) is not None:
        document = dump_request(request, modes)  # settings of another package's own making
    else:
        used = settings_fields(request.mode, modes)
        document = {**whole, "settings": {name: whole["settings"][name] for name in used}}
    return document, _fingerprint(whole)


def _whole(request: JobRequest) -> dict[str, Any]:
    """The request with all settings that there are, whether its mode uses them or not."""
    return _schema({str(request.mode): AllSettings}).dump(request)


def _fingerprint(whole: Mapping[str, Any]) -> str:
    document = {name: value for name, value in whole.items() if name != "idempotency_key"}
    return hashlib.sha256(canonical_json(document)).hexdigest()


def canonical_json(document: object) -> bytes:
    """UTF-8 JSON with sorted names and no spaces: equal documents have equal bytes."""
    return json.dumps(
        document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _schema(modes: Modes) -> JobRequestSchema:
    return _schema_of(frozenset(modes.items()))


@lru_cache(maxsize=64)
def _schema_of(modes: frozenset[tuple[str, type[Schema] | None]]) -> JobRequestSchema:
    # To make one takes several times as long as to load a request with it.
    return JobRequestSchema(dict(modes))
