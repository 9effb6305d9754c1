"""The storyboard capability: concepts for a product (seeds), and the scenes of one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genai.capabilities.base import Call, Provider, Ticket
from genai.domain.creative import BrandKit, ProductBrief, Scene
from genai.domain.enums import Aspect, Composition
from genai.domain.film import Segment
from genai.domain.media import Mark


@dataclass(frozen=True)
class Seed:
    """A concept that any job of this product may grow from."""

    title: str
    idea: str
    settings: tuple[str, ...]
    palette: tuple[str, ...]


@dataclass(frozen=True)
class StoryboardRequest:
    """``count`` is the number of scenes, or None where the provider may choose within the mode's
    bounds; 0 asks for seeds alone. ``compositions`` overrides ``composition`` by scene number.
    ``metadata`` is the metadata stage's output. The same request gives the same storyboard; another
    prompt gives another one.

    ``variant`` counts the treatments of one job from 1: another number, another treatment of the same
    product and words. For moving formats: ``duration`` is the whole length in seconds, None where
    speech sets it. ``segments``: what is said, in order; the scenes' ``speech`` joined by blanks is
    the segments' text joined by blanks, a segment over one scene or split over two. ``beats``: the
    music's, in seconds; the caller moves cuts onto them, scenes give the durations they want.
    """

    mode: str
    product: ProductBrief
    prompt: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[Seed, ...] = ()
    brand: BrandKit = BrandKit()
    aspect: Aspect = Aspect.SQUARE
    composition: Composition = Composition.PRODUCT_ONLY
    compositions: Mapping[int, Composition] = field(default_factory=dict)
    count: int | None = None
    duration: float | None = None
    language: str = "en"
    variant: int = 1
    segments: tuple[Segment, ...] = ()
    beats: tuple[float, ...] = ()


@dataclass(frozen=True)
class StoryboardResult:
    """``concept``: the campaign's one idea in a sentence."""

    concept: str
    scenes: tuple[Scene, ...] = ()
    seeds: tuple[Seed, ...] = ()
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class StoryboardProvider(Provider, Protocol):
    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult | Ticket:
        """Plan the scenes. Raises Retryable, Permanent or Rejected."""
        ...
