"""Every setting, read from ``GENAI_...`` environment variables here and nowhere else.

:meth:`Settings.from_env` names the variable and the remedy when one is missing or wrong.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from environs import Env, EnvError, validate

from genai.clients import Client, is_rate, load_clients
from genai.domain.enums import Capability
from genai.domain.limits import Limit
from genai.domain.order import Order
from genai.errors import ConfigurationError
from genai.vendors import Vendor, load_vendors

_PREFIX = "GENAI_"
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOG_FORMATS = ("json", "console")
_LINK_SECRET = 16
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)S?$")
_BUCKET = re.compile(r"[a-zA-Z0-9][\w.-]{1,62}")
_LONGEST_LINK = 7 * 24 * 3600  # of a presigned address (AWS Signature Version 4)
_SHORTEST_SECRET = 8  # characters; what is shorter would be found in any text


@dataclass(frozen=True)
class Settings:
    """All durations are seconds, but for those that say days."""

    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    result_url: str = field(repr=False)
    assets_dir: Path  # with assets_url, of this machine's copies
    work_dir: Path
    clients: Mapping[str, Client]
    providers: Order[str]
    vendors: Mapping[str, Vendor] = field(default_factory=dict)

    assets_url: str = ""  # s3://bucket/prefix in place of the directory
    assets_cache_bytes: int = 20_000_000_000
    assets_redirect: float = 0.0  # how long links to the bucket hold; 0: the API serves the bytes itself
    database_pool: int = 10  # connections that a process opens at most
    lease: float = 60.0  # how long a claim holds without renewal
    max_running: int = 100  # jobs admitted at once, in all
    max_running_per_client: int = 20
    max_failures: int = 4  # retryable failures of a step before it fails for good
    max_losses: int = 4  # times a step may take its process down
    ticket_timeout: float = 3600.0  # a vendor that has not finished by then has failed
    limits: Mapping[str, Limit] = field(default_factory=dict)  # of providers, in place of their own
    reconcile_every: float = 5.0
    idle_age: float = 8.0  # a ready step that nobody took for so long is dispatched again
    # Days after which retention removes what nobody needs; 0 keeps it.
    keep_jobs: float = 0.0  # jobs that have ended
    keep_events: float = 90.0  # events of such jobs, with their deliveries
    keep_assets: float = 30.0  # assets that no job names
    keep_audit: float = 0.0
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
    streams_max: int = 200  # requests of a process that may wait at once; its server has more threads
    stream_heartbeat: float = 15.0
    rate_limit: str | None = "6000/minute"  # of requests, per client; None for no limit
    require_signatures: bool = False  # of requests below /v1
    fetch_allow: tuple[str, ...] = ()  # host:port pairs that the guarded client may reach although internal

    @property
    def secrets(self) -> frozenset[str]:
        """What must not show anywhere: passwords in addresses, what signs callbacks and links, and whatever
        of the environment is secret by its name, such as a vendor's key."""
        addresses = (self.database_url, self.broker_url, self.result_url)
        passwords = [urlsplit(address).password or "" for address in addresses]
        callbacks = [client.callback for client in self.clients.values() if client.callback]
        found = [
            *passwords,
            *map(unquote, passwords),
            *(secret.removeprefix("whsec_") for callback in callbacks for secret in callback.secrets),
            *self.link_secrets,
            *(value for name, value in os.environ.items() if _SECRET_NAME.search(name)),
        ]
        return frozenset(text for text in found if len(text) >= _SHORTEST_SECRET)

    @classmethod
    def from_env(cls) -> Settings:
        """Read the settings. Raises ConfigurationError naming the variable."""
        env = Env(prefix=_PREFIX)
        try:
            read = cls(
                database_url=_psycopg(env.str("DATABASE_URL", "postgresql://localhost/genai")),
                broker_url=env.str("BROKER_URL", "amqp://guest:guest@localhost:5672//"),
                result_url=env.str("RESULT_URL", "redis://localhost:6379/0"),
                assets_dir=Path(env.str("ASSETS_DIR", "./.genai/assets")).absolute(),
                work_dir=Path(env.str("WORK_DIR", tempfile.gettempdir())).absolute(),
                clients=_clients(env),
                providers=_providers(env),
                vendors=_vendors(env),
                assets_url=_assets_url(env),
                assets_cache_bytes=env.int("ASSETS_CACHE_BYTES", cls.assets_cache_bytes),
                assets_redirect=env.float(
                    "ASSETS_REDIRECT", cls.assets_redirect, validate=validate.Range(0, _LONGEST_LINK)
                ),
                database_pool=env.int("DATABASE_POOL", cls.database_pool),
                lease=env.float("LEASE", cls.lease),
                max_running=env.int("MAX_RUNNING", cls.max_running),
                max_running_per_client=env.int("MAX_RUNNING_PER_CLIENT", cls.max_running_per_client),
                max_failures=env.int("MAX_FAILURES", cls.max_failures),
                max_losses=env.int("MAX_LOSSES", cls.max_losses),
                ticket_timeout=env.float("TICKET_TIMEOUT", cls.ticket_timeout),
                limits=_limits(env),
                reconcile_every=env.float("RECONCILE_EVERY", cls.reconcile_every),
                idle_age=env.float("IDLE_AGE", cls.idle_age),
                keep_jobs=env.float("KEEP_JOBS", cls.keep_jobs),
                keep_events=env.float("KEEP_EVENTS", cls.keep_events),
                keep_assets=env.float("KEEP_ASSETS", cls.keep_assets),
                keep_audit=env.float("KEEP_AUDIT", cls.keep_audit),
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
                streams_max=env.int("STREAMS_MAX", cls.streams_max),
                stream_heartbeat=env.float("STREAM_HEARTBEAT", cls.stream_heartbeat),
                rate_limit=_rate_limit(env),
                require_signatures=env.bool("REQUIRE_SIGNATURES", cls.require_signatures),
                fetch_allow=tuple(env.list("FETCH_ALLOW", [])),
            )
        except EnvError as error:
            raise ConfigurationError(str(error)) from error
        for client in read.clients.values() if read.require_signatures else ():
            if not client.signing_keys:
                raise ConfigurationError(
                    f"GENAI_CLIENTS: {client.name}: needs signing_keys, since GENAI_REQUIRE_SIGNATURES is set"
                )
        return read


