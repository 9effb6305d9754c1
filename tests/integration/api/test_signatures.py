"""Signed requests (RFC 9421): nothing that was signed can be changed, nor sent again."""

from __future__ import annotations

import base64
import gc
import json
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519
from werkzeug.test import EnvironBuilder

from genai.api import create_app
from genai.api.auth.signatures import COVERED
from genai.client import ApiError, Client, SigningKey
from genai.maintenance.retention import sweep
from tests.integration.api.conftest import Service

KEY = Ed25519PrivateKey.generate()
OTHER_KEY = Ed25519PrivateKey.generate()


@dataclass
class Message:
    """A request as the signing library wants one, and as the test client sends it."""

    method: str
    url: str
    headers: dict[str, str]


@pytest.fixture
def signing(service: Service) -> Service:
    """The service of a deployment that requires signatures."""
    settings = service.runtime.settings
    clients = {
        name: replace(client, signing_keys={"k1": KEY.public_key().public_bytes_raw()})
        for name, client in settings.clients.items()
    }
    runtime = replace(service.runtime, settings=replace(settings, clients=clients, require_signatures=True))
    return replace(service, app=create_app(runtime), runtime=runtime)


def signed(
    service: Service,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    private: Ed25519PrivateKey = KEY,
    covered: tuple[str, ...] = COVERED,
    client: str = "acme",
    **parameters: Any,
) -> dict[str, str]:
    """The headers of a signed request."""
    headers = {"Authorization": f"Bearer {service.tokens[client]}"}
    message = Message(method, f"http://localhost{path}", headers)
    resolver = MappingKeyResolver(public_keys={}, private_keys={"k1": private, "k2": private})
    now = datetime.now(UTC)
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=resolver).sign(
        message,
        covered_component_ids=covered,
        body=body,
        **{"key_id": "k1", "tag": "genai", "nonce": uuid.uuid4().hex, "created": now, **parameters},
    )
    return headers


