"""Health: whether the process lives, and whether it can serve."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Response, jsonify
from kombu.exceptions import OperationalError as BrokerError
from marshmallow import fields
from sqlalchemy.exc import SQLAlchemyError

from genai.api.routes import Routes
from genai.celery import app as celery
from genai.contracts.fields import Choice, Inside
from genai.contracts.strict import StrictSchema
from genai.errors import GenaiError
from genai.runtime import Runtime

logger = logging.getLogger(__name__)


class HealthSchema(StrictSchema):
    """The process lives."""

    status = Choice(("ok",), required=True)


class CheckSchema(StrictSchema):
    """Whether one part answers; what is not ``required`` may be away for a while."""

    ok = fields.Boolean(required=True)
    required = fields.Boolean(required=True)


class ReadinessSchema(StrictSchema):
    """Whether the process can serve, and what it needs for that."""

    status = Choice(("ready", "unavailable"), required=True)
    checks = fields.Dict(keys=fields.String(), values=Inside(CheckSchema), required=True)


def routes(runtime: Runtime) -> Routes:
    """/healthz and /readyz; neither wants a token."""
    blueprint = Routes("health", "", "Health: for what runs the service.")
    # Jobs are accepted while the broker is away, so it is told of and not required.
    required = {"postgres": runtime.database.ping, "assets": runtime.assets.check}

    @blueprint.get("/healthz")
    @blueprint.response(200, HealthSchema)
    def healthz() -> Response:
        """Say whether the process lives."""
        return jsonify({"status": "ok"})

    @blueprint.get("/readyz")
    @blueprint.response(200, ReadinessSchema)
    @blueprint.alt_response(503, schema=ReadinessSchema, description="It cannot serve.")
    def readyz() -> tuple[Response, int, dict[str, str]]:
        """Say whether the process can serve."""
        states = {name: _works(name, check) for name, check in required.items()}
        ready = all(states.values())
        checks = {**states, "broker": _works("broker", _reach_broker)}
        document = {
            "status": "ready" if ready else "unavailable",
            "checks": {name: {"ok": ok, "required": name in required} for name, ok in checks.items()},
        }
        return jsonify(document), 200 if ready else 503, {} if ready else {"Retry-After": "5"}

    return blueprint


def _reach_broker() -> None:
    with celery.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=1)


def _works(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except (SQLAlchemyError, GenaiError, BrokerError, OSError) as error:
        logger.warning("%s is not ready: %s", name, type(error).__name__)
        return False
    return True
