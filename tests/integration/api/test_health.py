"""Readiness is red when assets cannot be stored; an upload then leaves no row."""

from __future__ import annotations

from dataclasses import replace

from genai.api import create_app
from genai.assets.filesystem import FilesystemStore
from genai.contracts.problems import ProblemDetailsSchema


def test_ready(service):
    assert service.call("GET", "/healthz", client=None).json == {"status": "ok"}
    ready = service.call("GET", "/readyz", client=None)
    assert ready.status_code == 200
    assert ready.json["checks"] == {
        "postgres": {"ok": True, "required": True},
        "assets": {"ok": True, "required": True},
        "broker": {"ok": True, "required": False},
    }


def test_without_an_asset_store(service, picture, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a directory should be")
    full = FilesystemStore(tmp_path / "full", reserve=1 << 60)
    for store, code in ((FilesystemStore(blocked), 503), (full, 201)):
        service.app = create_app(replace(service.runtime, assets=store))
        ready = service.call("GET", "/readyz", client=None)
        assert (ready.status_code, ready.json["checks"]["assets"]["ok"]) == (503, False)
        assert "Retry-After" in ready.headers
        before = service.stored()
        answer = service.call("POST", "/v1/assets", data=picture.read_bytes())
        # Little room is a reason to send no more; what still fits is stored.
        assert answer.status_code == code, answer.text
        if code == 503:
            assert "Retry-After" in answer.headers
            ProblemDetailsSchema().load(answer.json)
            assert service.stored() == before
