"""Health: whether the process lives, and whether it can serve."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Response, jsonify
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import SQLAlchemyError

from genai.celery import app as celery
from genai.errors import GenaiError
from genai.runtime import Runtime

logger = logging.getLogger(__name__)


def routes(runtime: Runtime) -> Blueprint:
    """/healthz and /readyz; neither wants a token."""
    blueprint = Blueprint("health", __name__)
    # Jobs are accepted while the broker is away, so it is told of and not required.
    required = {"postgres": runtime.database.ping, "assets": runtime.assets.check}

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int, dict[str, str]]:
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
