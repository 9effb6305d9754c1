"""Every route, whichever there are: nothing without a key, nothing beyond its scope, nothing of another
client."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.routing import Rule

from genai.api import create_app
from genai.api.auth.keys import digest_of
from genai.api.auth.scopes import check_declared, needed_scope
from genai.clients import AccessScope, Client, Key
from tests.integration.api.conftest import Service

OPEN = {
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/docs",
    "/docs/<name>",
    "/docs/start.js",
    "/schemas/events/<event_type>.json",
    "/hooks/<attempt>/<signature>",  # whose path is the credential
}
# What names an object in a path. A route with another one has to be told of here.
NOWHERE = {"job_id": str(uuid.UUID(int=0)), "asset_id": "0" * 64, "event_id": "evt_0_1", "product_id": "none"}
# What routes need beside the path to look at the object at all.
BODIES = {
    "/v1/jobs/<uuid:job_id>/select": {"variant": 1},
}


@pytest.fixture
def routes(service: Service) -> list[tuple[str, Rule]]:
    scoped, others = [], set()
    for rule in service.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if needed_scope(service.app, rule.endpoint, method):
                scoped.append((method, rule))
            else:
                others.add(re.sub(r"<\w+(\(.*\))?:", "<", rule.rule))
    assert others - {"/static/<filename>"} == OPEN
    return scoped


def ask(service: Service, method: str, rule: Rule, objects: dict[str, str], **options: Any) -> Any:
    path = rule.build({name: objects[name] for name in rule.arguments})
    assert path is not None
    body: dict[str, Any] = {} if method == "GET" else {"json": BODIES.get(rule.rule, {})}
    return service.call(method, path[1], **body, **options)


def test_nothing_without_a_key(service, routes):
    for method, rule in routes:
        answer = ask(service, method, rule, NOWHERE, client=None)
        assert answer.status_code == 401, rule
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_nothing_beyond_a_scope(service, routes):
    """Each route refuses a key that has every scope but its own, and looks at a request with that alone."""
    keys = {
        name: Key(digest_of(name), scopes)
        for scope in AccessScope
        for name, scopes in (
            (f"only {scope}", frozenset({scope})),
            (f"all but {scope}", frozenset(AccessScope) - {scope}),
        )
    }
    clients = {name: Client(name, (key,)) for name, key in keys.items()}
    settings = replace(service.runtime.settings, clients=clients)
    service.app = create_app(replace(service.runtime, settings=settings))
    service.tokens.update({name: name for name in keys})
    asked = set()
    for method, rule in routes:
        scope = needed_scope(service.app, rule.endpoint, method)
        assert scope is not None, rule
        refused = ask(service, method, rule, NOWHERE, client=f"all but {scope}")
        assert (refused.status_code, refused.json["code"]) == (403, "forbidden"), rule
        assert scope in refused.json["detail"]
        allowed = ask(service, method, rule, NOWHERE, client=f"only {scope}")
        assert allowed.status_code not in (401, 403), rule
        asked.add(scope)
    assert asked == set(AccessScope)


@pytest.fixture
def owned(service, picture, document) -> dict[str, str]:
    """One of each kind of object, of acme."""
    asset = service.upload(picture)
    document["product"]["images"] = [{"asset_id": asset}]
    job = service.call("POST", "/v1/jobs", json=document).json["job_id"]
    return {"job_id": job, "asset_id": asset, "event_id": f"evt_{job}_1", "product_id": "prod_1"}


def test_nothing_of_another_client(service, routes, owned):
    """Another's object is answered like one that is not there, to the letter."""
    for method, rule in routes:
        if not rule.arguments:
            continue
        others = ask(service, method, rule, owned, client="globex", headers={"X-Request-ID": "same"})
        nobodys = ask(service, method, rule, NOWHERE, client="globex", headers={"X-Request-ID": "same"})
        # Erasing what is not there is no error.
        expected = 204 if method == "DELETE" else 404
        assert (others.status_code, others.json) == (expected, nobodys.json), (method, rule)
        assert all(value not in others.text for value in owned.values())
    for path in (f"/v1/jobs/{owned['job_id']}", f"/v1/assets/{owned['asset_id']}"):
        assert service.call("GET", path).status_code == 200


def test_no_list_shows_what_is_anothers(service, routes, owned):
    shown = 0
    for method, rule in routes:
        if method == "GET" and not rule.arguments and rule.rule.startswith("/v1/"):
            if needed_scope(service.app, rule.endpoint, method) is AccessScope.OPS:
                continue
            assert owned["job_id"] not in ask(service, method, rule, {}, client="globex").text
            shown += owned["job_id"] in ask(service, method, rule, {}, client="acme").text
    assert shown == 2  # jobs and deliveries: the check sees what it looks for


def test_a_route_that_declares_no_scope_starts_no_service(service):
    app = create_app(service.runtime)
    app.add_url_rule("/v1/forgotten", view_func=lambda: "", methods=["GET", "POST"])
    with pytest.raises(LookupError, match="GET /v1/forgotten, POST /v1/forgotten"):
        check_declared(app)
