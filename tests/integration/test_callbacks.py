"""The drain against a real receiver that misbehaves."""

from __future__ import annotations

import threading

import pytest

from genai.callbacks.drain import drain
from genai.domain.enums import EventType, OutboxState
from genai.store import destinations, outbox
from genai.store.events import write_event
from genai.store.outbox import Outcome
from tests.harness.receiver import Answer


@pytest.fixture
def job(service, request_document):
    """An accepted job: one event waits."""
    return service.submit(request_document("image_bundle"), admit=False)


def _tell(service, job, *types):
    with service.runtime.database.transaction() as connection:
        for type_ in types:
            write_event(connection, job, type_, {"steps": {}})


def _make_due(service):
    service.execute("UPDATE outbox SET next_at = now() WHERE state = 'pending'")


def _states(service, job):
    return [event.state for event in service.events(job)]


def test_events_arrive_in_order_signed_and_once(service, job, receiver):
    _tell(service, job, EventType.STARTED, EventType.PROGRESS, EventType.COMPLETED)
    assert drain(service.runtime) == 4
    assert [event["data"]["number"] for event in receiver.events()] == [1, 2, 3, 4]
    assert [request.id for request in receiver.requests] == [event.id for event in service.events(job)]
    assert _states(service, job) == ["delivered"] * 4
    assert drain(service.runtime) == 0


def test_a_failure_is_tried_again_with_the_same_id_and_holds_back_what_follows(service, job, receiver):
    _tell(service, job, EventType.STARTED)
    receiver.answers.extend([Answer(status=500, body=b"sorry"), Answer(reset=True)])
    assert drain(service.runtime) == 0
    assert len(receiver.requests) == 1
    assert drain(service.runtime) == 0  # not due yet
    _make_due(service)
    assert drain(service.runtime) == 0
    _make_due(service)
    assert drain(service.runtime) == 2
    ids = [request.id for request in receiver.requests]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    log = service.rows("SELECT status, error, answer FROM deliveries ORDER BY id")
    assert [(row.status, row.answer) for row in log] == [(500, "sorry"), (None, ""), (204, ""), (204, "")]
    assert log[1].error


def test_a_redirect_is_never_followed(service, job, receiver):
    receiver.answers.append(Answer(status=307, headers={"Location": receiver.url + "/elsewhere"}))
    assert drain(service.runtime) == 0
    assert [request.path for request in receiver.requests] == ["/callbacks"]
    assert _states(service, job) == ["pending"]


def test_gone_is_dead_at_once(service, job, receiver):
    receiver.answers.append(Answer(status=410))
    assert drain(service.runtime) == 0
    assert _states(service, job) == ["dead"]


def test_the_schedule_ends_in_a_dead_letter(service, job, receiver):
    receiver.otherwise = Answer(status=503)
    for _ in range(len(service.runtime.settings.callback_schedule) + 1):
        assert _states(service, job) == ["pending"]
        _make_due(service)
        drain(service.runtime)
    assert _states(service, job) == ["dead"]


def test_progress_that_was_overtaken_is_given_up_soon(service, job, receiver):
    drain(service.runtime)
    _tell(service, job, EventType.PROGRESS, EventType.COMPLETED)
    receiver.otherwise = Answer(status=500)
    for _ in range(4):
        _make_due(service)
        drain(service.runtime)
    assert _states(service, job) == ["delivered", "dropped", "pending"]


def test_retry_after_is_kept(service, job, receiver):
    receiver.answers.append(Answer(status=503, headers={"Retry-After": "120"}))
    drain(service.runtime)
    (row,) = service.rows("SELECT extract(epoch FROM next_at - now()) AS wait FROM outbox")
    assert 100 < row.wait <= 120


def test_a_client_without_a_destination_gets_nothing_and_loses_nothing(service, request_document, photograph):
    service.upload(photograph, client="globex")
    job = service.submit(request_document("image_bundle"), client="globex", admit=False)
    drain(service.runtime)
    assert _states(service, job) == ["unaddressed"]


def test_an_answer_that_never_ends_counts_by_its_status(service, job, receiver, environment):
    forever = threading.Event()
    receiver.answers.append(Answer(status=200, body=b"x" * 2000, drip=True, until=forever))
    try:
        assert drain(service.runtime) == 1
    finally:
        forever.set()


def test_two_drains_send_nothing_twice(service, job, receiver):
    _tell(service, job, EventType.STARTED, EventType.PROGRESS, EventType.COMPLETED)
    threads = [threading.Thread(target=drain, args=(service.runtime,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain(service.runtime)
    assert [event["data"]["number"] for event in receiver.events()] == [1, 2, 3, 4]


def test_a_drain_that_died_is_followed_by_another_when_its_lease_lapses(service, job, receiver):
    with service.runtime.database.transaction() as connection:
        destinations.prepare(connection, {"acme": receiver.url}, schedule=1000)
        (taken,) = outbox.take(connection, 10, lease=60, each=10, breaker=10)
    assert drain(service.runtime) == 0
    _make_due(service)
    assert drain(service.runtime) == 1
    # The dead one's late answer changes nothing.
    with service.runtime.database.transaction() as connection:
        outbox.settle(connection, [Outcome(taken, OutboxState.DEAD)])
    assert _states(service, job) == ["delivered"]
