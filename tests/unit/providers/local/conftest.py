"""References and requests made of drawn pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Canvas, ProductBrief, Reference
from genai.domain.enums import Aspect
from genai.domain.media import MediaFile
from genai.media import pixels

MakeReference = Callable[..., Reference]
MakeRequest = Callable[..., ImageRequest]


@pytest.fixture
def reference(tmp_path: Path) -> MakeReference:
    def make(
        array: np.ndarray, role: str = "source", view: str | None = None, confidence: float = 1.0
    ) -> Reference:
        digest = hashlib.sha256(array.tobytes() + role.encode()).hexdigest()
        path = tmp_path / f"{digest[:16]}.png"
        pixels.save_png(path, array)
        file = MediaFile(path, "image/png", digest, array.shape[1], array.shape[0])
        return Reference(file, role, view, confidence)

    return make


@pytest.fixture
def call(tmp_path: Path) -> Call:
    workdir = tmp_path / "call"
    workdir.mkdir()
    return Call(idempotency_key="attempt", workdir=workdir)


@pytest.fixture
def picture_request() -> MakeRequest:
    def make(
        purpose: ImagePurpose, *references: Reference, size: tuple[int, int] = (2048, 2048), **changes: Any
    ) -> ImageRequest:
        values: dict[str, Any] = {"product": ProductBrief("Blue Bottle", brand="Acme", category="Drinks")}
        canvas = Canvas(Aspect.SQUARE, *size)
        return ImageRequest(purpose=purpose, references=references, canvas=canvas, **(values | changes))

    return make
