"""Erasing a product: every row of a client that knows it, and the assets that nothing else needs.

What is left is the audit trail, which names no content. The files follow: retention removes those that
no row names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, delete, func, select, text

from genai.domain.states import JOB_ENDED
from genai.errors import Conflict
from genai.store.audit import record
from genai.store.tables import assets, attempts, checkpoints, jobs, steps

_NAMED = 5  # live jobs in the text of a refusal

# Wherever they are named: a picture that was refused is in an attempt alone, footage and music are in a
# request alone. An id is 64 hex digits, so what looks like one is one.
_MENTIONED = text(
    """
    WITH job AS (
        SELECT * FROM jobs
         WHERE client = :client
           AND (CAST(:product_id AS text) IS NULL OR (product_id = :product_id) = :of_product)
    ), step AS (
        SELECT s.* FROM steps s JOIN job ON job.id = s.job_id
    ), told AS (
        SELECT request::text AS words FROM job
         UNION ALL SELECT scenes::text FROM job
         UNION ALL SELECT output::text FROM step
         UNION ALL SELECT a.result::text FROM attempts a JOIN step ON step.id = a.step_id
         UNION ALL SELECT sa.sha256 FROM step_assets sa JOIN step ON step.id = sa.step_id
    )
    SELECT sha256 FROM assets
     WHERE client = :client
       AND sha256 IN (SELECT found[1] FROM told, regexp_matches(words, '[0-9a-f]{64}', 'g') AS found)
    """
)


def mentioned(
    connection: Connection, client: str, product_id: str | None = None, *, of_product: bool = True
) -> set[str]:
    """The assets that the client's jobs name; those of the product alone, or of all others. It reads all
    of these jobs: seconds for tens of thousands of them."""
    which = {"client": client, "product_id": product_id, "of_product": of_product}
    return set(connection.scalars(_MENTIONED, which))


@dataclass(frozen=True)
class Erased:
    """How many rows of each kind are gone."""

    jobs: int
    assets: int


def erase_product(
    connection: Connection, client: str, product_id: str, *, request_id: str | None = None, actor: str = "api"
) -> Erased:
    """Erase the client's jobs of the product, with their steps, attempts, checkpoints, events and
    deliveries, and the assets that no other job of the client names.

    An event that was not delivered yet is not delivered any more. Raises Conflict while a job of the
    product is alive. It reads all of the client's jobs: seconds for tens of thousands of them.
    """
    mine = (jobs.c.client == client) & (jobs.c.product_id == product_id)
    connection.execute(select(jobs.c.id).where(mine).order_by(jobs.c.id).with_for_update())
    # Read again: a retry that was accepted while this waited for the locks is seen now, and a later one
    # finds no original.
    found = connection.execute(select(jobs.c.id, jobs.c.state).where(mine)).all()
    if live := [row.id for row in found if row.state not in JOB_ENDED]:
        named = ", ".join(live[:_NAMED]) + (" and others" if len(live) > _NAMED else "")
        raise Conflict(f"Jobs of the product have not ended: cancel them, or wait, and try again: {named}")
    ids = [row.id for row in found]
    named_by = {own: mentioned(connection, client, product_id, of_product=own) for own in (True, False)}
    own_steps = select(steps.c.id).where(steps.c.job_id.in_(ids)).scalar_subquery()
    cost = connection.scalar(select(func.sum(attempts.c.cost)).where(attempts.c.step_id.in_(own_steps)))
    connection.execute(
        delete(checkpoints).where(checkpoints.c.client == client, checkpoints.c.product_id == product_id)
    )
    # In one statement, since they reuse each other's outputs.
    connection.execute(delete(steps).where(steps.c.job_id.in_(ids)))
    connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))
    unneeded = named_by[True] - named_by[False]
    connection.execute(delete(assets).where(assets.c.client == client, assets.c.sha256.in_(unneeded)))
    erased = Erased(len(ids), len(unneeded))
    record(
        connection,
        client=client,
        actor=actor,
        action="product.erase",
        request_id=request_id,
        details={
            # The id may be a name. Whoever knows it finds the row by its SHA-256.
            "product_sha256": hashlib.sha256(product_id.encode()).hexdigest(),
            "jobs": erased.jobs,
            "assets": erased.assets,
            "cost": str(cost or Decimal(0)),
        },
    )
    return erased
