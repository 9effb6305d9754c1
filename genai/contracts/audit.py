"""The audit trail as the API shows it."""

from __future__ import annotations

from marshmallow import fields

from genai.contracts.fields import Text, Whole
from genai.contracts.job import moment
from genai.contracts.output import array, integer, string
from genai.contracts.query import QuerySchema
from genai.contracts.settings import job_id
from genai.contracts.strict import StrictSchema

_HIGHEST_ID = 10**12 - 1


class AuditEntrySchema(StrictSchema):
    """One thing that was done. ``actor`` is api (the client), operator or service; ``action`` is what, such
    as job.submit; ``request_id`` is that of the request that did it."""

    id = integer()
    at = moment()
    client = string()
    actor = string()
    action = string()
    job_id = string(null=True)
    request_id = string(null=True)
    details = fields.Dict(required=True)


class JobTrailSchema(StrictSchema):
    """What was done with a job, oldest first."""

    entries = array(AuditEntrySchema)


class TrailSchema(StrictSchema):
    """What was done, newest first; ``next`` is the cursor of the following page, null on the last one."""

    entries = array(AuditEntrySchema)
    next = integer(null=True)


class TrailFilterSchema(QuerySchema):
    """Which page of the trail: of all clients, or of one, or of one job."""

    limit = Whole(1, 200, load_default=50)
    cursor = Whole(1, _HIGHEST_ID, load_default=None, attribute="before")
    client = Text(1, 200, load_default=None)
    job_id = job_id(load_default=None)
