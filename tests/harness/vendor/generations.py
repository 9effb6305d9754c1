"""The vendor's generations: accepted once per key, done when their time has come, paid or called off.

Thousands may be outstanding: they are entries in a heap, and one thread waits for the next of them.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.harness.vendor.faults import Kind
from tests.harness.vendor.log import VendorLog

_QUEUED = 0.1  # part of its time that a generation waits for its turn


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_ENDS: dict[Kind | None, State] = {
    Kind.FAILED: State.FAILED,
    Kind.REJECTED: State.REJECTED,
    Kind.EXPIRED: State.EXPIRED,
}


@dataclass(frozen=True)
class Latency:
    """Seconds that generations take: ``median``, and lognormal around it with ``sigma`` (0: all the
    same). An infinite one ends when it is told to."""

    median: float = 0.0
    sigma: float = 0.0

    def draw(self, chance: random.Random) -> float:
        return self.median * math.exp(chance.gauss(0, self.sigma)) if self.sigma else self.median


@dataclass
class Generation:
    """``request`` is the port's, ``digest`` tells it from others; ``fate`` the fault of its work."""

    capability: str
    request: Any
    digest: str
    key: str | None
    hook: str | None
    seconds: float
    fate: Kind | None
    id: str = field(default_factory=lambda: f"gen_{secrets.token_hex(12)}")
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    state: State | None = None  # once it has ended
    result: dict[str, Any] | None = None  # once somebody has asked

    @property
    def due(self) -> float:
        return self.began + (math.inf if self.fate is Kind.STUCK else self.seconds)

    @property
    def end(self) -> State:
        """What it comes to, left to itself."""
        return _ENDS.get(self.fate, State.SUCCEEDED)

    @property
    def progress(self) -> float:
        if self.state is not None:
            return 1.0
        return min(0.99, (time.monotonic() - self.began) / self.seconds) if self.seconds else 0.99


class Generations:
    """All generations of one vendor. ``tell`` is called for each that ends and has a hook."""

    def __init__(self, log: VendorLog, tell: Callable[[Generation], object]) -> None:
        self._log = log
        self._tell = tell
        self._by_id: dict[str, Generation] = {}
        self._by_key: dict[str, Generation] = {}
        self._due: list[tuple[float, int, Generation]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition(threading.RLock())
        self._closed = False
        self.outstanding = 0
        self.most_outstanding = 0
        self._thread = threading.Thread(target=self._keep_time, daemon=True)
        self._thread.start()

    def get(self, id: str) -> Generation | None:
        with self._changed:
            self._end_those_due()
            return self._by_id.get(id)

    def begin(self, generation: Generation, *, once: bool) -> Generation:
        """The generation, begun; or the one that was begun with its key, if that happens ``once``."""
        with self._changed:
            if once and generation.key in self._by_key:
                return self._by_key[generation.key]
            self._by_id[generation.id] = generation
            if generation.key:
                self._by_key[generation.key] = generation
            self.outstanding += 1
            self.most_outstanding = max(self.most_outstanding, self.outstanding)
            heapq.heappush(self._due, (generation.due, next(self._numbers), generation))
            if self._due[0][2] is generation:
                self._changed.notify_all()
            return generation

    def cancel(self, generation: Generation) -> State:
        """End it, unless it has ended; what it is now."""
        with self._changed:
            self._end_those_due()
            if generation.state is None:
                self._end(generation, State.CANCELLED)
            assert generation.state is not None
            return generation.state

    def finish(self) -> None:
        """All that are outstanding end now, in the order in which they began."""
        with self._changed:
            for _, _, generation in sorted(self._due, key=lambda entry: entry[1]):
                if generation.state is None and generation.fate is not Kind.STUCK:
                    self._end(generation, generation.end)

    def wait(self, generation: Generation) -> None:
        """Until it has ended, or the vendor is closed."""
        with self._changed:
            self._end_those_due()
            self._changed.wait_for(lambda: generation.state is not None or self._closed)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _end(self, generation: Generation, state: State) -> None:
        generation.state, generation.ended = state, time.monotonic()
        self.outstanding -= 1
        self._log.write(
            "end",
            id=generation.id,
            key=generation.key,
            capability=generation.capability,
            state=state,
            paid=state in (State.SUCCEEDED, State.EXPIRED),
        )
        self._changed.notify_all()
        if generation.hook:
            self._tell(generation)

    def _end_those_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            generation = heapq.heappop(self._due)[2]
            if generation.state is None:
                self._end(generation, generation.end)

    def _keep_time(self) -> None:
        with self._changed:
            while not self._closed:
                self._end_those_due()
                left = self._due[0][0] - time.monotonic() if self._due else math.inf
                self._changed.wait(None if left == math.inf else max(left, 0.0))


def state_of(generation: Generation, kept: float) -> State:
    """What it is now, where results are kept for so many seconds."""
    if generation.state is State.SUCCEEDED and generation.ended is not None:
        return State.EXPIRED if time.monotonic() - generation.ended > kept else State.SUCCEEDED
    if generation.state is not None:
        return generation.state
    waited = time.monotonic() - generation.began
    return State.QUEUED if waited < _QUEUED * generation.seconds else State.RUNNING
