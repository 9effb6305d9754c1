"""``genai deliveries``: what became of events, sending them again, enabling a destination."""

from __future__ import annotations

import click

from genai.cli.console import print_json
from genai.cli.remote import with_client
from genai.cli.service import as_json
from genai.client import Client, DeliveryState

_STATES = ("pending", "delivered", "dead", "dropped", "unaddressed")
_of_job = click.option("--job", help="Only those of this job.")
_since = click.option("--since", help="Created from then on: ISO 8601 with an offset.")
_until = click.option("--until", help="Created before then.")


@click.group()
def deliveries() -> None:
    """Callbacks: what became of events, and sending them again."""


@deliveries.command("list")
@_of_job
@_since
@_until
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@as_json
@with_client
def list_deliveries(
    client: Client,
    job: str | None,
    since: str | None,
    until: str | None,
    state: DeliveryState | None,
    as_json: bool,
) -> None:
    """List events, newest first, with the last try of each.

    \b
    genai deliveries list --state dead --since 2026-03-01T00:00:00Z
    """
    for delivery in client.deliveries(job_id=job, since=since, until=until, state=state):
        if as_json:
            print_json(delivery)
            continue
        last = delivery["attempts"][-1] if delivery["attempts"] else None
        result = (last["status"] or last["error"]) if last else "not tried"
        click.echo(f"{delivery['created_at']}  {delivery['state']:<11} {result!s:<24} {delivery['id']}")


@deliveries.command("replay")
@click.argument("events", nargs=-1)
@_of_job
@_since
@_until
@click.option(
    "--state", type=click.Choice(_STATES), default="dead", show_default=True, help="With --job and --since."
)
@with_client
def replay(
    client: Client,
    events: tuple[str, ...],
    job: str | None,
    since: str | None,
    until: str | None,
    state: DeliveryState,
) -> None:
    """Send EVENTS again, or those of a job or of a time; prints how many.

    \b
    genai deliveries replay evt_0f9c..._7
    genai deliveries replay --job 0f9c...
    genai deliveries replay --since 2026-03-01T00:00:00Z --until 2026-03-02T00:00:00Z
    """
    if bool(events) == bool(job or since):
        raise click.UsageError("Name events, or say which by --job or --since.")
    for event in events:
        client.replay(event)
    several = 0 if events else client.replay_all(job_id=job, since=since, until=until, state=state)
    click.echo(len(events) or several)


@deliveries.command("enable")
@click.argument("client")
def enable(client: str) -> None:
    """Send to CLIENT's callback address again, after it has answered 410 or failed for long.

    For operators: it works on the database of GENAI_DATABASE_URL. What has become a dead letter stays one;
    replay it.

    \b
    genai deliveries enable shop
    """
    from genai.settings import settings
    from genai.store.database import Database
    from genai.store.destinations import enable as enable_destination

    database = Database(settings().database_url, pool=1)
    with database.transaction() as connection:
        changed = enable_destination(connection, client)
    database.close()
    click.echo("Events are sent again." if changed else "Nothing was in the way.")
