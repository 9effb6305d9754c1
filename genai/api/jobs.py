"""Jobs: submit, show, list; their steps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, jsonify, request

from genai.api.addresses import check_addresses
from genai.api.admission import Admission
from genai.api.auth import client, scope
from genai.api.examples import REQUESTS
from genai.api.problems import problem
from genai.api.request_id import current as request_id
from genai.api.routes import LOCATION, Routes, follow_ups
from genai.clients import AccessScope
from genai.contracts.job import JobListSchema, JobSchema, StepListSchema
from genai.contracts.query import JobFilterSchema, to_cursor
from genai.contracts.request import JobRequestSchema
from genai.domain.request import JobRequest
from genai.errors import Conflict
from genai.router import check_offered, modes
from genai.runtime import Runtime
from genai.store.views import accepted_view, job_page, job_view, step_views
from genai.submission import accept_request, accepting

_OF_A_JOB = follow_ups(
    "job_id", "show_job", "show_steps", "show_events", "cancel_job", "review_job", "select_variant"
)
_REPLAYED = {"description": "true: the job is that of an earlier request.", "schema": {"const": "true"}}


def routes(runtime: Runtime, admission: Admission) -> Routes:
    """/v1/jobs, and a job with its steps."""
    blueprint = Routes("jobs", "/v1/jobs", "Jobs: what is asked for, and what came of it.")
    database = runtime.database

    @blueprint.post("")
    @scope(AccessScope.JOBS_WRITE)
    @blueprint.arguments(JobRequestSchema(modes()), examples=REQUESTS)
    @blueprint.response(202, JobSchema, description="The job is accepted.", headers={"Location": LOCATION})
    @blueprint.alt_response(
        200,
        schema=JobSchema,
        description="The same request was accepted before; this is its job.",
        headers={"Location": LOCATION, "Idempotency-Replayed": _REPLAYED},
    )
    @blueprint.doc(responses={202: {"links": _OF_A_JOB}, 200: {"links": _OF_A_JOB}})
    def submit_job(wanted: JobRequest) -> Response:
        """Submit a job.

        It is made once per idempotency key: the same key with the same request answers with the same job,
        and with another request it is refused.
        """
        check_addresses(wanted, runtime.settings.fetch_allow)
        check_offered(wanted, runtime.offered)
        try:
            with accepting(database, wanted) as connection:
                accepted = accept_request(connection, client(), wanted, request_id=request_id())
                document = (
                    job_view(connection, client(), accepted.job_id)
                    if accepted.replayed
                    else accepted_view(connection, accepted)
                )
        except Conflict as conflict:
            return problem(422, "idempotency_key_reused", f"{conflict}. Use a new key for a new request.")
        response = jsonify(document)
        response.status_code = 200 if accepted.replayed else 202
        response.headers["Location"] = f"/v1/jobs/{accepted.job_id}"
        if accepted.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        else:
            response.call_on_close(admission.nudge)
        return response

    @blueprint.get("")
    @scope(AccessScope.JOBS_READ)
    @blueprint.arguments(JobFilterSchema, location="query")
    @blueprint.response(
        200,
        JobListSchema,
        headers={"Link": {"description": "The next page, rel=next.", "schema": {"type": "string"}}},
    )
    def list_jobs(wanted: dict[str, Any]) -> Response:
        """List jobs, the newest first.

        Pages stay as they are while jobs are added: a cursor names the last job that was seen.
        """
        with database.transaction() as connection:
            page, more = job_page(connection, client(), **wanted)
        following = to_cursor(more)
        response = jsonify({"jobs": page, "next": following})
        if following:
            query = urlencode({**request.args, "cursor": following})
            response.headers["Link"] = f'</v1/jobs?{query}>; rel="next"'
        return response

    @blueprint.get("/<uuid:job_id>")
    @scope(AccessScope.JOBS_READ)
    @blueprint.response(200, JobSchema)
    @blueprint.problems(404)
    @blueprint.revalidated
    def show_job(job_id: UUID) -> Response:
        """Show a job, with its output or its error."""
        with database.transaction() as connection:
            return jsonify(job_view(connection, client(), str(job_id)))

    @blueprint.get("/<uuid:job_id>/steps")
    @scope(AccessScope.JOBS_READ)
    @blueprint.response(200, StepListSchema)
    @blueprint.problems(404)
    @blueprint.revalidated
    def show_steps(job_id: UUID) -> Response:
        """Show a job's steps: states, attempts, scores, assets."""
        with database.transaction() as connection:
            return jsonify({"steps": step_views(connection, client(), str(job_id))})

    return blueprint
