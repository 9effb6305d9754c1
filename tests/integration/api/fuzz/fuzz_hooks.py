"""What Schemathesis has to know of this service: which refusals JSON Schema cannot foresee, and an asset."""

from __future__ import annotations

import itertools
import os
from typing import Any

import schemathesis

from tests.harness.beyond_the_schema import BEYOND_THE_SCHEMA

ASSET = os.environ["FUZZ_ASSET"]
NUMBER = itertools.count()


@schemathesis.check
def what_the_schema_allows_is_accepted(ctx: Any, response: Any, case: Any) -> None:
    """The document is refused for nothing but what JSON Schema cannot say."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code < 400 or response.status_code in (403, 404, 409, 416):
        return
    problem = response.json()
    details = [entry["detail"] for entry in problem.get("problems", [])] or [problem["detail"]]
    unforeseen = [detail for detail in details if not BEYOND_THE_SCHEMA.fullmatch(detail)]
    assert not unforeseen, f"{response.status_code}: {unforeseen}"


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Unknown headers are no violation of anything: proxies and clients add theirs."""
    return "x-schemathesis-unknown-property" not in (case.headers or {})


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """What may be sent names what there is, so that it gets past the question of its being there; and
    nobody waits for an event."""
    if isinstance(case.query, dict) and str(case.query.get("wait", "")).isdigit():
        case.query["wait"] = 0
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.body = _with_what_there_is(case.body)
        if isinstance(case.body, dict) and "idempotency_key" in case.body:
            case.body["idempotency_key"] = f"fuzz-{next(NUMBER)}"  # a used key would be all that is said


def _with_what_there_is(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_what_there_is(item) for item in value]
    if not isinstance(value, dict):
        return value
    known = {"asset_id": ASSET, "logo": ASSET, "voice_over": None, "preview_of": None, "budget": None}
    return {
        name: known[name] if name in known and item is not None else _with_what_there_is(item)
        for name, item in value.items()
    }
