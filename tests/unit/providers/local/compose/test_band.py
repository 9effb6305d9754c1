"""Details of a product: which part is shown, and where it stands."""

from __future__ import annotations

import numpy as np
import pytest

from genai.providers.local.compose import color
from genai.providers.local.compose.band import Captions, show_detail
from genai.providers.local.compose.scheme import Scheme, make_scheme

AREA = (0, 0, 400, 400)
CAPTIONS = Captions(280, 360, (0, 280))


@pytest.fixture
def scheme() -> Scheme:
    return make_scheme(["#e9dfcf", "#a9bfae"], color.from_hex("#3050c0"), ["#3050c0"])


def product(*labels: tuple[int, int, tuple[int, int, int]]) -> np.ndarray:
    """An opaque blue upright product, 400 x 1400, with printed labels: first and last row, colour."""
    rgba = np.full((1400, 400, 4), 255, np.uint8)
    rgba[..., :3] = (48, 80, 192)
    for first, last, ink in labels:
        checks = np.indices((last - first, 300)).sum(axis=0) // 12 % 2 > 0
        rgba[first:last, 50:350][checks, :3] = ink
    return rgba


def shown(rgba: np.ndarray, scheme: Scheme, captions: Captions | None) -> np.ndarray:
    picture, _ = show_detail(rgba, AREA, scheme, captions)
    return color.quantised(picture).astype(int)


def test_captions_hide_no_label(scheme: Scheme) -> None:
    # Below the label with most print another one would stand behind the captions.
    ink = (250, 190, 20)
    rgba = product((300, 500, ink), (530, 590, ink), (1000, 1180, ink))

    def inked(rows: np.ndarray) -> int:
        return int((rows[..., 0] - rows[..., 2] > 60).sum())

    captioned = shown(rgba, scheme, CAPTIONS)
    assert inked(captioned[: CAPTIONS.top]) > 3000
    assert inked(captioned[CAPTIONS.top : CAPTIONS.bottom]) == 0


def test_the_product_covers_what_it_can(scheme: Scheme) -> None:
    corner = product()
    checks = np.indices((120, 120)).sum(axis=0) // 8 % 2 > 0
    corner[:120, :120][checks, :3] = (230, 230, 20)  # the print is at its edge
    picture, box = show_detail(corner, AREA, scheme)
    assert box == AREA
    assert (picture[..., 2] > picture[..., 0]).mean() > 0.8


def test_the_window_has_a_ground_of_its_own(scheme: Scheme) -> None:
    upright = np.zeros((800, 400, 4), np.uint8)
    upright[:, 150:250] = product()[:800, 150:250]
    picture, _ = show_detail(upright, AREA, scheme)
    assert color.difference(np.asarray(picture[200, 0]), scheme.ground) > 0.06
