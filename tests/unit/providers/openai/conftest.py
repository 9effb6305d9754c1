"""OpenAI on loopback, as its own document describes it, and without one for golden requests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from genai.capabilities.base import Call
from genai.domain.creative import ProductBrief, Reference
from genai.domain.media import MediaFile
from genai.media.encoding import Encoder
from genai.providers.openai.provider import OpenAIProvider
from genai.vendors import Vendor, load_vendors
from tests.harness.openai import answering
from tests.harness.specs import SpecServer

KEY = "sk-openai-never-to-be-seen"
PRODUCT = ProductBrief("Blue Teapot", brand="Acme", category="Kitchen")


def vendor(url: str, text: str = "") -> Vendor:
    """The entry that ships, at another address; ``text`` is laid over it."""
    return load_vendors(text, "GENAI_VENDORS_FILE", {"OPENAI": KEY}, {"OPENAI": url})["openai"]


@pytest.fixture
def server(spec_server: Callable[..., SpecServer]) -> SpecServer:
    """It checks every request and every answer."""
    made = spec_server("openai.yaml", key=KEY)
    answering(made)
    return made


@pytest.fixture
def plain(spec_server: Callable[..., SpecServer]) -> SpecServer:
    """It needs no document, and checks nothing."""
    made = spec_server(None, key=KEY, base="/v1")
    answering(made)
    return made


@pytest.fixture
def calls(tmp_path: Path) -> Callable[..., Call]:
    """Calls, each with a directory of its own."""
    numbers = count()

    def make(key: str = "attempt-1", **options: Any) -> Call:
        folder = tmp_path / f"call-{next(numbers)}"
        folder.mkdir()
        return Call(key, folder, **options)

    return make


def stored(path: Path, media_type: str, **size: Any) -> MediaFile:
    return MediaFile(path, media_type, hashlib.sha256(path.read_bytes()).hexdigest(), **size)


def teapot(folder: Path, role: str = "source", view: str | None = "front", size: int = 400) -> Reference:
    """A drawn teapot, on white or cut out."""
    mode, ground = ("RGBA", (0, 0, 0, 0)) if role == "cutout" else ("RGB", (255, 255, 255))
    image = Image.new(mode, (size, size), ground)
    draw, unit = ImageDraw.Draw(image), size // 40
    draw.ellipse((11 * unit, 13 * unit, 29 * unit, 32 * unit), fill=(32, 64, 128))
    draw.rectangle((18 * unit, 10 * unit, 22 * unit, 14 * unit), fill=(200, 60, 40))
    path = folder / f"{role}_{view}_{size}.png"
    image.save(path)
    return Reference(stored(path, "image/png", width=size, height=size), role, view)


def provider(server: SpecServer, text: str = "") -> OpenAIProvider:
    return OpenAIProvider.for_vendor(vendor(server.url, text))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twelve grey frames."""
    path = tmp_path / "clip.mp4"
    grey, chroma = np.full((240, 240), 90, np.uint8), np.full((120, 120), 128, np.uint8)
    with Encoder(path, 240, 240, draft=True) as encoder:
        for _ in range(12):
            encoder.write(grey, chroma, chroma)
    return path
