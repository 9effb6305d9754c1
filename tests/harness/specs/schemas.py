"""OpenAPI's schemas, 3.0 and 3.1, in the words of JSON Schema 2020-12."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What stands for a file where a schema wants one; nothing else is valid there.
FILE = {"a file": "of a multipart body"}
_BY_NAME = ("properties", "patternProperties", "dependentSchemas")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
# What says nothing about a value's validity, or is said below in other words.
_SKIPPED = ("nullable", "oneOf", "default", "example", "examples", "discriminator", "externalDocs", "xml")


def for_2020(schema: Any, used: dict[str, Any]) -> Any:
    """The schema with ``nullable`` and 3.0's exclusive bounds said anew, and files told from texts. oneOf
    is read as anyOf: vendors use it for alternatives that overlap. References go to ``$defs``; those
    that were met are added to ``used`` with None."""
    if isinstance(schema, list):
        return [for_2020(each, used) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("format") == "binary":
        return {"const": FILE}
    built: dict[str, Any] = {}
    for word, value in schema.items():
        if word == "$ref":
            used.setdefault(value, None)
            built[word] = f"#/$defs/{key_of(value)}"
        elif word not in _SKIPPED and word[:1] != "$" and word[:2] != "x-":
            built |= _said(word, value, schema, used)
    if "oneOf" in schema:
        built.setdefault("allOf", []).append({"anyOf": for_2020(schema["oneOf"], used)})
    return {"anyOf": [built, {"type": "null"}]} if schema.get("nullable") else built


def _said(word: str, value: Any, schema: Mapping[str, Any], used: dict[str, Any]) -> dict[str, Any]:
    """One word and its value, or nothing."""
    if word in _BY_NAME:
        return {word: {name: for_2020(each, used) for name, each in value.items()}}
    if word == "required":
        return {word: sorted(set(value))}
    if word in ("enum", "const"):
        return {word: value}
    if word in _EXCLUSIVE and isinstance(value, bool):  # 3.0
        return {word: schema[_EXCLUSIVE[word]]} if value else {}
    return {word: for_2020(value, used)}


def key_of(ref: str) -> str:
    """The name of a reference in ``$defs``."""
    return re.sub(r"\W", "_", ref)
