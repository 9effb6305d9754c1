from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from genai.clients import Key
from genai.errors import ConfigurationError
from genai.settings import Settings

KEY = "a" * 64


def test_defaults_need_no_variable(monkeypatch):
    read = Settings.from_env()
    assert read.clients == {}
    assert read.database_url.startswith("postgresql+psycopg://")


def test_clients_come_from_a_variable_or_a_file(monkeypatch, tmp_path):
    document = {"acme": {"keys": [KEY], "callback": {"url": "http://127.0.0.1/x", "secrets": ["whsec_MTIz"]}}}
    monkeypatch.setenv("GENAI_CLIENTS", json.dumps(document))
    from_variable = Settings.from_env().clients
    monkeypatch.delenv("GENAI_CLIENTS")
    path = tmp_path / "clients.json"
    path.write_text(json.dumps(document))
    monkeypatch.setenv("GENAI_CLIENTS_FILE", str(path))
    assert Settings.from_env().clients == from_variable
    assert from_variable["acme"].keys == (Key(KEY),)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GENAI_CLIENTS", "{"),
        ("GENAI_CLIENTS", '{"acme": {"keys": "whsec_secret"}}'),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [KEY] * 3}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": ["whsec_secret"]}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [], "callback": {"url": "http://x", "secrets": []}}})),
        (
            "GENAI_CLIENTS",
            json.dumps({"acme": {"keys": [], "callback": {"url": "u", "secrets": ["whsec_?"]}}}),
        ),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [], "key": "whsec_secret"}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [{"sha256": KEY, "scopes": ["all"]}]}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [{"sha256": KEY, "expires": "2030-01-01"}]}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [], "signing_keys": {"k": "whsec_secret"}}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [], "rate_limit": "many"}})),
        ("GENAI_CLIENTS", json.dumps({"acme": {"keys": [], "body_max_bytes": 0}})),
        ("GENAI_CLIENTS", json.dumps({"acme": "whsec_secret"})),
        ("GENAI_CLIENTS", json.dumps(["whsec_secret"])),
        ("GENAI_RATE_LIMIT", "whsec_secret"),
        ("GENAI_LINK_SECRETS", "whsec_short"),
        ("GENAI_LOG_FORMAT", "xml"),
        ("GENAI_CLIENTS_FILE", "/nowhere/clients.json"),
        ("GENAI_LEASE", "soon"),
    ],
)
def test_a_wrong_variable_is_named_and_no_secret_is_told(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as wrong:
        Settings.from_env()
    assert variable.removesuffix("_FILE") in str(wrong.value)
    assert "whsec_s" not in str(wrong.value) and "whsec_?" not in str(wrong.value)


def test_a_place_that_is_wrong_is_named(monkeypatch):
    entry = {"keys": [{"sha256": KEY, "scopes": ["all"]}, "0"], "colour": "red", "callback": {"url": "x"}}
    monkeypatch.setenv("GENAI_CLIENTS", json.dumps({"acme": entry}))
    with pytest.raises(ConfigurationError) as wrong:
        Settings.from_env()
    for place in ("keys.0.scopes.0", "keys.1.sha256", "colour: Unknown", "callback.url", "callback.secrets"):
        assert place in str(wrong.value)


def test_a_key_says_what_it_is_for_and_until_when(monkeypatch):
    expired = {"sha256": KEY, "expires": "2020-01-01T00:00:00+01:00"}
    keys = [KEY, {"sha256": KEY, "scopes": ["ops"], "expires": "2100-01-01T00:00:00Z"}, expired]
    monkeypatch.setenv("GENAI_CLIENTS", json.dumps({"acme": {"keys": keys}}))
    plain, ops, old = Settings.from_env().clients["acme"].keys  # two at most are active
    assert plain.scopes == {"jobs:write", "jobs:read", "deliveries:admin"}
    assert ops.scopes == {"ops"}
    now = datetime.now(UTC)
    assert [key.has_expired(now) for key in (plain, ops, old)] == [False, False, True]


def test_signatures_that_are_required_need_keys(monkeypatch):
    monkeypatch.setenv("GENAI_REQUIRE_SIGNATURES", "true")
    monkeypatch.setenv("GENAI_CLIENTS", json.dumps({"acme": {"keys": [KEY]}}))
    with pytest.raises(ConfigurationError, match="acme: needs signing_keys"):
        Settings.from_env()


def test_no_limit_of_requests(monkeypatch):
    assert Settings.from_env().rate_limit == "6000/minute"
    monkeypatch.setenv("GENAI_RATE_LIMIT", "none")
    assert Settings.from_env().rate_limit is None


def test_what_must_not_show_is_known(monkeypatch):
    callback = {"url": "http://x", "secrets": ["whsec_c2lnbnMtY2FsbGJhY2tz"]}
    monkeypatch.setenv("GENAI_CLIENTS", json.dumps({"acme": {"keys": [KEY], "callback": callback}}))
    monkeypatch.setenv("GENAI_DATABASE_URL", "postgresql://user:pass%2Fword@localhost/genai")
    monkeypatch.setenv("GENAI_LINK_SECRETS", "signs-the-links-1,signs-the-links-2")
    monkeypatch.setenv("VENDOR_API_KEY", "key-of-a-vendor")
    monkeypatch.setenv("SHORT_TOKEN", "true")
    secrets = Settings.from_env().secrets
    assert secrets >= {
        "pass%2Fword", "pass/word", "c2lnbnMtY2FsbGJhY2tz", "signs-the-links-1", "signs-the-links-2",
        "key-of-a-vendor",
    }  # fmt: skip
    assert "true" not in secrets


def test_secrets_do_not_show_in_its_text(monkeypatch):
    monkeypatch.setenv(
        "GENAI_CLIENTS",
        json.dumps({"acme": {"keys": [KEY], "callback": {"url": "http://x", "secrets": ["whsec_hidden"]}}}),
    )
    monkeypatch.setenv("GENAI_DATABASE_URL", "postgresql://user:hidden@localhost/genai")
    assert "hidden" not in repr(Settings.from_env())
