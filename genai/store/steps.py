"""Step rows: written from plans, read with what they give, whether made here or reused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from genai.domain.blueprint import StepPlan


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


# What succeeded steps give, with the assets as the fields of StepAsset; what follows says of which.
OUTPUT_ROWS = """
    SELECT s.key, s.stage, s.scene, coalesce(r.id, s.id) AS step_id, coalesce(r.output, s.output) AS output,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'sha256', u.sha256, 'role', u.role, 'view', u.view, 'label', u.label,
                       'details', u.details, 'marks', u.marks, 'media_type', a.media_type, 'width', a.width,
                       'height', a.height, 'duration', a.duration) ORDER BY u.position), '[]')
              FROM step_assets u JOIN assets a USING (client, sha256)
             WHERE u.step_id = coalesce(r.id, s.id)) AS assets
      FROM steps s LEFT JOIN steps r ON r.id = s.source_id
     WHERE s.state = 'succeeded'
"""
_OUTPUTS = text(f"{OUTPUT_ROWS} AND s.job_id = :job_id ORDER BY s.position")


# One statement for however many: of the ``job``, from a JSON array.
STEP_ROWS = """
    INSERT INTO steps (job_id, key, stage, scene, phase, position, queue, inputs, state, fresh, source_id)
    SELECT job.id, planned.*
      FROM job, jsonb_to_recordset(CAST(:steps AS jsonb)) AS planned (
           key text, stage text, scene int, phase text, position int, queue text, inputs text[], state text,
           fresh boolean, source_id bigint)
"""
_WRITE = text(f"WITH job AS (SELECT CAST(:job_id AS uuid) AS id) {STEP_ROWS}")


def write_steps(
    connection: Connection, job_id: str, plans: Iterable[StepPlan], overrides: Mapping[str, Any]
) -> None:
    """Insert step rows; ``overrides`` as for :func:`step_rows`."""
    connection.execute(_WRITE, {"job_id": job_id, "steps": json.dumps(step_rows(plans, overrides))})


def step_rows(plans: Iterable[StepPlan], overrides: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the JSON array that ``STEP_ROWS`` reads; ``overrides`` holds the state, queue, fresh and
    source_id of single steps by their key, where they are not the usual."""
    return [
        {
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


def outputs(connection: Connection, job_id: str) -> dict[str, StepOutput]:
    """The outputs of all of the job's succeeded steps, by key."""
    rows = connection.execute(_OUTPUTS, {"job_id": job_id})
    return {row.key: output_of(row._asdict()) for row in rows}


def output_of(row: Mapping[str, Any]) -> StepOutput:
    """What a row of ``OUTPUT_ROWS`` says."""
    assets = tuple(StepAsset(**{**asset, "marks": tuple(asset["marks"])}) for asset in row["assets"])
    return StepOutput(**{**row, "assets": assets})
