"""A drawn scene in layers and requests for clips of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.video import Layers, VideoRequest
from genai.domain.creative import Canvas, ProductBrief, Scene
from genai.domain.enums import Aspect
from genai.domain.film import Move, MoveKind
from genai.domain.media import MediaFile, Quad
from genai.media.pixels import save_png

WIDTH, HEIGHT = 180, 320
CANVAS = Canvas(Aspect.PORTRAIT, WIDTH, HEIGHT)
BOX = (50, 70, 130, 270)  # the product's: left, top, right, bottom
RED = (200, 30, 40)

MakeRequest = Callable[..., VideoRequest]


def stored(path: Path, picture: np.ndarray) -> MediaFile:
    save_png(path, picture)
    return MediaFile(path, "image/png", "0" * 64, picture.shape[1], picture.shape[0])


def texture(width: int = WIDTH, height: int = HEIGHT, seed: int = 3) -> np.ndarray:
    """Grey-blue grain that can be followed to hundredths of a pixel."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 1)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 1.3)
    return np.clip(np.array((110, 120, 140)) + 60 * soft[..., None], 0, 255).astype(np.uint8)


@pytest.fixture
def request_for(tmp_path: Path) -> MakeRequest:
    """A request for a clip of a red box on textured ground, with or without its layers."""
    left, top, right, bottom = BOX
    plate = texture()
    plate[bottom : bottom + 4, left:right] = 20  # its shadow
    product = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    product[top:bottom, left:right] = (*RED, 255)
    whole = plate.copy()
    whole[top:bottom, left:right] = RED
    files = [
        stored(tmp_path / f"{name}.png", picture)
        for name, picture in (("scene", whole), ("plate", plate), ("product", product))
    ]

    def make(
        frames: int = 30,
        move: MoveKind = MoveKind.PUSH_IN,
        amount: float = 0.06,
        *,
        layered: bool = True,
        scene: dict[str, Any] | None = None,
        **changes: Any,
    ) -> VideoRequest:
        seen: dict[str, Any] = {"number": 2, "purpose": "benefit", "setting": "", "prompt": ""}
        shot = Scene(**(seen | {"move": Move(move, amount)} | (scene or {})))
        values: dict[str, Any] = {
            "image": files[0],
            "layers": Layers(files[1], files[2]) if layered else None,
            "placement": Quad.box(*BOX),
        }
        return VideoRequest(ProductBrief("Red box"), shot, CANVAS, frames, **(values | changes))

    return make


@pytest.fixture
def call(tmp_path: Path) -> Call:
    workdir = tmp_path / "call"
    workdir.mkdir()
    return Call("attempt", workdir)
