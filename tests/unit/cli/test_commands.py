"""The commands without a service behind them: usage, exit codes, credentials."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from genai.cli import main
from genai.cli.example import PICTURES, PRODUCT
from genai.contracts import load_request
from genai.logs import hide
from genai.settings import Settings


def run(*arguments: str, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments), input=given)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "up",
        "submit",
        "show",
        "estimate",
        "retry",
        "cancel",
        "upload",
        "db",
        "keys",
        "deliveries",
        "listen",
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    code, text = run(command, "--help")
    assert code == 0
    assert len(text.splitlines()) > 5


def test_exit_codes_are_documented() -> None:
    _, text = run("--help")
    assert "0 done, 1 the job failed, 2 wrong usage" in " ".join(text.split())


def test_an_unreachable_service_is_told_from_a_refusal(closed_port: int) -> None:
    address = f"http://127.0.0.1:{closed_port}"
    code, text = run("show", "some-job", "--url", address, "--token", "t")
    assert code == 3
    assert "did not answer" in text


def test_a_missing_token_is_wrong_usage() -> None:
    code, text = run("show", "some-job")
    assert code == 2
    assert "GENAI_TOKEN" in text


@pytest.mark.parametrize("given", ["{", "[]", '"job"'])
def test_a_request_that_is_no_object_is_wrong_usage(given: str) -> None:
    code, text = run("submit", "-", "--token", "t", given=given)
    assert code == 2
    assert "FILE" in text


def test_a_new_key_opens_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = run("keys", "new", "shop", "--json")
    assert code == 0
    made = json.loads(text)
    assert hashlib.sha256(made["token"].encode()).hexdigest() == made["key"]["sha256"]
    assert "expires" not in made["key"] and "ops" not in made["key"]["scopes"]
    _, spoken = run("keys", "new", "shop", "--scope", "jobs:read", "--scope", "ops", "--days", "90")
    monkeypatch.setenv("GENAI_CLIENTS", spoken.split("GENAI_CLIENTS=")[1])
    [client] = Settings.from_env().clients.values()
    [key] = client.keys
    assert client.name == "shop"
    assert key.sha256 in spoken
    assert key.scopes == {"jobs:read", "ops"}
    assert key.expires is not None
    assert timedelta(days=89) < key.expires - datetime.now(UTC) <= timedelta(days=90)


def test_a_token_in_a_line_is_hidden() -> None:
    token = json.loads(run("keys", "new", "shop", "--json")[1])["token"]
    assert token not in hide(f"asked with {token}, in vain")


def test_a_signing_key_opens_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    halves = json.loads(run("keys", "signing", "--json")[1])
    clients = {"shop": {"keys": [], "signing_keys": {"k1": halves["public"]}}}
    monkeypatch.setenv("GENAI_CLIENTS", json.dumps(clients))
    [client] = Settings.from_env().clients.values()
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(halves["private"]))
    assert client.signing_keys == {"k1": private.public_key().public_bytes_raw()}


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from genai.settings import settings

    settings.cache_clear()
    monkeypatch.setenv("GENAI_LEASE", "soon")
    code, text = run("db", "upgrade")
    settings.cache_clear()
    assert code == 2
    assert "LEASE" in text


def test_the_example_product_is_a_valid_request() -> None:
    images = [{"asset_id": "0" * 64, "view": view} for view in PICTURES]
    request = {
        "contract": 2,
        "job_type": "marketing_creation",
        "idempotency_key": "k",
        "product": {**PRODUCT, "images": images},
    }
    product = load_request(request, {}).product
    assert product is not None
    assert product.name == PRODUCT["name"]
    for path in PICTURES.values():
        assert Path(path).stat().st_size < 600_000


@pytest.mark.parametrize(
    "callback", ["{", "[]", '{"url": "http://x"}', '{"url": "http://x", "secrets": ["whsec_?"]}']
)
def test_a_wrong_callback_is_told_before_anything_starts(callback: str) -> None:
    code, text = run("up", "--callback", callback)
    assert code == 2
    assert "whsec_..." in text


@pytest.mark.parametrize("arguments", [(), ("evt_1", "--job", "j"), ("--until", "2026-01-01T00:00:00Z")])
def test_a_replay_says_of_what(arguments: tuple[str, ...]) -> None:
    code, text = run("deliveries", "replay", *arguments, "--token", "t")
    assert code == 2
    assert "--since" in text
