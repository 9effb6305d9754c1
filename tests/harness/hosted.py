"""The two vendors of hosted models on loopback, told alike what becomes of the work they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from genai.media import ffmpeg
from genai.providers.fal.provider import FalProvider
from genai.providers.hosted.models import HostedModels
from genai.providers.replicate.provider import ReplicateProvider
from genai.vendors import load_vendors
from tests.harness.fal_queue import FalQueue
from tests.harness.specs import Call as Asked
from tests.harness.specs import SpecServer

FAL_MODELS = (
    "fal-ai/nano-banana/edit",
    "fal-ai/birefnet/v2",
    "fal-ai/bytedance/omnihuman",
    "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
)
KEY = "key-of-hosted-models-never-to-be-seen"
# Two presenters at the vendor's side, since no shipped entry has one.
LIP_SYNC: Mapping[str, str] = {
    "replicate": """
[replicate.use.lip_sync]
model = "bytedance/latentsync"
inputs = { video = "$presenter", audio = "$speech" }
prices = { second = 0.1 }
[replicate.use.lip_sync.options.presenters]
anna = "https://pictures.test/anna.mp4"
ben = "https://pictures.test/ben.mp4"
""",
    "fal": """
[fal.use.lip_sync]
model = "fal-ai/bytedance/omnihuman"
inputs = { image_url = "$presenter", audio_url = "$speech" }
prices = { second = 0.1 }
[fal.use.lip_sync.options.presenters]
anna = "https://pictures.test/anna.png"
ben = "https://pictures.test/ben.png"
""",
}


def prediction(job: str, status: str, **more: Any) -> dict[str, Any]:
    """One of Replicate's, valid under its document."""
    urls = dict.fromkeys(("get", "cancel", "web"), f"https://api.replicate.com/v1/predictions/{job}")
    told: dict[str, Any] = {
        "id": job,
        "model": "google/nano-banana",
        "version": "hidden",
        "input": {},
        "output": None,
    }
    more = {"data_removed": False, "error": None, **more}
    return {**told, "status": status, "created_at": "2026-11-21T10:00:00Z", "urls": urls, **more}


def film(path: Path, size: str = "640x640", seconds: float = 3.0) -> Path:
    """A clip as vendors give them: 24 frames a second, with sound."""
    shown = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=24:d={seconds}"]
    heard = ["-f", "lavfi", "-i", f"sine=d={seconds}"]
    written = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", str(path)]
    ffmpeg.run([*shown, *heard, *written])
    return path


@dataclass
class Site:
    """A vendor on loopback. Jobs are told of by their number, from 1; they wait for the test, or ``works``
    is told each one's number and model, and does it. ``plain``: the server has no document."""

    name: str
    server: SpecServer
    text: str = ""
    plain: bool = False
    queue: FalQueue | None = None
    works: Callable[[int, str], None] | None = None
    _states: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def create(self) -> str:
        """The operation that Replicate takes submissions by."""
        return "POST /v1/predictions" if self.plain else "POST /predictions"

    def provider(self, text: str = "") -> HostedModels:
        """The adapter, with ``text`` (TOML) over what is shipped."""
        own = f'[{self.name}]\nresult_hosts = ["{self.server.host}"]\n{self.text}{text}'
        upper = self.name.upper()
        vendors = load_vendors(own, "OWN", {upper: KEY}, {upper: self.server.origin})
        class_: type[HostedModels] = ReplicateProvider if self.name == "replicate" else FalProvider
        made: HostedModels = class_.for_vendor(vendors[self.name])  # type: ignore[attr-defined]
        return made

    def inputs(self) -> list[dict[str, Any]]:
        """What the models were sent."""
        if self.queue:
            return [call.body for call in self.queue.submissions()]
        return [call.body["input"] for call in self.server.asked(self.create)]

    def gives(self, job: int, name: str, data: bytes | Path, media_type: str) -> None:
        """The job is done and gave a file."""
        address = self.server.file(name, data, media_type)
        kind = media_type.partition("/")[0]
        if self.queue:
            file = {"url": address, "content_type": media_type}
            self.queue.done(f"r{job}", {"video": file} if kind == "video" else {"images": [file]})
        else:
            self._states[f"p{job}"] = {"status": "succeeded", "output": [address] if job > 1 else address}

    def fails(self, job: int, said: str) -> None:
        if self.queue:
            self.queue.done(f"r{job}", {"detail": said}, 500, error=said, error_type="runner_error")
        else:
            self._states[f"p{job}"] = {"status": "failed", "error": said}

    def work(self, job: int, model: str) -> None:
        """Do the job: a picture, or three seconds of a clip."""
        if any(part in model for part in ("kling", "omnihuman", "latentsync")):
            self.gives(job, f"clip-{job}.mp4", _film(), "video/mp4")
        else:
            self.gives(job, f"picture-{job}.png", _picture(), "image/png")

    def _begun(self, job: int, model: str) -> None:
        if self.works:
            self.works(job, model)

    def listen(self) -> None:
        """Take submissions."""
        if self.name == "fal":
            self.queue = FalQueue(self.server, *FAL_MODELS)
            self.queue.accepted = self._begun
            return
        numbers = count(1)

        def created(call: Asked) -> dict[str, Any]:
            number = next(numbers)
            job = f"p{number}"
            self._states[job] = {"status": "starting"}
            if self.plain:
                self.server.answer(f"GET /v1/predictions/{job}", 200, known)
                self.server.answer(f"POST /v1/predictions/{job}/cancel", 200, stopped)
            self._begun(number, call.body["version"])
            return prediction(job, status="starting")

        def known(call: Asked) -> dict[str, Any]:
            job = _job(call)
            return prediction(job, **self._states[job])

        def stopped(call: Asked) -> dict[str, Any]:
            state = self._states[_job(call)]
            if state["status"] in ("starting", "processing"):
                state["status"] = "canceled"
            return known(call)

        self.server.answer(self.create, 201, created)
        if self.plain:
            return
        self.server.answer("GET /predictions/{prediction_id}", 200, known)
        self.server.answer("POST /predictions/{prediction_id}/cancel", 200, stopped)


def answering(name: str, server: SpecServer) -> None:
    """Have a server without a document stand for the vendor: what is submitted is done at once."""
    site = Site(name, server, plain=True)
    site.works = site.work
    site.listen()


def _job(call: Asked) -> str:
    """The job that is asked about."""
    parts = call.path.strip("/").split("/")
    return parts[parts.index("predictions") + 1]


@lru_cache(maxsize=1)
def _film() -> bytes:
    with TemporaryDirectory(prefix="film") as folder:
        return film(Path(folder) / "theirs.mp4").read_bytes()


def _picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (640, 640), (200, 50, 40)).save(written, "PNG")
    return written.getvalue()
