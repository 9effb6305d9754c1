"""``genai audit``: who did what with a job."""

from __future__ import annotations

import json

import click

from genai.cli.console import print_json
from genai.cli.remote import with_client
from genai.cli.service import as_json
from genai.client import Client


@click.command()
@click.argument("job")
@as_json
@with_client
def audit(client: Client, job: str, as_json: bool) -> None:
    """Show who did what with JOB, and when, oldest first.

    It is there when the job has been erased, too. The request's id leads to its lines in the log.

    \b
    genai audit 0f9c...
    """
    for entry in client.audit(job):
        if as_json:
            print_json(entry)
            continue
        details = json.dumps(entry["details"]) if entry["details"] else ""
        request = entry["request_id"] or "-"
        click.echo(f"{entry['at']}  {entry['actor']:<9} {entry['action']:<16} {request}  {details}".rstrip())
