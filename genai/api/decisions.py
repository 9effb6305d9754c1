"""What people decide about a job: its plan is approved, one of its treatments is chosen."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, jsonify

from genai.api.auth import client
from genai.api.reading import json_body, only_parameters
from genai.api.request_id import current as request_id
from genai.contracts.review import load_review, load_selection
from genai.deciding import approve, select
from genai.runtime import Runtime
from genai.store.views import job_view


def routes(runtime: Runtime) -> Blueprint:
    """/v1/jobs/{id}/review and /select; both answer with the job."""
    blueprint = Blueprint("decisions", __name__, url_prefix="/v1/jobs/<uuid:job_id>")
    database = runtime.database

    @blueprint.post("/review")
    def review(job_id: UUID) -> Response:
        only_parameters()
        edits = load_review(json_body())
        approve(database, client(), str(job_id), edits, request_id=request_id())
        return job(job_id)

    @blueprint.post("/select")
    def choose(job_id: UUID) -> Response:
        only_parameters()
        variant = load_selection(json_body())
        select(database, client(), str(job_id), variant, request_id=request_id())
        return job(job_id)

    def job(job_id: UUID) -> Response:
        with database.transaction() as connection:
            return jsonify(job_view(connection, client(), str(job_id)))

    return blueprint
