"""Checkpoints: a succeeded step's output, found again by later jobs of the same product.

The key holds everything the output depends on: client, product, product fingerprint, stage, and a
digest of the inputs' outputs with the settings that matter. So a checkpoint holds as long as its
inputs do: a neutral image made again makes the character sheet's key another one.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from genai.domain.enums import JobState, StepState
from genai.store.claims import Claim
from genai.store.tables import checkpoints, jobs, steps


def reserve(
    connection: Connection, claim: Claim, stage: str, fingerprint: str, inputs_key: str
) -> int | None:
    """The id of the step whose output can be adopted, or None: this step makes it.

    Raises Busy while another job's step is making the same one.
    """
    key = {
        "client": claim.client,
        "product_id": claim.product_id,
        "product_fingerprint": fingerprint,
        "stage": stage,
        "inputs_key": inputs_key,
    }
    written = connection.execute(
        insert(checkpoints)
        .values(**key, step_id=claim.step_id)
        .on_conflict_do_nothing()
        .returning(checkpoints.c.id)
    ).first()
    if written is not None:
        return None
    row = connection.execute(
        select(checkpoints.c.id, checkpoints.c.step_id).filter_by(**key).with_for_update()
    ).one()
    maker = connection.execute(
        select(steps.c.state, jobs.c.state.label("job_state"))
        .join(jobs, jobs.c.id == steps.c.job_id)
        .where(steps.c.id == row.step_id)
    ).one()
    if row.step_id == claim.step_id:
        return None
    if maker.state == StepState.SUCCEEDED and not claim.fresh:
        return int(row.step_id)
    if maker.state in (StepState.RUNNING, StepState.WAITING) and maker.job_state == JobState.RUNNING:
        raise Busy
    # It was given up, or this step was asked to make it again: it is this step's now.
    connection.execute(update(checkpoints).where(checkpoints.c.id == row.id).values(step_id=claim.step_id))
    return None


class Busy(Exception):
    """Another step is making this checkpoint; it will be there, or free, soon."""
