"""A small request of each kind that every provider can answer, with real files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from genai.capabilities.audio import AlignmentRequest, MusicRequest, SpeechRequest
from genai.capabilities.base import Produced
from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.capabilities.lip_sync import LipSyncRequest
from genai.capabilities.metadata import MetadataRequest
from genai.capabilities.script import ScriptRequest
from genai.capabilities.stitch import Cut, StitchRequest
from genai.capabilities.storyboard import StoryboardRequest
from genai.capabilities.video import VideoRequest
from genai.domain.creative import Canvas, ProductBrief, Reference, Scene
from genai.domain.enums import Aspect
from genai.domain.film import SpokenWord
from genai.domain.media import MediaFile
from genai.media.encoding import Encoder
from genai.media.sound import write

PRODUCT = ProductBrief("Blue Teapot", brand="Acme", category="Kitchen")
CANVAS = Canvas(Aspect.SQUARE, 320, 320)
SCENE = Scene(1, "hero", "studio", "a teapot on a table", palette=("#ffffff", "#204080", "#e0a020"))
TEXT = "Tea tastes better from it."
FRAMES, HANDLE = 12, 3


def stored(path: Path, media_type: str, **size: Any) -> MediaFile:
    return MediaFile(path, media_type, hashlib.sha256(path.read_bytes()).hexdigest(), **size)


def _reference(folder: Path) -> Reference:
    """A drawn teapot on white."""
    picture = Image.new("RGB", (400, 400), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((110, 130, 290, 320), fill=(32, 64, 128))
    draw.rectangle((180, 100, 220, 140), fill=(200, 60, 40))
    draw.line((285, 200, 340, 160), fill=(32, 64, 128), width=18)
    path = folder / "teapot.png"
    picture.save(path)
    return Reference(stored(path, "image/png", width=400, height=400), "source", "front")


def _scene_image(folder: Path) -> MediaFile:
    path = folder / "scene.png"
    Image.radial_gradient("L").resize((CANVAS.width, CANVAS.height)).convert("RGB").save(path)
    return stored(path, "image/png", width=CANVAS.width, height=CANVAS.height)


def _clip(folder: Path) -> MediaFile:
    path = folder / "clip.mp4"
    grey = np.full((CANVAS.height, CANVAS.width), 90, np.uint8)
    chroma = np.full((CANVAS.height // 2, CANVAS.width // 2), 128, np.uint8)
    with Encoder(path, CANVAS.width, CANVAS.height, draft=True) as encoder:
        for _ in range(FRAMES):
            encoder.write(grey, chroma, chroma)
    return stored(path, "video/mp4", width=CANVAS.width, height=CANVAS.height, duration=FRAMES / 30)


def _speech(folder: Path) -> MediaFile:
    path = folder / "speech.wav"
    time = np.arange(48_000) / 48_000
    write(path, 0.2 * np.sin(2 * np.pi * 180 * time).astype(np.float32))
    return stored(path, "audio/wav", duration=1.0)


REQUESTS: dict[str, Callable[[Path], Any]] = {
    "image.neutral": lambda folder: ImageRequest(
        ImagePurpose.NEUTRAL, PRODUCT, (_reference(folder),), CANVAS
    ),
    "image.sheet": lambda folder: ImageRequest(ImagePurpose.SHEET, PRODUCT, (_reference(folder),), CANVAS),
    "image.scene": lambda folder: ImageRequest(
        ImagePurpose.SCENE, PRODUCT, (_reference(folder),), CANVAS, scene=SCENE
    ),
    "metadata": lambda folder: MetadataRequest(PRODUCT, (_reference(folder),)),
    "fidelity": lambda folder: FidelityRequest(PRODUCT, (_reference(folder),), _reference(folder).file),
    "script": lambda _: ScriptRequest("ugc", PRODUCT, script=f"{TEXT} Take it home."),
    "storyboard": lambda _: StoryboardRequest("image_bundle", PRODUCT, "a calm morning", count=3),
    "storyboard.seeds": lambda _: StoryboardRequest("image_bundle", PRODUCT, count=0),
    "audio.speech": lambda _: SpeechRequest(TEXT),
    "audio.alignment": lambda folder: AlignmentRequest(_speech(folder), TEXT),
    "audio.music": lambda _: MusicRequest(3.0),
    "video": lambda folder: VideoRequest(
        PRODUCT, SCENE, CANVAS, FRAMES, HANDLE, image=_scene_image(folder), draft=True
    ),
    "lip_sync": lambda folder: LipSyncRequest(
        PRODUCT,
        SCENE,
        CANVAS,
        FRAMES,
        _speech(folder),
        (SpokenWord("Tea", 0.0, 0.3),),
        handle=HANDLE,
        draft=True,
    ),
    "stitch": lambda folder: StitchRequest(CANVAS, (Cut(_clip(folder), FRAMES),) * 2, draft=True),
}


def cutout(folder: Path) -> ImageRequest:
    """Of those that make neutral images with their cut-outs, not every one makes them alone."""
    return ImageRequest(ImagePurpose.CUTOUT, PRODUCT, (_reference(folder),), CANVAS)


def files(result: Any) -> list[Produced]:
    """The files of a port's result."""
    values = [getattr(result, each.name) for each in fields(result)]
    flat = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    return [part for part in flat if isinstance(part, Produced)]
