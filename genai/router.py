"""The router: mode -> pipeline -> canvas. The one place that builds a Celery canvas.

First run, resume, retry, requeue and recovery all go through :func:`canvas_for`: it holds the steps
of a job that are not done, and no others. A job is two canvases at most: the plan as a chain that ends
in :func:`fan_out`, then the chord over its scenes with the assemble chain as its body. The canvas is the
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
from genai.domain.order import Order
from genai.domain.request import JobRequest
from genai.domain.states import JOB_WORKING
from genai.errors import ConfigurationError, InvalidInput
from genai.extensions import extensions
from genai.pipelines import fast_video, image_bundle, marketing_creation, script_video, ugc
from genai.pipelines.pipeline import Pipeline
from genai.signals import LATE
from genai.stages.registry import stage
from genai.store.claims import lock_state
from genai.store.database import Database
from genai.store.dispatching import next_dispatch, unfinished_steps
from genai.store.lifecycle import queued

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


def check_places(providers: Order[str]) -> None:
    """Raise ConfigurationError for a list of providers that is no mode's, stage's or mode's stage's."""
    known = set(pipelines())
    for pipeline in pipelines().values():
        for name in (*pipeline.plan, *pipeline.scene, *pipeline.assemble):
            known |= {name, f"{pipeline.name}.{name}"}
    for place in providers.instead:
        if place not in known:
            raise ConfigurationError(
                f"GENAI_PROVIDERS: '{place}' is no mode ({', '.join(sorted(pipelines()))}), no stage and no"
                " stage of a mode, such as ugc.video"
            )


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


def check_offered(request: JobRequest, offered: Order[str]) -> None:
    """Raise InvalidInput where a stage of the job needs a capability that no provider offers. Retries
    are not looked at: their jobs were accepted once."""
    if request.job_type is JobType.RETRY:
        return
    blueprint = blueprint_for(request)
    for spec in (*blueprint.plan, *blueprint.scene, *blueprint.assemble):
        capability = stage(spec.name).capability
        if capability is not None and not offered.of(capability, blueprint.flow, spec.name):
            raise InvalidInput(
                "/mode" if request.mode else "/job_type",
                f"no provider offers '{capability}', which '{spec.name}' of {blueprint.flow} needs",
                f"Ask for another mode, or have a provider named in GENAI_{capability.value.upper()} or"
                " GENAI_PROVIDERS.",
            )


def canvas_for(
    connection: Connection, job_id: str, dispatch: int, rows: Sequence[Any]
) -> Signature[Any] | None:
    """The canvas of the job's next phase that is not done, of ``rows``, its unfinished steps; None when
    nothing is left to run.

    It is sent when ``connection`` has committed: the steps that it begins with are marked as queued.
    """
    if not rows:
        return None
    plan, scene, assemble = ([row for row in rows if row.phase == phase] for phase in Phase)
    if plan or not scene:
        rest = plan or assemble
        queued(connection, job_id, [rest[0].key])
        return _chain(job_id, dispatch, rest)
    branches = list(_branches(scene))
    queued(connection, job_id, [branch[0].key for branch in branches])
    header = [_chain(job_id, dispatch, branch) for branch in branches]
    return chord(header, _chain(job_id, dispatch, assemble, joins=True))


def _chain(job_id: str, dispatch: int, rows: Sequence[Any], *, joins: bool = False) -> Signature[Any]:
    """The messages of these steps, one after the other. What follows the plan is sent by its last step.
    ``joins``: the first is published by whoever ends the last scene, when only Celery knows."""
    messages = [_message(job_id, dispatch, row) for row in rows]
    if rows[-1].phase == Phase.PLAN:
        messages[-1].kwargs["then"] = fan_out.name
    for message in messages[: -1 if rows[0].phase == Phase.SCENE else None]:
        # Nobody asks for the result of a step; a chord counts those of its chains' ends.
        message.set(ignore_result=True)
    if joins:
        messages[0].set(headers={LATE: True})
    return chain(*messages)


def _message(job_id: str, dispatch: int, row: Any) -> Signature[Any]:
    return app.signature(
        "genai.step",
        args=(job_id, row.key, dispatch),
        immutable=True,
        queue=row.queue,
        shadow=f"{row.flow}.{row.stage}",
        argsrepr=f"({row.key} {job_id} #{dispatch})",
        kwargsrepr="{}",
    )


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
        if number is None:
            return True
        canvas = canvas_for(connection, job_id, number, unfinished_steps(connection, job_id))
    return canvas is None or _send(canvas, job_id)


def resume_step(database: Database, job_id: str, key: str) -> bool:
    """Send a step that has become due before its parked message comes, and what follows it in its branch;
    False when the broker is away.

    The parked message finds nothing to do and takes its successors along, which find likewise.
    """
    with database.transaction() as connection:
        number = next_dispatch(connection, job_id)
        rows = unfinished_steps(connection, job_id)
        mine = [row for row in rows if row.key == key]
        if not mine:
            return True
        if number is None:
            branch = mine  # the job is ending: what was paid for is fetched, and nothing follows
        elif mine[0].phase == Phase.SCENE:
            branches = _branches([row for row in rows if row.phase == Phase.SCENE])
            branch = next(branch for branch in branches if mine[0] in branch)
        else:
            branch = [row for row in rows if row.phase == mine[0].phase]
        canvas = _chain(job_id, number or 0, branch[branch.index(mine[0]) :])
    return _send(canvas, job_id)


def _send(canvas: Signature[Any], job_id: str) -> bool:
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

    def next_canvas(connection: Connection) -> Signature[Any] | None:
        # A job that rests for its review goes on when it is approved.
        job = lock_state(connection, job_id)
        if job is None or job.state not in JOB_WORKING:
            return None
        rows = unfinished_steps(connection, job_id)
        if any(row.state != StepState.PENDING for row in rows):
            return None
        return canvas_for(connection, job_id, dispatch, rows)

    canvas = runtime.current().database.persist(next_canvas)
    if canvas is not None:
        _send(canvas, job_id)


@app.task(name="genai.advance")  # type: ignore[untyped-decorator]  # likewise
def advance(job_id: str) -> None:
    """Send whatever of the job is not done. Running it twice does no harm: claims decide."""
    dispatch_job(runtime.current().database, job_id)
