"""Asset rows: what is known of a stored file, per client. The files are in ``genai.assets``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from genai.store.tables import assets


def register_asset(
    connection: Connection,
    *,
    client: str,
    sha256: str,
    media_type: str,
    size: int,
    width: int | None,
    height: int | None,
    duration: float | None = None,
) -> bool:
    """Record a file that the asset store holds; True when the client did not have it yet."""
    written = connection.execute(
        insert(assets)
        .values(
            client=client,
            sha256=sha256,
            media_type=media_type,
            size=size,
            width=width,
            height=height,
            duration=duration,
        )
        .on_conflict_do_nothing()
        .returning(assets.c.sha256)
    ).first()
    return written is not None


def find_assets(connection: Connection, client: str, sha256s: list[str]) -> dict[str, Any]:
    """The client's own assets among those named, by SHA-256."""
    rows = connection.execute(
        select(assets).where(assets.c.client == client, assets.c.sha256.in_(sha256s))
    ).all()
    return {row.sha256: row for row in rows}


def asset_owners(connection: Connection, sha256: str) -> list[str]:
    """The clients that have the asset."""
    return list(connection.scalars(select(assets.c.client).where(assets.c.sha256 == sha256)))
