"""Runway on loopback, and its adapter; a scene image that shows what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from genai.capabilities.video import VideoRequest
from genai.domain.creative import Canvas, ProductBrief, Scene
from genai.domain.enums import Aspect
from genai.domain.media import MediaFile
from genai.providers.runway.provider import RunwayProvider
from genai.vendors import Vendor, load_vendors
from tests.harness.runway import answering
from tests.harness.specs import SpecServer

KEY = "key_runway-never-to-be-seen"
FEED = Canvas(Aspect.FEED, 216, 270)


def scene_image(folder: Path, canvas: Canvas = FEED) -> MediaFile:
    """A picture whose edges and middle are told apart: a white frame around blue, with a red dot."""
    picture = Image.new("RGB", (canvas.width, canvas.height), "white")
    draw = ImageDraw.Draw(picture)
    inset = canvas.width // 12
    draw.rectangle((inset, inset, canvas.width - inset, canvas.height - inset), fill=(30, 60, 160))
    x, y, r = canvas.width // 2, canvas.height // 3, canvas.width // 8
    draw.ellipse((x - r, y - r, x + r, y + r), fill=(220, 40, 30))
    path = folder / f"scene-{canvas.width}x{canvas.height}.png"
    picture.save(path)
    return MediaFile(path, "image/png", "0", canvas.width, canvas.height)


def video_request(folder: Path, frames: int = 45, canvas: Canvas = FEED, **more: Any) -> VideoRequest:
    scene = Scene(1, "hero", "studio", "a teapot on a table")
    image = scene_image(folder, canvas)
    return VideoRequest(ProductBrief("Blue Teapot"), scene, canvas, frames, image=image, **more)


def vendor(server: SpecServer, **changes: Any) -> Vendor:
    """The shipped entry on the loopback server; ``changes`` to the model of its clips."""
    keys, urls = {"RUNWAY": KEY}, {"RUNWAY": server.url}
    shipped = load_vendors("", "GENAI_VENDORS_FILE", keys, urls)["runway"]
    usual = shipped.models["video"]
    models = {**shipped.models, "video": replace(usual, **changes)}
    return replace(shipped, models=models, result_hosts=(server.host,))


def provider(server: SpecServer, **changes: Any) -> RunwayProvider:
    return RunwayProvider.for_vendor(vendor(server, **changes))


@pytest.fixture
def runway(spec_server: Callable[..., SpecServer]) -> SpecServer:
    """Checks what it is asked and what it answers against the vendor's document."""
    server = spec_server("runway.json", key=KEY)
    answering(server)
    return server


@pytest.fixture
def plain() -> Iterator[SpecServer]:
    """The same without a document: for our own golden requests, and for what no document allows."""
    with SpecServer(None, key=KEY) as server:
        yield server
