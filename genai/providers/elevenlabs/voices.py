"""Who speaks: names of the settings and the vendor's ids, and the languages of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from genai.errors import ConfigurationError, Permanent
from genai.providers.elevenlabs.languages import code_of
from genai.vendors import Model

ANY = "*"


class _VoicesSchema(Schema):
    voices = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, validate=validate.Length(min=1)
    )
    default = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    languages = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


@dataclass(frozen=True)
class Voices:
    """``ids`` by name in lower case; ``default``: the voice of a language, ``*`` for all others;
    ``languages``: what the model speaks, as ISO 639 codes."""

    ids: Mapping[str, str]
    default: Mapping[str, str]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, model: Model, place: str) -> Voices:
        """As the options of the model at ``place`` in the vendors' file say. Raises ConfigurationError."""
        given = {
            name: model.options[name] for name in ("voices", "default", "languages") if name in model.options
        }
        try:
            read: dict[str, Any] = _VoicesSchema().load(given)
        except ValidationError as error:
            raise ConfigurationError(f"{place}.options: {error.normalized_messages()}") from None
        ids = {name.lower(): id_ for name, id_ in read["voices"].items()}
        missing = [
            name for name in (ANY, *read["default"]) if read["default"].get(name, "").lower() not in ids
        ]
        if missing:
            raise ConfigurationError(
                f"{place}.options.default: the voice for {missing[0]!r} is none of {', '.join(ids)}"
            )
        return cls(ids, read["default"], tuple(read["languages"]))

    def language(self, tag: str) -> str:
        """The model's code for a BCP 47 tag. Raises Permanent, ``unsupported_language``."""
        return code_of(tag, self.languages, "supply a recording of the speech")

    def id(self, name: str | None, language: str) -> str:
        """The vendor's id of the voice of that name; without a name, of the language's own. Raises Permanent,
        ``unknown_voice``."""
        wanted = name or self.default.get(language, self.default[ANY])
        if (found := self.ids.get(wanted.strip().lower())) is None:
            raise Permanent(
                f"there is no voice {name!r}; set `voice` to one of {', '.join(self.ids)}",
                code="unknown_voice",
                details={"voices": list(self.ids)},
            )
        return found
