"""Running the service: the embedded stack, migrations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from genai.cli.console import print_json
from genai.clients import AccessScope

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Of the HTTP API."
)
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".genai"),
    show_default=True,
    help="Where database, pictures and logs live; they are there again the next time.",
)
@click.option(
    "--callback",
    metavar="JSON",
    help="Where to send events and what to sign them with, as genai listen prints it.",
)
@as_json
def up(port: int, directory: Path, callback: str | None, as_json: bool) -> None:
    """Run the service on this machine until it is interrupted.

    PostgreSQL and Redis come out of Python packages; everything listens on 127.0.0.1 alone. A new
    token is made each time and printed once.

    \b
    genai up --port 8080 --dir /var/tmp/genai
    genai up --callback '{"url": "http://127.0.0.1:8900/", "secrets": ["whsec_..."]}'
    """
    from genai.cli.keys import new_token
    from genai.embedded import Stack
    from genai.embedded.process import ended_by_signals

    token, digest = new_token()
    key = {"sha256": digest, "scopes": list(AccessScope)}
    clients = {"local": {"keys": [key], "callback": _destination(callback)}}
    with ended_by_signals(), Stack(directory, clients=clients, port=port, durable=True) as stack:
        if as_json:
            print_json({"url": stack.url, "token": token, "directory": str(stack.directory)})
        else:
            click.echo(
                f"The service runs at {stack.url}; its logs are in {stack.directory}. Ctrl-C ends it.\n"
            )
            click.echo(f"  export GENAI_URL={stack.url}\n  export GENAI_TOKEN={token}")
        stack.wait()


def _destination(text: str | None) -> dict[str, Any] | None:
    """The destination that was given. A wrong one is told before anything is started."""
    if text is None:
        return None
    try:
        given = json.loads(text)
        for secret in given["secrets"]:
            Webhook(secret)
        return {"url": str(given["url"]), "secrets": given["secrets"]}
    except (ValueError, TypeError, KeyError, EmptyWebhookSecretError) as error:
        raise click.BadParameter(
            'expected {"url": "...", "secrets": ["whsec_..."]}', param_hint="--callback"
        ) from error


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the database of GENAI_DATABASE_URL to the newest schema.

    Safe to repeat, and safe to run twice at once.
    """
    from genai.settings import settings
    from genai.store.database import Database
    from genai.store.migrate import upgrade as migrate

    database = Database(settings().database_url, pool=1)
    migrate(database)
    database.close()
    click.echo("The schema is up to date.")
