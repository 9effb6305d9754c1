"""What follows from a try to send an event."""

from __future__ import annotations

import random
from collections.abc import Sequence

from genai.callbacks.delivery import Delivery
from genai.domain.enums import OutboxState
from genai.store.outbox import Due

PROGRESS_TRIES = 3  # a progress event that a later one has overtaken is given up after so many


def what_follows(event: Due, sent: Delivery, schedule: Sequence[float]) -> tuple[OutboxState, float]:
    """The event's state now, and where it is still pending the seconds until its next try.

    ``schedule`` holds the waits between tries, in seconds, as Standard Webhooks advises; ``Retry-After``
    can only make one longer. When it is used up, or the receiver is gone, the event is a dead letter.
    """
    if sent.delivered:
        return OutboxState.DELIVERED, 0.0
    if sent.gone or event.tries >= len(schedule):
        return OutboxState.DEAD, 0.0
    if event.overtaken and event.tries >= PROGRESS_TRIES:
        return OutboxState.DROPPED, 0.0
    # Jitter keeps the receivers of many jobs from being asked all at once.
    wait = schedule[event.tries] * random.uniform(0.9, 1.1)
    return OutboxState.PENDING, max(wait, sent.retry_after or 0.0)
