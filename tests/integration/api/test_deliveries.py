"""Deliveries over HTTP: what became of events, and sending them again."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from genai.callbacks.drain import drain
from genai.contracts.deliveries import DeliveryListSchema, DeliverySchema, ReplayedSchema
from genai.settings import settings
from tests.harness.receiver import Answer


@pytest.fixture
def environment(environment, monkeypatch):
    """What is to be tried again becomes due when a test says so, however slow the machine is."""
    monkeypatch.setenv("GENAI_CALLBACK_SCHEDULE", "3600,3600")
    settings.cache_clear()
    return environment


@pytest.fixture
def submit(service, document):
    """Submits a job under a key; its id. One event of it waits."""

    def one(key: str = "key-1", client: str = "acme") -> str:
        response = service.call("POST", "/v1/jobs", json={**document, "idempotency_key": key}, client=client)
        assert response.status_code == 202, response.text
        return str(response.json["job_id"])

    return one


def _dead(service, receiver):
    """Makes all events dead letters, by a receiver that says it is gone; enables it again."""
    receiver.otherwise = Answer(status=410, body=b"no more")
    drain(service.runtime)
    receiver.otherwise = Answer()
    with service.runtime.database.transaction() as connection:
        connection.execute(text("UPDATE destinations SET disabled_at = NULL"))


def _list(service, query="", client="acme"):
    response = service.call("GET", f"/v1/deliveries{query}", client=client)
    assert response.status_code == 200, response.text
    DeliveryListSchema().load(response.json)
    return response.json


def test_what_became_of_an_event(service, submit, receiver):
    job = submit()
    receiver.answers.append(Answer(status=503, body=b"later"))
    drain(service.runtime)
    (delivery,) = _list(service)["deliveries"]
    assert (delivery["job_id"], delivery["number"], delivery["type"]) == (job, 1, "job.accepted")
    assert (delivery["state"], delivery["tries"], delivery["finished_at"]) == ("pending", 1, None)
    assert delivery["next_at"] > delivery["created_at"]
    (attempt,) = delivery["attempts"]
    assert (attempt["status"], attempt["error"], attempt["answer"]) == (503, None, "later")
    assert 0 < attempt["latency"] < service.runtime.settings.callback_timeout
    assert _list(service)["destination"] == {"failures": 1, "resumes_at": None, "disabled_at": None}


def test_the_list_is_paged_and_filtered(service, submit, receiver):
    jobs = [submit(f"key-{number}") for number in range(5)]
    first = _list(service, "?limit=3")
    second = _list(service, f"?limit=3&cursor={first['next']}")
    assert [d["job_id"] for d in first["deliveries"] + second["deliveries"]] == jobs[::-1]
    assert second["next"] is None
    assert [d["job_id"] for d in _list(service, f"?job_id={jobs[2]}")["deliveries"]] == [jobs[2]]
    middle = _list(service, f"?job_id={jobs[2]}")["deliveries"][0]["created_at"]
    since = _list(service, f"?since={middle}")["deliveries"]
    assert [d["job_id"] for d in since] == [*jobs[:1:-1]]
    assert len(_list(service, f"?until={middle}")["deliveries"]) == 2
    assert _list(service, "?state=dead")["deliveries"] == []
    assert len(_list(service, "?state=pending")["deliveries"]) == 5


@pytest.mark.parametrize(
    "query",
    [
        "?state=lost",
        "?job_id=1",
        "?since=yesterday",
        "?since=2026-01-01T00:00:00",
        "?limit=0",
        "?a=1",
        "?cursor=x",
        "?until=0000-00-00T00:00:00Z",
    ],
)
def test_a_wrong_parameter_is_named(service, query):
    response = service.call("GET", f"/v1/deliveries{query}")
    assert response.status_code == 422
    assert query[1:].partition("=")[0] in response.json["problems"][0]["detail"]


def test_a_dead_letter_is_sent_again(service, submit, receiver):
    submit()
    _dead(service, receiver)
    (dead,) = _list(service, "?state=dead")["deliveries"]
    response = service.call("POST", f"/v1/deliveries/{dead['id']}/replay")
    assert response.status_code == 200
    DeliverySchema().load(response.json)
    assert (response.json["state"], response.json["tries"]) == ("pending", 0)
    drain(service.runtime)
    (delivered,) = _list(service)["deliveries"]
    assert delivered["state"] == "delivered"
    assert [attempt["status"] for attempt in delivered["attempts"]] == [410, 204]
    assert [request.id for request in receiver.requests] == [dead["id"]] * 2
    (audited,) = service.rows("SELECT * FROM audit WHERE action = 'delivery.replay'")
    assert (audited.client, str(audited.job_id)) == ("acme", dead["job_id"])
    assert audited.details == {"event": dead["id"]}


def test_an_event_that_waits_is_due_at_once(service, submit, receiver):
    submit()
    receiver.answers.append(Answer(status=500))
    drain(service.runtime)
    assert drain(service.runtime) == 0
    (waits,) = _list(service)["deliveries"]
    assert service.call("POST", f"/v1/deliveries/{waits['id']}/replay").status_code == 200
    assert drain(service.runtime) == 1


def test_those_of_a_job_or_of_a_time_are_sent_again(service, submit, receiver):
    jobs = [submit(f"key-{number}") for number in range(3)]
    _dead(service, receiver)
    assert len(_list(service, "?state=dead")["deliveries"]) == 3
    first = service.call("POST", "/v1/deliveries/replay", json={"job_id": jobs[0]})
    ReplayedSchema().load(first.json)
    assert first.json == {"replayed": 1}
    since = {"since": "2020-01-01T00:00:00+02:00"}
    before = service.call("POST", "/v1/deliveries/replay", json={**since, "until": "2020-01-02T00:00:00Z"})
    assert before.json == {"replayed": 0}
    assert service.call("POST", "/v1/deliveries/replay", json=since).json == {"replayed": 2}
    assert drain(service.runtime) == 3
    again = service.call("POST", "/v1/deliveries/replay", json={**since, "state": "delivered"})
    assert again.json == {"replayed": 3}


@pytest.mark.parametrize("body", [{}, {"state": "dead"}, {"since": 5}, {"job_id": None}, {"jobs": []}, []])
def test_a_replay_of_nothing_in_particular_is_refused(service, body):
    assert service.call("POST", "/v1/deliveries/replay", json=body).status_code == 422


def test_nothing_is_sent_again_to_a_receiver_that_is_gone_or_was_never_there(service, submit, receiver):
    submit()
    receiver.answers.append(Answer(status=410))
    drain(service.runtime)
    (dead,) = _list(service)["deliveries"]
    for path, body in ((f"{dead['id']}/replay", None), ("replay", {"job_id": dead["job_id"]})):
        refused = service.call("POST", f"/v1/deliveries/{path}", json=body)
        assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    assert _list(service)["deliveries"] == [dead]
    assert _list(service)["destination"]["disabled_at"]
    job = submit("key-9", client="globex")
    none = service.call("POST", "/v1/deliveries/replay", json={"job_id": job}, client="globex")
    assert none.status_code == 409
    assert _list(service, client="globex")["destination"] is None


def test_another_clients_deliveries_are_not_there(service, submit, receiver):
    job = submit()
    assert _list(service, client="globex")["deliveries"] == []
    event = f"evt_{job}_1"
    for name in (event, "evt_none_1", "x" * 200, "a%00b"):
        response = service.call("POST", f"/v1/deliveries/{name}/replay", client="globex")
        assert response.status_code == 404, name
    assert service.call("GET", "/v1/deliveries", client=None).status_code == 401
