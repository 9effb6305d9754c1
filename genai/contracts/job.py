"""A job, its steps and its error as the API and the events show them."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.fields import Choice, Inside
from genai.contracts.output import MadeAssetSchema, OutputSchema, array, integer, nested, real, string
from genai.contracts.product import asset_id
from genai.contracts.strict import StrictSchema
from genai.domain.enums import AttemptState, Capability, JobState, JobType, Phase, Queue, StepState, Verdict


def moment() -> fields.AwareDateTime:
    """A moment in ISO 8601 with its offset, null where it has not come."""
    return fields.AwareDateTime(required=True, allow_none=True)


class ErrorSchema(StrictSchema):
    """Why a job failed. ``retry`` is a request that would resume it, ready to be sent."""

    code = string()
    message = string()
    stage = string(null=True)
    scene = integer(null=True)
    provider = string(null=True)
    attempts = integer()
    retryable = fields.Boolean(required=True)
    details = fields.Dict(required=True)
    retry = fields.Dict(required=True, allow_none=True)


class StepCounts(StrictSchema):
    """How many of a job's steps are in each state; a state without steps is left out."""

    pending = fields.Integer(strict=True)
    queued = fields.Integer(strict=True)
    running = fields.Integer(strict=True)
    waiting = fields.Integer(strict=True)
    succeeded = fields.Integer(strict=True)
    failed = fields.Integer(strict=True)
    skipped = fields.Integer(strict=True)


class JobSummarySchema(StrictSchema):
    """A job in a list. ``mode`` of a retry is its original's."""

    job_id = string()
    job_type = Choice(JobType, required=True)
    mode = string(null=True)
    product_id = string()
    state = Choice(JobState, required=True)
    percent = integer()
    priority = integer()
    retry_of = string(null=True)
    created_at = moment()
    started_at = moment()
    finished_at = moment()


class JobListSchema(StrictSchema):
    """The newest jobs first; ``next`` is the cursor of the following page, null on the last one."""

    jobs = array(JobSummarySchema)
    next = string(null=True)


class WaitSchema(StrictSchema):
    """So many ``steps`` wait for the same ``reason``, the first of them until ``due_at`` where that is
    known; the reasons are those of a step's ``waiting_for``."""

    reason = string()
    steps = integer()
    due_at = moment()


class JobCostSchema(StrictSchema):
    """What the job's own calls have cost, and what is reserved for calls that have not ended: in sum no more
    than its ``budget``, where it has one."""

    spent = real()
    reserved = real()
    budget = real(null=True)
    currency = Choice(("USD",), required=True)


class JobSchema(JobSummarySchema):
    """A job whole. ``last_event`` is the number of its newest event, ``selected_variant`` the treatment
    that was chosen. ``estimated_end`` is when it will be done, from what such steps have lately taken; null
    where that is not known."""

    admitted_at = moment()
    updated_at = moment()
    last_event = integer()
    selected_variant = integer(null=True)
    steps = nested(StepCounts)
    waiting_for = array(WaitSchema)
    estimated_end = moment()
    cost = nested(JobCostSchema)
    output = nested(OutputSchema, null=True)
    error = nested(ErrorSchema, null=True)
    metadata = fields.Dict(required=True)


class AttemptSchema(StrictSchema):
    """One call of a provider; ``cost`` in US dollars."""

    capability = Choice(Capability, required=True)
    number = integer()
    provider = string()
    model = string()
    state = Choice(AttemptState, required=True)
    cost = real()
    created_at = moment()
    finished_at = moment()


class FidelitySeen(StrictSchema):
    """What the gate accepted: the verdict, its score 0..1, the number of the attempt."""

    verdict = Choice(Verdict, required=True)
    score = real()
    attempt = integer()


class StepSchema(StrictSchema):
    """A step. ``reused``: its output is an earlier job's. ``runtime`` is seconds; ``progress`` 0..1, null
    where nothing is known of it.

    ``waiting_for``, null for a step that runs or has ended: inputs (the steps that it reads), admission (a
    place among the running jobs), review, queue (a worker), lease (its worker is gone, and it is taken
    over), vendor (work that is under way), limit (a place at its provider), throttled (the vendor wants
    fewer calls), breaker (the provider has failed too often), budget (of the client's day), checkpoint
    (another job makes the same thing), or retry:CODE after a failure; until ``due_at`` where that is known.
    ``wait_reason`` is what it put itself aside for."""

    key = string()
    stage = string()
    scene = integer(null=True)
    phase = Choice(Phase, required=True)
    queue = Choice(Queue, required=True)
    state = Choice(StepState, required=True)
    reused = fields.Boolean(required=True)
    wait_reason = string(null=True)
    waiting_for = string(null=True)
    due_at = moment()
    queued_at = moment()
    claimed_at = moment()
    finished_at = moment()
    runtime = real(null=True)
    progress = real(null=True)
    failures = integer()
    fidelity = nested(FidelitySeen, null=True)
    assets = array(MadeAssetSchema)
    attempts = array(AttemptSchema)
    error = Inside(ErrorSchema, required=True, allow_none=True)


class StoredAssetSchema(StrictSchema):
    """An asset of the client's; ``asset_id`` is the SHA-256 of its bytes, ``size`` their number."""

    asset_id = asset_id(required=True)
    media_type = string()
    size = integer()
    width = integer(null=True)
    height = integer(null=True)
    duration = real(null=True)
    created_at = moment()


class StepListSchema(StrictSchema):
    """The steps of a job in their order."""

    steps = array(StepSchema)
