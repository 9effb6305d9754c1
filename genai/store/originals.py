"""An earlier job as a retry sees it: its brief, its scenes, and what each of its steps came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from genai.store.tables import jobs, steps


@dataclass(frozen=True)
class OriginalStep:
    """``made_by``: the id of the step whose output it has, its own or a reused one's."""

    key: str
    stage: str
    scene: int | None
    inputs: tuple[str, ...]
    state: str
    made_by: int


@dataclass(frozen=True)
class Original:
    id: str
    client: str
    state: str
    flow: str
    product_id: str
    product_fingerprint: str | None
    brief: Mapping[str, Any]
    blueprint: Mapping[str, Any]
    scenes: Sequence[Mapping[str, Any]] | None
    selected_variant: int | None
    steps: tuple[OriginalStep, ...]

    def step(self, key: str) -> OriginalStep | None:
        return next((step for step in self.steps if step.key == key), None)

    def keys(self) -> list[str]:
        return [step.key for step in self.steps]


def original_job(connection: Connection, client: str, job_id: str) -> Original | None:
    """The client's own job of that id, or None."""
    # Held until the end of the transaction: what refers to it must not lose it to an erasure.
    job = connection.execute(
        select(jobs)
        .where(jobs.c.id == job_id, jobs.c.client == client)
        .with_for_update(read=True, key_share=True)
    ).first()
    if job is None:
        return None
    rows = connection.execute(select(steps).where(steps.c.job_id == job_id).order_by(steps.c.position))
    return Original(
        id=job.id,
        client=job.client,
        state=job.state,
        flow=job.flow,
        product_id=job.product_id,
        product_fingerprint=job.product_fingerprint,
        brief=job.brief,
        blueprint=job.blueprint,
        scenes=job.scenes,
        selected_variant=job.selected_variant,
        steps=tuple(
            OriginalStep(
                key=row.key,
                stage=row.stage,
                scene=row.scene,
                inputs=tuple(row.inputs),
                state=row.state,
                made_by=row.source_id or row.id,
            )
            for row in rows
        ),
    )
