"""Deliveries: what became of a client's events, and sending them again."""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection

from genai.api.auth import client
from genai.api.reading import json_body, only_parameters, whole_parameter
from genai.api.request_id import current as request_id
from genai.contracts.deliveries import load_filter, load_replay
from genai.errors import Conflict, InvalidInput
from genai.runtime import Runtime
from genai.stages.wake import wake
from genai.store import destinations
from genai.store.audit import record
from genai.store.deliveries import delivery_page, delivery_view, destination_view, replay, replay_all

_PAGING = ("limit", "cursor")
_FILTERS = ("job_id", "state", "since", "until")
_LONGEST_ID = 100


def routes(runtime: Runtime) -> Blueprint:
    """/v1/deliveries and all below it."""
    blueprint = Blueprint("deliveries", __name__, url_prefix="/v1/deliveries")
    database = runtime.database

    @blueprint.get("")
    def list_deliveries() -> Response:
        only_parameters(*_PAGING, *_FILTERS)
        limit = whole_parameter("limit", 50, 1, 200)
        before = _cursor(request.args["cursor"]) if request.args.get("cursor") else None
        wanted = load_filter({name: request.args[name] for name in _FILTERS if name in request.args})
        with database.transaction() as connection:
            page, more = delivery_page(connection, client(), limit=limit, before=before, **vars(wanted))
            destination = destination_view(connection, client())
        following = _to_cursor(*more) if more else None
        return jsonify({"deliveries": page, "destination": destination, "next": following})

    @blueprint.post("/<event_id>/replay")
    def replay_one(event_id: str) -> Response:
        only_parameters()
        # What is longer is none of our ids, and PostgreSQL takes no NUL.
        known = event_id[:_LONGEST_ID].replace("\0", "")
        with database.transaction() as connection:
            replay(connection, client(), known)
            _must_be_sendable(connection)
            document = delivery_view(connection, client(), known)
            _note(connection, document["job_id"], {"event": known})
        return _sent(jsonify(document))

    @blueprint.post("/replay")
    def replay_several() -> Response:
        only_parameters()
        wanted = load_replay(json_body())
        with database.transaction() as connection:
            _must_be_sendable(connection)
            count = replay_all(connection, client(), **vars(wanted))
            which = {name: str(value) for name, value in asdict(wanted).items() if value is not None}
            _note(connection, wanted.job_id, {**which, "replayed": count})
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


def _to_cursor(created_at: datetime, event_id: str) -> str:
    return base64.urlsafe_b64encode(f"{created_at.isoformat()} {event_id}".encode()).decode()


def _cursor(text: str) -> tuple[datetime, str]:
    try:
        created_at, _, event_id = base64.urlsafe_b64decode(text).decode().partition(" ")
        return datetime.fromisoformat(created_at).astimezone(UTC), event_id.replace("\0", "")
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            "", "The query parameter 'cursor' is no cursor.", "Send next of an earlier page."
        ) from error
