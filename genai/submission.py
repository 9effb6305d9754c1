"""From a request to an accepted job: new ones, and retries of earlier ones."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import Connection

from genai.contracts import dump_with_fingerprint, fingerprint
from genai.domain.blueprint import Blueprint, StepPlan
from genai.domain.enums import JobState, JobType, Scope, StepState
from genai.domain.records import from_json, to_json
from genai.domain.request import Footage, JobRequest, OutputSettings, ProductImage, RetryRequest
from genai.domain.states import JOB_ENDED
from genai.errors import Conflict, InvalidInput, NotFound
from genai.retrying import plan_rendering, plan_retry
from genai.router import blueprint_for, dispatch_job, modes
from genai.store.acceptance import Accepted, NewJob, accept, known_job
from genai.store.assets import find_assets
from genai.store.audit import record
from genai.store.claims import lock_job
from genai.store.database import Database
from genai.store.originals import Original, original_job


def submit(
    database: Database, client: str, request: JobRequest, *, request_id: str | None = None, actor: str = "api"
) -> Accepted:
    """Accept the request once; raises as :func:`accept_request`."""
    with accepting(database, request) as connection:
        return accept_request(connection, client, request, request_id=request_id, actor=actor)


def accepting(database: Database, request: JobRequest) -> AbstractContextManager[Connection]:
    """A connection to accept the request on: in a transaction where it names an earlier job or assets, which
    are held until it is stored. Any other takes one statement, and needs no transaction around it."""
    settings = request.settings or OutputSettings()
    names_rows = request.retry is not None or settings.preview_of is not None or any(_assets(request))
    return database.transaction() if names_rows else database.autocommit()


def accept_request(
    connection: Connection,
    client: str,
    request: JobRequest,
    *,
    request_id: str | None = None,
    actor: str = "api",
) -> Accepted:
    """Accept the request once, on a connection of :func:`accepting`. Raises InvalidInput for what cannot
    run, Conflict where its idempotency key was used for another request."""
    try:
        new = replace(job_of(connection, client, request), request_id=request_id, actor=actor)
    except InvalidInput:
        # A replay answers as the first time did, whatever has changed since.
        known = known_job(connection, client, request.idempotency_key, fingerprint(request))
        if known is None:
            raise
        accepted = known
    else:
        accepted = accept(connection, new)
    if accepted.conflict:
        raise Conflict(f"the idempotency key was used for another request, job {accepted.job_id}")
    return accepted


def job_of(connection: Connection, client: str, request: JobRequest) -> NewJob:
    """The job that the request asks for, not stored yet. Raises InvalidInput for what cannot run."""
    return (_retry if request.job_type is JobType.RETRY else _new)(connection, client, request)


def _new(connection: Connection, client: str, request: JobRequest) -> NewJob:
    blueprint = blueprint_for(request)
    assert request.product is not None, "the contract requires it"
    settings = request.settings or OutputSettings()
    _check_assets(connection, client, request)
    rendering = None
    if settings.preview_of is not None:
        rendering = plan_rendering(_preview(connection, client, request, settings.preview_of), blueprint)
    document, request_fingerprint = dump_with_fingerprint(request, modes())
    return NewJob(
        client=client,
        idempotency_key=request.idempotency_key,
        request_fingerprint=request_fingerprint,
        job_type=request.job_type,
        flow=blueprint.flow,
        product_id=request.product.product_id,
        request=document,
        brief=to_json(request),
        blueprint=blueprint,
        steps=_first_steps(blueprint) if rendering is None else rendering.steps,
        overrides={} if rendering is None else rendering.overrides,
        scenes=None if rendering is None else rendering.scenes,
        product_fingerprint=None if rendering is None else rendering.product_fingerprint,
        priority=settings.priority,
        preview=settings.preview,
    )


@lru_cache(maxsize=256)
def _first_steps(blueprint: Blueprint) -> Sequence[StepPlan]:
    # Jobs of a flow differ in few stages, so that most have the steps of another one.
    return tuple(blueprint.steps(None))


def _preview(connection: Connection, client: str, request: JobRequest, job_id: str) -> Original:
    """The preview that the request renders in full: of the same product, in the same mode."""
    where = "/settings/preview_of"
    preview = original_job(connection, client, job_id)
    if preview is None:
        raise InvalidInput(where, "there is no such job", "Name a preview of this client.")
    brief = from_json(JobRequest, preview.brief)
    if not (brief.settings and brief.settings.preview):
        raise InvalidInput(where, "the job is no preview", "Name one that was sent with preview.")
    if preview.state != JobState.COMPLETED:
        raise InvalidInput(where, f"the preview is {preview.state}", "Name one that has completed.")
    if brief.mode != request.mode:
        raise InvalidInput(where, f"the preview's mode is {brief.mode}", "Send the same mode.")
    if brief.product != request.product:
        raise InvalidInput(where, "the preview shows another product", "Send the same product.")
    return preview


def _retry(connection: Connection, client: str, request: JobRequest) -> NewJob:
    assert request.retry is not None, "the contract requires it"
    original = original_job(connection, client, request.retry.job_id)
    if original is None:
        raise InvalidInput("/retry/job_id", "there is no such job", "Name a job of this client.")
    if original.state not in JOB_ENDED:
        raise InvalidInput(
            "/retry/job_id", f"the job is {original.state}", "Wait until it has ended, or cancel it."
        )
    plan = plan_retry(original, request)
    brief = from_json(JobRequest, original.brief)
    settings = replace(brief.settings or OutputSettings(), **request.retry.settings)
    retry = replace(request.retry, replanned=plan.scenes is None)
    if brief.retry is not None and retry.scope is Scope.MISSING and retry.prompt_adjustment is None:
        # What an earlier retry has left undone is done as that was asked to do it.
        retry = replace(
            retry,
            prompt_adjustment=brief.retry.prompt_adjustment,
            replanned=retry.replanned or brief.retry.replanned,
        )
    document, request_fingerprint = dump_with_fingerprint(request, modes())
    return NewJob(
        client=client,
        idempotency_key=request.idempotency_key,
        request_fingerprint=request_fingerprint,
        job_type=JobType.RETRY,
        flow=original.flow,
        product_id=original.product_id,
        request=document,
        brief=to_json(replace(brief, settings=settings, retry=retry)),
        blueprint=from_json(Blueprint, original.blueprint),
        steps=plan.steps,
        overrides=plan.overrides,
        scenes=plan.scenes,
        product_fingerprint=plan.product_fingerprint,
        retry_of=original.id,
        priority=settings.priority,
        preview=settings.preview,
    )


def _check_assets(connection: Connection, client: str, request: JobRequest) -> None:
    """Every asset that the request names is the client's own, and of a kind that serves there."""
    named = list(_assets(request))
    found = find_assets(connection, client, [asset for _, asset, _ in named], hold=True) if named else {}
    for pointer, asset, kinds in named:
        if asset not in found:
            raise InvalidInput(pointer, "there is no such asset", "Upload it first with POST /v1/assets.")
        media_type = found[asset].media_type
        if media_type.partition("/")[0] not in kinds:
            raise InvalidInput(pointer, f"the asset is {media_type}", f"Name one of {' or '.join(kinds)}.")


