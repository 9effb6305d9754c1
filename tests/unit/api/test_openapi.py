"""/openapi.json: written down in docs/openapi.json, true to the contract, and kind to older clients.

``python -m tests.unit.api.test_openapi`` writes it down; with ``--release`` also as what the next change is
compared with.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask

from genai import bootstrap
from genai.api import create_app
from genai.api.examples import REQUESTS
from genai.contracts import load_request
from genai.domain.enums import Mode
from genai.settings import Settings
from tests.harness.breaking import breaking_changes

DOCS = Path(__file__).parents[3] / "docs"
CURRENT, RELEASED = DOCS / "openapi.json", DOCS / "openapi.released.json"
GOLDEN = Path(__file__).parents[1] / "contracts" / "golden"


def application() -> Flask:
    """On the settings that there are without any; nothing is asked of a server."""
    return create_app(bootstrap.build(Settings.from_env(), providers=False))


def written(app: Flask) -> str:
    document = app.test_client().get("/openapi.json").get_json()
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


@pytest.fixture(scope="module")
def app() -> Flask:
    return application()


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found


def test_it_is_written_down(app):
    assert CURRENT.read_text(encoding="utf-8") == written(app), f"run python {Path(__file__).name}"


def test_nothing_breaks_who_knows_the_last_release(document):
    assert breaking_changes(json.loads(RELEASED.read_text(encoding="utf-8")), document) == []


def test_every_route_is_described(app, document):
    """But for what describes, and for vendors' hooks, whose addresses are told to vendors alone."""
    described = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }
    for rule in app.url_map.iter_rules():
        path = "".join(f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace).lstrip("|")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if not path.startswith(("/docs", "/openapi.json", "/static", "/hooks")):
                assert (method, path) in described


def test_every_operation_says_what_it_does_and_wants(document):
    ids = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            ids.append(operation["operationId"])
            assert operation["summary"].endswith("."), path
            assert bool(operation["security"]) == (path.startswith("/v1/") or path == "/metrics")
            for status, answer in operation["responses"].items():
                reference = answer.get("$ref", "").rpartition("/")[2]
                assert status < "400" or reference == f"Problem{status}" or path == "/readyz"
    assert len(set(ids)) == len(ids)


def schema_of(document: dict[str, Any], name: str) -> jsonschema_rs.Validator:
    """A validator for a schema of the document. Its references stay as they are."""
    whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.validator_for(whole)


def test_schemas_are_schemas(document):
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})


@pytest.mark.parametrize("path", sorted((GOLDEN / "requests").glob("*.json")), ids=lambda path: path.stem)
def test_golden_requests(document, path):
    golden = json.loads(path.read_text(encoding="utf-8"))
    requests = schema_of(document, "JobRequest")
    assert requests.is_valid(golden["sent"])
    assert requests.is_valid(golden["canonical"])


def test_example_requests(document):
    assert set(REQUESTS) == {"marketing_creation", "retry", *Mode}
    body = document["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]
    assert body["examples"] == REQUESTS
    for example in REQUESTS.values():
        load_request(example["value"], list(Mode))
        assert schema_of(document, "JobRequest").is_valid(example["value"])


def test_golden_events(app):
    client = app.test_client()
    for path in (GOLDEN / "events").glob("*.json"):
        answer = client.get(f"/schemas/events/job.{path.stem}.json")
        assert answer.content_type == "application/schema+json"
        schema = jsonschema_rs.validator_for(answer.get_json(force=True))
        event = json.loads(path.read_text(encoding="utf-8"))
        assert schema.is_valid(event), list(schema.iter_errors(event))
        assert not schema.is_valid(
            {**event, "type": "job.accepted" if path.stem != "accepted" else "job.started"}
        )
        assert not schema.is_valid({**event, "data": {}})
    assert client.get("/schemas/events/job.lost.json").status_code == 404


def test_documentation_needs_nothing_from_elsewhere(app):
    client = app.test_client()
    page = client.get("/docs")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "//" not in page.text.replace("<!doctype", "")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f"/docs/{name}" in page.text
        assert client.get(f"/docs/{name}").status_code == 200
    assert client.get("/docs/../__init__.py").status_code == 404
    assert client.get("/docs/swagger-ui.css?v=1").status_code == 200


def write() -> None:
    """Write it down."""
    for path in (CURRENT, RELEASED) if "--release" in sys.argv else (CURRENT,):
        path.write_text(written(application()), encoding="utf-8")


if __name__ == "__main__":
    write()
