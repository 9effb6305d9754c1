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
    """

    foreign: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["type"] = "Not an object.\nSend a JSON object."

    @pre_load
    def leave_out_foreign_nulls(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        absent = {name for name in self._unknown(data) & self.foreign if data[name] is None}
        return {name: value for name, value in data.items() if name not in absent}

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
