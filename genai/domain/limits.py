"""How much a provider may be asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """What a provider may be asked at once, by all processes of all hosts together.

    ``concurrency``: calls and unfinished tickets; ``per_minute``: calls begun; None for no limit.
    After ``breaker`` failures in a row it is left alone for a while.
    """

    concurrency: int | None = None
    per_minute: float | None = None
    breaker: int = 5
