"""The HTTP API (Flask). :func:`create_app` builds it on a runtime; ``genai.wsgi`` is what gunicorn loads.

Every path under /v1 wants a client's bearer token, and shows that client's own things alone. Every
error is a problem document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from genai.api import (
    assets,
    audit,
    auth,
    cancelling,
    costs,
    decisions,
    deliveries,
    documentation,
    estimates,
    events,
    health,
    hooks,
    jobs,
    metrics,
    modes,
    observing,
    problems,
    products,
    request_id,
)
from genai.api.admission import Admission
from genai.api.openapi import Description
from genai.runtime import Runtime


class Application(Flask):
    """Flask, for views and hooks none of which is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself. Flask would look for a coroutine a dozen times in each request."""
        return func


def create_app(runtime: Runtime) -> Flask:
    """The application. ``runtime`` needs no providers: the API runs no step."""
    app = Application("genai")
    app.request_class = auth.SignedRequest
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    app.config["MAX_CONTENT_LENGTH"] = runtime.settings.body_max_bytes
    request_id.install(app)
    observing.install(app)
    problems.install(app)
    auth.install(app, runtime)
    app.register_blueprint(hooks.routes(runtime))
    description = Description(app)
    admission = app.extensions["admission"] = Admission(runtime)
    for described in (
        assets.routes(runtime),
        jobs.routes(runtime, admission),
        estimates.routes(runtime),
        costs.routes(runtime),
        events.routes(runtime),
        decisions.routes(runtime),
        cancelling.routes(runtime),
        deliveries.routes(runtime),
        products.routes(runtime),
        audit.routes(runtime),
        modes.routes(),
        health.routes(runtime),
        metrics.routes(runtime),
        documentation.event_schemas(),
    ):
        description.register_blueprint(described)
    documentation.install(app, description)
    auth.check_declared(app)
    return app
