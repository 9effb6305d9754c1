"""The public contract as it was agreed: golden documents, and every field of every schema.

A failure here says that clients will see a difference. Where that is meant, and the changelog says so,
``python tests/unit/contracts/test_golden.py`` writes down what is derived: canonical requests, their
fingerprints, and the list of fields. The documents themselves are edited by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields, missing

from genai.contracts import dump_request, fingerprint, load_request
from genai.contracts.costs import CostListSchema
from genai.contracts.deliveries import DeliveryListSchema, ReplaySchema
from genai.contracts.estimate import EstimateSchema
from genai.contracts.events import EVENTS, EventListSchema
from genai.contracts.fields import Entries
from genai.contracts.job import JobListSchema, JobSchema, StepListSchema, StoredAssetSchema
from genai.contracts.output import OutputSchema
from genai.contracts.problems import ProblemDetailsSchema
from genai.contracts.request import CreationRequest, OutputRequest, RetryJobRequest
from genai.contracts.settings import OF_MODE
from genai.domain.enums import Mode

GOLDEN = Path(__file__).parent / "golden"
REQUESTS = sorted((GOLDEN / "requests").glob("*.json"))
DOCUMENTS: dict[str, type[Schema]] = {
    **{f"events/{type_.removeprefix('job.')}": schema for type_, schema in EVENTS.items()},
    "asset": StoredAssetSchema,
    "cost_list": CostListSchema,
    "delivery_list": DeliveryListSchema,
    "estimate": EstimateSchema,
    "event_list": EventListSchema,
    "job": JobSchema,
    "job_list": JobListSchema,
    "output": OutputSchema,
    "problem": ProblemDetailsSchema,
    "step_list": StepListSchema,
}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_requests(path: Path) -> None:
    golden = read(path)
    loaded = load_request(golden["sent"], list(Mode))
    assert dump_request(loaded) == golden["canonical"]
    # Jobs that are stored are found again by this: another fingerprint makes every replay a conflict.
    assert fingerprint(loaded) == golden["fingerprint"]


def test_every_form_of_request_has_a_golden_one() -> None:
    assert {path.stem for path in REQUESTS} == {"marketing_creation", "retry", *Mode}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str) -> None:
    document = read(GOLDEN / f"{name}.json")
    DOCUMENTS[name]().load(document)
    for field in document:
        less = {key: value for key, value in document.items() if key != field}
        assert DOCUMENTS[name]().validate(less) or not DOCUMENTS[name]().fields[field].required


def test_events_in_a_list_are_events() -> None:
    for event in read(GOLDEN / "event_list.json")["events"]:
        EVENTS[event["type"]]().load(event)


def test_fields() -> None:
    assert list(all_fields()) == (GOLDEN / "fields.txt").read_text(encoding="utf-8").splitlines()


def all_fields() -> Iterator[str]:
    """One line for each field of the contract: where it is, what it is, its bounds and default."""
    yield from _lines("request marketing_creation", CreationRequest())
    yield from _lines("request marketing_output", OutputRequest({}))
    yield from _lines("request retry", RetryJobRequest())
    yield from _lines("replay", ReplaySchema())
    for mode, settings in OF_MODE.items():
        yield from _lines(f"settings {mode}", settings())
    for name, schema in DOCUMENTS.items():
        yield from _lines(name, schema())


def _lines(name: str, schema: Schema, path: str = "") -> Iterator[str]:
    for field_name, field in sorted(schema.fields.items()):
        yield from _field(name, field, f"{path}/{field_name}")


def _field(name: str, field: Any, path: str) -> Iterator[str]:
    words = [type(field).__name__]
    words += [word for word, holds in (("required", field.required), ("null", field.allow_none)) if holds]
    words += [
        f"{bound} {getattr(field, bound)}" for bound in ("low", "high", "words") if hasattr(field, bound)
    ]
    if pattern := getattr(field, "pattern", None):
        words.append(f"pattern {pattern.pattern}")
    if field.load_default is not missing:
        made = field.load_default() if callable(field.load_default) else field.load_default
        words.append(f"default {made!r}")
    yield f"{name} {path}: {', '.join(words)}"
    if isinstance(field, fields.Nested):
        yield from _lines(name, field.schema, path)
    elif isinstance(field, fields.List):
        yield from _field(name, field.inner, f"{path}/*")
    elif isinstance(field, Entries):
        yield from _field(name, field.key, f"{path}/(name)")
        yield from _field(name, field.entry, f"{path}/*")


def write() -> None:
    """Write down what is derived."""
    for path in REQUESTS:
        golden = read(path)
        loaded = load_request(golden["sent"], list(Mode))
        golden |= {"canonical": dump_request(loaded), "fingerprint": fingerprint(loaded)}
        path.write_text(json.dumps(golden, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (GOLDEN / "fields.txt").write_text("".join(f"{line}\n" for line in all_fields()), encoding="utf-8")


if __name__ == "__main__":
    write()
