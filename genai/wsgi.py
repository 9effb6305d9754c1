"""The API as a WSGI server loads it: ``gunicorn 'genai.wsgi:application()'``."""

from __future__ import annotations

from flask import Flask

from genai import bootstrap
from genai.api import create_app


def application() -> Flask:
    """The application on this process's runtime, built from the settings."""
    bootstrap.observe("api")
    return create_app(bootstrap.start(providers=False))
