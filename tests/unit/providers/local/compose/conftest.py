"""A drawn product and requests for its scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import BrandKit, Canvas, Finding, ProductBrief, Reference, Scene, Words
from genai.domain.enums import Aspect
from genai.domain.film import Title
from genai.domain.media import MediaFile
from genai.domain.records import from_json
from genai.media.pixels import load_rgba, save_png
from genai.providers.local.compose import scene as compose

MAGENTA = (215, 20, 150)
WORDS = Words("Pour the quiet hour", "Slow mornings start here.", "See how")


@dataclass(frozen=True)
class Shot:
    """A composed scene: its pixels (uint8 RGB), the produced file's description and bytes, and the
    layers beside it (uint8 RGBA) by their role."""

    rgb: np.ndarray
    image: Produced
    data: bytes
    canvas: Canvas
    layers: Mapping[str, np.ndarray]

    def titles(self) -> list[Title]:
        return [from_json(Title, title) for title in self.image.details["titles"]]

    @property
    def box(self) -> tuple[int, int, int, int]:
        corners = np.array(self.image.details["placement"])
        return (*map(int, corners.min(0)), *map(int, corners.max(0)))  # type: ignore[return-value]

    def marks(self) -> set[str]:
        return {mark.reason for mark in self.image.marks}

    def product_mask(self) -> np.ndarray:
        """Where the flat magenta product is, told by its hue."""
        red, green, blue = (self.rgb[..., c].astype(int) for c in range(3))
        return (red - green > 110) & (blue - green > 70)


def write_bottle(path: Path, width: int = 300, height: int = 520) -> Path:
    """A flat magenta bottle with soft edges and a transparent margin."""
    alpha = np.zeros((height + 60, width + 60), np.uint8)
    cv2.rectangle(alpha, (30, 30 + height // 4), (29 + width, 29 + height), 255, -1)
    cv2.rectangle(alpha, (30 + width // 3, 30), (29 + 2 * width // 3, 30 + height // 4), 255, -1)
    rgba = np.dstack([np.full((*alpha.shape, 3), MAGENTA, np.uint8), alpha])
    save_png(path, rgba)
    return path


def reference(path: Path, role: str = "cutout", confidence: float = 0.95) -> Reference:
    height, width = load_rgba(path).shape[:2]
    return Reference(MediaFile(path, "image/png", "0" * 64, width, height), role, None, confidence)


@pytest.fixture
def bottle(tmp_path: Path) -> Reference:
    return reference(write_bottle(tmp_path / "bottle.png"))


@pytest.fixture
def shoot(tmp_path: Path, bottle: Reference) -> Callable[..., Shot]:
    """Composes a scene of the bottle; keywords change the request or the scene."""
    count = 0

    def take(
        setting: str = "studio",
        *,
        aspect: Aspect = Aspect.SQUARE,
        scale: float = 1 / 3,
        references: tuple[Reference, ...] | None = None,
        brand: BrandKit = BrandKit(),
        attempt: int = 1,
        findings: tuple[Finding, ...] = (),
        purpose: str = "hero",
        seed: int = 7,
        words: Words = WORDS,
        palette: tuple[str, ...] = ("#e9dfcf", "#a9bfae", "#1f3a4d"),
        moving: bool = False,
        captions: tuple[int, int, int, int] | None = None,
        adjustment: str = "",
        **scene: object,
    ) -> Shot:
        nonlocal count
        count += 1
        workdir = tmp_path / f"call{count}"
        workdir.mkdir()
        width, height = (round(side * scale) for side in aspect.size)
        request = ImageRequest(
            ImagePurpose.SCENE,
            ProductBrief("Bottle"),
            references if references is not None else (bottle,),
            Canvas(aspect, width, height),
            scene=Scene(1, purpose, setting, "", palette=palette, words=words, seed=seed, **scene),  # type: ignore[arg-type]
            brand=brand,
            findings=findings,
            attempt=attempt,
            moving=moving,
            captions=captions,
            adjustment=adjustment,
        )
        image, *others = compose(request, Call("key", workdir)).images
        layers = {other.role.value: load_rgba(other.path) for other in others}
        return Shot(load_rgba(image.path)[..., :3], image, image.path.read_bytes(), request.canvas, layers)

    return take
