"""What is known about the product: measured on its pictures or said by a source, never invented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genai.capabilities.base import Call
from genai.capabilities.metadata import Fact, MetadataRequest, MetadataResult
from genai.domain.creative import Reference
from genai.domain.media import Mark
from genai.errors import InvalidInput
from genai.media import pixels
from genai.providers.local.cutout import Cutout, cut_out
from genai.providers.local.palette import product_palette
from genai.providers.local.trust import CLEAN_MATTE

SNAPSHOT, LINK = "snapshot", "link"
_ATTRIBUTES = {
    "category": ("category", "product_type", "type"),
    "material": ("material", "materials", "fabric", "made_of"),
    "audience": ("audience", "target_audience", "gender", "age_group", "for"),
    "color": ("color", "colour", "colors", "colours"),
    "size": ("size", "dimensions", "volume", "capacity", "weight"),
}
_LONGEST_POINT = 80  # characters
_MOST_POINTS = 6
# A price, a rating or an offer goes stale, and no copy may repeat it.
_PERISHABLE = re.compile(
    r"[$€£¥]|\b(USD|EUR|GBP)\b|\d\s?%|\b(sale|discount|free shipping|in stock|reviews?|rated|stars?|"
    r"buy now|order now|add to cart|subscribe|cookies?)\b",
    re.IGNORECASE,
)


def metadata(request: MetadataRequest, _call: Call) -> MetadataResult:
    """Describe the product. The snapshot has precedence over its page, and both over nothing.

    Colours and proportions are measured on the surest cut-out. Raises
    :class:`~genai.errors.InvalidInput` without a picture.
    """
    cut = _best_cut(request.references)
    page = _page(request.link)
    said = request.product.name.strip()
    name = Fact(said, SNAPSHOT) if said else Fact(page.get("name") or page.get("title", ""), LINK)
    marks: tuple[Mark, ...] = ()
    if cut.confidence < CLEAN_MATTE:
        detail = f"Colours and proportions are measured on an unsure cut-out: {cut.reason}."
        marks = (Mark("low_confidence_cutout", detail),)
    return MetadataResult(
        name=name,
        colors=product_palette(cut.rgba),
        proportions=_proportions(cut.rgba),
        facts=dict(_facts(request, page)),
        selling_points=_points(request.product.description, page.get("description", "")),
        marks=marks,
    )


def _best_cut(references: tuple[Reference, ...]) -> Cutout:
    ready = [reference for reference in references if reference.role == "cutout"]
    if ready:
        best = max(ready, key=lambda reference: (reference.confidence, reference.view == "front"))
        rgba = pixels.load_rgba(best.file.path)
        return Cutout(rgba, (0.0, 0.0, 1.0, 1.0), best.confidence, "its edge is not sure all around")
    photographs = [
        _small(pixels.load_rgba(r.file.path)) for r in references if r.role in ("source", "neutral")
    ]
    if not photographs:
        raise InvalidInput("/product/images", "no picture of the product", "Supply at least one photograph.")
    return max(cut_out(photographs), key=lambda cut: cut.confidence)


def _small(photograph: np.ndarray) -> np.ndarray:
    # Colours and proportions need no fine edge.
    scale = min(1.0, 720 / max(photograph.shape[:2]))
    return pixels.resize(photograph, round(photograph.shape[1] * scale), round(photograph.shape[0] * scale))


def _proportions(rgba: np.ndarray) -> float:
    ys, xs = np.nonzero(rgba[..., 3] > 128)
    if len(xs) == 0:
        return 1.0
    return round(float(np.ptp(xs) + 1) / float(np.ptp(ys) + 1), 4)


def _page(link: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the product's pages; where several say something, the first one."""
    pages = link.get("pages") if isinstance(link.get("pages"), list) else [link]
    texts: dict[str, str] = {}
    for page in pages or []:
        for field, value in page.items():
            if isinstance(value, str) and value.strip():
                texts.setdefault(field, " ".join(value.split()))
    return texts


def _facts(request: MetadataRequest, page: Mapping[str, str]) -> Iterator[tuple[str, Fact]]:
    product = request.product
    attributes = {
        re.sub(r"[\s-]+", "_", key.strip().lower()): " ".join(str(value).split())
        for key, value in product.attributes.items()
    }
    own = {"category": product.category, "brand": product.brand}
    for fact in ("brand", *_ATTRIBUTES):
        keys = _ATTRIBUTES.get(fact, (fact,))
        said = own.get(fact) or next((attributes[key] for key in keys if attributes.get(key)), None)
        if said:
            yield fact, Fact(said, SNAPSHOT)
        elif page.get(fact):
            yield fact, Fact(page[fact], LINK)


def _points(description: str, page_description: str) -> tuple[Fact, ...]:
    points: dict[str, Fact] = {}
    for text, source in ((description, SNAPSHOT), (page_description, LINK)):
        for phrase in _phrases(text):
            points.setdefault(phrase.casefold(), Fact(phrase, source))
    return tuple(points.values())[:_MOST_POINTS]


def _phrases(text: str) -> Iterator[str]:
    """Sentences, or the clauses of long ones, word for word."""
    for sentence in re.split(r"(?<=[.!?])\s+|[\n\r•;]+|(?<=\s)[-–—](?=\s)", text):
        whole = sentence.strip(" \t.!,:-–—*")
        clauses = [whole] if len(whole) <= _LONGEST_POINT else re.split(r",\s+|:\s+|\s+and\s+", whole)
        for clause in clauses:
            phrase = clause.strip(" \t.!,:-–—*")
            if len(phrase) <= _LONGEST_POINT and len(phrase.split()) >= 2 and not _PERISHABLE.search(phrase):
                yield phrase
