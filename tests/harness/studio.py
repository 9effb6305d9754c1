"""All vendors at once, each on loopback behind its own document, for whole jobs.

Each has its bad moments: OpenAI answers its first picture with 500 and its first words with 429, Runway
throttles before it works, predictions and requests of fal are under way before they are done.
"""

from __future__ import annotations

import base64
import io
import wave
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.harness import elevenlabs, hosted, openai, runway
from tests.harness.fal_queue import FalQueue
from tests.harness.specs import Answer, Call, File, SpecServer

_DOCUMENTS = {
    "openai": "openai.yaml",
    "elevenlabs": "elevenlabs.json",
    "runway": "runway.json",
    "replicate": "replicate.json",
    "fal": None,
}
KEYS = {name: f"{name}-key-never-to-be-seen" for name in _DOCUMENTS}
_CREATED = {"created_at": "2026-11-21T10:00:00Z", "expires_at": "2026-11-22T10:00:00Z"}


class Studio:
    """The vendors' ``servers`` by name. ``environment``: the variables that lead a service to them."""

    def __init__(self, make: Callable[..., SpecServer], folder: Path) -> None:
        self._folder = folder
        self._stored: dict[str, bytes] = {}
        self.servers = {name: make(document, key=KEYS[name]) for name, document in _DOCUMENTS.items()}
        self._openai(self.servers["openai"])
        elevenlabs.answering(self.servers["elevenlabs"])
        self._runway(self.servers["runway"])
        self._replicate(self.servers["replicate"])
        self._fal(self.servers["fal"])

    def environment(self) -> dict[str, str]:
        entries = [f'[{name}]\nresult_hosts = ["{server.host}"]' for name, server in self.servers.items()]
        file = self._folder / "vendors.toml"
        file.write_text("\n".join([*entries, hosted.LIP_SYNC["replicate"]]))
        urls = {name: server.url for name, server in self.servers.items()}
        urls["replicate"] = self.servers["replicate"].origin
        return {
            "GENAI_VENDORS_FILE": str(file),
            **{f"GENAI_{name.upper()}_KEY": key for name, key in KEYS.items()},
            **{f"GENAI_{name.upper()}_URL": url for name, url in urls.items()},
        }

    def _openai(self, server: SpecServer) -> None:
        openai.answering(server)
        down = openai.error("server_error", "The server had an error.")
        server.answer(openai.EDIT, 500, down).then(200, painted)
        slower = openai.error("rate_limit_exceeded", "Slow down.", "requests")
        server.answer(openai.RESPOND, 429, slower, {"Retry-After": "1"}).then(
            200, lambda call: openai.response(_written(call.body))
        )

    def _runway(self, server: SpecServer) -> None:
        runway.answering(server)
        done = server.said(runway.TASK)
        looks: dict[str, int] = defaultdict(int)

        def look(call: Call) -> Any:
            task = call.parameters["id"]
            looks[task] += 1
            if looks[task] == 1:
                return runway.task("THROTTLED", task)
            return runway.task("RUNNING", task, progress=0.5) if looks[task] == 2 else done(call)

        server.answer(runway.TASK, 200, look)

    def _replicate(self, server: SpecServer) -> None:
        outputs: dict[str, str] = {}
        states: dict[str, Iterator[str]] = defaultdict(lambda: iter(("starting", "processing")))

        def created(call: Call) -> dict[str, Any]:
            job = f"p{len(outputs) + 1}"
            outputs[job] = self._predicted(server, job, call.body["input"])
            return hosted.prediction(job, next(states[job]))

        def shown(call: Call) -> dict[str, Any]:
            job = call.parameters["prediction_id"]
            status = next(states[job], "succeeded")
            return hosted.prediction(job, status, output=outputs[job] if status == "succeeded" else None)

        def store(call: Call) -> dict[str, Any]:
            file: File = call.body["content"]
            address = f"https://api.replicate.com/v1/files/f{len(self._stored)}"
            self._stored[address] = file.data
            about = {"id": "f1", "name": "file", "content_type": file.media_type, "size": len(file.data)}
            return {
                **about,
                "etag": "e",
                "checksums": {},
                "metadata": {},
                "urls": {"get": address},
                **_CREATED,
            }

        server.answer("POST /predictions", 201, created)
        server.answer("GET /predictions/{prediction_id}", 200, shown)
        server.answer("POST /files", 201, store)

    def _predicted(self, server: SpecServer, job: str, asked: Mapping[str, Any]) -> str:
        """The address of what a model makes: a presenter who speaks, a clip, a cut-out, or else a picture."""
        if "audio" in asked:
            with wave.open(io.BytesIO(self._data(asked["audio"]))) as sound:
                seconds = sound.getnframes() / sound.getframerate()
            path = hosted.film(self._folder / f"{job}.mp4", "360x640", seconds)
            return server.file(f"{job}.mp4", path, "video/mp4")
        if "start_image" in asked:
            return server.file(f"{job}.mp4", self._clip(asked["start_image"], asked["duration"]), "video/mp4")
        if "image" in asked:
            return server.file(f"{job}.png", _cutout(self._data(asked["image"])), "image/png")
        return server.file(f"{job}.png", _png(Image.radial_gradient("L").resize((832, 1040))), "image/png")

    def _fal(self, server: SpecServer) -> None:
        queue, numbers = FalQueue(server, *hosted.FAL_MODELS), count(1)
        create = f"POST /{hosted.FAL_MODELS[-1]}"
        accept = server.said(create)

        def accepted(call: Call) -> Answer:
            answer: Answer = accept(call)
            job = f"r{next(numbers)}"
            clip = self._clip(call.body["image_url"], int(call.body["duration"]))
            address = server.file(f"{job}.mp4", clip, "video/mp4")
            queue.done(job, {"video": {"url": address, "content_type": "video/mp4"}})
            status = f"GET {queue.path(job)}/status"
            done = server.said(status)
            server.answer(status, 202, {"status": "IN_PROGRESS", "logs": None}).then(200, done)
            return answer

        server.answer(create, 200, accepted)

    def _clip(self, picture: str, seconds: float) -> bytes:
        """A still clip of the picture that was sent."""
        sent = f"data:image/png;base64,{base64.b64encode(self._data(picture)).decode()}"
        return runway.film({"ratio": "360:640", "duration": seconds, "promptImage": sent})

    def _data(self, address: str) -> bytes:
        if address in self._stored:
            return self._stored[address]
        return base64.b64decode(address.partition(",")[2])


def _written(request: Mapping[str, Any]) -> Any:
    """An answer to one of our tasks; a presenter's film shows the product as well."""
    answer = openai.written(request)
    if request["text"]["format"]["name"] == "storyboard" and "kind" in answer["scenes"][-1]:
        answer["scenes"][-1]["kind"] = "product"
    return answer


def painted(call: Call) -> dict[str, Any]:
    """OpenAI's picture of the size asked for."""
    return openai.picture(call.body["size"])


def _cutout(data: bytes) -> bytes:
    """The middle of a picture, on transparency."""
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    alpha = Image.new("L", picture.size)
    ImageDraw.Draw(alpha).ellipse((0, 0, picture.width - 1, picture.height - 1), fill=255)
    picture.putalpha(alpha)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    (picture if picture.mode == "RGBA" else picture.convert("RGB")).save(written, "PNG", compress_level=1)
    return written.getvalue()
