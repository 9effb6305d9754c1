"""Strict fields: a value has the JSON type that it should have, is bounded, and can be stored.

marshmallow's own fields coerce ("5" is an integer, "yes" is true, an object is a list of its keys);
a contract does not. The text of an error is two lines, what is wrong and what would be accepted;
`genai.contracts.problems` takes them apart. ``json_schema`` says the same bounds as JSON Schema (2020-12).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields
from marshmallow.exceptions import SCHEMA
from marshmallow.types import ErrorMessages

METADATA_BYTES = 16 * 1024
METADATA_DEPTH = 10
_LINE_BREAKS = "\n\t"

# Regular expressions in what Python and ECMA-262 have in common: they check here, and are published.
_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_BLANK = r"\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_IN_ADDRESS = rf"[^{_CONTROL}{_BLANK}\\]"
_IN_HOST = rf"[^{_CONTROL}{_BLANK}\\/?#@:\[\]]"
_ADDRESS = rf"[Hh][Tt][Tt][Pp][Ss]?://({_IN_HOST}+|\[[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?\])(:[0-9]{{0,5}})?([/?#]{_IN_ADDRESS}*)?"
_MOMENT = (
    r"[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"(Z|[+-][0-2][0-9]:[0-5][0-9])"
)


def complaint(detail: str, remedy: str = "", field: str = SCHEMA) -> ValidationError:
    """A validation error with what would be accepted; ``field`` where a schema's rule blames one."""
    return ValidationError(f"{detail}\n{remedy}", field)


def unstorable(text: str, allowed: str = "") -> str | None:
    """Why a text is refused, or None: control characters but `allowed`, and lone surrogates."""
    for character in text:
        if character in allowed:
            continue
        category = unicodedata.category(character)
        if category == "Cc":
            return f"Contains the control character U+{ord(character):04X}."
        if category == "Cs":
            return "Contains half of a surrogate pair, which is not text."
    return None


class Strict:
    """The messages that all fields share."""

    @property
    def json_schema(self) -> Mapping[str, Any]:
        """What is accepted, but for null and for the fields of an object."""
        return {}

    default_error_messages: ErrorMessages = {  # noqa: RUF012 - marshmallow merges, never changes it
        "required": "Missing.\nSend this field.",
        "null": "Must not be null.\nSend a value, or leave the field out where it has a default.",
    }


