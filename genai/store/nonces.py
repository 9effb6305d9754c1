"""Nonces of signed requests: each serves once, for as long as its signature would hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func
from sqlalchemy.dialects.postgresql import insert

from genai.store.tables import nonces


def use_nonce(connection: Connection, client: str, nonce: str, forget_at: datetime) -> bool:
    """Whether the client uses this nonce for the first time; it is remembered until ``forget_at``."""
    written = connection.execute(
        insert(nonces)
        .values(client=client, nonce=nonce, forget_at=forget_at)
        .on_conflict_do_nothing()
        .returning(nonces.c.nonce)
    ).first()
    return written is not None


def forget_nonces(connection: Connection) -> int:
    """Remove nonces whose signatures have run out; how many."""
    return connection.execute(delete(nonces).where(nonces.c.forget_at < func.now())).rowcount
