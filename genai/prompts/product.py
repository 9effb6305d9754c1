"""The product in a prompt: what it is called, which pictures show it, what must not change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from genai.domain.creative import Finding, ProductBrief, Reference
from genai.prompts.fitting import Part

_ROLES = {
    "source": "photograph of the product",
    "cutout": "the product cut out of a photograph",
    "neutral": "the product alone on white",
    "sheet_panel": "the product on its character sheet",
    "scene_image": "the product in a picture that was accepted",
}
_SHARE = 0.05  # of the product's area, below which a colour is a detail

# When a part about the product gives way (see Part.yields); the description first of all.
_DESCRIPTION, _ATTRIBUTES = 0, 6


def named(product: ProductBrief) -> str:
    """``"Trail Mug" by Northbound (mug)``: as its sources call it."""
    maker = f" by {product.brand}" if product.brand and product.brand not in product.name else ""
    category = f" ({product.category})" if product.category else ""
    return f"“{product.name}”{maker}{category}"


def identity(product: ProductBrief, under: str) -> Iterator[Part]:
    """What its sources and measurements say of the product, and nothing else."""
    yield Part(f"One real product: {named(product)}.", under=under)
    colors = ", ".join(_color(c.name, c.hex, c.share) for c in product.colors if _tells(c.share))
    if colors:
        yield Part(f"Its measured colours: {colors}.", under=under)
    if product.attributes:
        told = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in product.attributes.items())
        yield Part(f"Known of it: {told}.", _ATTRIBUTES, trims=True, under=under)
    if description := " ".join(product.description.split()):
        yield Part(f"Described as: {description}", _DESCRIPTION, trims=True, under=under)


def pictured(references: Sequence[Reference], under: str, first: int = 1) -> Iterator[Part]:
    """Each picture that is sent, by its number."""
    for number, reference in enumerate(references, first):
        view = f", {reference.view.replace('_', ' ')} view" if reference.view else ""
        role = _ROLES.get(reference.role, _ROLES["source"])
        yield Part(f"Image {number}: {role}{view}.", under=under)


def constraints(findings: Sequence[Finding], under: str) -> Iterator[Part]:
    """What was wrong with earlier attempts, as what this one must not repeat."""
    for finding in findings:
        yield Part(f"- {finding.aspect}: {finding.text}.", under=under)


def _tells(share: float) -> bool:
    return share == 0 or share >= _SHARE


def _color(name: str, code: str, share: float) -> str:
    part = f", {share:.0%}" if share else ""
    return f"{name} ({code}{part})"