class Text(Strict, fields.String):
    """Text of `low` to `high` characters as it is sent; with `lines`, line breaks and tabs are allowed and
    CRLF becomes LF. Text of blanks alone counts as empty. Loads Unicode NFC, so that the same words
    written by two systems are the same request (but for the rare text that NFC makes too long)."""

    def __init__(
        self,
        low: int,
        high: int,
        *,
        lines: bool = False,
        pattern: str | None = None,
        example: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.low, self.high, self.lines = low, high, lines
        self.pattern = re.compile(pattern) if pattern else None
        self.wanted = example or f"a string of {low} to {high} characters"

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {
            "type": "string",
            "minLength": self.low,
            "maxLength": self.high,
            "pattern": f"^({self.pattern.pattern})$" if self.pattern else self._plain(),
        }

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise complaint("Not a string.", f"Send {self.wanted}.")
        if not self.low <= len(value) <= self.high or (self.low and not value.strip()):
            raise complaint("Too long or too short.", f"Send {self.wanted}.")
        text = value.replace("\r\n", "\n") if self.lines else value
        if reason := unstorable(text, _LINE_BREAKS if self.lines else ""):
            raise complaint(reason, "Send text without it.")
        if self.pattern and not self.pattern.fullmatch(text):
            raise complaint("Not of the expected form.", f"Send {self.wanted}.")
        composed = unicodedata.normalize("NFC", text)
        return composed if len(composed) <= self.high else text

    def _plain(self) -> str:
        """No control characters, and something to see where there must be text."""
        any_ = rf"([^{_CONTROL}]|\t|\r?\n)" if self.lines else f"[^{_CONTROL}]"
        return f"^{any_}*[^{_CONTROL}{_BLANK}]{any_}*$" if self.low else f"^{any_}*$"


class Whole(Strict, fields.Integer):
    """A whole number from `low` to `high`; "3" is none. JSON does not tell 3.0 from 3."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> int:
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not is_whole or not self.low <= value <= self.high:
            wanted = f"{self.low} to {self.high}" if self.low < self.high else str(self.low)
            raise complaint("Not a whole number in range.", f"Send a whole number: {wanted}.")
        return int(value)


class Number(Strict, fields.Float):
    """A finite number from `low` to `high`, as a float."""

    def __init__(self, low: float, high: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "number", "minimum": self.low, "maximum": self.high}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not self.low <= value <= self.high:  # false for NaN, too
            raise complaint("Not a number in range.", f"Send a number from {self.low:g} to {self.high:g}.")
        return float(value)


class Flag(Strict, fields.Boolean):
    """true or false, and nothing that resembles them."""

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "boolean"}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise complaint("Not a boolean.", "Send true or false.")
        return value


class Choice(Strict, fields.String):
    """One of a few words; loads what `make` makes of the word (an enum's member, say)."""

    def __init__(self, words: Iterable[str], make: Callable[[str], Any] = str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words, self.make = tuple(str(word) for word in words), make

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "enum": list(self.words)}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.words:
            raise complaint("Not one of the possible values.", f"Send one of {', '.join(self.words)}.")
        return self.make(value)


class Address(Text):
    """An absolute http or https address without user name or password."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, 2048, **kwargs)

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "minLength": self.low, "maxLength": self.high, "pattern": f"^{_ADDRESS}$"}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> str:
        text = super()._deserialize(value)
        try:
            parts = urlsplit(text)
            host = parts.hostname
            parts.port  # noqa: B018 - raises ValueError out of range
        except ValueError:
            host = None
        if host and (parts.username is not None or parts.password is not None):
            raise complaint("Holds credentials.", "Send an address without user name and password.")
        if not host or not re.fullmatch(_ADDRESS, text):
            raise complaint("Not an http or https address.", "Send an absolute http:// or https:// address.")
        return text


class Moment(Strict, fields.AwareDateTime):
    """A moment as RFC 3339 writes it, from the year 1000 on."""

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": f"^{_MOMENT}$"}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> datetime:
        try:
            if isinstance(value, str) and re.fullmatch(_MOMENT, value):
                return super()._deserialize(value, attr, data, **kwargs)
        except (ValidationError, OverflowError):
            pass  # the thirtieth of February
        raise complaint("Not a moment.", "Send ISO 8601 with an offset, such as 2026-03-01T12:00:00Z.")


class Inside(Strict, fields.Nested):
    """An object with a schema of its own."""


class Items(Strict, fields.List[Any]):
    """A JSON array of `low` to `high` items; loads a tuple."""

    def __init__(self, inner: fields.Field[Any], low: int, high: int, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)
        self.low, self.high = low, high

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "array", "minItems": self.low, "maxItems": self.high}

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        if not isinstance(value, list | tuple) or not self.low <= len(value) <= self.high:
            raise complaint(
                "Not an array of the right length.", f"Send an array of {self.low} to {self.high} items."
            )
        return tuple(super()._deserialize(value, attr, data))


class Entries(Strict, fields.Field[Mapping[Any, Any]]):
    """A JSON object of at most `high` entries whose names the sender chooses.

    `key` loads a name (its own limits apply), `entry` a value; problems point at the entry.
    """

    def __init__(
        self,
        key: fields.Field[Any],
        entry: fields.Field[Any],
        high: int,
        *,
        make_key: Callable[[str], Any] = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.key, self.entry, self.high, self.make_key = key, entry, high, make_key

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "object", "maxProperties": self.high}

    def _deserialize(
        self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any
    ) -> Mapping[Any, Any]:
        if not isinstance(value, Mapping) or len(value) > self.high:
            raise complaint(
                "Not an object of the right size.", f"Send an object of at most {self.high} entries."
            )
        loaded: dict[Any, Any] = {}
        errors: dict[str, Any] = {}
        for name, item in value.items():
            try:
                key = self.make_key(str(self.key.deserialize(name)))
            except ValidationError as error:
                errors[name] = [f"The name of this entry: {message}" for message in error.messages]
                continue
            try:
                loaded[key] = self.entry.deserialize(item)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return loaded

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return {str(key): self.entry.serialize(key, value, accessor=_entry) for key in value}


def _entry(entries: Mapping[Any, Any], key: Any, default: Any) -> Any:
    return entries.get(key, default)


def scene_key() -> Text:
    """The name of an entry that stands for a scene: its number in decimal, without leading zeros."""
    return Text(1, 3, pattern=r"[1-9][0-9]*", example="a scene number such as 3")


class JsonObject(Strict, fields.Field[Mapping[str, Any]]):
    """Any JSON object, kept as it is: at most 16 kB as compact UTF-8 JSON and ten levels deep, of what
    a database can hold (no NUL, no half surrogate pairs, finite numbers)."""

    @property
    def json_schema(self) -> Mapping[str, Any]:
        return {"type": "object"}

    def _deserialize(
        self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any
    ) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise complaint("Not an object.", "Send a JSON object.")
        self._look_through(value)
        try:
            size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        except ValueError:  # an integer of more digits than Python writes
            raise complaint("Holds a number that is too large.", "Send it as a string.") from None
        if size > METADATA_BYTES:
            raise complaint(f"{size} bytes as JSON.", f"Send at most {METADATA_BYTES} bytes.")
        return value

    def _look_through(self, document: Mapping[str, Any]) -> None:
        waiting: list[tuple[Any, int]] = [(document, 1)]
        while waiting:
            value, depth = waiting.pop()
            if isinstance(value, dict | list) and depth > METADATA_DEPTH:
                raise complaint("Nested too deeply.", f"Send at most {METADATA_DEPTH} levels.")
            if isinstance(value, dict):
                waiting += [(item, depth + 1) for pair in value.items() for item in pair]
            elif isinstance(value, list):
                waiting += [(item, depth + 1) for item in value]
            elif isinstance(value, str):
                if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
                    raise complaint("Holds a NUL or half a surrogate pair.", "Send text without it.")
            elif isinstance(value, float) and not math.isfinite(value):
                raise complaint("Holds NaN or an infinite number.", "Send finite numbers or null.")
