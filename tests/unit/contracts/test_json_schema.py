"""The contract and its JSON Schema say the same, whatever is sent."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given

from genai.api.json_schema import json_schema
from genai.contracts import load_request
from genai.contracts.request import JobRequestSchema
from genai.domain.enums import Mode
from genai.errors import ContractError
from tests.harness.beyond_the_schema import BEYOND_THE_SCHEMA
from tests.unit.contracts.test_request import ASSET, JOB, request
from tests.unit.contracts.test_round_trip import damaged, fewer

SCHEMA = jsonschema_rs.validator_for(json_schema(JobRequestSchema(dict.fromkeys(Mode))))


def agree(document: Any) -> None:
    valid = SCHEMA.is_valid(document)
    try:
        load_request(document, list(Mode))
    except ContractError as error:
        unforeseen = [
            problem for problem in error.problems if not BEYOND_THE_SCHEMA.fullmatch(problem.detail)
        ]
        assert not (valid and unforeseen), unforeseen
    else:
        assert valid, [error.message for error in SCHEMA.iter_errors(document)]


@fewer
@given(damaged())
def test_damaged_requests(document: Any) -> None:
    try:
        document = json.loads(json.dumps(document, allow_nan=False))
    except ValueError:
        assume(False)
    agree(document)


CASES: dict[str, dict[str, Any]] = {
    "words as long as may be": request(prompt="x" * 4000),
    "one more": request(prompt="x" * 4001),
    "decomposed words": request(prompt="e\u0301" * 2001),
    "words that grow when they are composed": request(prompt="\u0958" * 4000),
    "a line break too early": request(prompt="a\rb"),
    "CRLF": request(prompt="a\r\nb"),
    "blanks": request(prompt="\u3000\u2003 "),
    "a mark that looks like a blank": request(prompt="\ufeff"),
    "a whole number with a point": request(settings={"scenes": 3.0}),
    "half a scene": request(settings={"scenes": 3.5}),
    "true scenes": request(settings={"scenes": True}),
    "no settings": request(settings=None),
    "no music": request("ugc", settings={"music": None}),
    "a null of another mode": request(settings={"duration": None}, retry=None),
    "a value of another mode": request(settings={"duration": 5}),
    "a preview of a preview": request(settings={"preview": True, "preview_of": JOB}),
    "a review of a rendering": request(settings={"review": True, "preview_of": JOB}),
    "a recording": request("ugc", settings={"voice_over": ASSET, "script": "Hello."}),
    "a recording without words": request("ugc", settings={"voice_over": ASSET}),
    "an address in capitals": request(
        product={"product_id": "p", "name": "n", "images": [{"url": "HTTPS://X.EXAMPLE:/"}]}
    ),
    "an address with a password": request(
        product={"product_id": "p", "name": "n", "images": [{"url": "https://a:b@x/"}]}
    ),
    "an address of an umlaut": request(
        product={"product_id": "p", "name": "n", "images": [{"url": "https://b\u00fccher.example/\u00fc"}]}
    ),
    "two sources": request(
        product={"product_id": "p", "name": "n", "images": [{"url": "https://x.example", "asset_id": ASSET}]}
    ),
    "no source": request(product={"product_id": "p", "name": "n", "images": [{"url": None}]}),
    "an unknown field": request(colour="red"),
    "an unknown type": request(job_type="marketing"),
    "an unknown mode": request("radio"),
}
RETRIES: dict[str, dict[str, Any]] = {
    "a scene": {"stage": "image", "scene": 3, "scope": "only"},
    "only, of nothing": {"scope": "only"},
    "only, of no scene": {"stage": "image", "scope": "only"},
    "only, of a stage": {"stage": "neutral_image", "scope": "only"},
    "onward from nowhere": {"stage": "image", "scope": "onward"},
    "a scene without a stage": {"scene": 3},
    "edits of nothing": {"edits": None},
    "edits of scene zero": {"edits": {"0": {}}},
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    agree(CASES[name])


@pytest.mark.parametrize("name", RETRIES)
def test_retries(name: str) -> None:
    retry = {"job_id": JOB, **RETRIES[name]}
    agree({"contract": 2, "job_type": "retry", "idempotency_key": "r", "retry": retry})
