"""The composition root: builds database, asset store and providers from the settings.

Called once at the start of each process. The only module above ``capabilities`` that knows a provider,
and by its dotted path alone.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from celery import signals

from genai import logs, runtime, tracing
from genai import signals as lifecycle_signals
from genai.assets.filesystem import FilesystemStore
from genai.capabilities.base import Provider
from genai.capabilities.selection import Selection
from genai.domain.enums import Capability
from genai.errors import ConfigurationError
from genai.extensions import extensions
from genai.router import check_flows
from genai.runtime import Runtime
from genai.settings import Settings, settings
from genai.store.database import Database

logger = logging.getLogger(__name__)

_PROVIDERS = {"local": "genai.providers.local.provider:LocalProvider"}


def build(configured: Settings, *, providers: bool = True) -> Runtime:
    """A runtime out of the settings; without ``providers`` for processes that run no step.

    Raises ConfigurationError where a setting or another package's entry point is wrong.
    """
    configured.work_dir.mkdir(parents=True, exist_ok=True)
    return Runtime(
        settings=configured,
        database=Database(configured.database_url, pool=configured.database_pool),
        assets=FilesystemStore(configured.assets_dir),
        selection=Selection(_selected(configured) if providers else {}),
    )


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
    logs.configure(configured.log_level, configured.log_format)
    if configured.traces_url:
        try:
            tracing.configure(configured.traces_url, process)
        except ModuleNotFoundError as error:
            raise ConfigurationError("GENAI_TRACES_URL: traces need the extra: genai[traces]") from error


def _selected(configured: Settings) -> dict[Capability, tuple[Provider, ...]]:
    """Providers by capability, each made once. One that does not offer a capability is left out there."""
    others = extensions("providers", _PROVIDERS)
    known = _PROVIDERS | {name: point.value for name, point in others.items()}
    made: dict[str, Provider] = {}
    selected: dict[Capability, tuple[Provider, ...]] = {}
    for capability, names in configured.providers.items():
        for name in names:
            if name not in made:
                made[name] = _load(name, known)()
        selected[capability] = tuple(made[name] for name in names if hasattr(made[name], capability.value))
    return selected


def provider(name: str) -> Provider:
    """One provider by its name, for a command that needs no service. Raises ConfigurationError."""
    others = extensions("providers", _PROVIDERS)
    made: Provider = _load(name, _PROVIDERS | {n: point.value for n, point in others.items()})()
    return made


def _load(name: str, known: dict[str, str]) -> Callable[[], Any]:
    if name not in known:
        raise ConfigurationError(
            f"there is no provider '{name}'; there are: {', '.join(sorted(known))}. "
            "See the GENAI_<CAPABILITY> variables."
        )
    module, _, attribute = known[name].partition(":")
    loaded: Callable[[], Any] = getattr(import_module(module), attribute)
    return loaded


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
    logs.configure(settings().log_level, settings().log_format)


@signals.worker_process_init.connect
def _start_pool_process(**_: Any) -> None:
    runtime.current().database.after_fork()
    observe("worker")


@signals.worker_process_shutdown.connect
def _end_pool_process(**_: Any) -> None:
    tracing.shutdown()
