"""The character sheet: everything on it is labelled as what it is."""

from __future__ import annotations

import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.image import ImagePurpose
from genai.domain.creative import ProductBrief
from genai.domain.enums import AssetRole
from genai.errors import InvalidInput
from genai.media import pixels
from genai.providers.local.sheet import sheet
from tests.unit.providers.local.conftest import MakeReference, MakeRequest
from tests.unit.providers.local.drawn import bottle, cluttered, on_ground, plain


def _cutout(size: int = 960) -> np.ndarray:
    colors, mask = bottle(size)
    return np.dstack([colors, np.where(mask, 255, 0).astype(np.uint8)])


def _photograph() -> np.ndarray:
    colors, mask = bottle(960)
    return on_ground(colors, mask, plain(960))


def test_panels_say_what_is_supplied_and_what_is_derived(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    references = (
        reference(_cutout(), role="cutout", confidence=0.9),
        reference(_photograph(), view="front"),
        reference(cluttered(600)),
    )
    result = sheet(picture_request(ImagePurpose.SHEET, *references, size=(2048, 1536)), call)
    page = result.images[0]
    assert page.role is AssetRole.SHEET
    assert pixels.load_rgb(page.path).shape == (1536, 2048, 3)
    singles = result.images[1:]
    assert {image.role for image in singles} == {AssetRole.SHEET_PANEL}
    labels = [image.label for image in singles]
    assert labels[:2] == ["Supplied view: front", "Supplied view 2"]
    assert {"Derived: silhouette", "Derived: proportions"} <= set(labels)
    assert any(label.startswith("Derived: detail, ") for label in labels)
    for image in singles:
        derived = image.label.startswith("Derived")
        assert ("derived_view" in {mark.reason for mark in image.marks}) is derived
        assert min(pixels.load_rgb(image.path).shape[:2]) > 100
    assert page.details["panels"] == labels


def test_details_are_the_product_s_own_pixels(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    cutout = _cutout()
    request = picture_request(ImagePurpose.SHEET, reference(cutout, role="cutout"), reference(_photograph()))
    detail = next(image for image in sheet(request, call).images if image.view == "detail")
    crop = pixels.load_rgb(detail.path)
    white = pixels.on_white(cutout)
    side = crop.shape[0]
    rows = [
        (y, x)
        for y in range(white.shape[0] - side + 1)
        for x in np.flatnonzero((white[y, : white.shape[1] - side + 1] == crop[0, 0]).all(1))
        if np.array_equal(white[y, x : x + side], crop[0])
    ]
    assert any(np.array_equal(white[y : y + side, x : x + side], crop) for y, x in rows)


def test_without_a_clean_cut_nothing_is_derived(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    result = sheet(picture_request(ImagePurpose.SHEET, reference(cluttered(600))), call)
    assert [image.label for image in result.images] == ["Character sheet", "Supplied view 1"]
    assert "low_confidence_cutout" in {mark.reason for mark in result.images[0].marks}


@pytest.mark.parametrize("name", ["X", "An endless name " * 12, "手工陶瓷杯", "Ünïcode Café"])
def test_any_name_fits_its_line(
    name: str, reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    request = picture_request(
        ImagePurpose.SHEET,
        reference(_cutout(480), role="cutout"),
        size=(2048, 1536),
        product=ProductBrief(name, brand="Acme"),
    )
    picture = pixels.load_rgb(sheet(request, call).images[0].path)
    # Right of the name and left of the brand's column there is paper, and in the margin too.
    assert np.ptp(picture[120:255, 2048 - 90 :].reshape(-1, 3), axis=0).max() == 0
    assert np.ptp(picture[120:255, 1420:1600].reshape(-1, 3), axis=0).max() == 0


def test_no_picture_is_refused(picture_request: MakeRequest, call: Call) -> None:
    with pytest.raises(InvalidInput, match="/product/images"):
        sheet(picture_request(ImagePurpose.SHEET), call)
