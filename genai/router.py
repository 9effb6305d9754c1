"""The router: mode -> pipeline -> canvas. The one place that builds a Celery canvas.

First run, resume, retry, requeue and recovery all go through :func:`canvas_for`: it holds the steps
of a job that are not done, and no others. A job is two canvases at most: the plan as a chain that ends
in ``fan_out``, then the chord over its scenes with the assemble chain as its body. The canvas is the
fast path only: who may run what is decided in PostgreSQL, at the claim.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from celery import chain, chord
from celery.canvas import Signature
from celery.result import denied_join_result
from kombu.exceptions import OperationalError
from sqlalchemy import Connection

from genai import runtime
from genai.celery import app
from genai.contracts.request import Modes
from genai.domain.blueprint import Blueprint, StageSpec, step_key
from genai.domain.enums import JobType, Phase, StepState
from genai.domain.request import JobRequest
from genai.domain.states import JOB_WORKING
from genai.errors import InvalidInput
from genai.extensions import extensions
from genai.pipelines import fast_video, image_bundle, marketing_creation, script_video, ugc
from genai.pipelines.pipeline import Pipeline
from genai.stages.registry import stage
from genai.store.database import Database
from genai.store.dispatching import flow_of, next_dispatch, state_of, unfinished_steps

logger = logging.getLogger(__name__)

_OURS = (
    marketing_creation.PIPELINE,
    image_bundle.PIPELINE,
    fast_video.PIPELINE,
    script_video.PIPELINE,
    ugc.PIPELINE,
)


@cache
def pipelines() -> Mapping[str, Pipeline]:
    """Every pipeline by name: ours, and those of the entry point group ``genai.pipelines``."""
    ours = {pipeline.name: pipeline for pipeline in _OURS}
    return ours | {name: point.load() for name, point in extensions("pipelines", ours).items()}


def check_flows() -> None:
    """Find every pipeline and its stages. Raises ConfigurationError for one that is wrong or there twice."""
    for pipeline in pipelines().values():
        for name in (*pipeline.plan, *pipeline.scene, *pipeline.assemble):
            stage(name)


def modes() -> Modes:
    """The output modes that can run, each with its own settings schema if it brings one."""
    return {name: p.settings for name, p in pipelines().items() if name != JobType.MARKETING_CREATION}


def blueprint_for(request: JobRequest) -> Blueprint:
    """The shape of the job that the request asks for. Raises InvalidInput where no pipeline serves it."""
    flow = request.mode or request.job_type.value
    pipeline = pipelines().get(flow)
    if pipeline is None:
        raise InvalidInput("/mode", f"there is no mode '{flow}'", f"There are: {', '.join(sorted(modes()))}.")
    pipeline.check(request)

    def specs(names: Sequence[str]) -> tuple[StageSpec, ...]:
        stages = (stage(name) for name in names)
        return tuple(
            StageSpec(s.name, s.inputs, s.queue, s.kinds, s.previous) for s in stages if s.applies(request)
        )

    return Blueprint(
        flow, specs(pipeline.plan), specs(pipeline.scene), specs(pipeline.assemble), pipeline.scenes_from
    )


def canvas_for(connection: Connection, job_id: str, dispatch: int) -> Signature[Any] | None:
    """The canvas of the job's next phase that is not done; None when nothing is left to run."""
    rows = unfinished_steps(connection, job_id)
    if not rows:
        return None
    flow = flow_of(connection, job_id)

    def step(row: Any) -> Signature[Any]:
        return app.signature(
            "genai.step",
            args=(job_id, row.key, dispatch),
            immutable=True,
            queue=row.queue,
            shadow=f"{flow}.{row.stage}",
            argsrepr=f"({job_id} {row.key} #{dispatch})",
            kwargsrepr="{}",
        )

    plan, scene, assemble = ([row for row in rows if row.phase == phase] for phase in Phase)
    if plan:
        fan = app.signature("genai.fan_out", args=(job_id, dispatch), immutable=True, queue=plan[-1].queue)
        return chain(*map(step, plan), fan)
    body = chain(*map(step, assemble))
    if scene:
        return chord([chain(*map(step, branch)) for branch in _branches(scene)], body)
    return body


def _branches(rows: Sequence[Any]) -> Iterator[list[Any]]:
    """The steps of each scene in order; a scene that reads the one before it goes on in its branch."""
    branch: list[Any] = []
    for number, group in groupby(rows, key=lambda row: row.scene):
        scene = list(group)
        before = step_key("", number - 1)
        if branch and not any(key.startswith(before) for row in scene for key in row.inputs):
            yield branch
            branch = []
        branch += scene
    yield branch


def dispatch_job(database: Database, job_id: str) -> bool:
    """Send the job's canvas under a new dispatch number; False when the broker is away.

    The number is committed first. A job whose canvas was lost is found by reconcile.
    """
    with database.transaction() as connection:
        number = next_dispatch(connection, job_id)
        canvas = None if number is None else canvas_for(connection, job_id, number)
    if canvas is None:
        return True
    try:
        # Nobody joins a canvas, so nobody subscribes to its results.
        with denied_join_result():
            canvas.apply_async()
    except OperationalError as error:
        logger.warning("job %s was not dispatched: %s", job_id, error)
        return False
    return True


@app.task(name="genai.fan_out")  # type: ignore[untyped-decorator]  # Celery has no annotations
def fan_out(job_id: str, dispatch: int) -> None:
    """The plan is done: send what follows it, under the same dispatch number.

    Of two canvases that carry the same plan only the first to come here sends anything: after it some
    step is more than pending.
    """
    with runtime.current().database.transaction() as connection:
        untouched = all(row.state == StepState.PENDING for row in unfinished_steps(connection, job_id))
        # A job that rests for its review goes on when it is approved.
        goes_on = untouched and state_of(connection, job_id) in JOB_WORKING
        canvas = canvas_for(connection, job_id, dispatch) if goes_on else None
    if canvas is not None:
        canvas.apply_async()


@app.task(name="genai.advance")  # type: ignore[untyped-decorator]  # likewise
def advance(job_id: str) -> None:
    """Send whatever of the job is not done. Running it twice does no harm: claims decide."""
    dispatch_job(runtime.current().database, job_id)
