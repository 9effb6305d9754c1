"""The checker itself: it is content with a healthy service, and sees each thing that is wrong with one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.harness import invariants

_BROKEN = {
    "is running:": "UPDATE jobs SET state = 'running', finished_at = NULL",
    "its ends are []": "UPDATE outbox SET type = 'job.progress' WHERE type = 'job.completed'",
    "its ends are ['job.failed']": "UPDATE outbox SET type = 'job.failed' WHERE type = 'job.completed'",
    "event numbers": "DELETE FROM outbox WHERE number = 3",
    "percent went back": "UPDATE outbox SET body = jsonb_set(body, '{data,percent}', '99') WHERE number = 3",
    "never arrived": "INSERT INTO outbox"
    """ SELECT (jsonb_populate_record(o, '{"id": "evt_x", "number": 99}')).*"""
    " FROM outbox o WHERE number = 3",
    "was given up": "UPDATE outbox SET state = 'dropped' WHERE type = 'job.completed'",
    "has no file": "INSERT INTO assets (client, sha256, media_type, size)"
    " VALUES ('acme', repeat('0', 64), 'image/png', 1)",
    "bytes": "UPDATE assets SET size = size + 1",
    "of no attempt": "UPDATE attempts SET idempotency_key = id || 'another'",
    "was claimed 0 times": "UPDATE steps SET fence = 0",
    "had ended when the vendor was asked": "UPDATE steps SET finished_at = claimed_at - interval '1 hour'",
    "is waiting": "UPDATE steps SET state = 'waiting', due_at = now() WHERE key = 'intake'",
    "after it had succeeded": "UPDATE attempts SET created_at = now() + interval '1 hour'",
    "paid for all the same": "UPDATE steps SET source_id = id",
    "keeps its place": "UPDATE attempts SET slot_at = now()",
    "set aside": "UPDATE attempts SET reserved = 1",
    "keeps its ticket": "UPDATE attempts SET state = 'submitted', ticket = 't'",
}


def test_what_is_wrong_is_seen(service, vendor, worker, receiver, request_document, hold_true, monkeypatch):
    job_id = service.submit(request_document("image_bundle", scenes=1))
    worker()
    assert service.ended(job_id).state == "completed"
    hold_true()

    for told, statement in _BROKEN.items():
        with service.runtime.database.engine.connect() as connection, monkeypatch.context() as patch:
            connection.execute(text(statement))

            def rows(query, connection=connection, **values):
                return list(connection.execute(text(query), values))

            patch.setattr(service, "rows", rows)
            with pytest.raises(AssertionError) as seen:
                invariants.check(service, vendor.log)
            assert told in str(seen.value), statement

    picture = service.runtime.assets.path(service.rows("SELECT sha256 FROM assets")[0].sha256)
    picture.chmod(0o600)
    picture.write_bytes(picture.read_bytes()[:-1] + b"x")
    with pytest.raises(AssertionError, match="has other bytes"):
        invariants.check(service, vendor.log)
    line = vendor.log.lines("submit", accepted=True)[0]
    vendor.log.write(**line)
    with pytest.raises(AssertionError, match="charged 2 times"):
        invariants.check(service, vendor.log)
    receiver._requests.reverse()
    with pytest.raises(AssertionError, match="events came in the order"):
        invariants.check(service, vendor.log)
