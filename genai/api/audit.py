"""The audit trail: of a client's own job, and for operators of everything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from genai.api.auth import client, scope
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.audit import JobTrailSchema, TrailFilterSchema, TrailSchema
from genai.runtime import Runtime
from genai.store.audit import job_trail, trail_page


def routes(runtime: Runtime) -> Routes:
    """/v1/audit, and the trail of a job."""
    blueprint = Routes("audit", "/v1", "Audit: who did what, and when.")
    database = runtime.database

    @blueprint.get("/jobs/<uuid:job_id>/audit")
    @scope(AccessScope.JOBS_READ)
    @blueprint.response(200, JobTrailSchema)
    @blueprint.problems(404)
    def show_job_audit(job_id: UUID) -> Response:
        """Show what was done with a job. It is there when the job has been erased, too."""
        with database.transaction() as connection:
            return jsonify({"entries": job_trail(connection, client(), str(job_id))})

    @blueprint.get("/audit")
    @scope(AccessScope.OPS)
    @blueprint.arguments(TrailFilterSchema, location="query")
    @blueprint.response(200, TrailSchema)
    def list_audit(wanted: dict[str, Any]) -> Response:
        """List what was done, the newest first, with all clients."""
        with database.transaction() as connection:
            entries, more = trail_page(connection, **wanted)
        return jsonify({"entries": entries, "next": more})

    return blueprint
