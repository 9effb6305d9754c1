"""Metadata: every fact has its source, and without a source there is no fact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.metadata import Fact, MetadataRequest, MetadataResult
from genai.domain.creative import ProductBrief
from genai.errors import InvalidInput
from genai.providers.local.metadata import metadata
from tests.unit.providers.local.conftest import MakeReference
from tests.unit.providers.local.drawn import bottle, cluttered, on_ground, plain


def _read(
    reference: MakeReference, call: Call, product: ProductBrief, link: dict[str, Any] | None = None
) -> MetadataResult:
    colors, mask = bottle()
    cutout = reference(
        np.dstack([colors, np.where(mask, 255, 0).astype(np.uint8)]), "cutout", confidence=0.95
    )
    return metadata(MetadataRequest(product, (cutout,), link or {}), call)


def test_a_bare_snapshot_yields_what_can_be_measured_and_nothing_else(
    reference: MakeReference, call: Call
) -> None:
    result = _read(reference, call, ProductBrief("Bottle"))
    assert result.name == Fact("Bottle", "snapshot")
    assert result.facts == {} and result.selling_points == () and result.marks == ()
    assert result.colors[0].name in ("blue", "royal blue")
    _, mask = bottle()
    ys, xs = np.nonzero(mask)
    assert result.proportions == pytest.approx((np.ptp(xs) + 1) / (np.ptp(ys) + 1), rel=0.01)


def test_the_snapshot_goes_before_the_link(reference: MakeReference, call: Call) -> None:
    product = ProductBrief("Bottle", brand="Acme", category=None, attributes={"Material": "glass"})
    page = {
        "name": "Other",
        "brand": "Ocme",
        "material": "steel",
        "category": "Drinkware",
        "audience": "hikers",
    }
    result = _read(reference, call, product, page)
    assert result.name == Fact("Bottle", "snapshot")
    assert result.facts == {
        "brand": Fact("Acme", "snapshot"),
        "material": Fact("glass", "snapshot"),
        "category": Fact("Drinkware", "link"),
        "audience": Fact("hikers", "link"),
    }


def test_selling_points_are_words_of_the_sources(reference: MakeReference, call: Call) -> None:
    description = (
        "Keeps water cold for a day. Fits every cup holder, survives a fall from the table, "
        "and its wide mouth takes ice cubes of any size you like. Now only $19.99! Rated 5 stars."
    )
    page = {"description": "Made for long walks. 20% off today."}
    result = _read(reference, call, ProductBrief("Bottle", description=description), page)
    points = {point.value: point.source for point in result.selling_points}
    assert points["Keeps water cold for a day"] == "snapshot"
    assert points["Made for long walks"] == "link"
    sources = {"snapshot": description, "link": page["description"]}
    for value, source in points.items():
        assert value in sources[source]
        assert len(value) <= 80
        assert "$" not in value and "%" not in value and "stars" not in value


def test_photographs_are_cut_out_when_no_cut_is_given(reference: MakeReference, call: Call) -> None:
    colors, mask = bottle()
    photograph = reference(on_ground(colors, mask, plain()))
    result = metadata(MetadataRequest(ProductBrief("Bottle"), (photograph,)), call)
    assert "light grey" not in [color.name for color in result.colors]
    assert not result.marks


def test_an_unsure_measurement_is_marked(reference: MakeReference, call: Call) -> None:
    result = metadata(MetadataRequest(ProductBrief("Heap"), (reference(cluttered()),)), call)
    assert [mark.reason for mark in result.marks] == ["low_confidence_cutout"]


def test_no_picture_is_refused(call: Call) -> None:
    with pytest.raises(InvalidInput, match="/product/images"):
        metadata(MetadataRequest(ProductBrief("Bottle"), ()), call)
