"""The product that a page describes in schema.org terms, whether in JSON-LD or in microdata.

Both come from ``extruct`` as plain dictionaries; microdata keeps properties one level deeper. Nothing
here follows a reference: ``@context`` and ``@id`` are only ever text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urldefrag

Node = Mapping[str, Any]

PRODUCTS = {"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle", "Book"}
MAX_NODES = 2000
MAX_DEPTH = 8


def find_product(items: list[Any], url: str, titles: list[str]) -> Node | None:
    """The product that the page is about: the least nested one.

    Where several stand side by side (a list, recommendations), only the one that bears the page's
    address or title will do: another product's facts would be worse than none.
    """
    level: list[Any] = items
    seen = 0
    for _ in range(MAX_DEPTH):
        nodes = [node for node in _flat(level) if isinstance(node, Mapping)][: MAX_NODES - seen]
        seen += len(nodes)
        found = [node for node in nodes if _types(node) & PRODUCTS]
        if len(found) == 1:
            return found[0]
        if found:
            return next((node for node in found if _is_subject(node, url, titles)), None)
        level = [value for node in nodes for value in _properties(node).values()]
    return None


def product_fields(product: Node) -> dict[str, list[Any]]:
    """What the product says of itself: for each field the values in order, still raw."""
    own = _properties(product)
    fields = {
        name: _values(own.get(name)) for name in ("name", "description", "category", "material", "color")
    }
    fields["brand"] = _values(own.get("brand")) or _values(own.get("manufacturer"))
    fields["audience"] = [
        value
        for audience in _flat(own.get("audience"))
        for value in _values(audience, "audienceType", "suggestedGender", "name")[:1]
    ]
    fields["images"] = [
        value for image in _flat(own.get("image")) for value in _values(image, "url", "contentUrl")
    ]
    offer = next(_offers(own), {})
    fields["price"] = _values(offer.get("price")) or _values(offer.get("lowPrice"))
    fields["currency"] = _values(offer.get("priceCurrency"))
    return fields


def _offers(product: Node) -> Iterator[Node]:
    """The product's offers, or the price specifications within them where these hold the price."""
    for offer in _flat(product.get("offers")):
        if not isinstance(offer, Mapping):
            continue
        own = _properties(offer)
        if "price" in own or "lowPrice" in own:
            yield own
        for specification in _flat(own.get("priceSpecification")):
            if isinstance(specification, Mapping):
                yield _properties(specification)


def _is_subject(node: Node, url: str, titles: list[str]) -> bool:
    own = _properties(node)
    addresses = [urldefrag(value).url for value in [*_values(own.get("url")), *_values(node.get("@id"))]]
    if url in addresses:
        return True
    names = [name for name in _values(own.get("name")) if name.strip()]
    return any(name.casefold() in title.casefold() for name in names for title in titles)


def _types(node: Node) -> set[str]:
    """The types without their vocabulary: ``https://schema.org/Product`` and ``Product`` are one."""
    names = [*_flat(node.get("@type")), *_flat(node.get("type"))]
    return {name.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str)}


def _properties(node: Node) -> Node:
    properties = node.get("properties")
    return properties if isinstance(properties, Mapping) else node


def _values(value: Any, *keys: str) -> list[str]:
    """The texts in a value; of a node, those under the first of ``keys`` (or its name) that it has."""
    texts: list[str] = []
    for part in _flat(value):
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, int | float) and not isinstance(part, bool):
            texts.append(str(part))
        elif isinstance(part, Mapping):
            own = _properties(part)
            key = next((key for key in (*keys, "name", "@value", "value") if own.get(key)), None)
            texts += [text for text in _flat(own.get(key or "")) if isinstance(text, str)]
    return texts


def _flat(value: Any) -> list[Any]:
    """A value as a list: JSON-LD has one where there is one, and a list where there are more."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [value]
    return [
        part
        for item in value[:MAX_NODES]
        for part in (item[:MAX_NODES] if isinstance(item, list) else [item])
    ]
