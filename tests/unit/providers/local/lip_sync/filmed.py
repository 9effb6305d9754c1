"""Clips of presenters made for tests, and what their frames show."""

from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from genai.capabilities.base import Call
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.domain.creative import Canvas, ProductBrief, Reference, Scene
from genai.domain.enums import Aspect
from genai.domain.film import Phoneme, SpokenWord
from genai.domain.media import MediaFile
from genai.providers.local.lip_sync import lip_sync

PALETTE = ("#d8c7b0", "#7f8f79", "#b8744d")
CANVAS = Canvas(Aspect.PORTRAIT, 360, 640)


def said(*sounds: tuple[str, float]) -> tuple[Phoneme, ...]:
    """Phonemes one after the other, each with its length in seconds."""
    ends = np.cumsum([length for _, length in sounds])
    return tuple(
        Phoneme(symbol, float(end - length), float(end))
        for (symbol, length), end in zip(sounds, ends, strict=True)
    )


def film(folder: Path, **changes: Any) -> LipSyncResult:
    """A short clip; ``number`` and ``seed`` are the scene's and the call's,
    ``progress`` the call's."""
    number, seed = changes.pop("number", 1), changes.pop("seed", 3)
    progress = changes.pop("progress", lambda _done: None)
    scene = Scene(number, "hook", "studio", "", palette=PALETTE)
    speech = MediaFile(folder / "speech.wav", "audio/wav", "0" * 64)
    wanted: dict[str, Any] = {"canvas": CANVAS, "frames": 12, "words": (), "presenter": "jonas", **changes}
    folder.mkdir(parents=True, exist_ok=True)
    request = LipSyncRequest(product=ProductBrief("Can"), scene=scene, speech=speech, **wanted)
    return lip_sync(request, Call("key", folder, seed, progress))


def frames_of(path: Path) -> list[NDArray[np.uint8]]:
    """All frames of a clip, RGB."""
    with av.open(str(path)) as clip:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip.decode(video=0)]


def openness(frame: NDArray[np.uint8], box: list[int]) -> float:
    """How high the opening between the lips is (the dark of the mouth, and teeth), as a part of the box."""
    left, top, right, bottom = box
    part = cv2.GaussianBlur(frame, (3, 3), 0)[top:bottom, left:right].astype(int)
    luma = part @ np.array([0.2126, 0.7152, 0.0722])
    grey = part.max(axis=2) - part.min(axis=2) < 42
    rows = np.nonzero(((luma < 52) | ((luma > 165) & grey)).sum(axis=1) >= 0.06 * (right - left))[0]
    return float(np.ptp(rows) + 1) / (bottom - top) if len(rows) else 0.0


def words(*texts: str, length: float = 0.3) -> tuple[SpokenWord, ...]:
    """Words one after the other."""
    return tuple(SpokenWord(text, i * length, (i + 1) * length) for i, text in enumerate(texts))


def can(folder: Path, *, confidence: float = 0.95, role: str = "cutout") -> Reference:
    """A cut-out of a red can with a white label, 100 x 200 pixels within 160 x 240."""
    picture = np.zeros((240, 160, 4), np.uint8)
    picture[20:220, 30:130] = (40, 30, 200, 255)  # BGRA
    picture[90:150, 30:130] = (255, 255, 255, 255)
    path = folder / "can.png"
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture)
    return Reference(MediaFile(path, "image/png", "1" * 64, 160, 240), role, "front", confidence)
