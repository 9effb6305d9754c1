"""The neutral image: on pure white, unstretched, standing in a shadow; honest where no cut is clean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImagePurpose, ImageResult
from genai.domain.creative import Finding
from genai.domain.enums import AssetRole
from genai.errors import InvalidInput
from genai.media import pixels
from genai.providers.local.neutral import neutral
from genai.providers.local.trust import CLEAN_MATTE
from tests.unit.providers.local.conftest import MakeReference, MakeRequest
from tests.unit.providers.local.drawn import bottle, cluttered, on_ground, plain

_SMALL = (1024, 1024)


def _white_photograph(shift: tuple[int, int] = (0, 0), size: int = 960) -> np.ndarray:
    colors, mask = bottle(size, shift)
    return on_ground(colors, mask, plain(size))


def _neutral(result: ImageResult) -> tuple[Produced, np.ndarray]:
    (made,) = [image for image in result.images if image.role is AssetRole.NEUTRAL]
    return made, pixels.load_rgb(made.path)


def _reasons(produced: Produced) -> set[str]:
    return {mark.reason for mark in produced.marks}


def test_the_product_stands_centred_on_white(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    made, picture = _neutral(
        neutral(picture_request(ImagePurpose.NEUTRAL, reference(_white_photograph())), call)
    )
    assert picture.shape == (2048, 2048, 3)
    border = np.concatenate(
        [picture[:40].reshape(-1, 3), picture[:, :40].reshape(-1, 3), picture[-40:].reshape(-1, 3)]
    )
    assert border.min() == 255
    blue = picture[..., 2].astype(int) - picture[..., 0] > 40
    ys, xs = np.nonzero(blue)
    _, mask = bottle(960)
    truth_ys, truth_xs = np.nonzero(mask)
    expected = (np.ptp(truth_xs) + 1) / (np.ptp(truth_ys) + 1)
    assert (np.ptp(xs) + 1) / (np.ptp(ys) + 1) == pytest.approx(expected, rel=0.02)
    assert 0.70 < (np.ptp(ys) + 1) / 2048 < 0.80
    assert abs((xs.min() + xs.max()) / 2 - 1024) < 12
    placement = np.array(made.details["placement"])
    assert placement.min(0) == pytest.approx([xs.min(), ys.min()], abs=12)
    assert placement.max(0) == pytest.approx([xs.max(), ys.max()], abs=12)
    assert made.details["confidence"] >= CLEAN_MATTE
    assert _reasons(made) == {"upscaled"}  # its 640 pixels are shown at some 1550


def test_the_shadow_is_dark_at_the_contact_and_gone_farther_out(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    made, picture = _neutral(
        neutral(picture_request(ImagePurpose.NEUTRAL, reference(_white_photograph())), call)
    )
    bottom, middle = int(max(y for _, y in made.details["placement"])), 1024
    column = picture[:, middle].mean(1)
    assert column[bottom + 6] < 215
    assert column[bottom + 6] < column[bottom + 40] < column[bottom + 160] <= 255
    assert picture[300, 200].min() == 255


def test_each_reference_with_a_cut_gets_it(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    first, second = (
        reference(_white_photograph(size=480), view="front"),
        reference(_white_photograph((40, 0), 480), view="back"),
    )
    result = neutral(picture_request(ImagePurpose.NEUTRAL, first, second, size=_SMALL), call)
    cutouts = [image for image in result.images if image.role is AssetRole.CUTOUT]
    assert [cutout.details["reference"] for cutout in cutouts] == [first.file.sha256, second.file.sha256]
    assert [cutout.view for cutout in cutouts] == ["front", "back"]
    for cutout in cutouts:
        rgba = pixels.load_rgba(cutout.path)
        assert rgba[..., 3].max() == 255 and rgba[0].max() == 0
        assert cutout.details["confidence"] >= CLEAN_MATTE


def test_a_clean_front_goes_before_any_other_view(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    views = [("detail", (0, 0)), ("front", (60, 30)), ("back", (-40, 0))]
    references = [reference(_white_photograph(shift, 480), view=view) for view, shift in views]
    result = neutral(picture_request(ImagePurpose.NEUTRAL, *references, size=_SMALL), call)
    assert _neutral(result)[0].view == "front"


def test_a_later_attempt_shows_another_view_and_in_the_end_the_photograph(
    reference: MakeReference, picture_request: MakeRequest, call: Call, tmp_path: Path
) -> None:
    references = [reference(_white_photograph(shift, 480)) for shift in ((0, 0), (60, 30))]
    shown, framed = [], []
    for attempt in (1, 2, 3):
        workdir = tmp_path / str(attempt)
        workdir.mkdir()
        request = picture_request(
            ImagePurpose.NEUTRAL,
            *references,
            size=_SMALL,
            attempt=attempt,
            findings=(Finding("shape", "cropped"),),
        )
        made, _ = _neutral(neutral(request, Call("key", workdir)))
        shown.append(made.details["reference"])
        framed.append("low_confidence_cutout" in _reasons(made))
    assert set(shown[:2]) == {reference.file.sha256 for reference in references}
    assert framed == [False, False, True]


def test_without_a_clean_cut_the_photograph_is_framed_and_marked(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    source = cluttered(700)
    made, picture = _neutral(
        neutral(picture_request(ImagePurpose.NEUTRAL, reference(source), size=_SMALL), call)
    )
    assert "low_confidence_cutout" in _reasons(made)
    assert picture[:20].min() == 255 and picture[:, :20].min() == 255
    assert len(np.unique(picture[512, 250:750], axis=0)) > 100


def test_strong_enlargement_is_marked(
    reference: MakeReference, picture_request: MakeRequest, call: Call
) -> None:
    made, _ = _neutral(
        neutral(picture_request(ImagePurpose.NEUTRAL, reference(_white_photograph(size=480))), call)
    )
    assert "upscaled" in _reasons(made)
    assert made.details["scale"] <= 3.0


def test_the_same_request_gives_the_same_bytes(
    reference: MakeReference, picture_request: MakeRequest, tmp_path: Path
) -> None:
    source, bytes_made = reference(_white_photograph(size=480)), []
    for name in ("a", "b"):
        workdir = tmp_path / name
        workdir.mkdir()
        made, _ = _neutral(
            neutral(picture_request(ImagePurpose.NEUTRAL, source, size=_SMALL), Call("key", workdir))
        )
        bytes_made.append(made.path.read_bytes())
    assert bytes_made[0] == bytes_made[1]


def test_no_picture_is_refused(picture_request: MakeRequest, call: Call) -> None:
    with pytest.raises(InvalidInput, match="/product/images"):
        neutral(picture_request(ImagePurpose.NEUTRAL), call)
    assert list(call.workdir.iterdir()) == []
