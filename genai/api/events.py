"""Events of a job: a page of them, a page that waits for one, or a stream (server-sent events)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request

from genai.api.auth import client, scope
from genai.api.following import Following, Watch
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.events import EventListSchema
from genai.contracts.query import MOST_EVENTS, EventFilterSchema, LastEventSchema
from genai.domain.states import JOB_ENDED
from genai.errors import NotFound
from genai.runtime import Runtime
from genai.store.database import Database
from genai.store.views import event_views, job_state

_STREAM = "text/event-stream"
_HEARTBEAT = ":\n\n"
_COME_BACK = "retry: 2000\n\n"  # milliseconds after which a client that was cut off connects again
_ENDS = frozenset({"job.completed", "job.failed", "job.cancelled"})

Event = Mapping[str, Any]


def routes(runtime: Runtime) -> Routes:
    """/v1/jobs/{job_id}/events."""
    blueprint = Routes("events", "/v1/jobs", "Events: what happens to a job, as callbacks tell it.")
    database = runtime.database
    following = Following(database, runtime.settings.streams_max)

    @blueprint.get("/<uuid:job_id>/events")
    @scope(AccessScope.JOBS_READ)
    @blueprint.arguments(EventFilterSchema, location="query")
    @blueprint.arguments(LastEventSchema, location="headers")
    @blueprint.response(200, EventListSchema)
    @blueprint.alt_response(
        200,
        schema={"type": "string"},
        content_type=_STREAM,
        description="Events: a page of them, or a stream.",
    )
    @blueprint.alt_response(204, description="There is nothing to stream: the job has ended.")
    @blueprint.problems(404)
    @blueprint.revalidated
    def show_events(wanted: dict[str, int], header: dict[str, int], job_id: UUID) -> Response:
        """Show a job's events, wait for the next one, or stream them.

        With `wait` the answer is held back until there is an event, for so many seconds at most. With
        `Accept: text/event-stream` the events are sent as they come, from the one after `Last-Event-ID` (or
        `after`) to the job's last; a comment is sent while there is none. Streams and waiting requests are
        limited in number: beyond it the answer is 503.
        """
        name, after = str(job_id), header.get("last_event_id", wanted["after"])
        with database.transaction() as connection:
            state = job_state(connection, client(), name)
            events = event_views(connection, client(), name, after=after, limit=wanted["limit"])
        ended = state in JOB_ENDED
        if request.accept_mimetypes.best_match(["application/json", _STREAM]) == _STREAM:
            return _nothing() if ended and not events else _stream(runtime, following, name, after)
        if wanted["wait"] and not (events or ended):
            with following.watch(name, after) as watch:
                watch.wait(wanted["wait"])
            events = _page(database, client(), name, after, wanted["limit"])
        return jsonify({"events": events, "last": _last(events, after)})

    return blueprint


def _page(database: Database, owner: str, job_id: str, after: int, limit: int = MOST_EVENTS) -> list[Event]:
    with database.transaction() as connection:
        return event_views(connection, owner, job_id, after=after, limit=limit)


def _stream(runtime: Runtime, following: Following, job_id: str, after: int) -> Response:
    """The watch begins before the first byte, so that a refusal is still a problem document."""
    stack = ExitStack()
    watch = stack.enter_context(following.watch(job_id, after))
    response = Response(_sent(runtime, client(), watch), mimetype=_STREAM)
    response.call_on_close(stack.close)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # of proxies that would hold it back
    return response


def _sent(runtime: Runtime, owner: str, watch: Watch) -> Iterator[str]:
    yield _COME_BACK
    while True:
        try:
            events = _page(runtime.database, owner, watch.job_id, watch.after)
        except NotFound:  # erased
            return
        for event in events:
            yield _message(event)
            if event["type"] in _ENDS:
                return
        watch.after = _last(events, watch.after)
        while not events and not watch.wait(runtime.settings.stream_heartbeat):
            yield _HEARTBEAT


def _last(events: list[Event], after: int) -> int:
    return int(events[-1]["data"]["number"]) if events else after


def _message(event: Event) -> str:
    return f"id: {event['data']['number']}\nevent: {event['type']}\ndata: {json.dumps(event)}\n\n"


def _nothing() -> Response:
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
