"""Reconcile: finds jobs that somebody ought to be working on and nobody is, and sends them again.

The canvas is the fast path; this is what makes its loss harmless. It pushes each job with backoff, so
a backlog is not flooded with copies, and two of it at once do no harm: claims decide.
"""

from __future__ import annotations

import logging

from kombu.exceptions import OperationalError

from genai import runtime
from genai.celery import app
from genai.domain.enums import JobState
from genai.domain.states import JOB_ENDED
from genai.maintenance.depths import depths
from genai.router import dispatch_job, resume_step
from genai.runtime import Runtime
from genai.stages.wake import wake, wake_for_ended
from genai.store import recovery
from genai.store.database import Database

logger = logging.getLogger(__name__)

_MISSED = ("idle", "poll_overdue")  # causes that may as well be a long queue
_LONGEST = 600.0  # seconds between pushes of one job


def reconcile(current: Runtime) -> dict[str, str]:
    """Push every stalled job; what was wrong, by job id."""
    database, settings = current.database, current.settings
    with database.transaction() as connection:
        recovery.expire_dead(connection)
        stalled = recovery.stalled_jobs(connection, grace=settings.idle_age)
    if any(job.cause in _MISSED for job in stalled):
        stalled = _without_backlog(current)
    for job in stalled:
        logger.warning("job %s is stalled: %s", job.job_id, job.cause, extra={"job": job.job_id})
        with database.transaction() as connection:
            recovery.mark_recovery(connection, job.job_id, first=settings.idle_age, longest=_LONGEST)
        if job.cause in ("ending", "stuck"):
            _end(database, job)
        elif not dispatch_job(database, job.job_id):
            break
    return {job.job_id: job.cause for job in stalled}


def _without_backlog(current: Runtime) -> list[recovery.Stalled]:
    """The stalled jobs but for those whose messages are still in a queue: copies would make it longer."""
    with current.database.transaction() as connection:
        ready = recovery.ready_steps(connection)
    try:
        waiting = depths(ready)
    except OperationalError as error:
        logger.warning("nothing is known of the queues: %s", error)
        waiting = {}
    full = [queue for queue, steps in ready.items() if waiting.get(queue, 0) >= steps]
    with current.database.transaction() as connection:
        return recovery.stalled_jobs(connection, grace=current.settings.idle_age, full=full)


def _end(database: Database, job: recovery.Stalled) -> None:
    """End the job, or see to it that what vendors have accepted for it is cancelled or fetched."""
    with database.transaction() as connection:
        end = recovery.end_lapsed if job.cause == "ending" else recovery.give_up
        state = end(connection, job.job_id)
        tickets = recovery.tickets_of(connection, job.job_id)
    if state in JOB_ENDED:
        wake_for_ended()
    elif state == JobState.CANCELLING:
        wake("genai.maintenance.cancel_tickets", job.job_id)
    elif state == JobState.FAILING:
        for step in tickets:
            if step.due:
                resume_step(database, job.job_id, step.key)


@app.task(name="genai.maintenance.reconcile", ignore_result=True)
def reconcile_task() -> dict[str, str]:
    return reconcile(runtime.current())
