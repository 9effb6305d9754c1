"""Which changes of an OpenAPI document break a client that was written for an older one.

What is sent must still be accepted, and what comes back must be what was promised; answers may gain
fields. Whatever this cannot show to be harmless it reports: a false alarm is looked at, a miss is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_LEAST = ("minimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "maxLength", "maxItems", "maxProperties")
_SAME = ("pattern", "format", "not", "propertyNames", "const")
_VALUE = ("items", "additionalProperties")


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What would break, each with its place; empty where nothing does."""
    return [
        f"{method.upper()} {path}: {change}"
        for path, operations in old["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
        for change in _Comparison(old, new).operation(
            _whole(old, path, operation), _whole(new, path, new["paths"].get(path, {}).get(method))
        )
    ]


def _whole(document: Mapping[str, Any], path: str, operation: Schema | None) -> Schema | None:
    """The operation with the parameters of its path."""
    if operation is None:
        return None
    shared = document["paths"][path].get("parameters", [])
    return {**operation, "parameters": [*shared, *operation.get("parameters", [])]}


class _Comparison:
    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.old, self.new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def operation(self, old: Schema | None, new: Schema | None) -> Iterator[str]:
        assert old is not None, "it is taken from the older document"
        if new is None:
            yield "is gone"
            return
        if any(one not in new["security"] for one in old["security"]):
            yield "wants other credentials"
        yield from self._parameters(old, new)
        if "requestBody" in new:
            yield from self._body(old.get("requestBody", {"content": {}}), new["requestBody"])
        for status, response in old["responses"].items():
            if status not in new["responses"]:
                continue  # an answer that never comes harms nobody
            yield from self._answer(
                status, self._at(self.old, response), self._at(self.new, new["responses"][status])
            )
        for status in set(new["responses"]) - set(old["responses"]):
            if status.startswith("2"):
                yield f"answers {status}, which nobody expects"

    def _parameters(self, old: Schema, new: Schema) -> Iterator[str]:
        before = {(p["in"], p["name"]): p for p in (self._at(self.old, p) for p in old["parameters"])}
        after = {(p["in"], p["name"]): p for p in (self._at(self.new, p) for p in new["parameters"])}
        for key, parameter in after.items():
            if key not in before and parameter.get("required"):
                yield f"wants the parameter {key[1]}"
        for key, parameter in before.items():
            if key not in after:
                yield f"has no parameter {key[1]}"
                continue
            if after[key].get("required") and not parameter.get("required"):
                yield f"wants the parameter {key[1]}"
            yield from self._within(parameter["schema"], after[key]["schema"], key[1], sent=True)

    def _body(self, old: Schema, new: Schema) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield "wants a body"
        for media_type, content in old["content"].items():
            if media_type not in new["content"]:
                yield f"takes no {media_type}"
                continue
            yield from self._within(
                content["schema"], new["content"][media_type]["schema"], "body", sent=True
            )

    def _answer(self, status: str, old: Schema, new: Schema) -> Iterator[str]:
        for media_type, content in old.get("content", {}).items():
            if media_type not in new.get("content", {}):
                yield f"{status} comes without {media_type}"
                continue
            found = new["content"][media_type]["schema"]
            yield from self._within(found, content["schema"], status, sent=False)

    def _within(self, small: Schema, big: Schema, where: str, *, sent: bool) -> Iterator[str]:
        """Whether all that is ``small`` is ``big``. What is ``sent`` was described by the older document."""
        of_small, of_big = (self.old, self.new) if sent else (self.new, self.old)
        if "$ref" in small and "$ref" in big:
            pair = (small["$ref"], big["$ref"], sent)
            if pair in self._seen:
                return
            self._seen.add(pair)
        small, big = self._at(of_small, small), self._at(of_big, big)
        if forms := big.get("oneOf") or big.get("anyOf"):
            yield from self._some_form(small, forms, where, sent=sent)
            return
        if own := small.get("oneOf") or small.get("anyOf"):
            for form in own:
                yield from self._within(form, big, where, sent=sent)
            return
        yield from _bounds(small, big, where)
        if any(rule not in small.get("allOf", []) for rule in big.get("allOf", [])):
            yield f"{where}: another rule"
        yield from self._fields(small, big, where, sent=sent)
        for key in _VALUE:
            if isinstance(big.get(key), dict) and isinstance(small.get(key), dict):
                yield from self._within(small[key], big[key], f"{where}/*", sent=sent)

    def _some_form(self, small: Schema, forms: list[Schema], where: str, *, sent: bool) -> Iterator[str]:
        for own in small.get("oneOf") or small.get("anyOf") or [small]:
            seen = set(self._seen)
            alike = [form for form in forms if form.get("$ref") == own.get("$ref")]  # or both without a name
            found = [list(self._within(own, form, where, sent=sent)) for form in alike]
            if [] not in found:
                self._seen = seen
                yield from min(found, key=len, default=[f"{where}: a form is gone"])

    def _fields(self, small: Schema, big: Schema, where: str, *, sent: bool) -> Iterator[str]:
        before, after = small.get("properties", {}), big.get("properties", {})
        for name in set(big.get("required", [])) - set(small.get("required", [])):
            yield f"{where}/{name}: {'must be sent' if sent else 'may be missing'}"
        for name, schema in before.items():
            if name in after:
                yield from self._within(schema, after[name], f"{where}/{name}", sent=sent)
            elif sent and big.get("additionalProperties") is False:
                yield f"{where}/{name}: is refused"

    @staticmethod
    def _at(document: Mapping[str, Any], part: Schema) -> Schema:
        if "$ref" not in part:
            return part
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return {**found, **{key: value for key, value in part.items() if key != "$ref"}}


def _bounds(small: Schema, big: Schema, where: str) -> Iterator[str]:
    if "type" in big and not _types(small) <= _types(big):
        yield f"{where}: another type"
    if "enum" in big and not set(map(repr, small.get("enum", [small.get("const")]))) <= set(
        map(repr, big["enum"])
    ):
        yield f"{where}: other values"
    for key in _LEAST:
        if big.get(key, 0) > small.get(key, 0) or (key == "minimum" and key in big and key not in small):
            yield f"{where}: another {key}"
    for key in _MOST:
        if key in big and small.get(key, float("inf")) > big[key]:
            yield f"{where}: another {key}"
    for key in _SAME:
        if key in big and small.get(key) != big[key]:
            yield f"{where}: another {key}"


def _types(schema: Schema) -> set[str]:
    if "type" not in schema:
        known = {"string", "number", "integer", "boolean", "object", "array", "null"}
        return {type(schema["const"]).__name__.replace("str", "string")} if "const" in schema else known
    found = schema["type"]
    types = {found} if isinstance(found, str) else set(found)
    return types | {"integer"} if "number" in types else types
