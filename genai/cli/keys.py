"""``genai keys``: bearer tokens and signing keys of clients. What is secret is shown once, and not kept."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from genai.cli.console import print_json
from genai.cli.service import as_json
from genai.clients import DEFAULT_SCOPES, AccessScope


def new_token() -> tuple[str, str]:
    """A bearer token of 256 random bits, and its SHA-256 in hex: what the settings hold of it."""
    token = f"genai_{secrets.token_urlsafe(32)}"
    return token, hashlib.sha256(token.encode()).hexdigest()


@click.group()
def keys() -> None:
    """Keys of clients: tokens that open the API, and keys that sign requests."""


@keys.command()
@click.argument("client")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in AccessScope]),
    multiple=True,
    help="What it may be used for; repeat it for several.  [default: all but ops]",
)
@click.option(
    "--days", type=click.IntRange(1, 3650), help="After how many days it expires.  [default: never]"
)
@as_json
def new(client: str, scopes: tuple[str, ...], days: int | None, as_json: bool) -> None:
    """Make a bearer token for CLIENT.

    The token goes to the client and is shown this once. The line with its hash goes into GENAI_CLIENTS,
    beside the older one for as long as that is still in use.

    \b
    genai keys new shop
    genai keys new shop --scope jobs:read --days 90
    genai keys new prometheus --scope ops
    """
    token, digest = new_token()
    entry: dict[str, Any] = {"sha256": digest, "scopes": sorted(set(scopes) or DEFAULT_SCOPES)}
    if days is not None:
        entry["expires"] = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
    if as_json:
        print_json({"client": client, "token": token, "key": entry})
        return
    click.echo(f"token  {token}")
    click.echo(f"key    {json.dumps(entry)}")
    click.echo(f"\nGENAI_CLIENTS={json.dumps({client: {'keys': [entry]}})}")


@keys.command()
@as_json
def signing(as_json: bool) -> None:
    """Make an Ed25519 key that a client signs its requests with.

    The private half goes to the client and is shown this once. The public half goes into the client's
    signing_keys in GENAI_CLIENTS, under a key id of your choice.

    \b
    genai keys signing
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    halves = {
        "private": base64.b64encode(private.private_bytes_raw()).decode(),
        "public": base64.b64encode(private.public_key().public_bytes_raw()).decode(),
    }
    if as_json:
        print_json(halves)
        return
    for half, text in halves.items():
        click.echo(f"{half:<8} {text}")
