"""What all ports share: the call's context, produced files, and the two shapes of a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from genai.domain.enums import AssetRole
from genai.domain.media import Mark


def _unheard(_done: float) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Call:
    """One intended paid call.

    ``idempotency_key`` is the attempt's own: sent again, the vendor must not charge again. Files
    are written below ``workdir``, an empty directory of this call that is removed afterwards.
    ``seed`` makes the result repeatable where the provider can. Long work calls ``progress`` with the
    part of it that is done, 0..1; that raises where the work is no longer wanted.
    """

    idempotency_key: str
    workdir: Path
    seed: int = 0
    progress: Callable[[float], None] = _unheard


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


class Provider(Protocol):
    """What every provider says of itself. ``name`` is what the settings call it."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str:
        """The model or engine version; part of what a checkpoint depends on."""
        ...
