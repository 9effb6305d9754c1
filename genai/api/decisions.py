"""What people decide about a job: its plan is approved, one of its treatments is chosen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from genai.api.auth import client, scope
from genai.api.request_id import current as request_id
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.job import JobSchema
from genai.contracts.review import ReviewSchema, SelectSchema
from genai.deciding import approve, select
from genai.runtime import Runtime
from genai.store.views import job_view


def routes(runtime: Runtime) -> Routes:
    """/v1/jobs/{job_id}/review and /select; both answer with the job."""
    blueprint = Routes("decisions", "/v1/jobs/<uuid:job_id>", "Decisions: what people say about a job.")
    database = runtime.database

    @blueprint.post("/review")
    @scope(AccessScope.JOBS_WRITE)
    @blueprint.arguments(ReviewSchema, example={"edits": {"2": {"words": {"headline": "First frost"}}}})
    @blueprint.response(200, JobSchema)
    @blueprint.problems(404, 409)
    def review_job(wanted: dict[str, Any], job_id: UUID) -> Response:
        """Approve the plan of a job that rests for review, with edits to its scenes."""
        approve(database, client(), str(job_id), wanted["edits"], request_id=request_id())
        return job(job_id)

    @blueprint.post("/select")
    @scope(AccessScope.JOBS_WRITE)
    @blueprint.arguments(SelectSchema, example={"variant": 2})
    @blueprint.response(200, JobSchema)
    @blueprint.problems(404, 409)
    def select_variant(wanted: dict[str, Any], job_id: UUID) -> Response:
        """Choose the treatment that retries and renderings go on with."""
        select(database, client(), str(job_id), wanted["variant"], request_id=request_id())
        return job(job_id)

    def job(job_id: UUID) -> Response:
        with database.transaction() as connection:
            return jsonify(job_view(connection, client(), str(job_id)))

    return blueprint
