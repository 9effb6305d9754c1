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
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from PIL import Image

from genai.capabilities.audio import AudioRequest, AudioResult, MusicRequest, SpeechRequest
from genai.capabilities.base import Call, Produced
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.metadata import Fact, MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.capabilities.storyboard import Seed, StoryboardRequest, StoryboardResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.creative import Finding, Scene
from genai.domain.enums import AssetRole, Verdict
from genai.domain.film import SceneKind, Segment, SpokenWord
from genai.domain.media import Color
from genai.errors import Permanent, Retryable
from genai_instant.film import SIDE, write_sound, write_video


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
        scenes = [self._scene(request, number) for number in self._numbers(request)]
        if scene := self._next_line("continues"):
            scenes[int(scene) - 1] = replace(scenes[int(scene) - 1], continues=True)
        return StoryboardResult(f"About {request.product.name}", tuple(scenes))

    def _numbers(self, request: StoryboardRequest) -> range:
        return range(1, (len(request.segments) or request.count or 3) + 1)

    def _scene(self, request: StoryboardRequest, number: int) -> Scene:
        """ugc begins with its presenter; a silent film's scenes have lengths."""
        prompt = f"Scene {number} of {request.prompt}, treatment {request.variant}"
        scene = Scene(number, "hero", "studio", prompt, seed=number)
        if request.segments:
            kind = SceneKind.PRESENTER if request.mode == "ugc" and number == 1 else SceneKind.PRODUCT
            return replace(scene, speech=request.segments[number - 1].text, kind=kind)
        return replace(scene, duration=1.0) if request.mode == "fast_video" else scene

    def script(self, request: ScriptRequest, call: Call) -> ScriptResult:
        self._called(["script"], call)
        text = request.script or f"Look at this. It is {request.product.name}. Take it home."
        said = [f"{sentence.strip()}." for sentence in text.split(".") if sentence.strip()]
        return ScriptResult(tuple(Segment(sentence, "benefit") for sentence in said))

    def audio(self, request: AudioRequest, call: Call) -> AudioResult:
        path = call.workdir / "sound.wav"
        if isinstance(request, MusicRequest):
            self._called(["audio", "audio.music"], call)
            write_sound(path, request.duration)
            beats = tuple(float(second) for second in range(int(request.duration)))
            music = Produced(path, "audio/wav", AssetRole.MUSIC)
            return AudioResult(music, request.duration, tempo=60.0, beats=beats, cost=0.02)
        kind = "speech" if isinstance(request, SpeechRequest) else "alignment"
        self._called(["audio", f"audio.{kind}"], call, text=request.text)
        texts = request.text.split()
        duration = 0.3 * len(texts)
        write_sound(path, duration)
        words = tuple(SpokenWord(word, 0.3 * i, 0.3 * (i + 1)) for i, word in enumerate(texts))
        return AudioResult(Produced(path, "audio/wav", AssetRole.SPEECH), duration, words, cost=0.02)

    def video(self, request: VideoRequest, call: Call) -> VideoResult:
        number = request.scene.number
        words = {"image": request.image.sha256 if request.image else None, "attempt": request.attempt}
        self._called(["video", f"video.{number}"], call, **words)
        call.progress(0.5)
        clip = self._clip(call, request.frames + request.handle, 16 * number + request.attempt)
        last = self._picture(call, AssetRole.LAST_FRAME, 200 + number)
        return VideoResult(clip, text_burned=True, last_frame=last, cost=0.5)

    def lip_sync(self, request: LipSyncRequest, call: Call) -> LipSyncResult:
        self._called(["lip_sync", f"lip_sync.{request.scene.number}"], call)
        clip = self._clip(call, request.frames + request.handle, 16 * request.scene.number)
        return LipSyncResult(clip, text_burned=True, cost=0.5)

    def stitch(self, request: StitchRequest, call: Call) -> StitchResult:
        self._called(["stitch"], call, cuts=[cut.frames for cut in request.cuts])
        path = call.workdir / "video.mp4"
        write_video(path, sum(cut.frames for cut in request.cuts), 128, sound=True)
        poster = call.workdir / "poster.jpg"
        Image.new("RGB", (SIDE, SIDE), (128, 128, 128)).save(poster)
        return StitchResult(
            Produced(path, "video/mp4", AssetRole.VIDEO), Produced(poster, "image/jpeg", AssetRole.POSTER)
        )

    def _clip(self, call: Call, frames: int, shade: int) -> Produced:
        path = call.workdir / "clip.mp4"
        write_video(path, frames, shade % 256)
        return Produced(path, "video/mp4", AssetRole.CLIP)

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        self._called(["fidelity"], call)
        verdict = Verdict.PASS
        if request.candidate.width == 320:  # a scene image
            verdict = Verdict(self._next_line("verdicts") or "pass")
        if request.candidate.media_type == "video/mp4":
            verdict = Verdict(self._next_line("clip_verdicts") or "pass")
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
