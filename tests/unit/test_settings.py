from __future__ import annotations

import json

import pytest

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
    assert from_variable["acme"].keys == (KEY,)


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


def test_secrets_do_not_show_in_its_text(monkeypatch):
    monkeypatch.setenv(
        "GENAI_CLIENTS",
        json.dumps({"acme": {"keys": [KEY], "callback": {"url": "http://x", "secrets": ["whsec_hidden"]}}}),
    )
    monkeypatch.setenv("GENAI_DATABASE_URL", "postgresql://user:hidden@localhost/genai")
    assert "hidden" not in repr(Settings.from_env())
