"""Costs: what a client's calls have cost, by day."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from genai.api.auth import client, scope
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.costs import CostFilterSchema, CostListSchema
from genai.domain.enums import Capability
from genai.runtime import Runtime
from genai.store.costs import calls_without_price, costs_by_day


def routes(runtime: Runtime) -> Routes:
    """/v1/costs."""
    blueprint = Routes("costs", "/v1/costs", "Costs: what calls of providers have cost.")

    @blueprint.get("")
    @scope(AccessScope.JOBS_READ)
    @blueprint.arguments(CostFilterSchema, location="query")
    @blueprint.response(200, CostListSchema)
    def list_costs(wanted: dict[str, Any]) -> Response:
        """List costs by day, mode, capability and provider.

        They are what was recorded of each call when it ended, and count towards the day's budget.
        """
        unpriced = [
            (capability, vendor.name)
            for vendor in runtime.settings.vendors.values()
            for capability in Capability
            if any(vendor.unpriced(capability))
        ]
        with runtime.database.transaction() as connection:
            costs = costs_by_day(connection, client(), **wanted)
            free = calls_without_price(connection, client(), unpriced, **wanted)
        sums = {name: round(sum(cost[name] for cost in costs), 6) for name in ("spent", "reserved")}
        return jsonify({"costs": costs, "unpriced": free, **sums, "currency": "USD"})

    return blueprint
