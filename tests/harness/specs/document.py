"""A vendor's OpenAPI document (3.0 or 3.1): its operations, and validators for the parts that are used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema_rs
import pytest
import yaml

from tests.harness.specs.schemas import for_2020, key_of

FOLDER = Path(__file__).parents[4] / "shared" / "specs"
_METHODS = ("get", "put", "post", "delete", "patch", "head")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One of ``place`` path, query or header."""

    name: str
    place: str
    required: bool
    schema: Schema


class Operation:
    """One method of one path. ``name`` is ``POST /images/edits``, ``id`` the operationId or empty."""

    def __init__(self, document: Document, method: str, path: str, given: Schema, shared: list[Any]) -> None:
        self.document = document
        self.method = method.upper()
        self.path = path
        self.name = f"{self.method} {path}"
        self.id: str = given.get("operationId", "")
        self._given = given
        self._shared = shared
        self._pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path's parameters, where it is this operation's."""
        found = self._pattern.fullmatch(path) if method == self.method else None
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The path's own and the operation's, which come first."""
        all_given = [
            self.document.whole(each) for each in [*self._given.get("parameters", ()), *self._shared]
        ]
        by_key = {(each["name"].lower(), each["in"]): each for each in reversed(all_given)}
        return tuple(
            Parameter(each["name"], each["in"], each.get("required", False), each.get("schema", {}))
            for each in by_key.values()
        )

    @cached_property
    def bodies(self) -> Mapping[str, Schema]:
        """The schema of the request's body by media type; empty where it takes none."""
        content = self.document.whole(self._given.get("requestBody", {})).get("content", {})
        return {media_type: each.get("schema", {}) for media_type, each in content.items()}

    @property
    def body_required(self) -> bool:
        return bool(self.document.whole(self._given.get("requestBody", {})).get("required"))

    def answers(self, status: int) -> Mapping[str, Schema] | None:
        """The schema of the answer's body by media type; None where the document knows no such status."""
        responses = self._given.get("responses", {})
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in responses:
                content = self.document.whole(responses[name]).get("content", {})
                return {media_type: each.get("schema", {}) for media_type, each in content.items()}
        return None


class Document:
    """``content`` as it was read; ``base`` is the path of its first server."""

    def __init__(self, content: Schema) -> None:
        self.content = content
        servers = content.get("servers") or [{"url": ""}]
        self.base = urlsplit(servers[0]["url"]).path.rstrip("/")
        self.operations = [
            Operation(self, method, path, item[method], item.get("parameters", []))
            for path, item in content["paths"].items()
            for method in _METHODS
            if method in item
        ]
        self._validators: dict[tuple[str, bool], jsonschema_rs.Validator] = {}

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a request's path below ``base``, and its path parameters. A path without
        parameters goes before one that has some."""
        found = [
            (operation, parameters)
            for operation in self.operations
            if (parameters := operation.match(method, path)) is not None
        ]
        return min(found, key=lambda each: len(each[1]), default=None)

    def named(self, name: str) -> Operation:
        """By ``POST /images/edits``, or by operationId."""
        for operation in self.operations:
            if name in (operation.name, operation.id):
                return operation
        raise LookupError(f"the document has no operation {name!r}")

    def whole(self, part: Schema) -> Schema:
        """``part``, or what it refers to."""
        while "$ref" in part:
            part = self._at(part["$ref"])
        return part

    def property(self, schema: Schema, name: str) -> Schema | None:
        """The schema of an object's property, also where alternatives or parts of it have it."""
        schema = self.whole(schema)
        if name in schema.get("properties", {}):
            found: Schema = schema["properties"][name]
            return found
        parts = (part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, ()))
        return next((each for part in parts if (each := self.property(part, name)) is not None), None)

    def errors(self, schema: Schema, value: Any, *, closed: bool = False) -> list[str]:
        """What is wrong with a value; with ``closed``, of one that is right, the properties that the
        schema does not know."""
        found = list(self._validator(schema, closed=False).iter_errors(value))
        if closed and not found and _has_properties(self, schema):
            found = list(self._validator(schema, closed=True).iter_errors(value))
        return [
            f"{'.'.join(map(str, error.instance_path)) or 'it'}: {error.message[:500]}" for error in found
        ]

    def _validator(self, schema: Schema, *, closed: bool) -> jsonschema_rs.Validator:
        key = (json.dumps(schema, default=str), closed)
        if key not in self._validators:
            used: dict[str, Any] = {}
            built = for_2020(schema, used)
            while missing := [ref for ref, found in used.items() if found is None]:
                for ref in missing:
                    used[ref] = for_2020(self._at(ref), used)
            whole: dict[str, Any] = {
                "allOf": [built],
                "$defs": {key_of(ref): found for ref, found in used.items()},
            }
            if closed:
                whole["unevaluatedProperties"] = False
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]

    def _at(self, pointer: str) -> Any:
        found: Any = self.content
        for part in pointer.removeprefix("#/").split("/"):
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if isinstance(found, list) else found[name]
        return found


def _has_properties(document: Document, schema: Schema) -> bool:
    """Whether the schema says at all which properties there are."""
    schema = document.whole(schema)
    parts = (part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, ()))
    return bool(schema.get("properties")) or any(_has_properties(document, part) for part in parts)


@cache
def read(name: str) -> Document:
    """A document of the folder, once per process. Skips the test where it is not there."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"needs ../shared/specs/{name}, the vendor's OpenAPI document")
    if path.suffix == ".json":
        return Document(json.loads(path.read_bytes()))
    return Document(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))


def media_types(content: Mapping[str, Schema], media_type: str) -> Iterator[Schema]:
    """The schemas for a media type, an exact name before a range (``audio/*``)."""
    kind = media_type.partition("/")[0]
    for name in (media_type, f"{kind}/*", "*/*"):
        if name in content:
            yield content[name]
