"""The Celery application. It imports no task: ``celeryconfig`` names the modules that define them."""

from __future__ import annotations

from celery import Celery

app = Celery("genai")
app.config_from_object("celeryconfig")
