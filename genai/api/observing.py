"""Each request: what its log lines are about, one line at its end, and its span."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack

from flask import Flask, Response, g, request

from genai import logs, tracing
from genai.api import request_id

logger = logging.getLogger(__name__)

_PROBES = ("health.healthz", "health.readyz", "metrics.scrape")  # asked every few seconds, by machines


def install(app: Flask) -> None:
    """Watch every request. After the request id has been installed."""
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_end)


def _begin() -> None:
    g.begun = time.monotonic()
    g.watched = ExitStack()
    logs.clear()
    logs.bind(request=request_id.current())
    if request.endpoint not in _PROBES:
        route = request.url_rule.rule if request.url_rule else "unknown"
        parent = request.headers.get("traceparent")
        g.watched.enter_context(
            tracing.span(f"{request.method} {route}", parent=parent, request=request_id.current())
        )


def _tell(response: Response) -> Response:
    """The path only: what follows it may be a signature."""
    logger.log(
        logging.DEBUG if request.endpoint in _PROBES else logging.INFO,
        "%s %s %s",
        request.method,
        request.path,
        response.status_code,
        extra={"client": g.get("client"), "seconds": round(time.monotonic() - g.begun, 4)},
    )
    return response


def _end(_: BaseException | None) -> None:
    g.pop("watched", ExitStack()).close()
    logs.clear()
