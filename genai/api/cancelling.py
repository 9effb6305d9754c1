"""Cancelling: stops a job."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify

from genai.api.auth import client, scope
from genai.api.request_id import current as request_id
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.job import JobSchema
from genai.deciding import cancel
from genai.runtime import Runtime
from genai.store.views import job_view


def routes(runtime: Runtime) -> Routes:
    """/v1/jobs/{job_id}/cancel."""
    blueprint = Routes("cancelling", "/v1/jobs/<uuid:job_id>", "Cancelling: stops a job.")

    @blueprint.post("/cancel")
    @scope(AccessScope.JOBS_WRITE)
    @blueprint.response(202, JobSchema, description="It is cancelled, or will be when what runs has stopped.")
    @blueprint.problems(404, 409)
    def cancel_job(job_id: UUID) -> tuple[Response, int]:
        """Cancel a job.

        Nothing more is begun, and running work ends at its next safe point. Cancelling twice is cancelling
        once.
        """
        cancel(runtime.database, client(), str(job_id), request_id=request_id())
        with runtime.database.transaction() as connection:
            return jsonify(job_view(connection, client(), str(job_id))), 202

    return blueprint