def _assets(request: JobRequest) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The assets that the request names: where, which, and of which kinds each may be."""
    settings = request.settings or OutputSettings()
    own_music = None if settings.music in ("made", "none") else settings.music
    named = (
        *_named("/product/images/{}/asset_id", ("image",), request.product.images if request.product else ()),
        *_named("/settings/footage/{}/asset_id", ("image", "video"), settings.footage),
        ("/settings/brand/logo", settings.brand.logo, ("image",)),
        ("/settings/music", own_music, ("audio",)),
        ("/settings/voice_over", settings.voice_over, ("audio",)),
    )
    return ((pointer, asset, kinds) for pointer, asset, kinds in named if asset is not None)


def _named(
    pointer: str, kinds: tuple[str, ...], files: Sequence[ProductImage | Footage]
) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    for index, file in enumerate(files):
        yield pointer.format(index), file.asset_id, kinds


def requeue(database: Database, job_id: str, key: str) -> str:
    """Run a step again, for an operator: dispatches a job that is alive, and makes a retry job of one
    that has ended. The id of the job that runs it.

    Raises NotFound for an unknown job or step, Conflict where nothing can be requeued.
    """
    with database.transaction() as connection:
        job = lock_job(connection, job_id)
        if job is None:
            raise NotFound(f"there is no job {job_id}")
        original = original_job(connection, job.client, job_id)
        assert original is not None, "its row is locked"
        step = original.step(key)
        if step is None:
            raise NotFound(f"job {job_id} has no step '{key}'; it has: {', '.join(original.keys())}")
        if job.state not in JOB_ENDED:
            if step.state in (StepState.SUCCEEDED, StepState.FAILED, StepState.SKIPPED):
                raise Conflict(
                    f"'{key}' has {step.state} and its job is {job.state}; wait until it has ended"
                )
            record(connection, client=job.client, actor="operator", action="step.requeue", job_id=job_id,
                   details={"step": key})  # fmt: skip
    if job.state not in JOB_ENDED:
        dispatch_job(database, job_id)
        return job_id
    request = JobRequest(
        job_type=JobType.RETRY,
        idempotency_key=f"requeue-{uuid.uuid4()}",
        retry=RetryRequest(job_id=job_id, stage=step.stage, scene=step.scene, scope=Scope.ONLY),
        metadata=job.request["metadata"],
    )
    return submit(database, job.client, request, actor="operator").job_id
