"""The base of all schemas: what they do not know is an error, and its text says what they do know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, pre_load


class StrictSchema(Schema):
    """Refuses unknown fields.

    ``foreign`` names fields that other forms of the same object have (another job type, another mode).
    null says nothing about them and is accepted, so that one template of a request serves all forms;
    a value is refused, since nothing would use it.

    ``filled`` are values of required fields that may be left out, or null.

    ``rules`` are the schema's own validators once more, as JSON Schema: what they say about several
    fields together. What JSON Schema cannot say is said in the description.
    """

    foreign: ClassVar[frozenset[str]] = frozenset()
    filled: ClassVar[Mapping[str, Any]] = {}
    rules: ClassVar[tuple[Mapping[str, Any], ...]] = ()

    class Meta:
        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["type"] = "Not an object.\nSend a JSON object."

    @pre_load
    def complete(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        absent = {name for name in self._unknown(data) & self.foreign if data[name] is None}
        usual = {name: value for name, value in self.filled.items() if data.get(name) is None}
        return {**{name: value for name, value in data.items() if name not in absent}, **usual}

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Say of an unknown field which fields there are."""
        messages = error.messages
        if not isinstance(messages, dict) or not isinstance(data, Mapping):
            return
        for name in self._unknown(data) & set(messages):
            if name in self.foreign:
                messages[name] = "Not used here.\nLeave it out, or send null."
            else:
                known = ", ".join(sorted(self.load_fields))
                messages[name] = f"Unknown field {name[:60]!r}.\nKnown here: {known}."

    def _unknown(self, data: Mapping[str, Any]) -> set[str]:
        return set(data) - set(self.load_fields)


class OneOf(Schema):
    """One of several ``forms`` of an object, told apart by the field ``discriminator``; in documents for
    machines the name of a form ends in ``noun``."""

    discriminator: ClassVar[str]
    noun: ClassVar[str]

    @property
    def forms(self) -> Mapping[str, Schema]:
        """The schema of each form, by the value of the field that tells them apart."""
        raise NotImplementedError


def sent(*names: str) -> dict[str, Any]:
    """A rule: these fields are there, and not null."""
    return {"required": list(names), "properties": {name: {"not": {"type": "null"}} for name in names}}


def absent(name: str) -> dict[str, Any]:
    """A rule: the field is not there, or null."""
    return {"properties": {name: {"type": "null"}}}


def words(name: str, *values: object) -> dict[str, Any]:
    """A rule: the field is one of these, or not there."""
    return {"properties": {name: {"enum": list(values)}}}


def any_of(*rules: Mapping[str, Any]) -> dict[str, Any]:
    """A rule: one of these holds, or several."""
    return {"anyOf": list(rules)}
