"""The Celery application of the test's own process, made to read the test's environment."""

from __future__ import annotations

import sys

from kombu import pools

from genai.celery import app
from genai.settings import settings


def read_environment_again() -> None:
    """Forget what was configured from an earlier test's environment, and every connection made with it."""
    settings.cache_clear()
    # pytest-celery makes one of its own, which then is the current one.
    app.set_current()
    sys.modules.pop("celeryconfig", None)
    app.config_from_object("celeryconfig", force=True)
    app._pool = None
    # Their channels remember which queues they have declared, on a broker that was flushed since.
    pools.reset()
    for backend in (app._backend_cache, vars(app._local).pop("backend", None)):
        if client := vars(backend or app).get("client"):
            client.close()
    app._backend_cache = None
    vars(app).pop("amqp", None)
