"""Modes: which output modes run here, and the settings that each accepts."""

from __future__ import annotations

from flask import Response, jsonify

from genai.api.auth import scope
from genai.api.json_schema import json_schema
from genai.api.routes import Routes
from genai.clients import AccessScope
from genai.contracts.modes import ModeListSchema
from genai.contracts.request import settings_schema
from genai.router import modes


def routes() -> Routes:
    """/v1/modes."""
    blueprint = Routes("modes", "/v1/modes", "Modes: what can be made.")
    available = modes()
    document = {
        "modes": [
            {
                "mode": mode,
                "settings": json_schema(settings_schema(mode, available), title=f"Settings of {mode}"),
            }
            for mode in sorted(available)
        ]
    }

    @blueprint.get("")
    @scope(AccessScope.JOBS_READ)
    @blueprint.response(200, ModeListSchema)
    def list_modes() -> Response:
        """List the output modes that run here, with the JSON Schema of the settings of each."""
        return jsonify(document)

    return blueprint
