"""The image capability: neutral images, character sheets and scene images of a product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from genai.capabilities.base import Call, Produced, Provider, Ticket
from genai.domain.creative import BrandKit, Canvas, Finding, ProductBrief, Reference, Scene
from genai.domain.media import Mark


class ImagePurpose(StrEnum):
    NEUTRAL = "neutral"  # the product alone on white with a contact shadow
    CUTOUT = "cutout"  # the product of each photograph, its ground removed
    SHEET = "sheet"  # the character sheet: one picture, and its panels as single pictures
    SCENE = "scene"  # one scene of a storyboard


@dataclass(frozen=True)
class ImageRequest:
    """One picture of the product, faithful to its references.

    ``references`` come best first. ``scene`` is set for SCENE alone. ``findings`` are what checks
    found wrong with earlier attempts at this same picture: constraints on this one. ``attempt``
    counts from 1. ``brand`` applies to SCENE; ``prompt`` is the customer's own wish for the job.

    ``moving``: the picture is a clip's. Its words are not drawn, room is left for them. ``captions``:
    the box (left, top, right, bottom in pixels) where captions will stand, to be kept free of the
    product and of words.
    """

    purpose: ImagePurpose
    product: ProductBrief
    references: tuple[Reference, ...]
    canvas: Canvas
    prompt: str = ""
    scene: Scene | None = None
    brand: BrandKit = BrandKit()
    adjustment: str = ""
    findings: tuple[Finding, ...] = ()
    attempt: int = 1
    language: str = "en"
    moving: bool = False
    captions: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class ImageResult:
    """``images``: for NEUTRAL a ``neutral``, and one ``cutout`` (RGBA, straight alpha) per reference that has
    one where the provider has them anyway; for CUTOUT those alone, with the photograph's SHA-256 as
    ``details['reference']``, its view, and ``details['confidence']`` 0..1 where the edge's can be told; for
    SHEET a ``sheet`` and its ``sheet_panel`` pictures, for SCENE one ``scene_image``. A scene
    image's ``details['placement']``, where the provider knows it, is the product's quadrilateral in
    pixels. For a moving SCENE also, where the provider knows them, ``details['titles']`` (a list of
    :class:`~genai.domain.film.Title` as JSON: the words it left out) and the layers ``scene_plate`` and
    ``scene_product``. ``cost`` is in US dollars."""

    images: tuple[Produced, ...]
    details: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class ImageProvider(Provider, Protocol):
    def image(self, request: ImageRequest, call: Call) -> ImageResult | Ticket:
        """Make the picture. Raises Retryable, Permanent or Rejected."""
        ...
