"""Reconcile: finds jobs that somebody ought to be working on and nobody is, and sends them again.

The canvas is the fast path; this is what makes its loss harmless. It pushes each job with backoff, so
a backlog is not flooded with copies, and two of it at once do no harm: claims decide.
"""

from __future__ import annotations

import logging

from genai import runtime
from genai.celery import app
from genai.domain.states import JOB_ENDED
from genai.router import dispatch_job
from genai.runtime import Runtime
from genai.stages.wake import wake
from genai.store import recovery

logger = logging.getLogger(__name__)

_LONGEST = 600.0  # seconds between pushes of one job


def reconcile(current: Runtime) -> dict[str, str]:
    """Push every stalled job; what was wrong, by job id."""
    database, settings = current.database, current.settings
    with database.transaction() as connection:
        recovery.expire_dead(connection)
        stalled = recovery.stalled_jobs(connection, grace=settings.idle_age)
    for job in stalled:
        logger.warning("job %s is stalled: %s", job.job_id, job.cause, extra={"job": job.job_id})
        with database.transaction() as connection:
            recovery.mark_recovery(connection, job.job_id, first=settings.idle_age, longest=_LONGEST)
            if job.cause == "ending":
                ended = recovery.end_lapsed(connection, job.job_id)
            elif job.cause == "stuck":
                ended = recovery.give_up(connection, job.job_id)
            else:
                ended = None
        if ended in JOB_ENDED:
            wake("genai.callbacks.drain")
        elif job.cause not in ("ending", "stuck") and not dispatch_job(database, job.job_id):
            break
    return {job.job_id: job.cause for job in stalled}


@app.task(name="genai.maintenance.reconcile", ignore_result=True)
def reconcile_task() -> dict[str, str]:
    return reconcile(runtime.current())
