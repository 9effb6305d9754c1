"""How many messages wait in each queue, as the broker says."""

from __future__ import annotations

from collections.abc import Iterable

from kombu.exceptions import OperationalError

from genai.celery import app


def depths(queues: Iterable[str]) -> dict[str, int]:
    """Messages that no worker has taken, by queue. Those that are parked for later are not among them.

    Raises :class:`kombu.exceptions.OperationalError` where the broker is away.
    """
    with app.pool.acquire(block=True) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0.2, reraise_as_library_errors=True)
        found = {}
        for queue in queues:
            try:
                # A broker closes the channel on which it was asked for a queue that it does not have.
                with connection.channel() as channel:
                    found[queue] = channel.queue_declare(queue=queue, passive=True).message_count
            except connection.channel_errors:
                found[queue] = 0
            except connection.connection_errors as error:
                raise OperationalError(str(error)) from error
        return found
