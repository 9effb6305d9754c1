"""How many requests a client may send: counted in Redis, so that all API processes count together.

While Redis is away nobody is refused. A limit protects against a client that has run wild; what it
protects goes on working without it, and a service that refuses everybody because it cannot count would
be the greater harm.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

logger = logging.getLogger(__name__)

_PATIENCE = 0.2  # seconds for an answer of Redis
_LEFT_ALONE = 5.0  # seconds for which a Redis that failed is not asked again


@dataclass(frozen=True)
class Rate:
    """Where a client stands with its limit: ``remaining`` requests now, and ``reset`` seconds until there
    is more."""

    allowed: bool
    limit: int
    window: int  # seconds
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them, and Retry-After with a refusal."""
        told = {
            "RateLimit-Policy": f'"requests";q={self.limit};w={self.window}',
            "RateLimit": f'"requests";r={self.remaining};t={self.reset}',
        }
        return told if self.allowed else {**told, "Retry-After": str(self.reset)}


class RateLimiter:
    """Counts over a sliding window. ``redis_url`` is asked when the first request is counted."""

    def __init__(self, redis_url: str) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(
            RedisStorage(
                redis_url,
                key_prefix="genai-rate",
                wrap_exceptions=True,
                socket_timeout=_PATIENCE,
                socket_connect_timeout=_PATIENCE,
            )
        )
        self._away_until = 0.0

    def count(self, client: str, limit: str) -> Rate | None:
        """Count one request of the client; None while nothing can be counted."""
        if time.monotonic() < self._away_until:
            return None
        item = parse(limit)
        try:
            return self._count(client, item)
        except StorageError as error:
            self._away_until = time.monotonic() + _LEFT_ALONE
            logger.warning("requests are not counted: %s", type(error.storage_error).__name__)
            return None

    def _count(self, client: str, item: RateLimitItem) -> Rate:
        allowed = self._limiter.hit(item, client)
        stats = self._limiter.get_window_stats(item, client)
        reset = math.ceil(stats.reset_time - time.time())
        return Rate(allowed, item.amount, item.get_expiry(), stats.remaining, max(1, reset))
