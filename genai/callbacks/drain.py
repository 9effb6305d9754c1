"""The drain: sends what waits in the outbox, in order per job, jobs and destinations side by side.

Nudged after each commit and by beat. Any number of drains may run: each takes due events under a
lease, and of a job only the one whose turn it is. A drain holds many connections and one thread: a
receiver that is slow holds back its own events alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
from kombu.exceptions import OperationalError as BrokerAway
from sqlalchemy import Connection

from genai import runtime, tracing
from genai.callbacks.delivery import Delivery, deliver, session
from genai.callbacks.payload import Links, payload
from genai.callbacks.schedule import what_follows
from genai.celery import app
from genai.domain.enums import OutboxState
from genai.runtime import Runtime
from genai.store import destinations, outbox
from genai.store.destinations import Breaker
from genai.store.outbox import Due, Outcome

logger = logging.getLogger(__name__)

_SLOTS = 1536  # events in hand at once
_EACH = 512  # of them for one destination, so that the next ones are at hand while others are written down
_CONNECTIONS = 32  # to one destination
_LOOK = 0.25  # seconds until a drain that waits for answers looks for new events
_GATHER = 0.01  # seconds in which a busy drain lets outcomes gather
_SHIFT = 15.0  # seconds after which a task gives up its process, for a deploy must not wait for it
_TRIES = 3  # how many times as long as one try may take a lease lasts
_MARGIN = 10.0  # and how many seconds longer, for outcomes to be written down


def drain(current: Runtime, *, within: float = float("inf")) -> int:
    """Send everything that is due, taking up new events for ``within`` seconds; how many were delivered."""
    return asyncio.run(_Drain(current, time.monotonic() + within).run())


@dataclass(frozen=True)
class _Sent:
    """``delivery`` is None for an event that was not sent after all."""

    event: Due
    delivery: Delivery | None

    @property
    def failed(self) -> bool:
        return self.delivery is not None and not self.delivery.delivered


@dataclass
class _Line:
    """To one destination: the events that wait for a connection, each with the time (of the monotonic
    clock) by which it has to be on its way, and how many connections are in use."""

    waiting: deque[tuple[Due, float]] = field(default_factory=deque)
    senders: int = 0


class _Drain:
    def __init__(self, current: Runtime, until: float) -> None:
        self._current = current
        self._until = until
        self._timeout = current.settings.callback_timeout
        self._links = Links.of(current.settings)
        self._callbacks = {
            name: client.callback for name, client in current.settings.clients.items() if client.callback
        }
        self._breaker = Breaker(current.settings.breaker_failures, current.settings.breaker_longest)
        self._lines: defaultdict[str, _Line] = defaultdict(_Line)  # by client
        self._in_hand: Counter[str] = Counter()  # by client, those taken and not written down
        self._sent: list[_Sent] = []  # of them, those to write down next
        self._news = asyncio.Event()  # there are such
        self._failing: Counter[str] = Counter()  # in a row, those that the breaker was not told of
        self._left_alone: set[str] = set()  # clients to whom nothing but a probe is sent, as last read
        self._delivered = 0
        self._senders: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        await asyncio.to_thread(self._current.database.persist, self._prepare)
        async with session() as connections:
            while True:
                sent, self._sent = self._sent, []
                self._news.clear()
                self._in_hand -= Counter(each.event.client for each in sent)
                begin_by = time.monotonic() + (_TRIES - 1) * self._timeout
                taken = await asyncio.to_thread(self._exchange, sent, self._in_hand)
                # Others may have failed meanwhile.
                self._failing -= Counter(each.event.client for each in sent if each.failed)
                self._in_hand += Counter(event.client for event in taken)
                for event in taken:
                    self._lines[event.client].waiting.append((event, begin_by))
                self._send_off(connections)
                if not self._in_hand:
                    return self._delivered
                await self._some()

    def _send_off(self, connections: aiohttp.ClientSession) -> None:
        """See to it that as many connections as may be are at work."""
        for line in self._lines.values():
            for _ in range(min(len(line.waiting), _CONNECTIONS - line.senders)):
                line.senders += 1
                sender = asyncio.create_task(self._work_off(connections, line))
                self._senders.add(sender)  # the loop holds none of them
                sender.add_done_callback(self._senders.discard)

    async def _work_off(self, connections: aiohttp.ClientSession, line: _Line) -> None:
        while line.waiting:
            sent = await self._send(connections, *line.waiting.popleft())
            self._sent.append(sent)
            self._news.set()
        line.senders -= 1

    async def _some(self) -> None:
        """Return when there is something to write down, or after a while."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), _LOOK)
        if self._in_hand.total() - len(self._sent) >= _CONNECTIONS:
            # With so much at hand nobody waits, and the more are written down at once the cheaper each is.
            await asyncio.sleep(_GATHER)

    def _prepare(self, connection: Connection) -> None:
        urls = {client: callback.url for client, callback in self._callbacks.items()}
        schedule = sum(self._current.settings.callback_schedule)
        destinations.prepare(connection, urls, schedule=schedule)

    def _exchange(self, sent: Sequence[_Sent], busy: Mapping[str, int]) -> list[Due]:
        """Write down what was sent and take what is due, in one transaction."""
        room = _SLOTS - sum(busy.values()) if time.monotonic() < self._until else 0
        outcomes = [self._outcome(each.event, each.delivery) for each in sent if each.delivery]
        held_back = [each.event for each in sent if each.delivery is None]
        self._delivered += sum(not outcome.failed for outcome in outcomes)

        def write(connection: Connection) -> list[Due]:
            if outcomes:
                outbox.settle(connection, outcomes)
            if held_back:
                outbox.give_back(connection, held_back)
            failed = any(outcome.failed for outcome in outcomes)
            if failed:
                self._learn(connection, sent, outcomes)
            if failed or self._left_alone:
                self._left_alone = destinations.left_alone(connection)
            if not room:
                return []
            lease = _TRIES * self._timeout + _MARGIN
            return outbox.take(
                connection, room, lease=lease, each=_EACH, breaker=self._breaker.failures, busy=busy
            )

        return self._current.database.persist(write)

    def _outcome(self, event: Due, delivery: Delivery) -> Outcome:
        state, wait = what_follows(event, delivery, self._current.settings.callback_schedule)
        if state is not OutboxState.DELIVERED:
            logger.warning(
                "event %s: %s, now %s",
                event.id,
                delivery.status or delivery.error,
                state,
                extra={"job": event.job_id, "client": event.client, "latency": round(delivery.latency, 3)},
            )
        return Outcome(
            event=event,
            state=state,
            wait=wait,
            status=delivery.status,
            error=delivery.error,
            latency=delivery.latency,
            answer=delivery.answer,
        )

    def _learn(self, connection: Connection, sent: Sequence[_Sent], outcomes: Sequence[Outcome]) -> None:
        destinations.learn(
            connection,
            outcomes,
            breaker=self._breaker,
            gone={each.event.client for each in sent if each.delivery and each.delivery.gone},
            held={
                each.event.client: each.delivery.retry_after
                for each in sent
                if each.delivery and each.delivery.retry_after and not each.delivery.delivered
            },
        )

    async def _send(self, connections: aiohttp.ClientSession, event: Due, begin_by: float) -> _Sent:
        failing = self._failing[event.client] >= self._breaker.failures
        left_alone = event.client in self._left_alone and not event.probe
        if failing or left_alone or time.monotonic() > begin_by:
            return _Sent(event, None)
        try:
            delivery = await self._deliver(connections, event)
        except Exception as error:
            # One event that cannot be sent must not end the drain of all others.
            logger.exception("event %s cannot be sent", event.id, extra={"job": event.job_id})
            delivery = Delivery(None, type(error).__name__, 0.0, "")
        if delivery.delivered:
            del self._failing[event.client]
        else:
            self._failing[event.client] += 1
        return _Sent(event, delivery)

    async def _deliver(self, connections: aiohttp.ClientSession, event: Due) -> Delivery:
        with tracing.span(f"callback {event.type}", parent=event.trace, job=event.job_id, event=event.id):
            return await deliver(
                connections,
                self._callbacks[event.client],
                event.id,
                payload(event.body, event.client, self._links),
                within=self._timeout,
                headers=tracing.headers(),
            )


@app.task(name="genai.callbacks.drain", ignore_result=True)
def drain_task() -> int:
    begun = time.monotonic()
    delivered = drain(runtime.current(), within=_SHIFT)
    if time.monotonic() - begun >= _SHIFT:
        try:
            drain_task.apply_async()
        except BrokerAway as error:
            logger.warning("the drain goes on with beat: %s", error)
    return delivered
