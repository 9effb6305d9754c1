"""Deliveries: what became of a client's events, and sending them again."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from sqlalchemy import Connection

from genai.api.auth import client, scope
from genai.api.request_id import current as request_id
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.deliveries import DeliveryListSchema, DeliverySchema, ReplayedSchema, ReplaySchema
from genai.contracts.query import DeliveryFilterSchema, to_cursor
from genai.errors import Conflict
from genai.runtime import Runtime
from genai.stages.wake import wake
from genai.store import destinations
from genai.store.audit import record
from genai.store.deliveries import delivery_page, delivery_view, destination_view, replay, replay_all

_LONGEST_ID = 100


def routes(runtime: Runtime) -> Routes:
    """/v1/deliveries and all below it."""
    blueprint = Routes("deliveries", "/v1/deliveries", "Deliveries: what became of callbacks.")
    database = runtime.database

    @blueprint.get("")
    @scope(AccessScope.JOBS_READ)
    @blueprint.arguments(DeliveryFilterSchema, location="query")
    @blueprint.response(200, DeliveryListSchema)
    def list_deliveries(wanted: dict[str, Any]) -> Response:
        """List events and what became of them, the newest first."""
        with database.transaction() as connection:
            page, more = delivery_page(connection, client(), **wanted)
            destination = destination_view(connection, client())
        return jsonify({"deliveries": page, "destination": destination, "next": to_cursor(more)})

    @blueprint.post("/<event_id>/replay")
    @scope(AccessScope.DELIVERIES_ADMIN)
    @blueprint.response(200, DeliverySchema)
    @blueprint.problems(404, 409)
    def replay_event(event_id: str) -> Response:
        """Send an event again."""
        # What is longer is none of our ids, and PostgreSQL takes no NUL.
        known = event_id[:_LONGEST_ID].replace("\0", "")
        with database.transaction() as connection:
            replay(connection, client(), known)
            _must_be_sendable(connection)
            document = delivery_view(connection, client(), known)
            _note(connection, document["job_id"], {"event": known})
        return _sent(jsonify(document))

    @blueprint.post("/replay")
    @scope(AccessScope.DELIVERIES_ADMIN)
    @blueprint.arguments(ReplaySchema, example={"since": "2026-03-01T00:00:00Z"})
    @blueprint.response(200, ReplayedSchema)
    @blueprint.problems(409)
    def replay_events(wanted: dict[str, Any]) -> Response:
        """Send a job's events again, or those of a range of time."""
        with database.transaction() as connection:
            _must_be_sendable(connection)
            count = replay_all(connection, client(), **wanted)
            which = {name: str(value) for name, value in wanted.items() if value is not None}
            _note(connection, wanted["job_id"], {**which, "replayed": count})
        return _sent(jsonify({"replayed": count}))

    def _must_be_sendable(connection: Connection) -> None:
        callback = runtime.settings.clients[client()].callback
        if callback is None:
            raise Conflict("This client has no callback address: there is nowhere to send events")
        if destinations.is_disabled(connection, client(), callback.url):
            raise Conflict("The callback address answered 410 and is disabled: have an operator enable it")

    def _note(connection: Connection, job_id: str | None, details: dict[str, object]) -> None:
        record(
            connection,
            client=client(),
            actor="api",
            action="delivery.replay",
            job_id=job_id,
            request_id=request_id(),
            details=details,
        )

    return blueprint


def _sent(response: Response) -> Response:
    response.call_on_close(lambda: wake("genai.callbacks.drain"))
    return response
