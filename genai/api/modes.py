"""Modes: which output modes run here, and the settings that each accepts."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from genai.contracts.request import settings_schema
from genai.router import modes


def routes() -> Blueprint:
    """/v1/modes."""
    blueprint = Blueprint("modes", __name__, url_prefix="/v1/modes")

    @blueprint.get("")
    def list_modes() -> Response:
        available = modes()
        return jsonify(
            {
                "modes": [
                    {"mode": mode, "settings": sorted(settings_schema(mode, available)().fields)}
                    for mode in sorted(available)
                ]
            }
        )

    return blueprint
