"""Jobs: submit, show, list; their steps and events."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from genai.api.addresses import check_addresses
from genai.api.admission import Admission
from genai.api.auth import client
from genai.api.problems import problem
from genai.api.reading import json_body, only_parameters, whole_parameter
from genai.api.request_id import current as trace
from genai.contracts import load_request
from genai.errors import Conflict, InvalidInput
from genai.router import modes
from genai.runtime import Runtime
from genai.store.views import event_views, job_page, job_view, step_views
from genai.submission import submit

_EVENTS = 200  # a page of them


def routes(runtime: Runtime, admission: Admission) -> Blueprint:
    """/v1/jobs and all below it."""
    blueprint = Blueprint("jobs", __name__, url_prefix="/v1/jobs")
    database = runtime.database

    @blueprint.post("")
    def submit_job() -> Response:
        only_parameters()
        wanted = load_request(json_body(), modes())
        check_addresses(wanted, runtime.settings.fetch_allow)
        try:
            accepted = submit(database, client(), wanted, request_id=trace())
        except Conflict as conflict:
            return problem(422, "idempotency_key_reused", f"{conflict}. Use a new key for a new request.")
        with database.transaction() as connection:
            document = job_view(connection, client(), accepted.job_id)
        response = jsonify(document)
        response.status_code = 200 if accepted.replayed else 202
        response.headers["Location"] = f"/v1/jobs/{accepted.job_id}"
        if accepted.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        else:
            response.call_on_close(admission.nudge)
        return response

    @blueprint.get("")
    def list_jobs() -> Response:
        only_parameters("limit", "cursor")
        limit = whole_parameter("limit", 50, 1, 200)
        before = _cursor(request.args["cursor"]) if request.args.get("cursor") else None
        with database.transaction() as connection:
            page, more = job_page(connection, client(), limit=limit, before=before)
        return jsonify({"jobs": page, "next": _to_cursor(*more) if more else None})

    @blueprint.get("/<uuid:job_id>")
    def show_job(job_id: UUID) -> Response:
        only_parameters()
        with database.transaction() as connection:
            return jsonify(job_view(connection, client(), str(job_id)))

    @blueprint.get("/<uuid:job_id>/steps")
    def show_steps(job_id: UUID) -> Response:
        only_parameters()
        with database.transaction() as connection:
            return jsonify({"steps": step_views(connection, client(), str(job_id))})

    @blueprint.get("/<uuid:job_id>/events")
    def show_events(job_id: UUID) -> Response:
        only_parameters("after")
        after = whole_parameter("after", 0, 0, 2**31 - 1)
        with database.transaction() as connection:
            events = event_views(connection, client(), str(job_id), after=after, limit=_EVENTS)
        last = events[-1]["data"]["number"] if events else after
        return jsonify({"events": events, "last": last})

    return blueprint


def _to_cursor(created_at: datetime, job_id: str) -> str:
    return base64.urlsafe_b64encode(f"{created_at.isoformat()} {job_id}".encode()).decode()


def _cursor(text: str) -> tuple[datetime, str]:
    try:
        created_at, _, job_id = base64.urlsafe_b64decode(text).decode().partition(" ")
        return datetime.fromisoformat(created_at).astimezone(UTC), str(UUID(job_id))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            "", "The query parameter 'cursor' is no cursor.", "Send next of an earlier page."
        ) from error
