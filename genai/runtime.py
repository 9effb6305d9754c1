"""What a process works with: settings, database, asset store, providers. Built by ``bootstrap``."""

from __future__ import annotations

from dataclasses import dataclass

from genai.assets.base import AssetStore
from genai.capabilities.selection import Selection
from genai.domain.order import Order
from genai.errors import ConfigurationError
from genai.settings import Settings
from genai.store.database import Database


@dataclass(frozen=True)
class Runtime:
    settings: Settings
    database: Database
    assets: AssetStore
    selection: Selection
    offered: Order[str]  # by name, also where this process makes no providers


_current: Runtime | None = None


def install(runtime: Runtime) -> None:
    """Make it this process's runtime."""
    global _current  # noqa: PLW0603 - one per process is what it is
    _current = runtime


def current() -> Runtime:
    """This process's runtime. Raises ConfigurationError before ``bootstrap`` has installed one."""
    if _current is None:
        raise ConfigurationError("no runtime: call genai.bootstrap.start() first")
    return _current
