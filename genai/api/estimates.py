"""Estimates: what a request would make, cost and take."""

from __future__ import annotations

from flask import Response, jsonify

from genai.api.addresses import check_addresses
from genai.api.auth import client, scope
from genai.api.examples import REQUESTS
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.estimate import EstimateSchema
from genai.contracts.request import JobRequestSchema
from genai.domain.request import JobRequest
from genai.estimating import estimate
from genai.router import check_offered, modes
from genai.runtime import Runtime


def routes(runtime: Runtime) -> Routes:
    """/v1/estimates."""
    blueprint = Routes("estimates", "/v1/estimates", "Estimates: what a request would make, cost and take.")

    @blueprint.post("")
    @scope(AccessScope.JOBS_READ)
    @blueprint.arguments(JobRequestSchema(modes()), examples=REQUESTS)
    @blueprint.response(200, EstimateSchema)
    def estimate_job(wanted: JobRequest) -> Response:
        """Estimate a job without submitting it.

        It is refused where a submission would be, and nothing is stored. Seconds and costs are those of what
        the service has lately made.
        """
        check_addresses(wanted, runtime.settings.fetch_allow)
        check_offered(wanted, runtime.offered)
        return jsonify(estimate(runtime.database, client(), wanted))

    return blueprint
