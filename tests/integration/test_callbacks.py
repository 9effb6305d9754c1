"""The drain against a real receiver that misbehaves."""

from __future__ import annotations

import base64
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from genai.callbacks.drain import drain
from genai.client import verify
from genai.clients import Callback, Client
from genai.domain.enums import EventType, OutboxState
from genai.store import destinations, outbox
from genai.store.deliveries import replay_all
from genai.store.events import write_event
from genai.store.outbox import Outcome
from tests.harness.receiver import Answer, Receiver


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
    patient = _with_callbacks(service, {"acme": receiver.url}, callback_schedule=(3600.0, 3600.0))
    receiver.answers.extend([Answer(status=500, body=b"sorry"), Answer(reset=True)])
    assert drain(patient) == 0
    assert len(receiver.requests) == 1
    assert drain(patient) == 0  # not due yet
    _make_due(service)
    assert drain(patient) == 0
    _make_due(service)
    assert drain(patient) == 2
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


def test_a_receiver_that_is_gone_gets_nothing_more_until_it_is_enabled(service, job, receiver):
    receiver.answers.append(Answer(status=410))
    assert drain(service.runtime) == 0
    _tell(service, job, EventType.STARTED)
    assert drain(service.runtime) == 0
    assert _states(service, job) == ["dead", "dead"]
    assert len(receiver.requests) == 1
    with service.runtime.database.transaction() as connection:
        assert destinations.enable(connection, "acme")
        assert not destinations.enable(connection, "acme")
        assert replay_all(connection, "acme", job_id=job, state=OutboxState.DEAD) == 2
    assert drain(service.runtime) == 2
    assert [event["data"]["number"] for event in receiver.events()][1:] == [1, 2]
    actions = service.rows("SELECT actor, action FROM audit WHERE action LIKE 'destination.%' ORDER BY id")
    assert [tuple(row) for row in actions] == [
        ("service", "destination.disable"),
        ("operator", "destination.enable"),
    ]


def test_another_address_in_the_settings_enables_a_destination(service, job, receiver):
    receiver.answers.append(Answer(status=410))
    drain(service.runtime)
    moved = _with_callbacks(service, {"acme": receiver.url + "/elsewhere"})
    _tell(service, job, EventType.STARTED)
    assert drain(moved) == 1
    assert receiver.requests[-1].path == "/callbacks/elsewhere"
    stored = str(service.rows("SELECT * FROM destinations"))
    assert receiver.url not in stored  # an address may hold a secret


def test_a_dead_receiver_costs_a_bounded_number_of_attempts(service, request_document, receiver):
    jobs = [service.submit(request_document(key=f"k{number}"), admit=False) for number in range(150)]
    receiver.otherwise = Answer(status=500)
    drain(service.runtime)
    breaker = service.runtime.settings.breaker_failures
    # As many as were under way to it when the breaker opened, or failed before that was known.
    assert breaker <= len(receiver.requests) < 2 * breaker + 32
    tried = len(receiver.requests)
    _make_due(service)
    # However slow the machine is.
    service.execute("UPDATE destinations SET open_until = open_until + interval '1 h'")
    assert drain(service.runtime) == 0
    assert len(receiver.requests) == tried
    # When its time is over one event is tried, and each failure doubles the time.
    for half in (5, 10, 20):
        service.execute("UPDATE destinations SET open_until = now()")
        ((begun,),) = service.rows("SELECT now()")
        drain(service.runtime)
        ((since_begun, left),) = service.rows(
            "SELECT extract(epoch FROM open_until - :begun), extract(epoch FROM open_until - now())"
            " FROM destinations",
            begun=begun,
        )
        assert since_begun > half
        assert left <= 2 * half
    assert len(receiver.requests) == tried + 3
    # One that arrives opens it for all the others.
    receiver.otherwise = Answer()
    service.execute("UPDATE destinations SET open_until = now()")
    _make_due(service)
    assert drain(service.runtime) == len(jobs)


def test_nor_does_one_cost_more_that_fails_slowly(service, request_document, receiver):
    """Each failure is written down before the next one comes, and the drain holds a hundred events."""
    for number in range(100):
        service.submit(request_document(key=f"k{number}"), admit=False)
    breaker = service.runtime.settings.breaker_failures
    one_by_one, the_others = [threading.Event() for _ in range(3 * breaker)], threading.Event()
    receiver.answers.extend(Answer(status=500, until=each) for each in one_by_one)
    receiver.otherwise = Answer(status=500, until=the_others)
    patient = _with_callbacks(service, {"acme": receiver.url}, callback_timeout=300)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(drain, patient)
        for number, each in enumerate(one_by_one, 1):
            each.set()
            service.until(lambda n=number: len(service.rows("SELECT 1 FROM deliveries")) == n)
        the_others.set()
        assert sending.result() == 0
    assert len(receiver.requests) <= breaker + 32


def test_no_try_begins_that_could_outlive_its_lease(service, request_document, receiver):
    """What waits for a connection for too long is given back, and taken again."""
    for number in range(100):
        service.submit(request_document(key=f"k{number}"), admit=False)
    receiver.otherwise = Answer(until=threading.Event())
    hanging = _with_callbacks(
        service,
        {"acme": receiver.url},
        callback_timeout=0.5,
        callback_schedule=(3600.0,),
        breaker_failures=1000,
    )
    assert drain(hanging) == 0
    assert len(receiver.requests) == 100
    tries = service.rows("SELECT number FROM deliveries")
    assert len(tries) == 100
    # The last of them have waited as long as two tries take.
    assert max(row.number for row in tries) > 1


