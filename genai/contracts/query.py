"""Query parameters: text that is read as strictly as a body is, and pages of lists."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import pre_load

from genai.contracts.fields import Choice, Moment, Text, Whole, complaint
from genai.contracts.settings import job_id
from genai.contracts.strict import StrictSchema
from genai.domain.enums import JobState, JobType, OutboxState

MOST_EVENTS = 200
LONGEST_WAIT = 60
_HIGHEST_NUMBER = 2**31 - 1
_DIGITS = 12

Place = tuple[datetime, str]


class Cursor(Text):
    """Where a page of a list begins: after what was created at that moment under that id, of which ``id_of``
    makes one that the database takes. Empty: at the beginning. Loads a :data:`Place` or None."""

    def __init__(self, id_of: Callable[[str], str]) -> None:
        self.id_of = id_of
        super().__init__(
            0,
            300,
            pattern=r"[A-Za-z0-9_=-]*",
            example="next of an earlier page",
            load_default=None,
            attribute="before",
        )

    def _deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        text = super()._deserialize(value)
        if not text:
            return None
        try:
            created_at, _, id_ = base64.urlsafe_b64decode(text).decode().partition(" ")
            return datetime.fromisoformat(created_at).astimezone(UTC), self.id_of(id_)
        except (ValueError, OverflowError):
            raise complaint("Not a cursor.", "Send next of an earlier page.") from None


def to_cursor(place: Place | None) -> str | None:
    """The cursor of the page that begins after ``place``; null on the last page."""
    if place is None:
        return None
    created_at, id_ = place
    return base64.urlsafe_b64encode(f"{created_at.isoformat()} {id_}".encode()).decode()


class QuerySchema(StrictSchema):
    """Parameters of a query."""

    @pre_load
    def read(self, data: Mapping[str, str], **_: Any) -> dict[str, Any]:
        known = {field.data_key or name: field for name, field in self.load_fields.items()}
        return {name: _read(known.get(name), value) for name, value in data.items()}


def _read(field: Any, text: str) -> Any:
    if isinstance(field, Whole) and text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    if isinstance(field, Moment):
        # Many a sender leaves the + of an offset as it is, which in a query stands for a blank.
        return text.replace(" ", "+")
    return text


class PageSchema(QuerySchema):
    """Which page of a list: ``limit`` entries after its ``cursor``."""

    limit = Whole(1, 200, load_default=50)


class JobFilterSchema(PageSchema):
    """Which jobs: created from ``since`` to before ``until``, and alike in all else."""

    cursor = Cursor(lambda text: str(UUID(text)))
    state = Choice(JobState, JobState, load_default=None)
    mode = Text(1, 60, load_default=None)
    job_type = Choice(JobType, JobType, load_default=None)
    product_id = Text(1, 200, load_default=None)
    retry_of = job_id(load_default=None)
    since = Moment(load_default=None)
    until = Moment(load_default=None)


class DeliveryFilterSchema(PageSchema):
    """Which events: created from ``since`` to before ``until``, of a job, in a state."""

    cursor = Cursor(lambda text: text.replace("\0", ""))
    job_id = job_id(load_default=None)
    state = Choice(OutboxState, OutboxState, load_default=None)
    since = Moment(load_default=None)
    until = Moment(load_default=None)


class EventFilterSchema(QuerySchema):
    """Which events of a job: numbered above ``after``, ``limit`` of them at most. Where there are none yet,
    the answer may ``wait`` for so many seconds."""

    after = Whole(0, _HIGHEST_NUMBER, load_default=0)
    limit = Whole(1, MOST_EVENTS, load_default=MOST_EVENTS)
    wait = Whole(0, LONGEST_WAIT, load_default=0)


class LastEventSchema(QuerySchema):
    """The header that a client of server-sent events sends when it connects again."""

    last_event_id = Whole(0, _HIGHEST_NUMBER, data_key="Last-Event-ID")
