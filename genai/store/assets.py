"""Asset rows: what is known of a stored file, per client. The files are in ``genai.assets``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from genai.domain.media import Inspected
from genai.store.tables import assets


def register_asset(connection: Connection, client: str, file: Inspected) -> bool:
    """Record a file that the asset store holds; True when the client did not have it yet. One that it has
    is as young as a new one."""
    kept = insert(assets).values(client=client, **asdict(file))
    written = connection.execute(
        kept.on_conflict_do_update(
            index_elements=["client", "sha256"],
            set_={"kept_at": func.now()},
            where=assets.c.kept_at < func.now() - func.make_interval(0, 0, 0, 0, 1),
        ).returning(literal_column("xmax = 0"))
    ).scalar()
    return bool(written)


def find_assets(
    connection: Connection, client: str, sha256s: list[str], *, hold: bool = False
) -> dict[str, Any]:
    """The client's own assets among those named, by SHA-256; ``hold`` keeps them from being removed before
    the end of the transaction."""
    query = select(assets).where(assets.c.client == client, assets.c.sha256.in_(sha256s))
    if hold:
        query = query.with_for_update(read=True, key_share=True)
    rows = connection.execute(query).all()
    return {row.sha256: row for row in rows}


def unknown_assets(connection: Connection, sha256s: Sequence[str]) -> set[str]:
    """Those of the files that no client's row names."""
    known = connection.scalars(select(assets.c.sha256).where(assets.c.sha256.in_(sha256s)))
    return set(sha256s) - set(known)


def asset_owners(connection: Connection, sha256: str) -> list[str]:
    """The clients that have the asset."""
    return list(connection.scalars(select(assets.c.client).where(assets.c.sha256 == sha256)))
