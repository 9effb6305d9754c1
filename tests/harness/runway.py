"""What Runway would answer: tasks that are done at once, and clips of the very picture that was sent.

:func:`answering` has a :class:`~tests.harness.specs.SpecServer` answer all that the adapter asks, out of the
request alone. The functions are also used alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from genai.media import ffmpeg
from tests.harness.specs import Call, SpecServer

CREATE = "POST /v1/image_to_video"
TASK = "GET /v1/tasks/{id}"
DELETE = "DELETE /v1/tasks/{id}"
ID = "17f20503-6c24-4c16-946b-35dbbce2af2f"
SUBMITTED = {"id": ID, "estimatedCost": {"credits": 24}}
_CREATED = "2026-11-20T10:00:00Z"


def task(status: str, id_: str = ID, **more: Any) -> dict[str, Any]:
    """A task's document. The third-party copy of the vendor's document and the SDK agree on these."""
    cost = {"cost": {"credits": 24}} if status in ("SUCCEEDED", "FAILED", "CANCELLED") else {}
    cost = cost or {"estimatedCost": {"credits": 24}}
    return {"id": id_, "createdAt": _CREATED, "status": status, **cost, **more}


def film(asked: Mapping[str, Any], *, seconds: float | None = None) -> bytes:
    """The clip that the vendor makes of a request: its picture, still, 24 frames a second, with sound."""
    width, height = asked["ratio"].split(":")
    length = str(seconds or asked["duration"])
    with TemporaryDirectory() as folder:
        picture, clip = Path(folder, "prompt-image"), Path(folder, "made.mp4")
        picture.write_bytes(base64.b64decode(asked["promptImage"].partition(",")[2]))
        scaled = f"scale={width}:{height}:out_color_matrix=bt709,format=yuv420p"
        ffmpeg.run(
            [
                *("-loop", "1", "-framerate", "24", "-i", str(picture), "-f", "lavfi", "-i", "sine"),
                *("-t", length, "-vf", scaled, "-colorspace", "bt709"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(clip)),
            ]
        )
        return clip.read_bytes()


def answering(server: SpecServer, *, seconds: float | None = None) -> None:
    """Have the server make what it is asked for: a second's work for five credits, or twelve. ``seconds``:
    how long its clips are, whatever was asked for."""
    asked: dict[str, Any] = {}

    def submit(call: Call) -> dict[str, Any]:
        id_ = str(uuid4())
        asked[id_] = call.body
        return {"id": id_, "estimatedCost": {"credits": credits_of(call.body)}}

    def done(call: Call) -> dict[str, Any]:
        id_ = call.parameters["id"]
        clip = film(asked[id_], seconds=seconds)
        address = server.file(f"{id_}.mp4", clip, "video/mp4")
        cost = {"credits": credits_of(asked[id_])}
        return task("SUCCEEDED", id_, output=[f"{address}?_jwt=signature"], cost=cost)

    def credits_of(body: Mapping[str, Any]) -> int:
        return int(body["duration"] * (5 if body["model"] == "gen4_turbo" else 12))

    server.answer(CREATE, 200, submit)
    server.answer(TASK, 200, done)
    server.answer(DELETE, 204)
