"""The HTTP API (Flask). :func:`create_app` builds it on a runtime; ``genai.wsgi`` is what gunicorn loads.

Every path under /v1 wants a client's bearer token, and shows that client's own things alone. Every
error is a problem document.
"""

from __future__ import annotations

from flask import Flask

from genai.api import (
    assets,
    auth,
    decisions,
    deliveries,
    health,
    jobs,
    metrics,
    modes,
    observing,
    problems,
    request_id,
)
from genai.api.admission import Admission
from genai.runtime import Runtime


def create_app(runtime: Runtime) -> Flask:
    """The application. ``runtime`` needs no providers: the API runs no step."""
    app = Flask("genai")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    app.config["MAX_CONTENT_LENGTH"] = runtime.settings.body_max_bytes
    request_id.install(app)
    observing.install(app)
    problems.install(app)
    auth.install(app, runtime.settings.clients)
    app.register_blueprint(assets.routes(runtime))
    app.register_blueprint(jobs.routes(runtime, Admission(runtime)))
    app.register_blueprint(decisions.routes(runtime))
    app.register_blueprint(deliveries.routes(runtime))
    app.register_blueprint(modes.routes())
    app.register_blueprint(health.routes(runtime))
    app.register_blueprint(metrics.routes(runtime))
    return app
