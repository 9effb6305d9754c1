"""POST /hooks/{attempt}/{signature}: a vendor says that it has finished.

The address is the credential: only the vendor that was given it has it. What is said is not believed,
the next poll asks; so saying it twice, or falsely, does no harm.
"""

from __future__ import annotations

from flask import Blueprint

from genai import links
from genai.errors import NotFound
from genai.router import resume_step
from genai.runtime import Runtime
from genai.store.hooks import make_due


def routes(runtime: Runtime) -> Blueprint:
    blueprint = Blueprint("hooks", __name__)

    @blueprint.post("/hooks/<int:attempt>/<signature>")
    def finished(attempt: int, signature: str) -> tuple[str, int]:
        if not links.hook_is_ours(runtime.settings.link_secrets, attempt, signature):
            raise NotFound("There is no such hook.")
        with runtime.database.transaction() as connection:
            step = make_due(connection, attempt)
        if step is not None:
            resume_step(runtime.database, str(step.job_id), step.key)
        return "", 204

    return blueprint
