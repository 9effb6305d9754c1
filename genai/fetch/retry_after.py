"""The header ``Retry-After``."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86400.0  # seconds that it may ask for


def retry_after(value: str | None) -> float | None:
    """``Retry-After`` in either of its forms, seconds or a date, as seconds from now; None where it is
    neither."""
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    left = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(left, 0.0), LONGEST)
