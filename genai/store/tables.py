"""The schema. Constraints hold what the code promises; each index serves a named statement.

Migrations in ``genai/store/migrations`` make it; a test holds the two against each other.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from genai.domain.enums import AttemptState, JobState, JobType, OutboxState, Phase, StepState

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    values = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def _time(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _created() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


jobs = Table(
    "jobs",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("client", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("request_fingerprint", Text, nullable=False),  # of the canonical request
    Column("job_type", Text, nullable=False),
    Column("flow", Text, nullable=False),  # the pipeline's name: a mode, or marketing_creation
    Column("product_id", Text, nullable=False),
    Column("request", JSONB, nullable=False),  # as submitted, canonical
    Column("brief", JSONB, nullable=False),  # what execution reads; a retry has its original's
    Column("blueprint", JSONB, nullable=False),  # the pipeline's shape at acceptance
    Column("scenes", JSONB),  # written in the commit of the stage that determined them
    Column("retry_of", UUID(as_uuid=False), ForeignKey("jobs.id")),
    Column("request_id", Text),
    Column("trace", Text),  # W3C traceparent of the request, where traces are on
    Column("state", Text, nullable=False),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("preview", Boolean, nullable=False, server_default=text("false")),
    _count("percent"),
    _count("last_event"),
    _count("dispatch"),  # how often a canvas was sent for it
    _count("recoveries"),  # how often reconcile did it
    _count("pushes_in_vain"),  # likewise, since a step of it last succeeded
    _count("done_when_pushed"),  # steps that had succeeded by then
    Column("product_fingerprint", Text),
    Column("output", JSONB),
    Column("error", JSONB),
    Column("selected_variant", Integer),  # the treatment that retries and renderings go on with
    _time("reviewed_at"),
    _created(),
    _time("admitted_at"),
    _time("dispatched_at"),
    _time("started_at"),
    _time("finished_at"),
    _time("recover_at"),  # reconcile leaves it alone until then
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("client", "idempotency_key"),
    _one_of("state", JobState),
    _one_of("job_type", JobType),
    CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    CheckConstraint(
        "(state IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"
    ),
    CheckConstraint("(state = 'failed') <= (error IS NOT NULL)", name="failed_has_error"),
)
Index("jobs_waiting_for_admission", jobs.c.client, jobs.c.preview.desc(), jobs.c.priority.desc(),
      jobs.c.created_at, postgresql_where=text("state = 'accepted'"))  # fmt: skip
# With no column that each event of a job changes: its row is then updated without its indexes.
Index("jobs_live", jobs.c.client,
      postgresql_where=text("state IN ('admitted', 'running', 'failing', 'cancelling')"))  # fmt: skip
Index("jobs_by_client", jobs.c.client, jobs.c.created_at.desc(), jobs.c.id.desc())
Index("jobs_by_product", jobs.c.client, jobs.c.product_id)
Index("jobs_ended", jobs.c.finished_at, postgresql_where=text("finished_at IS NOT NULL"))
Index("jobs_retries", jobs.c.retry_of, postgresql_where=text("retry_of IS NOT NULL"))

steps = Table(
    "steps",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("job_id", UUID(as_uuid=False), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),  # storyboard, scene_2.image
    Column("stage", Text, nullable=False),
    Column("scene", Integer),
    Column("phase", Text, nullable=False),
    Column("position", Integer, nullable=False),  # order for people and for chains
    Column("queue", Text, nullable=False),
    Column("inputs", ARRAY(Text), nullable=False),  # keys of the steps it reads
    Column(
        "fresh", Boolean, nullable=False, server_default=text("false")
    ),  # asked to be made again: adopts no checkpoint
    Column("state", Text, nullable=False, server_default=StepState.PENDING.value),
    _count("fence"),  # claims
    _count("failures"),  # retryable ones
    _count("losses"),  # holders that died
    Column("host", Text),  # the holder
    Column("pid", Integer),
    Column("process_start", Text),
    _time("lease_until"),
    _time("due_at"),
    Column("wait_reason", Text),
    Column("output", JSONB),
    Column("source_id", BigInteger, ForeignKey("steps.id")),  # the step whose output this one reuses
    Column("error", JSONB),
    _time("claimed_at"),
    _time("finished_at"),
    # The lifecycle beside the state. Tells, gates nothing.
    Column("task_id", Text),
    Column("worker", Text),
    _time("queued_at"),
    _time("revoked_at"),
    Column("retry_reason", Text),
    Column("failure_text", Text),
    Column("runtime", Float),
    Column("progress", Float),  # 0..1, of long work
    UniqueConstraint("job_id", "key"),
    _one_of("state", StepState),
    _one_of("phase", Phase),
    CheckConstraint("(phase = 'scene') = (scene IS NOT NULL)", name="scene"),
    CheckConstraint("state <> 'waiting' OR due_at IS NOT NULL", name="waiting_is_due"),
    CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", name="running_has_lease"),
    CheckConstraint(
        "state <> 'succeeded' OR output IS NOT NULL OR source_id IS NOT NULL", name="succeeded_has_output"
    ),
)
Index("steps_leased", steps.c.lease_until, postgresql_where=text("state = 'running'"))
Index("steps_due", steps.c.due_at, postgresql_where=text("state = 'waiting'"))
Index("steps_finished", steps.c.queue, steps.c.finished_at)
Index("steps_sources", steps.c.source_id, postgresql_where=text("source_id IS NOT NULL"))

assets = Table(
    "assets",
    metadata,
    Column("client", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("width", Integer),
    Column("height", Integer),
    Column("duration", Float),
    _created(),
    # Uploaded or made last; retention counts from then.
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("client", "sha256"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
)
Index("assets_by_content", assets.c.sha256)

step_assets = Table(
    "step_assets",
    metadata,
    Column("step_id", BigInteger, ForeignKey("steps.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("client", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("view", Text),
    Column("label", Text, nullable=False, server_default=""),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    Column("marks", JSONB, nullable=False, server_default=text("'[]'")),
    PrimaryKeyConstraint("step_id", "position"),
    ForeignKeyConstraint(["client", "sha256"], ["assets.client", "assets.sha256"]),
)
Index("step_assets_by_asset", step_assets.c.client, step_assets.c.sha256)

attempts = Table(
    "attempts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("step_id", BigInteger, ForeignKey("steps.id", ondelete="CASCADE"), nullable=False),
    Column("capability", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("fence", Integer, nullable=False),  # the claim that opened it
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False, server_default=AttemptState.STARTED.value),
    Column("ticket", Text),
    _time("submitted_at"),
    _time("poll_at"),
    _count("polls"),  # that found it pending, in a row
    _time("slot_at"),  # from when on it may be made, of a limited provider; it takes up a place since
    Column("request", JSONB, nullable=False),
    Column("result", JSONB),
    _count("errors"),  # of the provider that may pass; ``error`` is the newest
    Column("cost", Numeric(12, 6), nullable=False, server_default=text("0")),  # US dollars
    Column("reserved", Numeric(12, 6), nullable=False, server_default=text("0")),  # until its cost is known
    Column("error", JSONB),
    _created(),
    _time("finished_at"),
    UniqueConstraint("step_id", "capability", "number", "provider"),
    _one_of("state", AttemptState),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("state <> 'submitted' OR ticket IS NOT NULL", name="submitted_has_ticket"),
    CheckConstraint("state <> 'succeeded' OR result IS NOT NULL", name="succeeded_has_result"),
)
Index("attempts_in_flight", attempts.c.provider, postgresql_where=text("slot_at IS NOT NULL"))
Index("attempts_by_day", attempts.c.created_at, postgresql_where=text("cost > 0 OR reserved > 0"))

provider_limits = Table(
    "provider_limits",
    metadata,
    Column("provider", Text, primary_key=True),
    _time("next_slot_at"),  # when the next call may begin, by the rate
    _time("paused_until"),  # a vendor's Retry-After
    Column("ceiling", Float),  # calls at once while a vendor wants fewer than its limit
    _count("failures"),  # in a row
    _time("open_until"),  # the breaker: nothing is asked before
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("client", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("product_fingerprint", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("inputs_key", Text, nullable=False),  # digest of its inputs' outputs and of what settings matter
    Column("step_id", BigInteger, ForeignKey("steps.id"), nullable=False),  # makes it, or has made it
    _created(),
    UniqueConstraint("client", "product_id", "product_fingerprint", "stage", "inputs_key"),
)
Index("checkpoints_by_step", checkpoints.c.step_id)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Text, primary_key=True),  # the webhook-id
    Column("job_id", UUID(as_uuid=False), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("client", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default=OutboxState.PENDING.value),
    Column("next_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _count("tries"),
    _count("fence"),
    _created(),
    # Its schedule began here: at its creation or its last replay.
    Column("queued_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _time("finished_at"),
    UniqueConstraint("job_id", "number"),
    _one_of("state", OutboxState),
)
Index("outbox_due", outbox.c.client, outbox.c.next_at, postgresql_where=text("state = 'pending'"))
Index("outbox_by_client", outbox.c.client, outbox.c.created_at.desc(), outbox.c.id.desc())
Index("outbox_in_order", outbox.c.job_id, outbox.c.number, postgresql_where=text("state = 'pending'"))
Index("outbox_by_age", outbox.c.created_at, postgresql_using="brin")

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("outbox_id", Text, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", Integer),  # HTTP, None when there was no answer
    Column("error", Text),
    Column("latency", Float, nullable=False),  # seconds
    Column("answer", Text, nullable=False, server_default=""),  # its first bytes
    _created(),
    UniqueConstraint("outbox_id", "number"),
)

destinations = Table(
    "destinations",
    metadata,
    Column("client", Text, primary_key=True),
    Column("url_digest", Text, nullable=False),  # an address may hold a secret, so its SHA-256
    _count("failures"),  # in a row
    _time("failing_since"),
    _time("open_until"),  # nothing is sent before
    _time("disabled_at"),  # it answered 410
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("client", Text, nullable=False),
    Column("actor", Text, nullable=False),  # api, operator or service
    Column("action", Text, nullable=False),
    Column("job_id", UUID(as_uuid=False)),  # kept when the job is erased
    Column("request_id", Text),
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    _created(),
)
Index("audit_by_job", audit.c.job_id)
Index("audit_by_age", audit.c.created_at, postgresql_using="brin")

nonces = Table(
    "nonces",
    metadata,
    Column("client", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    _time("forget_at", nullable=False),  # its signature has run out by then
    PrimaryKeyConstraint("client", "nonce"),
)
Index("nonces_to_forget", nonces.c.forget_at)
