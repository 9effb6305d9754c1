"""A provider that answers at once, and otherwise does what its control directory says.

``INSTANT_DIR`` holds ``calls.jsonl`` (a line for each call) and files named after a call, which is a
capability, ``image.scene`` or ``image.scene.2``:

    hold.CALL           the call does not end while the file is there
    retryable.CALL      raises Retryable as many times as the file has bytes
    permanent.CALL      raises Permanent
    crash.CALL          raises an error nobody expects, as many times as the file has bytes
    kill.CALL           kills its own process, as many times as the file has bytes
    verdicts            one verdict a line (pass, drift, unsure) for scene checks, in turn; then pass
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from PIL import Image

from genai.capabilities.base import Call, Produced
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.metadata import Fact, MetadataRequest, MetadataResult
from genai.capabilities.storyboard import Seed, StoryboardRequest, StoryboardResult
from genai.domain.creative import Finding, Scene
from genai.domain.enums import AssetRole, Verdict
from genai.domain.media import Color
from genai.errors import Permanent, Retryable


class InstantProvider:
    name = "instant"
    model = "1"

    def __init__(self) -> None:
        self._directory = Path(os.environ["INSTANT_DIR"])

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        scene = request.scene.number if request.scene else None
        words = {"attempt": request.attempt, "findings": [finding.text for finding in request.findings]}
        self._called(["image", f"image.{request.purpose}", f"image.{request.purpose}.{scene}"], call, **words)
        if request.purpose is ImagePurpose.NEUTRAL:
            roles: tuple[AssetRole, ...] = (AssetRole.NEUTRAL, AssetRole.CUTOUT)
        elif request.purpose is ImagePurpose.SHEET:
            roles = (AssetRole.SHEET, AssetRole.SHEET_PANEL)
        else:
            roles = (AssetRole.SCENE_IMAGE,)
        shade = (17 * request.attempt + 31 * (scene or 0)) % 256
        return ImageResult(tuple(self._picture(call, role, shade) for role in roles), cost=0.25)

    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult:
        self._called(["metadata"], call)
        return MetadataResult(Fact(request.product.name, "snapshot"), (Color("grey", "#808080", 1.0),), 1.0)

    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult:
        self._called(["storyboard" if request.count != 0 else "seeds"], call)
        if request.count == 0:
            return StoryboardResult(
                "", seeds=(Seed("Plain", "The product alone", ("studio",), ("#ffffff",)),)
            )
        numbers = range(1, (request.count or 3) + 1)
        scenes = tuple(Scene(n, "hero", "studio", f"Scene {n} of {request.prompt}", seed=n) for n in numbers)
        return StoryboardResult(f"About {request.product.name}", scenes)

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        self._called(["fidelity"], call)
        verdict = Verdict.PASS
        if request.candidate.width == 320:  # a scene image
            verdict = Verdict(self._next_line("verdicts") or "pass")
        findings = (Finding("colour", "too green"),) if verdict is Verdict.DRIFT else ()
        scores = {Verdict.PASS: 0.95, Verdict.UNSURE: 0.5, Verdict.DRIFT: 0.2}
        reason = "nothing to compare" if verdict is Verdict.UNSURE else None
        return FidelityResult(verdict, scores[verdict], {"colour": 0.9}, findings, reason=reason, cost=0.01)

    def _picture(self, call: Call, role: AssetRole, shade: int) -> Produced:
        path = call.workdir / f"{role}.png"
        size = (320, 320) if role is AssetRole.SCENE_IMAGE else (256, 256)
        Image.new("RGBA" if role is AssetRole.CUTOUT else "RGB", size, (shade, 90, len(role))).save(path)
        return Produced(path, "image/png", role)

    def _called(self, names: list[str], call: Call, **words: object) -> None:
        with (self._directory / "calls.jsonl").open("a") as log:
            log.write(
                json.dumps({"call": names[-1], "key": call.idempotency_key, "pid": os.getpid(), **words})
                + "\n"
            )
        for name in names:
            while (self._directory / f"hold.{name}").exists():
                time.sleep(0.02)
            if (self._directory / f"permanent.{name}").exists():
                raise Permanent("it cannot be made")
            if self._take_byte(f"retryable.{name}"):
                raise Retryable("busy", retry_after=1)
            if self._take_byte(f"crash.{name}"):
                raise ZeroDivisionError("a bug")
            if self._take_byte(f"kill.{name}"):
                os.kill(os.getpid(), signal.SIGKILL)

    def _take_byte(self, name: str) -> bool:
        path = self._directory / name
        if not path.exists() or path.stat().st_size == 0:
            return False
        os.truncate(path, path.stat().st_size - 1)
        return True

    def _next_line(self, name: str) -> str | None:
        path = self._directory / name
        lines = path.read_text().splitlines() if path.exists() else []
        if not lines:
            return None
        path.write_text("\n".join(lines[1:]))
        return lines[0]
