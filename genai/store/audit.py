"""The audit trail: who submitted, cancelled, approved, requeued, replayed or deleted, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert

from genai.store.tables import audit


def record(
    connection: Connection,
    *,
    client: str,
    actor: str,
    action: str,
    job_id: str | None = None,
    request_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write a row, in the transaction of what it tells. ``actor``: api, operator or service."""
    connection.execute(
        insert(audit).values(
            client=client,
            actor=actor,
            action=action,
            job_id=job_id,
            request_id=request_id,
            details=dict(details or {}),
        )
    )
