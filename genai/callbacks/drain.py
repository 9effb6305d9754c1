"""The drain: sends what waits in the outbox, in order per job, jobs side by side.

Nudged after each commit and by beat. Any number of drains may run: each takes due events under a
lease, and of a job only the one whose turn it is.
"""

from __future__ import annotations

import logging
import random
from concurrent.futures import ThreadPoolExecutor

import requests
from sqlalchemy import Connection

from genai import runtime
from genai.callbacks.delivery import Delivery, deliver
from genai.celery import app
from genai.runtime import Runtime
from genai.store import outbox
from genai.store.outbox import Due

logger = logging.getLogger(__name__)

_THREADS = 8  # and events of a batch, so that none waits in it beyond its lease


def drain(current: Runtime) -> int:
    """Send everything that is due; how many events were delivered."""
    delivered = 0
    with requests.Session() as session, ThreadPoolExecutor(_THREADS) as pool:
        session.trust_env = False
        while True:
            with current.database.transaction() as connection:
                due = outbox.take(connection, _THREADS, lease=2 * current.settings.callback_timeout)
            if not due:
                return delivered
            delivered += sum(pool.map(lambda event: _send(current, session, event), due))


def _send(current: Runtime, session: requests.Session, event: Due) -> bool:
    client = current.settings.clients.get(event.client)
    if client is None or client.callback is None:
        with current.database.transaction() as connection:
            outbox.unaddressed(connection, event)
        return False
    sent = deliver(session, client.callback, event.id, event.body, timeout=current.settings.callback_timeout)
    with current.database.transaction() as connection:
        outbox.log_delivery(
            connection,
            event,
            status=sent.status,
            error=sent.error,
            latency=sent.latency,
            answer=sent.answer,
        )
        if sent.delivered:
            outbox.delivered(connection, event)
        else:
            _missed(current, connection, event, sent)
    return sent.delivered


def _missed(current: Runtime, connection: Connection, event: Due, sent: Delivery) -> None:
    logger.warning("event %s: %s", event.id, sent.status or sent.error)
    schedule = current.settings.callback_schedule
    if sent.gone or event.tries >= len(schedule):
        outbox.dead(connection, event)
    elif event.overtaken and event.tries >= outbox.PROGRESS_TRIES:
        outbox.dropped(connection, event)
    else:
        # Jitter keeps the receivers of many jobs from being asked all at once.
        wait = max(schedule[event.tries] * random.uniform(0.9, 1.1), sent.retry_after or 0)
        outbox.again(connection, event, wait)


@app.task(name="genai.callbacks.drain", ignore_result=True)
def drain_task() -> int:
    return drain(runtime.current())
