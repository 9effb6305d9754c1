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
from genai.client import TERMINAL, Client, Scope


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
    _print_job(client.submit(_request(file)), as_json)


def _request(file: TextIO) -> dict[str, Any]:
    try:
        request = json.load(file)
    except ValueError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint="FILE") from error
    if not isinstance(request, dict):
        raise click.BadParameter("a job request is a JSON object", param_hint="FILE")
    return request


def _print_job(job: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        click.echo(job["job_id"])


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@as_json
@with_client
def estimate(client: Client, file: TextIO, as_json: bool) -> None:
    """Estimate what the job request in FILE (- is standard input) would make, cost and take.

    Nothing is submitted. It is refused where a submission would be.

    \b
    genai estimate request.json
    """
    estimated = client.estimate(_request(file))
    if as_json:
        print_json(estimated)
    else:
        from genai.cli.progress import print_estimate

        print_estimate(estimated)


@click.command()
@click.argument("job")
@as_json
@with_client
def cancel(client: Client, job: str, as_json: bool) -> None:
    """Cancel JOB; prints its state.

    Nothing more of it is begun, and what runs ends at its next safe point.

    \b
    genai cancel 0f9c...
    """
    cancelled = client.cancel(job)
    if as_json:
        print_json(cancelled)
    else:
        click.echo(cancelled["state"])


def _edits(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, Any]:
    """``2.words.headline=First frost`` as the change that it is; several of a scene together."""
    edits: dict[str, Any] = {}
    for text in values:
        path, equals, value = text.partition("=")
        number, *names = path.split(".")
        if not (equals and number.isdigit() and names):
            raise click.BadParameter(f"expected such as 2.words.headline=First frost, not {text!r}")
        at = edits.setdefault(number, {})
        for name in names[:-1]:
            at = at.setdefault(name, {})
        try:
            at[names[-1]] = json.loads(value)
        except ValueError:
            at[names[-1]] = value
    return edits


@click.command()
@click.argument("job")
@click.option("--stage", help="Make this stage again, such as image or storyboard.")
@click.option("--scene", type=click.IntRange(1), help="Of this scene.")
@click.option(
    "--scope",
    type=click.Choice(["missing", "only", "onward"]),
    help="missing: what has not succeeded (the default); only: the stage, and what is made of it (the "
    "default with --stage); onward: the scene and all after it.",
)
@click.option("--adjust", metavar="WORDS", help="What should be different, said to whatever is made again.")
@click.option(
    "--edit",
    "edits",
    multiple=True,
    callback=_edits,
    metavar="SCENE.FIELD=VALUE",
    help="Change a scene; what depends on that is made again. VALUE is JSON, or else plain text.",
)
@click.option("--key", help="The idempotency key; the same key again gives the same job.")
@as_json
@with_client
def retry(
    client: Client,
    job: str,
    stage: str | None,
    scene: int | None,
    scope: Scope | None,
    adjust: str | None,
    edits: dict[str, Any],
    key: str | None,
    as_json: bool,
) -> None:
    """Make a part of JOB again, once it has ended; prints the id of the job that does it.

    \b
    genai retry 0f9c...                                        whatever it lacks
    genai retry 0f9c... --stage image --scene 3 --adjust "warmer light"
    genai retry 0f9c... --edit '2.words.headline=First frost' --edit '2.setting=surface'
    """
    made = client.retry(
        job,
        stage=stage,
        scene=scene,
        scope=scope or ("only" if stage else "missing"),
        prompt_adjustment=adjust,
        edits=edits or None,
        idempotency_key=key,
    )
    _print_job(made, as_json)


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
