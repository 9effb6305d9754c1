"""Intake: finds or fetches the product's pictures, checks them, and fingerprints the product."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from genai.domain.enums import AssetRole
from genai.domain.request import ProductImage, ProductSnapshot
from genai.errors import Permanent
from genai.stages.context import StepContext
from genai.stages.fetched import fetch_image
from genai.stages.stage import Stage, StageResult
from genai.store.assets import find_assets
from genai.store.steps import StepAsset


def product_fingerprint(product: ProductSnapshot, pictures: list[tuple[str, str | None]]) -> str:
    """SHA-256 over the pictures' contents (with the view they are said to show) and the product's
    canonical fields; never over addresses, which may change while the product does not."""
    document: dict[str, Any] = {
        "name": product.name,
        "brand": product.brand,
        "description": product.description,
        "category": product.category,
        "attributes": dict(product.attributes),
        "pictures": pictures,
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _intake(context: StepContext) -> StageResult:
    assets: list[StepAsset] = []
    for index, image in enumerate(context.product.images):
        context.still_wanted()
        pointer = f"/product/images/{index}"
        asset = _own(context, image, pointer) if image.asset_id else fetch_image(context, image, pointer)
        # The same picture twice says nothing more.
        if asset.sha256 not in {known.sha256 for known in assets}:
            assets.append(asset)
    fingerprint = product_fingerprint(context.product, [(asset.sha256, asset.view) for asset in assets])
    return StageResult(
        output={"fingerprint": fingerprint, "pictures": len(assets)},
        assets=tuple(assets),
        product_fingerprint=fingerprint,
    )


def _own(context: StepContext, image: ProductImage, pointer: str) -> StepAsset:
    assert image.asset_id is not None, "the caller looked"
    with context.runtime.database.transaction() as connection:
        row = find_assets(connection, context.claim.client, [image.asset_id]).get(image.asset_id)
    if row is None or not context.runtime.assets.exists(image.asset_id):
        raise Permanent(f"{pointer}/asset_id: there is no such asset any more", code="unknown_asset")
    return StepAsset(
        sha256=row.sha256,
        role=AssetRole.SOURCE,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        view=image.view,
    )


INTAKE = Stage("intake", _intake)
