"""Credentials: a client's own, two at a time, and nothing without them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from genai.api import create_app
from genai.contracts.problems import ProblemDetailsSchema
from genai.settings import Client

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
    clients = {"acme": Client("acme", tuple(digests)), "globex": Client("globex", ())}
    runtime = replace(service.runtime, settings=replace(service.runtime.settings, clients=clients))
    service.app = create_app(runtime)
    for token, status in (("old", 200), ("new", 200), ("other", 401), (digests[0], 401)):
        headers = {"Authorization": f"Bearer {token}"}
        assert service.call("GET", "/v1/jobs", client=None, headers=headers).status_code == status


def test_request_id(service):
    given = service.call("GET", "/v1/jobs", headers={"X-Request-ID": "trace-1"})
    assert given.headers["X-Request-ID"] == "trace-1"
    for odd in ("", "a b", "x" * 101, "<script>"):
        made = service.call("GET", "/v1/jobs", headers={"X-Request-ID": odd}).headers["X-Request-ID"]
        assert made != odd
        assert len(made) == 32
