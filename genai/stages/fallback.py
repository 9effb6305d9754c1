"""When another provider is asked for what the preferred one could not do, and how its work is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Row

from genai.capabilities.base import Produced
from genai.domain.media import Mark
from genai.domain.records import to_json
from genai.errors import Permanent, Rejected, Retryable, StepError
from genai.stages.stage import StageResult

FALLBACK = "fallback_provider"
TRIES = 3  # calls that a vendor does not answer, until another one is asked

# What says something of the vendor, or of what it can do: another one may do better. Content that was
# refused is offered to nobody else, and neither is work that may still be delivered.
_VENDORS_OWN = frozenset(
    {
        "bad_result",
        "model_unavailable",
        "prompt_too_long",
        "result_expired",
        "unavailable",
        "unknown_presenter",
        "unknown_voice",
        "unsupported",
        "unsupported_language",
        "vendor_auth",
        "vendor_cancelled",
        "vendor_failed",
        "vendor_refused",
        "vendor_timeout",
    }
)


# What the vendor has made, and nobody can use.
_MADE = frozenset({"bad_result", "result_expired"})


def goes_elsewhere(error: StepError, *, failures: int, accepted: bool) -> bool:
    """Whether the error warrants another provider. ``failures``: how often this attempt has failed;
    ``accepted``: the vendor has given a ticket, which may deliver until the vendor says otherwise."""
    if isinstance(error, Retryable):
        return failures >= TRIES and not accepted
    if isinstance(error, Rejected) or not isinstance(error, Permanent):
        return False
    return error.code in _VENDORS_OWN and _stopped(error)


def cost_of(error: StepError) -> float | None:
    """What the failed call costs all the same, in US dollars; None for all that was set aside for it."""
    if error.cost is not None:
        return error.cost
    return None if error.code in _MADE or not _stopped(error) else 0.0


def _stopped(error: StepError) -> bool:
    """False where the vendor could not stop what it was working on."""
    return bool(error.details.get("stopped", True))


def made_elsewhere(result: Any, provider: str, failed: Sequence[Row[Any]]) -> Any:
    """The result, marked with its files where others had ``failed`` before this ``provider``."""
    if not failed:
        return result
    told = ", ".join(f"{row.provider} failed ({row.error['code']})" for row in failed)
    mark = Mark(FALLBACK, f"made by {provider}: {told}")
    changes: dict[str, Any] = {"marks": (*result.marks, mark)}
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, Produced):
            changes[field.name] = _marked(value, mark)
        elif isinstance(value, tuple) and value and isinstance(value[0], Produced):
            changes[field.name] = tuple(_marked(file, mark) for file in value)
    return replace(result, **changes)


def with_fallbacks(result: StageResult, marks: Sequence[Mark]) -> StageResult:
    """What a stage made with such results: marked, and not for later jobs to use again."""
    if not marks:
        return result
    there = list(result.output.get("marks", ()))
    told = {(mark["reason"], mark["detail"]) for mark in there}
    there += [to_json(mark) for mark in dict.fromkeys(marks) if (mark.reason, mark.detail) not in told]
    return replace(result, output={**result.output, "marks": there}, reusable=False)


def _marked(file: Produced, mark: Mark) -> Produced:
    return replace(file, marks=(*file.marks, mark))
