"""What the options of OpenAI's models may be; what they mean is said where they are used."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate

from genai.errors import ConfigurationError
from genai.vendors import Vendor

_POSITIVE = validate.Range(min=1)
_SIZE = validate.Regexp(r"[1-9]\d*x[1-9]\d*\Z", error="Must be sizes such as 1024x1536.")


class _Image(Schema):
    quality = fields.String()
    input_fidelity = fields.String(validate=validate.OneOf(("high", "low")))
    sizes = fields.List(fields.String(validate=_SIZE), validate=validate.Length(min=1))
    pixels = fields.Integer(strict=True, validate=_POSITIVE)
    pictures = fields.Integer(strict=True, validate=_POSITIVE)


class _Words(Schema):
    effort = fields.String()
    output_tokens = fields.Integer(strict=True, validate=_POSITIVE)


class _Speech(Schema):
    voice = fields.String()
    instructions = fields.String()


_OPTIONS: dict[str, type[Schema]] = {
    "image": _Image,
    "image.neutral": _Image,
    "image.sheet": _Image,
    "image.scene": _Image,
    "metadata": _Words,
    "script": _Words,
    "storyboard": _Words,
    "fidelity": _Words,
    "audio": _Speech,
    "audio.alignment": Schema,
}


def check(vendor: Vendor) -> None:
    """Raise ConfigurationError, naming the place, for a use or an option that there is not."""
    place = f"GENAI_VENDORS_FILE: {vendor.name}.use"
    for use, model in vendor.models.items():
        if use not in _OPTIONS:
            raise ConfigurationError(f"{place}.{use}: openai serves {', '.join(_OPTIONS)}")
        try:
            _OPTIONS[use]().load(dict(model.options))
        except ValidationError as error:
            name, said = next(iter(error.normalized_messages().items()))
            raise ConfigurationError(f"{place}.{use}.options.{name}: {said}") from None
    if "audio" in vendor.models and "audio.alignment" not in vendor.models:
        raise ConfigurationError(f"{place}.audio: needs audio.alignment as well, for the times of words")