def test_a_receiver_that_hangs_holds_up_no_other(service, request_document, photograph, receiver):
    let_go = threading.Event()
    with Receiver() as other:
        urls = {"acme": receiver.url, "globex": other.url}
        both = _with_callbacks(service, urls, callback_timeout=300)
        receiver.otherwise = Answer(until=let_go)
        service.upload(photograph, client="globex")
        for number in range(20):
            service.submit(request_document(key=f"a{number}"), admit=False)
        for number in range(5):
            service.submit(request_document(key=f"g{number}"), client="globex", admit=False)
        sending = threading.Thread(target=drain, args=(both,))
        sending.start()
        try:
            receiver.wait_for(20)
            other.wait_for(5)
            # Not even one that comes while the drain waits.
            service.submit(request_document(key="late"), client="globex", admit=False)
            other.wait_for(6)
        finally:
            let_go.set()
            sending.join()
    (row,) = service.rows("SELECT count(*) FROM outbox WHERE state = 'delivered'")
    assert row.count == 26


def test_events_die_when_their_receiver_has_failed_for_as_long_as_a_schedule_takes(service, job, receiver):
    # However old, it is sent where nothing failed.
    service.execute(
        "UPDATE outbox SET queued_at = now() - interval '4 days', next_at = now() + interval '1 h'"
    )
    drain(service.runtime)
    assert _states(service, job) == ["pending"]
    service.execute("UPDATE outbox SET queued_at = now(), next_at = now()")
    receiver.otherwise = Answer(status=500)
    drain(service.runtime)
    service.execute("UPDATE destinations SET failures = 10, open_until = now() + interval '1 h'")
    drain(service.runtime)
    assert _states(service, job) == ["pending"]
    service.execute("UPDATE destinations SET failing_since = now() - interval '4 days'")
    drain(service.runtime)
    assert _states(service, job) == ["pending"]
    service.execute("UPDATE outbox SET queued_at = now() - interval '4 days'")
    drain(service.runtime)
    assert _states(service, job) == ["dead"]


def test_a_header_that_never_ends_is_bounded(service, job, environment):
    def drip(connection):
        for _ in range(200):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: b" if not _ else b"c")
            if stop.wait(0.05):
                return

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    drip(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert drain(_with_callbacks(service, {"acme": url}, callback_timeout=0.5)) == 0
        stop.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # wakes a thread that nobody has connected to
        thread.join()
    (row,) = service.rows("SELECT status, error, latency FROM deliveries")
    assert (row.status, row.error) == (None, "TimeoutError")
    assert row.latency >= 0.5


def test_both_secrets_sign_while_they_rotate(service, job, receiver):
    older = "whsec_" + base64.b64encode(b"the older secret of this test").decode()
    rotating = _with_callbacks(service, {"acme": receiver.url}, secrets=(receiver.secret, older))
    assert drain(rotating) == 1
    (request,) = receiver.requests
    for secret in (receiver.secret, older):
        assert verify(secret, request.headers, request.body)["data"]["number"] == 1
    assert len(request.headers["webhook-signature"].split()) == 2


def test_retry_after_may_be_a_date_and_holds_the_others_too(service, request_document, receiver):
    first = service.submit(request_document(key="k1"), admit=False)
    at = (datetime.now(UTC) + timedelta(seconds=3600)).replace(microsecond=0)
    receiver.answers.append(Answer(status=429, headers={"Retry-After": format_datetime(at, usegmt=True)}))
    drain(service.runtime)
    (row,) = service.rows("SELECT next_at, extract(epoch FROM next_at - now()) AS wait FROM outbox")
    assert row.next_at >= at
    assert row.wait <= 3600
    service.submit(request_document(key="k2"), admit=False)
    assert drain(service.runtime) == 0
    assert len(receiver.requests) == 1
    service.execute("UPDATE destinations SET open_until = now()")
    assert drain(service.runtime) == 1
    assert _states(service, first) == ["pending"]


def test_callbacks_link_to_their_assets(service, job, receiver):
    asset = {"asset_id": "a" * 64, "label": "é"}
    with service.runtime.database.transaction() as connection:
        write_event(connection, job, EventType.PROGRESS, {"assets": [asset, asset], "steps": {}})
    linking = _with_callbacks(
        service, {"acme": receiver.url}, public_url="https://genai.example/", link_secrets=("s" * 16,)
    )
    drain(linking)
    plain, linked = (event["data"] for event in receiver.events())
    assert "links" not in plain
    assert list(linked["links"]) == ["a" * 64]
    assert linked["links"]["a" * 64].startswith(
        f"https://genai.example/v1/assets/{'a' * 64}/content?expires="
    )
    assert linked["assets"] == [asset, asset]
    # What is stored has no link.
    assert "links" not in service.events(job)[1].body["data"]


def _with_callbacks(service, urls, *, secrets=None, **settings):
    """The service's runtime with other callback addresses by client, and other settings."""
    signing = secrets or (service.receiver.secret,)
    clients = {name: Client(name, (), Callback(url, signing)) for name, url in urls.items()}
    return replace(service.runtime, settings=replace(service.runtime.settings, clients=clients, **settings))


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
    ((begun,),) = service.rows("SELECT now()")
    drain(service.runtime)
    (row,) = service.rows("SELECT next_at, extract(epoch FROM next_at - now()) AS wait FROM outbox")
    assert row.next_at >= begun + timedelta(seconds=120)
    assert row.wait <= 120


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
