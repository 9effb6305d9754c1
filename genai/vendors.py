"""Vendors, as the settings name them: where they are, our key, which model serves what, and its price.

What ships is in ``vendors.toml``; a deployment lays its own file over it, table by table. Keys come from
the environment alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from genai.domain.enums import Capability
from genai.domain.limits import Limit
from genai.errors import ConfigurationError

# ``input_image_token``: a token of a picture that is sent, where that has another price than one of text.
UNITS = ("call", "image", "second", "character", "input_token", "input_image_token", "output_token")


@dataclass(frozen=True)
class Model:
    """A vendor's model for one use. ``prices`` are US dollars for one of each unit that it charges.

    ``inputs`` maps the model's inputs to ours, ``options`` are the adapter's own; what both mean is in the
    adapter's docstring.
    """

    name: str
    prices: Mapping[str, float] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def cost(self, **amounts: float) -> float:
        """US dollars for so much of each unit; a unit without a price costs nothing."""
        return sum(self.prices.get(unit, 0.0) * amount for unit, amount in amounts.items())


@dataclass(frozen=True)
class Vendor:
    """``url`` and ``key`` are empty for an engine of this machine. ``models`` by use: a capability, or one
    purpose of it (``image``, ``image.cutout``). ``result_hosts``: where its results may be downloaded from,
    as :class:`genai.providers.http.Account` says. ``priced`` and ``source``: when its prices were true, and
    who said so."""

    name: str
    url: str
    key: str = field(repr=False)
    result_hosts: tuple[str, ...] = ()
    limit: Limit = field(default_factory=Limit)
    models: Mapping[str, Model] = field(default_factory=dict)
    priced: date | None = None
    source: str = ""

    def model(self, use: str) -> Model | None:
        """The model for a use, None where nothing is said of it."""
        return self.models.get(use)

    def model_of(self, capability: Capability) -> str:
        """What the results of a capability depend on: the models of all its uses."""
        uses = (use for use in sorted(self.models) if use.partition(".")[0] == capability.value)
        return " ".join(dict.fromkeys(self.models[use].name for use in uses))

    def unpriced(self, capability: Capability) -> Iterator[str]:
        """The settings that should say what the capability's models cost and do not. One that is free says so
        with a price of 0; an engine of this machine, which has no address, charges nothing."""
        for use, model in self.models.items() if self.url else ():
            if use.partition(".")[0] == capability.value and not model.prices:
                name = f'"{use}"' if "." in use else use
                yield f"{self.name}.use.{name}.prices"

    def offers(self, capability: Capability) -> bool:
        return any(use.partition(".")[0] == capability.value for use in self.models)


class _ModelSchema(Schema):
    model = fields.String(required=True, validate=validate.Length(min=1))
    prices = fields.Dict(
        keys=fields.String(validate=validate.OneOf(UNITS)),
        values=fields.Float(validate=validate.Range(min=0)),
        load_default=dict,
    )
    inputs = fields.Dict(keys=fields.String(), load_default=dict)
    options = fields.Dict(keys=fields.String(), load_default=dict)


class _LimitSchema(Schema):
    concurrency = fields.Integer(validate=validate.Range(min=1))
    per_minute = fields.Float(validate=validate.Range(min=0, min_inclusive=False))
    breaker = fields.Integer(validate=validate.Range(min=1))


class _VendorSchema(Schema):
    url = fields.Url(load_default="", require_tld=False, schemes={"http", "https"})
    result_hosts = fields.List(fields.String(), load_default=list)
    limit = fields.Nested(_LimitSchema, load_default=dict)
    priced = fields.Raw(load_default=None)
    source = fields.String(load_default="")
    use = fields.Dict(keys=fields.String(), values=fields.Nested(_ModelSchema), load_default=dict)


def shipped() -> dict[str, Any]:
    """The document of the file that comes with the package."""
    return tomllib.loads(files("genai").joinpath("vendors.toml").read_text("utf-8"))


def load_vendors(
    text: str, variable: str, keys: Mapping[str, str], urls: Mapping[str, str]
) -> dict[str, Vendor]:
    """The vendors of the shipped file and of ``text`` (TOML), which ``variable`` holds; ``keys`` and
    ``urls`` by upper case name. Raises ConfigurationError naming the variable and the entry."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{variable}: is no TOML ({error})") from None
    return {
        name: _vendor(name, table, variable, keys, urls) for name, table in _laid_over(shipped(), own).items()
    }


def _vendor(name: str, table: Any, variable: str, keys: Mapping[str, str], urls: Mapping[str, str]) -> Vendor:
    if not isinstance(table, Mapping):
        raise ConfigurationError(f"{variable}: {name} is no table")
    given = dict(table)
    if url := urls.get(name.upper()):
        given["url"] = url
    try:
        read = _VendorSchema().load(given)
    except ValidationError as error:
        raise ConfigurationError(
            f"{variable}: {name}.{'; '.join(_said(error.normalized_messages()))}"
        ) from None
    capabilities = {capability.value for capability in Capability}
    for use in read["use"]:
        if use.partition(".")[0] not in capabilities:
            raise ConfigurationError(
                f"{variable}: {name}.use.{use}: is none of {', '.join(sorted(capabilities))}"
            )
    return Vendor(
        name=name,
        url=read["url"],
        key=keys.get(name.upper(), ""),
        result_hosts=tuple(read["result_hosts"]),
        limit=Limit(**read["limit"]),
        models={
            use: Model(each["model"], each["prices"], each["inputs"], each["options"])
            for use, each in read["use"].items()
        },
        priced=read["priced"],
        source=read["source"],
    )


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over each other; ``inputs`` and ``prices`` belong to a model and are replaced whole."""
    merged = dict(below)
    for name, value in above.items():
        whole = name in ("inputs", "prices")
        old = merged.get(name)
        both = isinstance(value, Mapping) and isinstance(old, Mapping) and not whole
        merged[name] = _laid_over(old, value) if both and isinstance(old, Mapping) else value
    return merged


def _said(messages: Any, place: str = "") -> Iterator[str]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _said(inner, f"{place}.{key}" if place else str(key))
    else:
        yield f"{place}: {' '.join(map(str, messages))}"
