"""Step rows: written from plans, read with what they give, whether made here or reused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select

from genai.domain.blueprint import StepPlan
from genai.store.tables import assets, step_assets, steps


@dataclass(frozen=True)
class StepAsset:
    """An asset of a step's output: what it is for, and what is known of it."""

    sha256: str
    role: str
    media_type: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    view: str | None = None
    label: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mapping[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As events and outputs show it."""
        return {
            "asset_id": self.sha256,
            "role": self.role,
            "media_type": self.media_type,
            "width": self.width,
            "height": self.height,
            "duration": self.duration,
            "view": self.view,
            "label": self.label,
            "details": dict(self.details),
            "marks": [dict(mark) for mark in self.marks],
        }


@dataclass(frozen=True)
class StepOutput:
    """What a succeeded step gives to those that read it."""

    step_id: int  # of the step that made it
    key: str
    stage: str
    scene: int | None
    output: Mapping[str, Any]
    assets: tuple[StepAsset, ...]

    def asset(self, role: str) -> StepAsset:
        """The one asset of that role. Raises KeyError when there is none."""
        for candidate in self.assets:
            if candidate.role == role:
                return candidate
        raise KeyError(f"{self.key} has no asset of role {role}")


def write_steps(
    connection: Connection, job_id: str, plans: Iterable[StepPlan], overrides: Mapping[str, Any]
) -> None:
    """Insert step rows; ``overrides`` holds further column values by step key."""
    rows = [
        {
            "job_id": job_id,
            "key": plan.key,
            "stage": plan.stage,
            "scene": plan.scene,
            "phase": plan.phase.value,
            "position": plan.position,
            "queue": plan.queue.value,
            "inputs": list(plan.inputs),
            "state": "pending",
            "fresh": False,
            "source_id": None,
            **overrides.get(plan.key, {}),
        }
        for plan in plans
    ]
    if rows:
        connection.execute(insert(steps), rows)


def outputs(connection: Connection, job_id: str, keys: Iterable[str] | None = None) -> dict[str, StepOutput]:
    """The outputs of the job's succeeded steps, by key; of those named, or of all."""
    source = steps.alias("source")
    query = (
        select(
            steps.c.key,
            steps.c.stage,
            steps.c.scene,
            func.coalesce(source.c.id, steps.c.id).label("made_by"),
            func.coalesce(source.c.output, steps.c.output).label("output"),
        )
        .outerjoin(source, source.c.id == steps.c.source_id)
        .where(steps.c.job_id == job_id, steps.c.state == "succeeded")
        .order_by(steps.c.position)
    )
    if keys is not None:
        query = query.where(steps.c.key.in_(list(keys)))
    rows = connection.execute(query).all()
    found = _assets_of(connection, [row.made_by for row in rows])
    return {
        row.key: StepOutput(
            step_id=row.made_by,
            key=row.key,
            stage=row.stage,
            scene=row.scene,
            output=row.output,
            assets=tuple(found.get(row.made_by, ())),
        )
        for row in rows
    }


def _assets_of(connection: Connection, step_ids: list[int]) -> dict[int, list[StepAsset]]:
    if not step_ids:
        return {}
    rows = connection.execute(
        select(
            step_assets,
            assets.c.media_type,
            assets.c.width,
            assets.c.height,
            assets.c.duration,
        )
        .join(assets, (assets.c.client == step_assets.c.client) & (assets.c.sha256 == step_assets.c.sha256))
        .where(step_assets.c.step_id.in_(step_ids))
        .order_by(step_assets.c.step_id, step_assets.c.position)
    )
    found: dict[int, list[StepAsset]] = {}
    for row in rows:
        found.setdefault(row.step_id, []).append(
            StepAsset(
                sha256=row.sha256,
                role=row.role,
                media_type=row.media_type,
                width=row.width,
                height=row.height,
                duration=row.duration,
                view=row.view,
                label=row.label,
                details=row.details,
                marks=tuple(row.marks),
            )
        )
    return found
