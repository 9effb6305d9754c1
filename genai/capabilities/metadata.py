"""The metadata capability: what is known about the product, each fact with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genai.capabilities.base import Call, Provider, Ticket
from genai.domain.creative import ProductBrief, Reference
from genai.domain.media import Color, Mark


@dataclass(frozen=True)
class Fact:
    """A statement with its source: ``snapshot``, ``link`` or ``image`` (measured on pixels)."""

    value: str
    source: str


@dataclass(frozen=True)
class MetadataRequest:
    """``link`` is what the product's page said (see the link_metadata stage), when it was read."""

    product: ProductBrief
    references: tuple[Reference, ...]
    link: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"


@dataclass(frozen=True)
class MetadataResult:
    """``colors``: the product's own, largest share first. ``proportions``: its width over its height
    in the neutral image. ``facts`` by name (category, material, audience ...): only what a source
    says. ``selling_points``: short phrases that the sources themselves contain."""

    name: Fact
    colors: tuple[Color, ...]
    proportions: float
    facts: Mapping[str, Fact] = field(default_factory=dict)
    selling_points: tuple[Fact, ...] = ()
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class MetadataProvider(Provider, Protocol):
    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult | Ticket:
        """Describe the product. Raises Retryable, Permanent or Rejected."""
        ...
