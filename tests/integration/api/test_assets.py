"""Assets over HTTP: stored once, shown to their client alone, byte for byte."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest

from genai.contracts.job import StoredAssetSchema


def test_upload_show_fetch(service, picture):
    content = picture.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    first = service.call("POST", "/v1/assets", data=content, content_type="image/png")
    assert first.status_code == 201
    assert first.headers["Location"] == f"/v1/assets/{digest}"
    StoredAssetSchema().load(first.json)
    assert {k: first.json[k] for k in ("asset_id", "media_type", "size", "width", "height")} == {
        "asset_id": digest,
        "media_type": "image/png",
        "size": len(content),
        "width": 200,
        "height": 150,
    }
    form = {"file": (io.BytesIO(content), "picture.png")}
    again = service.call("POST", "/v1/assets", data=form, content_type="multipart/form-data")
    assert (again.status_code, again.json) == (200, first.json)
    assert service.call("GET", f"/v1/assets/{digest}").json == first.json
    stored = service.stored()
    assert (stored["assets"], stored["assets_dir"], stored["work_dir"]) == (1, [digest], [])

    fetched = service.call("GET", f"/v1/assets/{digest}/content")
    assert fetched.data == content
    assert fetched.content_type == "image/png"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    kept = service.call(
        "GET", f"/v1/assets/{digest}/content", headers={"If-None-Match": fetched.headers["ETag"]}
    )
    assert (kept.status_code, kept.data) == (304, b"")
    part = service.call("GET", f"/v1/assets/{digest}/content", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.data) == (206, content[4:10])


def test_another_clients_asset_is_not_there(service, picture, document):
    digest = service.upload(picture)
    for path in ("", "/content"):
        assert service.call("GET", f"/v1/assets/{digest}{path}").status_code == 200
        assert service.call("GET", f"/v1/assets/{digest}{path}", client="globex").status_code == 404
    document["product"]["images"].append({"asset_id": digest})
    before = service.stored()
    refused = service.call("POST", "/v1/jobs", json=document, client="globex")
    assert refused.status_code == 422
    assert [entry["pointer"] for entry in refused.json["problems"]] == ["/product/images/1/asset_id"]
    assert service.stored() == before
    # Having the bytes, they may have an asset of their own; its file is the same.
    assert service.call("POST", "/v1/assets", data=picture.read_bytes(), client="globex").status_code == 201
    assert service.stored()["assets_dir"] == [digest]


def test_sounds_and_videos_are_taken_for_what_they_are(service, tmp_path):
    from genai.media.sound import write

    path = tmp_path / "tone.wav"
    time = np.arange(48_000) / 48_000
    write(path, 0.2 * np.sin(2 * np.pi * 440 * time).astype(np.float32))
    stored = service.call("POST", "/v1/assets", data=path.read_bytes())
    assert stored.status_code == 201, stored.text
    StoredAssetSchema().load(stored.json)
    assert (stored.json["media_type"], stored.json["width"]) == ("audio/wav", None)
    assert stored.json["duration"] == pytest.approx(1.0, abs=0.01)
    before = service.stored()
    cut = service.call("POST", "/v1/assets", data=path.read_bytes()[:30], content_type="audio/wav")
    assert cut.status_code == 422
    assert service.stored() == before
