"""The comparison of OpenAPI documents: what breaks a client, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest

from tests.harness.breaking import breaking_changes

OLD: dict[str, Any] = {
    "paths": {
        "/things/{id}": {
            "parameters": [{"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}],
            "post": {
                "security": [{"bearer": ["write"]}],
                "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 9}}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}},
                },
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
                    }
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Wish": {
                "oneOf": [{"$ref": "#/components/schemas/Small"}, {"$ref": "#/components/schemas/Large"}]
            },
            "Small": {
                "type": "object",
                "properties": {
                    "kind": {"const": "small"},
                    "words": {"type": ["string", "null"], "maxLength": 5},
                },
                "required": ["kind"],
                "additionalProperties": False,
            },
            "Large": {
                "type": "object",
                "properties": {"kind": {"const": "large"}},
                "required": ["kind"],
                "additionalProperties": False,
            },
            "Thing": {
                "type": "object",
                "properties": {
                    "state": {"type": "string", "enum": ["new", "old"]},
                    "parent": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
                },
                "required": ["state"],
                "additionalProperties": False,
            },
        }
    },
}


@dataclass(frozen=True)
class Document:
    """What is changed: the operation, the schemas."""

    operation: dict[str, Any]
    schemas: dict[str, Any]


Change = Callable[[Document], object]
_words = ("Small", "properties", "words")


def _put(part: dict[str, Any], *path: str, value: Any) -> None:
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value


HARMLESS: dict[str, Change] = {
    "nothing": lambda _: None,
    "an optional field more": lambda d: _put(
        d.schemas, "Large", "properties", "note", value={"type": "string"}
    ),
    "longer words": lambda d: _put(d.schemas, *_words, "maxLength", value=9),
    "a form more": lambda d: d.schemas["Wish"]["oneOf"].append({"type": "array"}),
    "a parameter more": lambda d: d.operation["parameters"].append(
        {"in": "query", "name": "x", "schema": {}}
    ),
    "a field more in the answer": lambda d: _put(d.schemas, "Thing", "properties", "age", value={}),
    "fewer states in the answer": lambda d: _put(
        d.schemas, "Thing", "properties", "state", "enum", value=["new"]
    ),
    "a further refusal": lambda d: _put(d.operation, "responses", "409", value={}),
    "an answer less": lambda d: d.operation["responses"].pop("200"),
}
BREAKING: dict[str, tuple[Change, str]] = {
    "a field that must be sent": (lambda d: d.schemas["Small"]["required"].append("words"), "must be sent"),
    "a field less": (lambda d: d.schemas["Small"]["properties"].pop("words"), "is refused"),
    "shorter words": (lambda d: _put(d.schemas, *_words, "maxLength", value=4), "maxLength"),
    "a pattern": (lambda d: _put(d.schemas, *_words, "pattern", value="^a"), "pattern"),
    "null no more": (lambda d: _put(d.schemas, *_words, "type", value="string"), "type"),
    "a rule": (lambda d: _put(d.schemas, "Small", "allOf", value=[{"required": ["words"]}]), "rule"),
    "a form less": (lambda d: d.schemas["Wish"]["oneOf"].pop(), "a form is gone"),
    "a smaller limit": (
        lambda d: _put(d.operation["parameters"][0], "schema", "maximum", value=8),
        "maximum",
    ),
    "a least limit": (lambda d: _put(d.operation["parameters"][0], "schema", "minimum", value=-1), "minimum"),
    "a parameter less": (lambda d: d.operation["parameters"].clear(), "no parameter"),
    "a parameter that is wanted": (
        lambda d: d.operation["parameters"].append(
            {"in": "query", "name": "x", "required": True, "schema": {}}
        ),
        "wants the parameter x",
    ),
    "another scope": (lambda d: _put(d.operation, "security", value=[{"bearer": ["ops"]}]), "credentials"),
    "another media type": (
        lambda d: _put(d.operation, "requestBody", "content", value={"text/plain": {}}),
        "takes no",
    ),
    "another success": (lambda d: _put(d.operation, "responses", "201", value={}), "201"),
    "a state more in the answer": (
        lambda d: d.schemas["Thing"]["properties"]["state"]["enum"].append("x"),
        "values",
    ),
    "a state that may be missing": (lambda d: d.schemas["Thing"]["required"].clear(), "may be missing"),
}


def _changed(change: Change) -> dict[str, Any]:
    new = deepcopy(OLD)
    change(Document(new["paths"]["/things/{id}"]["post"], new["components"]["schemas"]))
    return new


@pytest.mark.parametrize("name", HARMLESS)
def test_what_harms_nobody(name):
    assert breaking_changes(OLD, _changed(HARMLESS[name])) == []


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks(name):
    change, says = BREAKING[name]
    (found,) = breaking_changes(OLD, _changed(change))
    assert says in found


def test_an_operation_that_is_gone():
    new = deepcopy(OLD)
    del new["paths"]["/things/{id}"]
    assert breaking_changes(OLD, new) == ["POST /things/{id}: is gone"]
