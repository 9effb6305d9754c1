"""Credentials: a client's own, two at a time, and nothing without them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from genai.api import create_app
from genai.api.auth.keys import digest_of
from genai.clients import Client, Key
from genai.contracts.problems import ProblemDetailsSchema

WRONG = (
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer wrong",
    "Bearer ü",
    "Basic YWNtZTphY21l",
    "Bearer a b",
    "x" * 4000,
)


def test_refused(service):
    for authorization in WRONG:
        headers = {} if authorization is None else {"Authorization": authorization}
        for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/assets"), ("GET", "/v1/nothing")):
            response = service.call(method, path, client=None, headers=headers)
            assert response.status_code == 401, authorization
            assert response.headers["WWW-Authenticate"].lower() == "bearer"
            ProblemDetailsSchema().load(response.json)


def test_two_keys_and_their_digests(service):
    """A token is what was hashed; its digest, which lies in the settings, opens nothing."""
    digests = [hashlib.sha256(token.encode()).hexdigest() for token in ("old", "new")]
    clients = {"acme": Client("acme", tuple(map(Key, digests))), "globex": Client("globex", ())}
    runtime = replace(service.runtime, settings=replace(service.runtime.settings, clients=clients))
    service.app = create_app(runtime)
    for token, status in (("old", 200), ("new", 200), ("other", 401), (digests[0], 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert service.call("GET", "/v1/jobs", client=None, headers=headers).status_code == status


def test_a_key_ends_with_its_time(service):
    now = datetime.now(UTC)
    expiries = {"past": now, "future": now + timedelta(hours=1)}
    clients = {
        name: Client(name, (Key(digest_of(name), expires=expires),)) for name, expires in expiries.items()
    }
    settings = replace(service.runtime.settings, clients=clients)
    service.app = create_app(replace(service.runtime, settings=settings))
    service.tokens.update({name: name for name in expiries})
    assert service.call("GET", "/v1/jobs", client="future").status_code == 200
    refused = service.call("GET", "/v1/jobs", client="past")
    assert refused.status_code == 401
    assert "expired" in refused.get_json()["detail"]


def test_a_refusal_is_logged_without_its_token(service, caplog):
    tokens = ("token-of-nobody", service.tokens["acme"])
    for token, path in zip(tokens, ("/v1/jobs", "/metrics"), strict=True):
        service.call("GET", path, client=None, headers={"Authorization": f"Bearer {token}"})
    unknown, forbidden = (record for record in caplog.records if record.message.startswith("refused: "))
    assert (unknown.message, vars(unknown)["key"]) == ("refused: unknown token", digest_of(tokens[0])[:8])
    assert (forbidden.message, vars(forbidden)["client"]) == ("refused: without ops", "acme")
    assert vars(forbidden)["remote"] == "127.0.0.1"
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert not any(token in told for token in tokens)


def test_request_id(service):
    given = service.call("GET", "/v1/jobs", headers={"X-Request-ID": "trace-1"})
    assert given.headers["X-Request-ID"] == "trace-1"
    for odd in ("", "a b", "x" * 101, "<script>"):
        made = service.call("GET", "/v1/jobs", headers={"X-Request-ID": odd}).headers["X-Request-ID"]
        assert made != odd
        assert len(made) == 32
