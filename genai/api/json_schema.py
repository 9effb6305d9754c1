"""Marshmallow schemas as JSON Schema (2020-12): what is accepted, no more and no less.

apispec does the walking. The fields say their own bounds (``genai.contracts.fields``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import RAISE, Schema, fields, missing

from genai.contracts.fields import Entries, Strict
from genai.contracts.request import SettingsField
from genai.contracts.strict import OneOf, StrictSchema

_COMPONENT = "#/components/schemas/"


class Converter(OpenAPIConverter):
    """Knows the contract's own fields, and forms that are told apart by a field."""

    def field2property(self, field: fields.Field[Any]) -> dict[str, Any]:
        found: dict[str, Any] = super().field2property(field)
        if isinstance(field, Strict):
            found |= field.json_schema
        if isinstance(field, Entries):
            found["propertyNames"] = self.field2property(field.key)
            found["additionalProperties"] = self.field2property(field.entry)
        if isinstance(field, SettingsField):
            found |= self.resolve_nested_schema(field.schema)
        return _nullable(found) if field.allow_none else found

    def field2default(self, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
        default = field.load_default() if callable(field.load_default) else field.load_default
        if default is missing:
            return {}
        return {"default": field._serialize(default, None, None)}  # noqa: SLF001 - as apispec does

    def field2nullable(self, field: fields.Field[Any], ret: Any) -> dict[str, Any]:
        return {}  # at the end, when all else is known

    def schema2jsonschema(self, schema: Schema | type[Schema]) -> dict[str, Any]:
        schema = schema() if isinstance(schema, type) else schema
        if isinstance(schema, OneOf):
            return self._one_of(schema)
        found: dict[str, Any] = super().schema2jsonschema(schema)
        found["description"] = _prose(schema)
        if isinstance(schema, StrictSchema):
            properties = found["properties"]
            for name, value in schema.filled.items():
                properties[name] = _nullable(properties[name] | {"default": value})
                found["required"] = [other for other in found["required"] if other != name]
            properties |= {name: {"type": "null"} for name in sorted(schema.foreign - set(properties))}
            if schema.rules:
                found["allOf"] = json.loads(json.dumps(schema.rules))
        found["additionalProperties"] = schema.unknown != RAISE
        return found

    def _field2parameter(self, field: fields.Field[Any], *, name: str, location: str) -> dict[str, Any]:
        parameter: dict[str, Any] = super()._field2parameter(field, name=name, location=location)
        schema = parameter["schema"]  # a parameter that is there is never null
        if isinstance(schema.get("type"), list):
            schema["type"] = schema["type"][0]
            schema["enum" if "enum" in schema else "type"] = _without_null(schema)
        if schema.get("default", missing) is None:
            del schema["default"]
        return parameter

    def _one_of(self, schema: OneOf) -> dict[str, Any]:
        named: dict[str, str] = {}
        for value, form in schema.forms.items():
            name = _camel(value) + schema.noun
            document = self.schema2jsonschema(form)
            if "properties" in document:
                document["properties"][schema.discriminator] = {"const": str(value)}
            self.spec.components.schema(name, document)
            named[str(value)] = _COMPONENT + name
        return {
            "description": _prose(schema),
            "oneOf": [{"$ref": reference} for reference in named.values()],
            "discriminator": {"propertyName": schema.discriminator, "mapping": named},
        }


class Plugin(MarshmallowPlugin):
    """apispec's plugin, with this converter, and schemas named by their classes."""

    Converter = Converter

    def __init__(self) -> None:
        super().__init__(schema_name_resolver=_name)


def json_schema(schema: type[Schema] | Schema, **about: Any) -> dict[str, Any]:
    """A JSON Schema that stands alone: what it refers to is in its ``$defs``."""
    plugin = Plugin()
    spec = APISpec("", "", "3.1.0", plugins=[plugin])
    converter = plugin.converter
    assert converter is not None, "the spec has made it"
    document = converter.schema2jsonschema(schema)
    definitions = spec.to_dict().get("components", {}).get("schemas", {})
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **about,
        **document,
        **({"$defs": definitions} if definitions else {}),
    }
    return json.loads(json.dumps(whole).replace(_COMPONENT, "#/$defs/"))


def _nullable(found: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in found or "allOf" in found:
        reference = {name: found.pop(name) for name in ("$ref", "allOf") if name in found}
        return {**found, "anyOf": [reference, {"type": "null"}]}
    if isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found


def _without_null(schema: Mapping[str, Any]) -> Any:
    return [value for value in schema["enum"] if value is not None] if "enum" in schema else schema["type"]


def _prose(schema: Schema) -> str:
    """What the schema's class says of itself, a line for each paragraph."""
    text = type(schema).__doc__ or ""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).replace("``", "`")


def _name(schema: Schema | type[Schema]) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema").removeprefix("_")


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[._]", words))
