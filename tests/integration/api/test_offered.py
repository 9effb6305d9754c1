"""What no provider offers is refused at submission, and by estimates in the same words."""

from __future__ import annotations

import pytest

from genai.settings import settings


@pytest.fixture
def environment(environment, monkeypatch):
    monkeypatch.setenv("GENAI_LIP_SYNC", "")
    monkeypatch.setenv("GENAI_PROVIDERS", '{"fast_video.video": {"video": ""}}')
    settings.cache_clear()
    return environment


@pytest.mark.parametrize(
    ("mode", "says", "variable"),
    [
        ("ugc", "no provider offers 'lip_sync', which 'lip_sync' of ugc needs", "GENAI_LIP_SYNC"),
        ("fast_video", "no provider offers 'video', which 'video' of fast_video needs", "GENAI_VIDEO"),
    ],
)
def test_the_capability_is_named(service, document, mode, says, variable):
    wanted = {**document, "mode": mode, "settings": {}}
    before = service.stored()
    refusals = [service.call("POST", path, json=wanted) for path in ("/v1/jobs", "/v1/estimates")]
    assert [refusal.status_code for refusal in refusals] == [422, 422]
    for refusal in refusals:
        (error,) = refusal.json["problems"]
        assert error["pointer"] == "/mode" and says in error["detail"] and variable in error["remedy"]
    assert service.stored() == before


def test_others_are_accepted(service, document):
    assert service.call("POST", "/v1/estimates", json=document).status_code == 200
    assert service.call("POST", "/v1/jobs", json=document).status_code == 202
