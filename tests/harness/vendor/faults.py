"""What can go wrong at the vendor, on demand or at a seeded random rate."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock


class On(StrEnum):
    """What a fault happens to."""

    SUBMIT = "submit"
    POLL = "poll"
    CANCEL = "cancel"
    RESULT = "result"  # the download
    HOOK = "hook"
    WORK = "work"  # the generation itself; decided when it is accepted


class Kind(StrEnum):
    # Answers in place of the work: nothing is accepted, cancelled or told.
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After
    UNAVAILABLE = "unavailable"  # 500
    HANG = "hang"  # no answer, until the vendor is told of other faults or closes
    RESET = "reset"  # the connection is reset
    # The work is done, and its answer is damaged.
    LOST = "lost"  # the connection is reset
    GARBAGE = "garbage"  # bytes that mean nothing
    WRONG_TYPE = "wrong_type"  # a page of HTML
    TRUNCATED = "truncated"  # the connection ends in the middle
    # Of content and results.
    REJECTED = "rejected"  # refused by the content policy: 400, or the work ends so
    FAILED = "failed"
    EXPIRED = "expired"  # 410 for an address, or the work's result is gone
    STUCK = "stuck"  # the work never ends
    DRIFT = "drift"  # of a fidelity check: its verdict
    UNSURE = "unsure"
    # Of hooks: LOST is not sent at all.
    TWICE = "twice"


BEFORE = {Kind.RATE_LIMITED, Kind.UNAVAILABLE, Kind.HANG, Kind.RESET}
AFTER = {Kind.LOST, Kind.GARBAGE, Kind.WRONG_TYPE, Kind.TRUNCATED}
POSSIBLE = {
    On.SUBMIT: BEFORE | AFTER | {Kind.REJECTED},
    On.POLL: BEFORE | AFTER,
    On.CANCEL: BEFORE | AFTER,
    On.RESULT: (BEFORE | AFTER | {Kind.EXPIRED}) - {Kind.LOST},
    On.HOOK: {Kind.LOST, Kind.TWICE},
    On.WORK: {Kind.REJECTED, Kind.FAILED, Kind.EXPIRED, Kind.STUCK, Kind.DRIFT, Kind.UNSURE},
}


@dataclass(frozen=True)
class Fault:
    """``kind`` happens ``on`` something, for one ``capability`` or for all, to a part (``rate``) of the
    calls, and so many ``times`` in all (None: always). ``retry_after`` is the header of a 429, in seconds
    or as it stands; None for none."""

    on: On
    kind: Kind
    capability: str | None = None
    times: int | None = 1
    rate: float = 1.0
    retry_after: str | None = "1"

    def __post_init__(self) -> None:
        if self.kind not in POSSIBLE[On(self.on)]:
            raise ValueError(f"{self.kind} cannot happen on {self.on}")


class Plan:
    """The faults that are still to happen. The first that fits a call happens to it. What hangs by one of
    them hangs until the plan is ``over``."""

    def __init__(self, faults: Sequence[Fault], seed: int) -> None:
        self.over = Event()
        self._left = [(fault, fault.times) for fault in faults]
        self._chance = random.Random(seed)
        self._lock = Lock()

    def next(self, on: On, capability: str | None) -> Fault | None:
        with self._lock:
            for place, (fault, times) in enumerate(self._left):
                fits = fault.on == on and fault.capability in (None, capability) and times != 0
                if fits and (fault.rate >= 1 or self._chance.random() < fault.rate):
                    self._left[place] = (fault, None if times is None else times - 1)
                    return fault
        return None
