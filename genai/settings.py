"""Every setting, read from ``GENAI_...`` environment variables here and nowhere else.

:meth:`Settings.from_env` names the variable and the remedy when one is missing or wrong.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from environs import Env, EnvError, validate

from genai.domain.enums import Capability
from genai.errors import ConfigurationError

_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOG_FORMATS = ("json", "console")
_LINK_SECRET = 16
_SIGNS = re.compile(r"(?:whsec_)?(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,4}=*)")


@dataclass(frozen=True)
class Callback:
    """Where a client's events go, and the secrets that sign them (the first is the current one)."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Client:
    """A product backend. ``keys`` are the SHA-256 hex digests of its bearer tokens, at most two."""

    name: str
    keys: tuple[str, ...] = field(repr=False)
    callback: Callback | None = None
    max_running: int | None = None


@dataclass(frozen=True)
class Settings:
    """All durations are seconds."""

    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    result_url: str = field(repr=False)
    assets_dir: Path
    work_dir: Path
    clients: Mapping[str, Client]
    providers: Mapping[Capability, tuple[str, ...]]

    database_pool: int = 2  # connections per process
    lease: float = 60.0  # how long a claim holds without renewal
    max_running: int = 100  # jobs admitted at once, in all
    max_running_per_client: int = 20
    max_failures: int = 4  # retryable failures of a step before it fails for good
    max_losses: int = 4  # times a step may take its process down
    reconcile_every: float = 5.0
    idle_age: float = 15.0  # a ready step that nobody took for so long is dispatched again
    drain_every: float = 5.0
    callback_timeout: float = 15.0
    callback_schedule: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    breaker_failures: int = 10  # in a row, before a callback destination is left alone
    breaker_longest: float = 300.0  # and for how long at most, until one event is tried again
    public_url: str = ""  # where clients reach the API; links to assets begin with it
    link_secrets: tuple[str, ...] = field(default=(), repr=False)  # the first signs, all are accepted
    link_ttl: float = 86400.0
    log_level: str = "INFO"
    log_format: str = "json"  # or console
    traces_url: str = ""  # of an OTLP collector; no traces without one
    upload_max_bytes: int = 30_000_000  # of a picture
    media_max_bytes: int = 300_000_000  # of a video or sound
    body_max_bytes: int = 1_000_000
    fetch_allow: tuple[str, ...] = ()  # host:port pairs that the guarded client may reach although internal

    @classmethod
    def from_env(cls) -> Settings:
        """Read the settings. Raises ConfigurationError naming the variable."""
        env = Env(prefix="GENAI_")
        try:
            return cls(
                database_url=_psycopg(env.str("DATABASE_URL", "postgresql://localhost/genai")),
                broker_url=env.str("BROKER_URL", "amqp://guest:guest@localhost:5672//"),
                result_url=env.str("RESULT_URL", "redis://localhost:6379/0"),
                assets_dir=Path(env.str("ASSETS_DIR", "./.genai/assets")).absolute(),
                work_dir=Path(env.str("WORK_DIR", tempfile.gettempdir())).absolute(),
                clients=_clients(env),
                providers={
                    capability: tuple(env.list(capability.value.upper(), ["local"]))
                    for capability in Capability
                },
                database_pool=env.int("DATABASE_POOL", cls.database_pool),
                lease=env.float("LEASE", cls.lease),
                max_running=env.int("MAX_RUNNING", cls.max_running),
                max_running_per_client=env.int("MAX_RUNNING_PER_CLIENT", cls.max_running_per_client),
                max_failures=env.int("MAX_FAILURES", cls.max_failures),
                max_losses=env.int("MAX_LOSSES", cls.max_losses),
                reconcile_every=env.float("RECONCILE_EVERY", cls.reconcile_every),
                idle_age=env.float("IDLE_AGE", cls.idle_age),
                drain_every=env.float("DRAIN_EVERY", cls.drain_every),
                callback_timeout=env.float("CALLBACK_TIMEOUT", cls.callback_timeout),
                callback_schedule=tuple(
                    env.list("CALLBACK_SCHEDULE", list(cls.callback_schedule), subcast=float)
                ),
                breaker_failures=env.int("BREAKER_FAILURES", cls.breaker_failures),
                breaker_longest=env.float("BREAKER_LONGEST", cls.breaker_longest),
                public_url=env.str("PUBLIC_URL", cls.public_url),
                link_secrets=_link_secrets(env),
                link_ttl=env.float("LINK_TTL", cls.link_ttl),
                log_level=env.str("LOG_LEVEL", cls.log_level, validate=validate.OneOf(_LOG_LEVELS)),
                log_format=env.str("LOG_FORMAT", cls.log_format, validate=validate.OneOf(_LOG_FORMATS)),
                traces_url=env.str("TRACES_URL", cls.traces_url),
                upload_max_bytes=env.int("UPLOAD_MAX_BYTES", cls.upload_max_bytes),
                media_max_bytes=env.int("MEDIA_MAX_BYTES", cls.media_max_bytes),
                body_max_bytes=env.int("BODY_MAX_BYTES", cls.body_max_bytes),
                fetch_allow=tuple(env.list("FETCH_ALLOW", [])),
            )
        except EnvError as error:
            raise ConfigurationError(str(error)) from error


def _link_secrets(env: Env) -> tuple[str, ...]:
    secrets: tuple[str, ...] = tuple(env.list("LINK_SECRETS", []))
    if any(len(secret) < _LINK_SECRET for secret in secrets):
        raise ConfigurationError(f"GENAI_LINK_SECRETS: each must have {_LINK_SECRET} characters or more")
    return secrets


def _psycopg(url: str) -> str:
    """SQLAlchemy wants the driver named; people write ``postgresql://``."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _clients(env: Env) -> dict[str, Client]:
    """``GENAI_CLIENTS`` (JSON) or ``GENAI_CLIENTS_FILE``: name -> keys, callback, max_running."""
    variable, text = "GENAI_CLIENTS", env.str("CLIENTS", "")
    if not text and (path := env.str("CLIENTS_FILE", "")):
        variable = "GENAI_CLIENTS_FILE"
        try:
            text = Path(path).read_text()
        except OSError as error:
            raise ConfigurationError(f"{variable}: cannot be read ({error.strerror})") from error
    try:
        return {name: _client(name, entry) for name, entry in json.loads(text or "{}").items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        # The text of the error could quote a secret; its kind cannot.
        raise ConfigurationError(
            f'{variable}: expected {{"name": {{"keys": ["<sha256 hex>"], "callback": '
            f'{{"url": "...", "secrets": ["whsec_..."]}}}}}} ({type(error).__name__})'
        ) from None


def _client(name: str, entry: dict[str, Any]) -> Client:
    keys = tuple(str(key).lower() for key in entry["keys"])
    if len(keys) > 2 or any(len(key) != 64 for key in keys):
        raise ConfigurationError(f"GENAI_CLIENTS: {name}: at most two keys, each a SHA-256 in hex")
    callback = entry.get("callback")
    return Client(
        name=name,
        keys=keys,
        callback=_callback(name, callback) if callback else None,
        max_running=entry.get("max_running"),
    )


def _callback(name: str, entry: dict[str, Any]) -> Callback:
    secrets = tuple(str(secret) for secret in entry["secrets"])
    if not secrets or not all(_SIGNS.fullmatch(secret) for secret in secrets):
        raise ConfigurationError(f"GENAI_CLIENTS: {name}: a callback's secrets are whsec_ and base64")
    return Callback(url=str(entry["url"]), secrets=secrets)


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env()
