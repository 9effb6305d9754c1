"""A provider that answers at once, and otherwise does what its control directory says.

``INSTANT_DIR`` holds ``calls.jsonl`` (a line for each call) and files named after a call, which is a
capability, ``image.scene`` or ``image.scene.2``:

    hold.CALL           the call does not end while the file is there
    retryable.CALL      raises Retryable as many times as the file has bytes
    permanent.CALL      raises Permanent
    crash.CALL          raises an error nobody expects, as many times as the file has bytes
    kill.CALL           kills its own process, as many times as the file has bytes
    verdicts            one verdict a line (pass, drift, unsure) for scene checks, in turn; then pass
    clip_verdicts       likewise for checks of clips
    continues           the number of a scene that continues the one before it

With ``INSTANT_API_KEY`` its errors quote that key, as those of careless libraries do.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from genai.capabilities.audio import AudioRequest, AudioResult, MusicRequest, SpeechRequest
from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.enums import Verdict
from genai.errors import Permanent, Retryable
from genai_instant import results


class InstantProvider:
    name = "instant"
    model = "1"

    def __init__(self) -> None:
        self._directory = Path(os.environ["INSTANT_DIR"])
        key = os.environ.get("INSTANT_API_KEY")
        self._careless = f", asked with {key}" if key else ""

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        scene = request.scene.number if request.scene else None
        words = {
            "attempt": request.attempt,
            "findings": [finding.text for finding in request.findings],
            "adjustment": request.adjustment,
        }
        self._called(["image", f"image.{request.purpose}", f"image.{request.purpose}.{scene}"], call, **words)
        return results.image(request, call.workdir)

    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult:
        self._called(["metadata"], call)
        return results.metadata(request)

    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult:
        self._called(["storyboard" if request.count != 0 else "seeds"], call, prompt=request.prompt)
        board = results.storyboard(request)
        if board.scenes and (number := self._next_line("continues")):
            scenes = [replace(s, continues=s.continues or s.number == int(number)) for s in board.scenes]
            return replace(board, scenes=tuple(scenes))
        return board

    def script(self, request: ScriptRequest, call: Call) -> ScriptResult:
        self._called(["script"], call)
        return results.script(request)

    def audio(self, request: AudioRequest, call: Call) -> AudioResult:
        if isinstance(request, MusicRequest):
            self._called(["audio", "audio.music"], call)
        else:
            kind = "speech" if isinstance(request, SpeechRequest) else "alignment"
            self._called(["audio", f"audio.{kind}"], call, text=request.text)
        return results.audio(request, call.workdir)

    def video(self, request: VideoRequest, call: Call) -> VideoResult:
        number = request.scene.number
        words = {"image": request.image.sha256 if request.image else None, "attempt": request.attempt}
        self._called(["video", f"video.{number}"], call, **words)
        call.progress(0.5)
        return results.video(request, call.workdir)

    def lip_sync(self, request: LipSyncRequest, call: Call) -> LipSyncResult:
        self._called(["lip_sync", f"lip_sync.{request.scene.number}"], call)
        return results.lip_sync(request, call.workdir)

    def stitch(self, request: StitchRequest, call: Call) -> StitchResult:
        self._called(["stitch"], call, cuts=[cut.frames for cut in request.cuts])
        return results.stitch(request, call.workdir)

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        self._called(["fidelity"], call)
        verdict = Verdict.PASS
        if request.candidate.width == 320:  # a scene image
            verdict = Verdict(self._next_line("verdicts") or "pass")
        if request.candidate.media_type == "video/mp4":
            verdict = Verdict(self._next_line("clip_verdicts") or "pass")
        return results.fidelity(verdict)

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
                raise Permanent(f"it cannot be made{self._careless}")
            if self._take_byte(f"retryable.{name}"):
                raise Retryable("busy", retry_after=1)
            if self._take_byte(f"crash.{name}"):
                raise ZeroDivisionError(f"a bug{self._careless}")
            if self._take_byte(f"kill.{name}"):
                os.kill(os.getpid(), signal.SIGKILL)

    def _take_byte(self, name: str) -> bool:
        with self._alone(name) as file:
            if file is None or not (left := file.read()):
                return False
            file.truncate(len(left) - 1)
            return True

    def _next_line(self, name: str) -> str | None:
        with self._alone(name) as file:
            if file is None or not (lines := file.read()):
                return None
            first, _, left = lines.partition("\n")
            file.seek(0)
            file.truncate()
            file.write(left)
            return first

    @contextmanager
    def _alone(self, name: str) -> Iterator[TextIO | None]:
        """The file, while no other process has it so; None where there is none."""
        try:
            file = (self._directory / name).open("r+")
        except FileNotFoundError:
            yield None
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