def _assets_url(env: Env) -> str:
    url = str(env.str("ASSETS_URL", Settings.assets_url))
    parts = urlsplit(url)
    if url and not (parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc) and not parts.query):
        # Whoever writes a key into it must not read it in a log.
        raise ConfigurationError(
            "GENAI_ASSETS_URL: expected s3://bucket or s3://bucket/prefix; credentials belong into"
            " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the store's address into AWS_ENDPOINT_URL_S3"
        )
    return url


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
    """``GENAI_CLIENTS`` (JSON) or ``GENAI_CLIENTS_FILE``."""
    variable, text = "GENAI_CLIENTS", env.str("CLIENTS", "")
    if not text and (path := env.str("CLIENTS_FILE", "")):
        variable = "GENAI_CLIENTS_FILE"
        try:
            text = Path(path).read_text()
        except OSError as error:
            raise ConfigurationError(f"{variable}: cannot be read ({error.strerror})") from error
    return load_clients(text or "{}", variable)


def _providers(env: Env) -> Order[str]:
    """``GENAI_<CAPABILITY>``, a list, and ``GENAI_PROVIDERS`` (JSON) for modes and stages."""
    try:
        instead = {
            place: {Capability(capability): _names(names) for capability, names in there.items()}
            for place, there in json.loads(env.str("PROVIDERS", "") or "{}").items()
        }
    except (ValueError, AttributeError):
        raise ConfigurationError(
            'GENAI_PROVIDERS: expected {"ugc": {"image": "fal,local"}}: by mode, stage or mode.stage, for'
            f" each capability ({', '.join(Capability)}) the providers in their order"
        ) from None
    usual = {each: _names(env.str(each.value.upper(), "local")) for each in Capability}
    return Order(usual, instead)


def _names(text: str) -> tuple[str, ...]:
    """The names of a list with commas; none of an empty one."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _vendors(env: Env) -> dict[str, Vendor]:
    """``GENAI_VENDORS_FILE`` (TOML) over what ships, with keys and addresses of the environment."""
    text, path = "", env.str("VENDORS_FILE", "")
    if path:
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"GENAI_VENDORS_FILE: cannot be read ({type(error).__name__})"
            ) from error
    return load_vendors(text, "GENAI_VENDORS_FILE", _named("_KEY"), _named("_URL"))


def _named(ending: str) -> dict[str, str]:
    """Variables by what stands between the prefix and the ending."""
    return {
        name.removeprefix(_PREFIX).removesuffix(ending): value
        for name, value in os.environ.items()
        if name.startswith(_PREFIX) and name.endswith(ending)
    }


def _limits(env: Env) -> dict[str, Limit]:
    """``GENAI_LIMITS`` (JSON): provider -> concurrency, per_minute, breaker."""
    try:
        named = json.loads(env.str("LIMITS", "") or "{}")
        limits = {name: Limit(**limit) for name, limit in named.items()}
    except (ValueError, TypeError, AttributeError):
        limits = None
    if limits is None or not all(_is_limit(limit) for limit in limits.values()):
        raise ConfigurationError(
            'GENAI_LIMITS: expected {"provider": {"concurrency": 8, "per_minute": 120, "breaker": 5}},'
            " each above 0 and none needed"
        )
    return limits


def _is_limit(limit: Limit) -> bool:
    numbers = (limit.concurrency, limit.per_minute, limit.breaker)
    return all(number is None or (isinstance(number, int | float) and number > 0) for number in numbers)


def _rate_limit(env: Env) -> str | None:
    text = str(env.str("RATE_LIMIT", Settings.rate_limit))
    if text == "none":
        return None
    if not is_rate(text):
        raise ConfigurationError("GENAI_RATE_LIMIT: expected such as 6000/minute, or none")
    return text


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env()
