"""What there is to break, and to keep running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from genai.embedded.process import Process
from tests.harness.servers import PostgresServer, RedisServer, Server
from tests.harness.service import Service
from tests.harness.vendor import Vendor


@dataclass
class Role:
    """One kind of process: ``start`` starts one more and waits for nothing, ``running`` are those that
    should run, ``retired`` those that should not any more. With an ``address`` only one can run."""

    start: Callable[[], Process]
    address: bool = False
    running: list[Process] = field(default_factory=list)
    retired: list[Process] = field(default_factory=list)

    def begin(self, number: int = 1) -> None:
        self.running += [self.start() for _ in range(number)]

    def keep_up(self) -> None:
        """Start again what has ended, as whoever runs the service would."""
        if self.address and any(process.running for process in self.retired):
            return
        for process in [process for process in self.running if not process.running]:
            self.running.remove(process)
            self.retired.append(process)
            self.begin()

    @property
    def ever(self) -> list[Process]:
        return [*self.retired, *self.running]


@dataclass
class Parts:
    """The parts of one service. ``documents`` make requests of every mode, by idempotency key."""

    service: Service
    vendor: Vendor
    postgres: PostgresServer
    redis: RedisServer
    rabbitmq: Server
    workers: Role
    beats: Role
    apis: Role
    api_url: str
    token: str
    documents: Sequence[Callable[[str], dict[str, Any]]]

    @property
    def roles(self) -> tuple[Role, ...]:
        return (self.workers, self.beats, self.apis)

    def keep_up(self) -> None:
        for role in self.roles:
            role.keep_up()
