"""The composition root: builds database, asset store and providers from the settings.

Called once at the start of each process. The only module above ``capabilities`` that knows a provider,
and by its dotted path alone.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from celery import signals

from genai import logs, runtime, tracing
from genai import signals as lifecycle_signals
from genai.assets.base import AssetStore
from genai.assets.filesystem import FilesystemStore
from genai.capabilities.base import Provider
from genai.capabilities.selection import Selection
from genai.domain.enums import Capability
from genai.domain.order import Order
from genai.errors import ConfigurationError
from genai.extensions import extensions
from genai.router import check_flows, check_places
from genai.runtime import Runtime
from genai.settings import Settings, settings
from genai.store.database import Database
from genai.vendors import Vendor

logger = logging.getLogger(__name__)

_LOCAL = "local"
# A vendor's adapter bears the name of its entry in vendors.toml, and of its extra.
_PROVIDERS = {
    _LOCAL: "genai.providers.local.provider:LocalProvider",
    "fal": "genai.providers.fal.provider:FalProvider",
    "replicate": "genai.providers.replicate.provider:ReplicateProvider",
    "elevenlabs": "genai.providers.elevenlabs.provider:ElevenLabsProvider",
    "openai": "genai.providers.openai.provider:OpenAIProvider",
    "runway": "genai.providers.runway.provider:RunwayProvider",
    "onnx": "genai.providers.onnx:OnnxProvider",
}


def build(configured: Settings, *, providers: bool = True) -> Runtime:
    """A runtime out of the settings; without ``providers`` for processes that run no step.

    Raises ConfigurationError where a setting or another package's entry point is wrong.
    """
    configured.work_dir.mkdir(parents=True, exist_ok=True)
    known = _known()
    check_places(configured.providers)
    offered = configured.providers.map(
        lambda capability, names: tuple(n for n in names if _offers(n, capability, known, configured))
    )
    return Runtime(
        settings=configured,
        database=Database(configured.database_url, pool=configured.database_pool),
        assets=_assets(configured),
        selection=_selection(offered, known, configured) if providers else Selection({}),
        offered=offered,
    )


def _assets(configured: Settings) -> AssetStore:
    if not configured.assets_url:
        return FilesystemStore(configured.assets_dir)
    try:
        from genai.assets.starting import s3_store
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"GENAI_ASSETS_URL: needs the extra: pip install 'genai[s3]' ({error.name} is missing)"
        ) from error
    return s3_store(configured.assets_url, configured.assets_dir, configured.assets_cache_bytes)


def start(*, providers: bool = True) -> Runtime:
    """Build this process's runtime and install it."""
    built = build(settings(), providers=providers)
    check_flows()
    runtime.install(built)
    lifecycle_signals.connect()
    return built


def observe(process: str) -> None:
    """Log and trace as the settings say; ``process`` is what this one is (api, worker). After any fork."""
    configured = settings()
    logs.configure(configured.log_level, configured.log_format, configured.secrets)
    if configured.traces_url:
        try:
            tracing.configure(configured.traces_url, process)
        except ModuleNotFoundError as error:
            raise ConfigurationError("GENAI_TRACES_URL: traces need the extra: genai[traces]") from error


def provider(name: str, vendors: Mapping[str, Vendor] | None = None) -> Provider:
    """One provider by its name, for a command that needs no service. Raises ConfigurationError."""
    return _made(name, _known(), vendors or {})


def _selection(offered: Order[str], known: Mapping[str, str], configured: Settings) -> Selection:
    """The providers, each made once."""
    made: dict[str, Provider] = {}

    def all_made(capability: Capability, names: tuple[str, ...]) -> tuple[Provider, ...]:
        for name in names:
            if name not in made:
                made[name] = _made(name, known, configured.vendors)
            if not hasattr(made[name], capability.value):
                raise ConfigurationError(
                    f"GENAI_VENDORS_FILE: {name}.use.{capability.value}: provider '{name}' cannot"
                )
        return tuple(made[name] for name in names)

    order = offered.map(all_made)
    _warn_of_unpriced(offered, configured)
    return Selection(order.usual, order.instead)


def _warn_of_unpriced(offered: Order[str], configured: Settings) -> None:
    """Name what is selected and would cost nothing in all sums."""
    for capability in Capability:
        for name in dict.fromkeys(offered.everyone(capability)):
            vendor = configured.vendors.get(name)
            for place in vendor.unpriced(capability) if vendor else ():
                logger.warning(
                    "GENAI_VENDORS_FILE: %s: no price is set: calls of this model count as free, and fail in"
                    " jobs with a budget; say what it costs, or 0 where it is free",
                    place,
                )


def _known() -> dict[str, str]:
    """Every provider's dotted path by its name: this package's, and those of others."""
    others = extensions("providers", _PROVIDERS)
    return _PROVIDERS | {name: point.value for name, point in others.items()}


def _offers(name: str, capability: Capability, known: Mapping[str, str], configured: Settings) -> bool:
    """Whether the provider of that name serves the capability at all. Ours are not loaded for that: the API
    asks, which has not what they work with."""
    if name == _LOCAL:
        return True
    vendor = configured.vendors.get(name)
    if vendor is not None and (name in _PROVIDERS or not vendor.offers(capability)):
        return vendor.offers(capability)
    return hasattr(_class(name, known), capability.value)


def _made(name: str, known: Mapping[str, str], vendors: Mapping[str, Vendor]) -> Provider:
    """A provider. One that has an entry in ``vendors`` is made of that."""
    class_ = _class(name, known)
    made: Provider
    if not hasattr(class_, "for_vendor"):
        made = class_()
        return made
    vendor = vendors.get(name)
    if vendor is None:
        raise ConfigurationError(f"GENAI_VENDORS_FILE: there is no entry [{name}], which its provider needs")
    if vendor.url and not vendor.key:  # an engine of this machine has neither
        raise ConfigurationError(
            f"GENAI_{name.upper()}_KEY: provider '{name}' needs the vendor's key; set it, or take '{name}'"
            " out of the GENAI_<CAPABILITY> variables"
        )
    try:
        made = class_.for_vendor(vendor)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"provider '{name}' needs the extra: pip install 'genai[{name}]' ({error.name} is missing)"
        ) from error
    return made


def _class(name: str, known: Mapping[str, str]) -> Any:
    if name not in known:
        raise ConfigurationError(
            f"there is no provider '{name}'; there are: {', '.join(sorted(known))}. "
            "See the GENAI_<CAPABILITY> variables."
        )
    module, _, attribute = known[name].partition(":")
    return getattr(import_module(module), attribute)


@signals.worker_init.connect
def _start_worker(**_: Any) -> None:
    # Before the fork, so that the pool's processes share what the providers load. Celery would log an
    # exception and go on without a runtime; a worker that cannot work must not take messages.
    try:
        _log()
        start()
    except ConfigurationError as error:
        sys.exit(f"genai: {error}")
    except Exception:
        logger.exception("the worker cannot start")
        sys.exit(1)


@signals.setup_logging.connect
def _log(**_: Any) -> None:
    # Celery leaves logging alone where somebody takes this signal.
    configured = settings()
    logs.configure(configured.log_level, configured.log_format, configured.secrets)


@signals.worker_process_init.connect
def _start_pool_process(**_: Any) -> None:
    runtime.current().database.after_fork()
    observe("worker")


@signals.worker_process_shutdown.connect
def _end_pool_process(**_: Any) -> None:
    tracing.shutdown()
