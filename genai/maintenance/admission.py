"""Admission: lets accepted jobs run, within the limits, and sends their first canvas."""

from __future__ import annotations

from genai import runtime
from genai.celery import app
from genai.router import dispatch_job
from genai.runtime import Runtime
from genai.store.admission import admit


def admit_jobs(current: Runtime) -> int:
    """Admit and dispatch what there is room for; how many jobs.

    Called right after a submission, after a job has ended, and by beat. A job that was admitted and
    could not be sent is found by reconcile.
    """
    settings = current.settings
    limits = {
        client.name: client.max_running
        for client in settings.clients.values()
        if client.max_running is not None
    }
    with current.database.transaction() as connection:
        admitted = admit(
            connection,
            in_all=settings.max_running,
            per_client=settings.max_running_per_client,
            limits=limits,
        )
    for job_id in admitted:
        # With the broker away each further try would only wait again.
        if not dispatch_job(current.database, job_id):
            break
    return len(admitted)


@app.task(name="genai.maintenance.admit", ignore_result=True)
def admit_task() -> int:
    return admit_jobs(runtime.current())
