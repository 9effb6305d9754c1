"""The faults of the matrix, each with what ends it."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import psutil

from tests.harness.chaos.parts import Parts
from tests.harness.receiver import Answer
from tests.harness.servers import Server, family
from tests.harness.vendor import Fault, Kind, Latency, On

Undo = Callable[[], object]

LATENCY = {"*": Latency(0.3, 0.8)}
_LASTING = (0.5, 4.0)  # seconds
_KINDS = (Kind.RATE_LIMITED, Kind.UNAVAILABLE, Kind.HANG, Kind.RESET, Kind.GARBAGE, Kind.TRUNCATED)


class Faults:
    """Injects faults, chosen by ``chance``, and ends them; ``injected`` counts them by kind."""

    def __init__(self, parts: Parts, chance: random.Random) -> None:
        self.injected: Counter[str] = Counter()
        self._parts = parts
        self._chance = chance
        self._lasting: dict[str, tuple[float, Undo]] = {}
        self._kinds: dict[str, tuple[int, Callable[[], Undo | None]]] = {
            "pool process killed": (3, self._kill_pool_process),
            "worker killed": (2, self._kill_worker),
            "worker stopped": (2, self._stop_worker),
            "deploy": (2, self._deploy),
            "beat killed": (1, self._kill_beat),
            "beat doubled": (1, lambda: self._parts.beats.start().kill),
            "broker restarted": (1, self._restart(parts.rabbitmq, killed=False)),
            "broker killed": (1, self._restart(parts.rabbitmq, killed=True)),
            "postgres restarted": (1, self._restart(parts.postgres, killed=False)),
            "postgres killed": (1, self._restart(parts.postgres, killed=True)),
            "connections terminated": (2, self._terminate),
            "redis flushed": (2, self._flush),
            "redis killed": (1, self._restart(parts.redis, killed=True)),
            "receiver fails": (1, lambda: self._receive(Answer(status=500))),
            "receiver resets": (1, lambda: self._receive(Answer(reset=True))),
            "receiver hangs": (1, self._hang),
            "vendor misbehaves": (4, self._vendor),
            "stage crashes": (1, lambda: self._stage("crash")),
            "stage kills its process": (1, lambda: self._stage("kill")),
        }

    def inject(self) -> None:
        """One more fault, unless one of its kind is still going on."""
        names = list(self._kinds)
        name = self._chance.choices(names, [weight for weight, _ in self._kinds.values()])[0]
        seconds = self._chance.uniform(*_LASTING)
        if name not in self._lasting:
            self.injected[name] += 1
            if undo := self._kinds[name][1]():
                self._lasting[name] = (time.monotonic() + seconds, undo)

    def end(self, *, all_: bool = False) -> None:
        """End the faults whose time is over, or all of them."""
        for name, (at, undo) in list(self._lasting.items()):
            if all_ or at <= time.monotonic():
                del self._lasting[name]
                undo()

    def _kill_pool_process(self) -> None:
        children = [child for worker in self._parts.workers.running for child in family(worker.pid)[1:]]
        if children:
            with suppress(psutil.NoSuchProcess):
                self._chance.choice(children).kill()

    def _kill_worker(self) -> None:
        self._chance.choice(self._parts.workers.running).kill()

    def _kill_beat(self) -> None:
        self._parts.beats.running[0].kill()

    def _terminate(self) -> None:
        if self._parts.postgres.running:
            self._parts.postgres.terminate()

    def _flush(self) -> None:
        if self._parts.redis.running:
            self._parts.redis.flush()

    def _stop_worker(self) -> Undo:
        """SIGSTOP, SIGCONT."""
        stopped = family(self._chance.choice(self._parts.workers.running).pid)

        def send(number: signal.Signals) -> None:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)

        send(signal.SIGSTOP)
        return lambda: send(signal.SIGCONT)

    def _deploy(self) -> None:
        """SIGTERM to everything; others take over beside those that are still at it."""
        for role in self._parts.roles:
            for process in role.running:
                process.signal(signal.SIGTERM)
            if not role.address:
                number, role.retired, role.running = len(role.running), role.ever, []
                role.begin(number)

    def _restart(self, server: Server, *, killed: bool) -> Callable[[], Undo]:
        def stop() -> Undo:
            if killed:
                server.kill()
            else:
                server.stop()
            return server.start

        return stop

    def _receive(self, answer: Answer) -> Undo:
        receiver = self._parts.service.receiver
        receiver.otherwise = answer
        return lambda: setattr(receiver, "otherwise", Answer())

    def _hang(self) -> Undo:
        over = threading.Event()
        well = self._receive(Answer(until=over))

        def go_on() -> None:
            well()
            over.set()

        return go_on

    def _vendor(self) -> Undo:
        chosen = {
            On.SUBMIT: self._chance.choice((*_KINDS, Kind.LOST)),
            On.POLL: self._chance.choice((*_KINDS, Kind.LOST)),
            On.RESULT: self._chance.choice(_KINDS),
            On.CANCEL: Kind.UNAVAILABLE,
        }
        faults = tuple(Fault(on, kind, times=None, rate=0.3) for on, kind in chosen.items())
        self._parts.vendor.behave(faults=faults, seed=self._chance.randrange(1000))
        return lambda: self._parts.vendor.behave(faults=())

    def _stage(self, what: str) -> None:
        call = self._chance.choice(("storyboard", "metadata", "fidelity", "script", "stitch"))
        (self._parts.service.control / f"{what}.{call}").write_text("x")
