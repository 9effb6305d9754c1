"""Retention: removes what nobody needs any more."""

from __future__ import annotations

from genai import runtime
from genai.celery import app

_STALE = 3600.0  # seconds; a write in progress renews its file long before


@app.task(name="genai.maintenance.sweep", ignore_result=True)
def sweep_task() -> int:
    """Remove what writers that died left in the asset store; how many files."""
    return runtime.current().assets.sweep(_STALE)
