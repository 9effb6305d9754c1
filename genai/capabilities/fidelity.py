"""The fidelity capability: does a picture show this product, unchanged?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from genai.capabilities.base import Call, Produced, Provider, Ticket
from genai.domain.creative import Finding, ProductBrief, Reference
from genai.domain.enums import Composition, Verdict
from genai.domain.media import Mark, MediaFile, Quad


@dataclass(frozen=True)
class FidelityRequest:
    """``candidate`` is a picture or a clip; of a clip frames are sampled and the worst one decides, with
    its time in the findings. ``placement``: where the engine that made the candidate put the product,
    when it knows.
    ``partial``: the storyboard means a detail, not the whole product. ``covered``: where words are laid
    over the picture on purpose. ``explain``: a picture of what the checker saw is wanted with the result."""

    product: ProductBrief
    references: tuple[Reference, ...]
    candidate: MediaFile
    composition: Composition = Composition.PRODUCT_ONLY
    placement: Quad | None = None
    partial: bool = False
    covered: tuple[Quad, ...] = ()
    explain: bool = False


@dataclass(frozen=True)
class FidelityResult:
    """``score`` and the scores per aspect are 0..1 and rise with fidelity; ``verdict`` is the
    checker's deterministic decision over them; ``reason`` says why an unsure one cannot tell;
    ``found``: where the product is in the candidate."""

    verdict: Verdict
    score: float
    aspects: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    found: Quad | None = None
    reason: str | None = None
    explanation: Produced | None = None
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class FidelityProvider(Provider, Protocol):
    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult | Ticket:
        """Compare. Raises Retryable, Permanent or Rejected."""
        ...
