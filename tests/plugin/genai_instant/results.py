"""Tiny valid results for every port, made at once: what the instant provider answers with, and what the
test vendor sells."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image

from genai.capabilities.audio import AudioRequest, AudioResult, MusicRequest
from genai.capabilities.base import Produced
from genai.capabilities.fidelity import FidelityResult
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

from .film import SIDE, write_sound, write_video

_ROLES = {
    ImagePurpose.NEUTRAL: (AssetRole.NEUTRAL, AssetRole.CUTOUT),
    ImagePurpose.CUTOUT: (AssetRole.CUTOUT,),
    ImagePurpose.SHEET: (AssetRole.SHEET, AssetRole.SHEET_PANEL),
    ImagePurpose.SCENE: (AssetRole.SCENE_IMAGE,),
}


def image(request: ImageRequest, workdir: Path) -> ImageResult:
    number = request.scene.number if request.scene else 0
    shade = (17 * request.attempt + 31 * number) % 256
    return ImageResult(tuple(picture(workdir, role, shade) for role in _ROLES[request.purpose]), cost=0.25)


def metadata(request: MetadataRequest) -> MetadataResult:
    return MetadataResult(Fact(request.product.name, "snapshot"), (Color("grey", "#808080", 1.0),), 1.0)


def storyboard(request: StoryboardRequest) -> StoryboardResult:
    if request.count == 0:
        seed = Seed("Plain", "The product alone", ("studio",), ("#ffffff",))
        return StoryboardResult("", seeds=(seed,))
    numbers = range(1, (len(request.segments) or request.count or 3) + 1)
    return StoryboardResult(
        f"About {request.product.name}", tuple(_scene(request, number) for number in numbers)
    )


def _scene(request: StoryboardRequest, number: int) -> Scene:
    """ugc begins with its presenter; a silent film's scenes have lengths."""
    prompt = f"Scene {number} of {request.prompt}, treatment {request.variant}"
    scene = Scene(number, "hero", "studio", prompt, seed=number)
    if request.segments:
        kind = SceneKind.PRESENTER if request.mode == "ugc" and number == 1 else SceneKind.PRODUCT
        return replace(scene, speech=request.segments[number - 1].text, kind=kind)
    return replace(scene, duration=1.0) if request.mode == "fast_video" else scene


def script(request: ScriptRequest) -> ScriptResult:
    text = request.script or f"Look at this. It is {request.product.name}. Take it home."
    said = [f"{sentence.strip()}." for sentence in text.split(".") if sentence.strip()]
    return ScriptResult(tuple(Segment(sentence, "benefit") for sentence in said))


def audio(request: AudioRequest, workdir: Path) -> AudioResult:
    path = workdir / "sound.wav"
    if isinstance(request, MusicRequest):
        write_sound(path, request.duration)
        beats = tuple(float(second) for second in range(int(request.duration)))
        music = Produced(path, "audio/wav", AssetRole.MUSIC)
        return AudioResult(music, request.duration, tempo=60.0, beats=beats, cost=0.02)
    texts = request.text.split()
    duration = 0.3 * len(texts)
    write_sound(path, duration)
    words = tuple(SpokenWord(word, 0.3 * i, 0.3 * (i + 1)) for i, word in enumerate(texts))
    return AudioResult(Produced(path, "audio/wav", AssetRole.SPEECH), duration, words, cost=0.02)


def video(request: VideoRequest, workdir: Path) -> VideoResult:
    number = request.scene.number
    clip = _clip(workdir, request.frames + request.handle, 16 * number + request.attempt)
    last = picture(workdir, AssetRole.LAST_FRAME, 200 + number)
    return VideoResult(clip, text_burned=True, last_frame=last, cost=0.5)


def lip_sync(request: LipSyncRequest, workdir: Path) -> LipSyncResult:
    clip = _clip(workdir, request.frames + request.handle, 16 * request.scene.number)
    return LipSyncResult(clip, text_burned=True, cost=0.5)


def stitch(request: StitchRequest, workdir: Path) -> StitchResult:
    path = workdir / "video.mp4"
    write_video(path, sum(cut.frames for cut in request.cuts), 128, sound=True)
    poster = workdir / "poster.jpg"
    Image.new("RGB", (SIDE, SIDE), (128, 128, 128)).save(poster)
    return StitchResult(
        Produced(path, "video/mp4", AssetRole.VIDEO), Produced(poster, "image/jpeg", AssetRole.POSTER)
    )


def fidelity(verdict: Verdict) -> FidelityResult:
    findings = (Finding("colour", "too green"),) if verdict is Verdict.DRIFT else ()
    scores = {Verdict.PASS: 0.95, Verdict.UNSURE: 0.5, Verdict.DRIFT: 0.2}
    reason = "nothing to compare" if verdict is Verdict.UNSURE else None
    return FidelityResult(verdict, scores[verdict], {"colour": 0.9}, findings, reason=reason, cost=0.01)


def picture(workdir: Path, role: AssetRole, shade: int) -> Produced:
    path = workdir / f"{role}.png"
    path.write_bytes(_png(role, shade % 256))
    return Produced(path, "image/png", role)


@cache
def _png(role: AssetRole, shade: int) -> bytes:
    size = (320, 320) if role is AssetRole.SCENE_IMAGE else (256, 256)
    written = io.BytesIO()
    Image.new("RGBA" if role is AssetRole.CUTOUT else "RGB", size, (shade, 90, len(role))).save(
        written, "PNG"
    )
    return written.getvalue()


def _clip(workdir: Path, frames: int, shade: int) -> Produced:
    path = workdir / "clip.mp4"
    write_video(path, frames, shade % 256)
    return Produced(path, "video/mp4", AssetRole.CLIP)
