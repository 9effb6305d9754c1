"""Standard Webhooks signatures (https://www.standardwebhooks.com), by its own library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from standardwebhooks.webhooks import Webhook


def signed_headers(secrets: Sequence[str], message_id: str, timestamp: datetime, body: str) -> dict[str, str]:
    """The three headers of a signed message; one signature per secret, so that secrets can rotate."""
    signatures = (_webhook(secret).sign(message_id, timestamp, body) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(timestamp.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


@cache
def _webhook(secret: str) -> Webhook:
    return Webhook(secret)
