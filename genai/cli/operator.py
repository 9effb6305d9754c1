"""``celery -A genai requeue JOB STEP`` and ``cancel JOB``: for operators, whoever's the job is."""

from __future__ import annotations

from uuid import UUID

import click

from genai import bootstrap
from genai.deciding import cancel as cancel_job
from genai.errors import GenaiError
from genai.maintenance.admission import admit_jobs
from genai.submission import requeue as requeue_step


@click.command("requeue", epilog="Exit codes: 0 sent, 1 refused or unknown, 2 usage.")
@click.argument("job", type=click.UUID)
@click.argument("step")
def requeue(job: UUID, step: str) -> None:
    """Run STEP of JOB again, such as storyboard or scene_2.image.

    Of a job that is alive, whatever is not done is sent again. Of one that has ended, a retry job makes
    the step again with all that is made of it, and its id is printed.
    """
    try:
        runtime = bootstrap.start(providers=False)
        runs = requeue_step(runtime.database, str(job), step)
        admit_jobs(runtime)
    except GenaiError as error:
        raise click.ClickException(str(error)) from error
    click.echo(runs)


@click.command("cancel", epilog="Exit codes: 0 cancelled or cancelling, 1 refused or unknown, 2 usage.")
@click.argument("job", type=click.UUID)
def cancel(job: UUID) -> None:
    """Cancel JOB and print its state.

    Nothing more of it is begun, vendors are told, and what runs ends at its next safe point. It is on
    record as the operator's doing.
    """
    try:
        runtime = bootstrap.start(providers=False)
        state = cancel_job(runtime.database, None, str(job), actor="operator")
    except GenaiError as error:
        raise click.ClickException(str(error)) from error
    click.echo(state)
