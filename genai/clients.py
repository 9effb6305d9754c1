"""Clients, as the settings name them: who may ask for what, with which keys, how much, and where their
events go.

:func:`load_clients` reads the JSON of ``GENAI_CLIENTS``. What is wrong is named by its place; values are
never told, since they may be secrets.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from genai.errors import ConfigurationError

_ACTIVE_KEYS = 2
_SIGNING_KEY = 32  # bytes of an Ed25519 public key
_SHA256 = r"[0-9a-f]{64}\Z"
_SIGNING = r"(?:whsec_)?(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,4}=*)\Z"
_RATE = r"[1-9][0-9]{0,8}/(second|minute|hour|day)\Z"


class AccessScope(StrEnum):
    """What a key may be used for."""

    JOBS_WRITE = "jobs:write"  # upload, submit, decide, erase
    JOBS_READ = "jobs:read"
    DELIVERIES_ADMIN = "deliveries:admin"  # send events again
    OPS = "ops"  # metrics and the whole audit trail: of all clients


DEFAULT_SCOPES = frozenset(AccessScope) - {AccessScope.OPS}


@dataclass(frozen=True)
class Key:
    """A bearer token, as far as it is known here. ``sha256`` is its digest in hex; it opens nothing from
    the moment ``expires`` on."""

    sha256: str = field(repr=False)
    scopes: frozenset[AccessScope] = DEFAULT_SCOPES
    expires: datetime | None = None

    def has_expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True)
class Callback:
    """Where a client's events go, and the secrets that sign them (the first is the current one)."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Client:
    """A product backend.

    ``signing_keys`` are the Ed25519 public keys that it signs requests with, 32 bytes each, by key id.
    ``rate_limit`` is how many requests it may send, such as ``600/minute``; sizes are bytes. What is None
    is as the settings say for all. ``daily_budget`` is what its calls may cost in a day (UTC), in US
    dollars.
    """

    name: str
    keys: tuple[Key, ...] = ()
    callback: Callback | None = None
    max_running: int | None = None
    signing_keys: Mapping[str, bytes] = field(default_factory=dict)
    rate_limit: str | None = None
    body_max_bytes: int | None = None
    upload_max_bytes: int | None = None
    media_max_bytes: int | None = None
    daily_budget: float | None = None


def load_clients(text: str, source: str) -> dict[str, Client]:
    """The clients of a JSON document, by name. Raises ConfigurationError, which begins with ``source``
    and names every place that is wrong."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"{source}: is not JSON ({type(error).__name__})") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{source}: expected an object of clients by their names")
    clients = {}
    for name, entry in document.items():
        try:
            clients[name] = Client(name=name, **_ClientSchema().load(entry))
        except ValidationError as error:
            wrong = "; ".join(_places(error.normalized_messages()))
            # The error behind it holds the entry.
            raise ConfigurationError(f"{source}: {name}: {wrong}") from None
    return clients


def is_rate(text: str) -> bool:
    """Whether it says how many requests in which time, such as ``600/minute``."""
    return re.match(_RATE, text) is not None


def _places(messages: Mapping[Any, Any], above: str = "") -> Iterator[str]:
    """``keys.0.expires: Not a valid datetime.``, for each message."""
    for name, inner in messages.items():
        place = above if name == "_schema" else f"{above}.{name}" if above else str(name)
        if isinstance(inner, Mapping):
            yield from _places(inner, place)
        else:
            yield from (f"{place}: {message}" if place else str(message) for message in inner)


class _SigningKey(fields.Field[bytes]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> bytes:
        try:
            key = base64.b64decode(value, validate=True)
        except (TypeError, ValueError, binascii.Error):
            key = b""
        if len(key) != _SIGNING_KEY:
            raise ValidationError("Expected an Ed25519 public key: 32 bytes in base64.")
        return key


class _KeySchema(Schema):
    """A key is an object, or its digest alone."""

    sha256 = fields.String(
        required=True, validate=validate.Regexp(_SHA256, error="Expected 64 lower-case hex digits.")
    )
    scopes = fields.List(fields.Enum(AccessScope, by_value=True), validate=validate.Length(min=1))
    expires = fields.AwareDateTime(format="iso", allow_none=True)

    @pre_load
    def written_short(self, data: Any, **_: Any) -> Any:
        return {"sha256": data} if isinstance(data, str) else data

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Key:
        scopes = data.pop("scopes", None)
        return Key(**data) if scopes is None else Key(**data, scopes=frozenset(scopes))


class _CallbackSchema(Schema):
    url = fields.String(
        required=True, validate=validate.Regexp("https?://", error="Expected an http or https address.")
    )
    secrets = fields.List(
        fields.String(validate=validate.Regexp(_SIGNING, error="Expected whsec_ and base64.")),
        required=True,
        validate=validate.Length(min=1),
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Callback:
        return Callback(data["url"], tuple(data["secrets"]))


def _whole() -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=1))


class _ClientSchema(Schema):
    keys = fields.List(fields.Nested(_KeySchema), required=True)
    callback = fields.Nested(_CallbackSchema, allow_none=True)
    max_running = _whole()
    signing_keys = fields.Dict(fields.String(validate=validate.Length(1, 100)), _SigningKey())
    rate_limit = fields.String(
        allow_none=True, validate=validate.Regexp(_RATE, error="Expected such as 600/minute.")
    )
    body_max_bytes = _whole()
    upload_max_bytes = _whole()
    media_max_bytes = _whole()
    daily_budget = fields.Float(allow_none=True, validate=validate.Range(min=0, min_inclusive=False))

    @validates_schema(skip_on_field_errors=True)
    def two_keys_at_most(self, data: Mapping[str, Any], **_: Any) -> None:
        now = datetime.now(UTC)
        if sum(not key.has_expired(now) for key in data["keys"]) > _ACTIVE_KEYS:
            raise ValidationError("At most two keys may be active: take one out, or let it expire.", "keys")

    @post_load
    def frozen(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "keys": tuple(data["keys"])}