def send(service: Service, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Any:
    kind = {"Content-Type": "application/json"} if body else {}
    return service.call(method, path, client=None, headers={**kind, **headers}, data=body)


def test_a_signed_request_is_served(signing, document):
    headers = signed(signing, "GET", "/v1/jobs?limit=3&cursor=")
    assert send(signing, "GET", "/v1/jobs?limit=3&cursor=", headers).status_code == 200
    body = json.dumps(document).encode()
    assert (
        send(signing, "POST", "/v1/jobs", signed(signing, "POST", "/v1/jobs", body), body).status_code == 202
    )


# Werkzeug leaves the file of a form that breaks off to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <function SpooledTemporaryFile.__del__")
def test_an_upload_is_compared_with_its_digest(signing, picture):
    body = picture.read_bytes()
    headers = {**signed(signing, "POST", "/v1/assets", body), "Content-Type": "image/png"}
    assert signing.call("POST", "/v1/assets", client=None, headers=headers, data=body).status_code == 201
    headers = {**signed(signing, "POST", "/v1/assets", body), "Content-Type": "image/png"}
    changed = signing.call("POST", "/v1/assets", client=None, headers=headers, data=body + b"\0")
    assert (changed.status_code, changed.json["code"]) == (400, "bad_request")
    assert signing.rows("SELECT count(*) FROM assets") == [(1,)]
    with picture.open("rb") as file:
        form = EnvironBuilder(method="POST", data={"file": file}).get_environ()
    whole = form["wsgi.input"].read()
    headers = {**signed(signing, "POST", "/v1/assets", whole), "Content-Type": form["CONTENT_TYPE"]}
    assert signing.call("POST", "/v1/assets", client=None, headers=headers, data=whole).status_code == 200
    headers = {**headers, **signed(signing, "POST", "/v1/assets", whole.replace(b"filename", b"Filename"))}
    assert signing.call("POST", "/v1/assets", client=None, headers=headers, data=whole).status_code == 400
    gc.collect()  # here, where that file is expected


def test_it_serves_once(signing):
    headers = signed(signing, "GET", "/v1/jobs")
    assert send(signing, "GET", "/v1/jobs", headers).status_code == 200
    again = send(signing, "GET", "/v1/jobs", headers)
    assert (again.status_code, "nonce" in again.json["detail"]) == (401, True)
    # Nonces are each client's own.
    nonce = uuid.uuid4().hex
    for client in ("acme", "globex"):
        own = signed(signing, "GET", "/v1/jobs", nonce=nonce, client=client)
        assert send(signing, "GET", "/v1/jobs", own).status_code == 200


def test_what_is_not_signed_as_it_has_to_be(signing, document):
    body = json.dumps(document).encode()
    now = datetime.now(UTC)
    get = ("GET", "/v1/jobs")
    headers = {"Authorization": f"Bearer {signing.tokens['acme']}"}
    stolen = signed(signing, *get, client="globex")
    refused = {
        "unsigned": (*get, headers, b""),
        "of another key": (*get, signed(signing, *get, private=OTHER_KEY), b""),
        "of an unknown key id": (*get, signed(signing, *get, key_id="k2"), b""),
        "too old": (*get, signed(signing, *get, created=now - timedelta(minutes=6)), b""),
        "of the future": (*get, signed(signing, *get, created=now + timedelta(minutes=2)), b""),
        "expired": (*get, signed(signing, *get, expires=now - timedelta(minutes=1)), b""),
        "without a nonce": (*get, signed(signing, *get, nonce=None), b""),
        "with a long nonce": (*get, signed(signing, *get, nonce="x" * 101), b""),
        "of another service": (*get, signed(signing, *get, tag="other"), b""),
        "of another method": ("POST", "/v1/jobs", signed(signing, *get), body),
        "of another path": ("GET", "/v1/modes", signed(signing, *get), b""),
        "of another query": ("GET", "/v1/jobs?limit=1", signed(signing, *get), b""),
        "of another host": (*get, {**signed(signing, *get), "Host": "elsewhere"}, b""),
        "with another token": (*get, {**stolen, **headers}, b""),
        "without the digest": ("POST", "/v1/jobs", signed(signing, "POST", "/v1/jobs"), body),
        "garbage": (*get, {**headers, "Signature": "x", "Signature-Input": ":"}, b""),
    }
    for left_out in COVERED:
        covered = tuple(name for name in COVERED if name != left_out)
        refused[f"without {left_out}"] = (*get, signed(signing, *get, covered=covered), b"")
    for name, (method, path, given, sent) in refused.items():
        answer = send(signing, method, path, given, sent)
        assert answer.status_code == 401, name
        assert answer.content_type == "application/problem+json", name
    changed = send(signing, "POST", "/v1/jobs", signed(signing, "POST", "/v1/jobs", body), body + b" ")
    assert changed.status_code == 400
    assert signing.rows("SELECT count(*) FROM jobs") == [(0,)]


def test_where_none_is_required_a_wrong_one_is_refused_all_the_same(signing):
    settings = replace(signing.runtime.settings, require_signatures=False)
    lenient = replace(signing, app=create_app(replace(signing.runtime, settings=settings)))
    assert lenient.call("GET", "/v1/jobs").status_code == 200
    assert send(lenient, "GET", "/v1/jobs", signed(lenient, "GET", "/v1/jobs")).status_code == 200
    wrong = signed(lenient, "GET", "/v1/jobs", private=OTHER_KEY)
    assert send(lenient, "GET", "/v1/jobs", wrong).status_code == 401


def test_links_and_figures_need_no_signature(signing):
    headers = {"Authorization": f"Bearer {signing.tokens['ops']}"}
    assert signing.call("GET", "/metrics", client=None, headers=headers).status_code == 200
    link = f"/v1/assets/{'0' * 64}/content?expires=1&signature=x"
    assert signing.call("GET", link, client=None).status_code == 403


def test_nonces_are_forgotten_with_their_signatures(signing):
    send(signing, "GET", "/v1/jobs", signed(signing, "GET", "/v1/jobs"))
    sweep(signing.runtime)
    assert signing.rows("SELECT count(*) FROM nonces") == [(1,)]
    with signing.runtime.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE nonces SET forget_at = now() - interval '1 second'")
    sweep(signing.runtime)
    assert signing.rows("SELECT count(*) FROM nonces") == [(0,)]


def test_the_client_signs_for_a_real_server(api, environment, tokens, picture, document):
    clients = json.loads(environment["GENAI_CLIENTS"])
    for client in clients.values():
        client["signing_keys"] = {"k1": base64.b64encode(KEY.public_key().public_bytes_raw()).decode()}
    url = api(env={"GENAI_CLIENTS": json.dumps(clients), "GENAI_REQUIRE_SIGNATURES": "true"}).url
    key = SigningKey("k1", base64.b64encode(KEY.private_bytes_raw()).decode())
    with Client(url, tokens["acme"]) as unsigned, pytest.raises(ApiError, match="signed as it has to be"):
        unsigned.modes()
    with Client(url, tokens["acme"], signing_key=key) as signing:
        asset = signing.upload(picture)
        document["product"].update(product_id="ü/1 ?", images=[{"asset_id": asset["asset_id"]}])
        job = signing.submit(document)
        assert [each["job_id"] for each in signing.jobs(product_id="ü/1 ?")] == [job["job_id"]]
        signing.cancel(job["job_id"])
        signing.erase_product("ü/1 ?")
        assert list(signing.jobs()) == []
