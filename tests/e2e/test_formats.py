"""The moving formats on the local engine: real speech, pictures, clips and films, small as previews are."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from genai.cli.example import PICTURES, PRODUCT, PROMPT
from genai.client import TERMINAL, Client
from genai.contracts.output import OutputSchema
from genai.embedded.stack import Stack
from genai.media.probe import probe

TOKEN = "a token of this test"
SCRIPT = "Tamsel is a hand wash with cedar and fig. Fill the bottle again, and again. See it at home."


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    keys = {"keys": [hashlib.sha256(TOKEN.encode()).hexdigest()]}
    with (
        Stack(tmp_path_factory.mktemp("stack"), clients={"acme": keys}) as stack,
        Client(stack.url, TOKEN) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def product(client: Client) -> dict[str, Any]:
    images = [{"asset_id": client.upload(path)["asset_id"], "view": view} for view, path in PICTURES.items()]
    return {**PRODUCT, "images": images}


@pytest.mark.parametrize(
    ("mode", "settings", "stages"),
    [
        ("fast_video", {"aspect": "9:16", "duration": 4.0}, {"video_fidelity": 1, "music": 1}),
        ("script_video", {"aspect": "16:9", "script": SCRIPT}, {"audio": 2, "soundtrack": 1}),
        ("ugc", {"aspect": "1:1", "script": SCRIPT, "duration": 9.0}, {"lip_sync": 1, "video": 1}),
    ],
)
def test_a_preview_passes_every_row_of_its_report(client, product, tmp_path, mode, settings, stages):
    job = client.submit(
        {
            "contract": 2,
            "job_type": "marketing_output",
            "idempotency_key": uuid.uuid4().hex,
            "mode": mode,
            "product": product,
            "prompt": PROMPT,
            "settings": {**settings, "preview": True},
        }
    )
    for event in client.follow(job["job_id"]):
        if event["type"] in TERMINAL:
            break
    job = client.job(job["job_id"])
    assert job["state"] == "completed", job["error"]
    assert OutputSchema().validate(job["output"]) == {}
    (video,) = job["output"]["videos"]
    failed = [row for row in video["qc"]["rows"] if row["verdict"] == "fail"]
    assert failed == []
    assert "qc_failed" not in {mark["reason"] for mark in job["output"]["marks"]}
    ran = [step["stage"] for step in client.steps(job["job_id"])]
    assert all(ran.count(stage) >= count for stage, count in stages.items())

    path = tmp_path / "video.mp4"
    client.download(video["asset_id"], path)
    found = probe(path)
    assert found.video is not None
    assert found.audio is not None
    assert found.video.frames == sum(round(cut["duration"] * 30) for cut in video["cuts"])
    assert (found.video.width, found.video.height) == (video["width"], video["height"])
    if "script" in settings:
        said = " ".join(word["text"] for word in job["output"]["transcript"]["words"])
        assert said == SCRIPT
        assert {subtitles["media_type"] for subtitles in video["subtitles"]} == {
            "text/vtt", "application/x-subrip",
        }  # fmt: skip
    if "duration" in settings:
        assert video["duration"] == pytest.approx(settings["duration"], abs=0.25)
