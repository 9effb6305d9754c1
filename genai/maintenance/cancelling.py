"""Cancelled jobs: vendors are told to stop what they have accepted, so that nobody waits for it."""

from __future__ import annotations

import logging

from genai import runtime
from genai.celery import app
from genai.domain.states import JOB_ENDED
from genai.errors import Retryable
from genai.runtime import Runtime
from genai.stages.asking import cancel_tickets
from genai.stages.wake import wake_for_ended
from genai.store.claims import lock_job
from genai.store.commits import finish_if_idle, skip_step
from genai.store.database import Database
from genai.store.recovery import tickets_of

logger = logging.getLogger(__name__)


def cancel_waiting(current: Runtime, job_id: str) -> None:
    """Cancel the tickets of the job's waiting steps and end them. What cannot be told now is left to
    reconcile, which comes by again."""
    with current.database.transaction() as connection:
        waiting = tickets_of(connection, job_id)
    for step in waiting:
        try:
            cancel_tickets(current, step.id)
        except Retryable as error:
            logger.warning("%s of %s: its ticket is not cancelled yet: %s", step.key, job_id, error)
            continue
        _end(current.database, job_id, step.id)


def _end(database: Database, job_id: str, step_id: int) -> None:
    with database.transaction() as connection:
        lock_job(connection, job_id)
        skip_step(connection, step_id)
        ended = finish_if_idle(connection, job_id)
    if ended in JOB_ENDED:
        wake_for_ended()


@app.task(name="genai.maintenance.cancel_tickets", ignore_result=True)
def cancel_tickets_task(job_id: str) -> None:
    cancel_waiting(runtime.current(), job_id)
