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
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from redis import Redis, RedisError

logger = logging.getLogger(__name__)

_PATIENCE = 0.2  # seconds for an answer of Redis
_LEFT_ALONE = 5.0  # seconds for which a Redis that failed is not asked again

# A request is counted, and its windows are looked at, by two scripts of the library's. Both in one: to ask
# Redis twice would take twice as long.
_COUNT = f"""
    local function acquire(KEYS, ARGV)
        {RedisStorage.SCRIPT_ACQUIRE_SLIDING_WINDOW.decode()}
    end
    local function window(KEYS, ARGV)
        {RedisStorage.SCRIPT_SLIDING_WINDOW.decode()}
    end
    local allowed = acquire(KEYS, ARGV)
    return {{allowed, unpack(window(KEYS, {{ARGV[2]}}))}}
"""


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
        redis = Redis.from_url(redis_url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
        self._script = redis.register_script(_COUNT)
        self._away_until = 0.0

    def count(self, client: str, limit: str) -> Rate | None:
        """Count one request of the client; None while nothing can be counted."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return self._count(client, _item(limit))
        except RedisError as error:
            self._away_until = time.monotonic() + _LEFT_ALONE
            logger.warning("requests are not counted: %s", type(error).__name__)
            return None

    def _count(self, client: str, item: RateLimitItem) -> Rate:
        """As ``limits.strategies.SlidingWindowCounterRateLimiter`` counts: requests of the window before this
        one weigh as much as of it lies within the last ``window`` seconds."""
        key, window = f"genai-rate:{{{item.key_for(client)}}}", item.get_expiry()
        found = self._script([f"{key}/-1", key], [item.amount, window, 1])
        allowed, before, before_ends, now, now_ends = (int(value or 0) for value in found)
        before_left, now_left = max(0, before_ends) / 1000, max(0, now_ends) / 1000  # seconds of either
        used = math.floor(before * before_left / window) + now
        # One request less of the window before, or the end of this one.
        ends = [before_left % (window / before)] if before else []
        ends += [now_left % window or window] if now else []
        reset = math.ceil(min(ends, default=0))
        return Rate(bool(allowed), item.amount, window, max(0, item.amount - used), max(1, reset))


@lru_cache(maxsize=256)
def _item(limit: str) -> RateLimitItem:
    return parse(limit)
