"""A client of the HTTP API on the command line, for any deployment."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from genai.cli.console import Exit, print_json
from genai.cli.service import as_json
from genai.client import TERMINAL, Client


def with_client(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options --url and --token, and a client made of them."""

    @click.option(
        "--url", envvar="GENAI_URL", default="http://127.0.0.1:8000", show_default=True, show_envvar=True
    )
    @click.option("--token", envvar="GENAI_TOKEN", required=True, show_envvar=True, help="The bearer token.")
    @wraps(command)
    def wrapped(url: str, token: str, **options: Any) -> None:
        with Client(url, token) as client:
            command(client, **options)

    return wrapped


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@with_client
def upload(client: Client, file: Path, as_json: bool) -> None:
    """Store the image FILE; prints its asset id.

    The same bytes again are the same asset.

    \b
    genai upload bottle.jpg
    """
    asset = client.upload(file)
    if as_json:
        print_json(asset)
    else:
        click.echo(asset["asset_id"])


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@as_json
@with_client
def submit(client: Client, file: TextIO, as_json: bool) -> None:
    """Hand in the job request in FILE (- is standard input); prints the job's id.

    The same idempotency key again gives the same job, so this is safe to repeat.

    \b
    genai submit request.json
    genai show "$(genai submit request.json)" --follow
    """
    try:
        request = json.load(file)
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="FILE") from error
    if not isinstance(request, dict):
        raise click.BadParameter("a job request is a JSON object", param_hint="FILE")
    job = client.submit(request)
    if as_json:
        print_json(job)
    else:
        click.echo(job["job_id"])


@click.command()
@click.argument("job")
@click.option("--follow", is_flag=True, help="Stay until the job has ended.")
@as_json
@with_client
@click.pass_context
def show(ctx: click.Context, client: Client, job: str, follow: bool, as_json: bool) -> None:
    """Show JOB with its steps; exits with 1 when it has failed or was cancelled.

    With --json it prints the job's document, and with --follow before it each event, one a line.

    \b
    genai show 0f9c... --follow
    """
    if as_json:
        for event in client.follow(job) if follow else ():
            print_json(event)
        shown = client.job(job)
        print_json(shown)
    else:
        from genai.cli.progress import follow_job, print_job

        shown = follow_job(client, job) if follow else print_job(client, job)
    if f"job.{shown['state']}" in TERMINAL and shown["state"] != "completed":
        ctx.exit(Exit.JOB_FAILED)
