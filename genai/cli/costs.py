"""``genai costs``: what a client's calls have cost, by day."""

from __future__ import annotations

import click

from genai.cli.console import print_json
from genai.cli.remote import with_client
from genai.cli.service import as_json
from genai.client import Client


@click.command()
@click.option("--since", help="Calls from then on: ISO 8601 with an offset; by default 30 days.")
@click.option("--until", help="Calls before then.")
@as_json
@with_client
def costs(client: Client, since: str | None, until: str | None, as_json: bool) -> None:
    """Show what calls have cost, by day (UTC), mode, capability and provider.

    \b
    genai costs --since 2026-03-01T00:00:00Z
    """
    found = client.costs(since=since, until=until)
    if as_json:
        print_json(found)
        return
    for cost in found["costs"]:
        mode, provider = cost["mode"] or "marketing_creation", cost["provider"]
        made = f"{cost['calls']:>6} calls {cost['spent']:>10.2f} USD"
        click.echo(f"{cost['day']}  {mode:<20} {cost['capability']:<11} {provider:<12} {made}")
    for free in found["unpriced"]:
        what = f"{free['provider']} ({free['capability']})"
        click.echo(f"{free['calls']} calls of {what} count as free: no price is set")
    held = f", {found['reserved']:.2f} USD set aside" if found["reserved"] else ""
    click.echo(f"{found['spent']:.2f} USD{held}")
