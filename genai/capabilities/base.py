"""What all ports share: the call's context, produced files, and the two shapes of a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from genai.domain.enums import AssetRole, Capability
from genai.domain.limits import Limit
from genai.domain.media import Mark
from genai.vendors import Vendor


def _unheard(_done: float) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Call:
    """One intended paid call.

    ``idempotency_key`` is the attempt's own: sent again, the vendor must not charge again. Files
    are written below ``workdir``, an empty directory of this call that is removed afterwards.
    ``seed`` makes the result repeatable where the provider can. Long work calls ``progress`` with the
    part of it that is done, 0..1; that raises where the work is no longer wanted. ``hook`` is the address
    a vendor may POST to when work that it has accepted is done; None where this service has no address.
    """

    idempotency_key: str
    workdir: Path
    seed: int = 0
    progress: Callable[[float], None] = _unheard
    hook: str | None = None


@dataclass(frozen=True)
class Produced:
    """A file that a provider made.

    ``role`` says what it is for, ``view`` which side of the product it shows, ``label`` what a
    person may read under it. ``details`` are facts about it as JSON values (a placement, a
    confidence); ``marks`` say in what it is less than was asked for.
    """

    path: Path
    media_type: str
    role: AssetRole
    view: str | None = None
    label: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Ticket:
    """A provider's own id for work it has accepted; ``poll_in`` seconds until the first look."""

    id: str
    poll_in: float = 1.0


@dataclass(frozen=True)
class Pending:
    """The work is not done. ``poll_in`` seconds until the next look, None: the caller chooses;
    ``progress`` is the part that is done, 0..1, where the vendor says."""

    poll_in: float | None = None
    progress: float | None = None


class Provider(Protocol):
    """What every provider says of itself. ``name`` is what the settings call it.

    A method of a port answers at once with its result, or with a :class:`Ticket`; a provider that gives
    tickets is :class:`Asynchronous`. One that is limited is :class:`Limited`, one that charges is
    :class:`Priced`.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str:
        """The model or engine version; part of what a checkpoint depends on."""
        ...


@runtime_checkable
class Asynchronous(Protocol):
    """A provider that accepts work and is asked for it later. What it accepted is paid for."""

    def poll(self, ticket: str, request: Any, call: Call) -> Any:
        """The port's result for ``request``, or :class:`Pending`. May be asked again after it has answered.
        Raises Retryable where the state cannot be learned now, Permanent or Rejected where the work
        has failed."""
        ...

    def cancel(self, ticket: str) -> bool:
        """Ask that the work be stopped; False where it was done already, and so is paid for.
        Raises Retryable where it cannot be told now."""
        ...


class OfVendor(Protocol):
    """A provider of a vendor that the settings describe: its class has this way to make one."""

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Provider:
        """Raises ConfigurationError for an entry that it cannot work with, ModuleNotFoundError where the
        extra of its name is not installed."""
        ...


@runtime_checkable
class Selective(Protocol):
    """A provider that serves only some of the requests of its ports: speech, but no music."""

    def serves(self, request: Any) -> bool:
        """Whether it can be asked this at all; the next one in the order is asked where it cannot."""
        ...


@runtime_checkable
class Modelled(Protocol):
    """A provider whose capabilities are served by different models."""

    def model_of(self, capability: Capability) -> str:
        """The model behind a capability, in place of ``model``."""
        ...


@runtime_checkable
class Limited(Protocol):
    """A provider whose calls are limited unless ``GENAI_LIMITS`` says otherwise."""

    @property
    def limit(self) -> Limit: ...


@runtime_checkable
class Priced(Protocol):
    """A provider that charges for its calls."""

    def price(self, request: Any) -> float:
        """What the call will cost at most, in US dollars; reserved before it is made."""
        ...


def model_of(provider: Provider, capability: Capability) -> str:
    """The model that the provider serves the capability with."""
    return provider.model_of(capability) if isinstance(provider, Modelled) else provider.model
