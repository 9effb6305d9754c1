"""The product snapshot: everything a job knows about its product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import post_load, validates_schema

from genai.contracts.fields import Address, Choice, Entries, Inside, Items, Text, complaint
from genai.contracts.strict import StrictSchema, absent, any_of, sent
from genai.domain.request import ProductImage, ProductSnapshot

VIEWS = ("front", "back", "left", "right", "top", "bottom", "three_quarter", "detail")


def asset_id(**kwargs: Any) -> Text:
    """The id of a stored asset: its SHA-256 in lower-case hex."""
    return Text(64, 64, pattern=r"[0-9a-f]{64}", example="an asset's id, 64 lower-case hex digits", **kwargs)


class ProductImageSchema(StrictSchema):
    """One picture of the product: a stored asset or an address, and what it shows."""

    rules: ClassVar = (
        any_of(sent("asset_id"), sent("url")),
        any_of(absent("asset_id"), absent("url")),
    )

    asset_id = asset_id(load_default=None)
    url = Address(load_default=None)
    view = Choice(VIEWS, load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def one_source(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["asset_id"] is None) == (data["url"] is None):
            raise complaint("Not exactly one source.", "Send either asset_id or url.")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProductImage:
        return ProductImage(**data)


class ProductSchema(StrictSchema):
    """The product as the client's backend knows it at the time of the request."""

    product_id = Text(1, 200, required=True)
    name = Text(1, 200, required=True)
    images = Items(Inside(ProductImageSchema), 1, 10, required=True)
    brand = Text(1, 200, load_default=None)
    description = Text(0, 5000, lines=True, load_default="")
    category = Text(1, 200, load_default=None)
    links = Items(Address(), 0, 5, load_default=())
    attributes = Entries(Text(1, 60), Text(1, 500, lines=True), 50, load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProductSnapshot:
        return ProductSnapshot(**data)
