"""The video capability: a clip out of a scene image, or out of the client's own footage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genai.capabilities.base import Call, Produced, Provider, Ticket
from genai.domain.creative import BrandKit, Canvas, Finding, ProductBrief, Reference, Scene
from genai.domain.media import Mark, MediaFile, Quad


@dataclass(frozen=True)
class Layers:
    """A scene image taken apart by its maker, both of the canvas's size: ``plate`` the set with the
    product's shadow and without the product, ``product`` RGBA, straight alpha."""

    plate: MediaFile
    product: MediaFile


@dataclass(frozen=True)
class VideoRequest:
    """One clip of ``frames`` frames at 30 per second, and ``handle`` more that go on as they were.

    ``image`` is the accepted scene image, the clip's first frame in essence; ``layers`` and
    ``placement`` are given where its maker knows them. For a scene of the client's own, ``footage``
    (a clip or a still) is shown instead and ``image`` is None. ``text`` is an ASS document of the
    canvas's size to burn in, empty for none; a provider that does not burn it in says so.
    Key frames are wanted at ``scene.opening.frames`` and at ``frames``. ``draft``: quick rather than good.
    """

    product: ProductBrief
    scene: Scene
    canvas: Canvas
    frames: int
    handle: int = 0
    image: MediaFile | None = None
    layers: Layers | None = None
    placement: Quad | None = None
    footage: MediaFile | None = None
    text: str = ""
    references: tuple[Reference, ...] = ()
    prompt: str = ""
    adjustment: str = ""
    brand: BrandKit = BrandKit()
    findings: tuple[Finding, ...] = ()
    attempt: int = 1
    draft: bool = False


@dataclass(frozen=True)
class VideoResult:
    """``clip``: MP4 without sound, as :mod:`genai.media.encoding` says where the provider can.
    ``text_burned`` says whether the request's text is in it. ``last_frame``: the last frame before the
    handle, without text, for a scene that continues."""

    clip: Produced
    text_burned: bool
    last_frame: Produced | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class VideoProvider(Provider, Protocol):
    def video(self, request: VideoRequest, call: Call) -> VideoResult | Ticket:
        """Make the clip. Raises Retryable, Permanent or Rejected."""
        ...
