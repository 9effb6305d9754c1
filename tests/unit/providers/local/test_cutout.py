"""The cut-out: right where it says it is sure, and not sure where it cannot be right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genai.media import pixels
from genai.providers.local.cutout import Cutout, cut_out
from genai.providers.local.segment import overlap
from genai.providers.local.trust import CLEAN_MATTE
from tests.unit.providers.local.drawn import bottle, cluttered, on_ground, plain, textured

PRODUCTS = Path(__file__).parents[5] / "shared" / "products"


def _mask(picture: np.ndarray, cut: Cutout) -> np.ndarray:
    """The cut-out's alpha put back where it was in the picture."""
    height, width = picture.shape[:2]
    left, top = round(cut.box[0] * width), round(cut.box[1] * height)
    full = np.zeros((3 * height, 3 * width), bool)
    rows, columns = cut.rgba.shape[:2]
    y, x = height + top, width + left
    full[y : y + rows, x : x + columns] = cut.rgba[..., 3] > 128
    return full[height : 2 * height, width : 2 * width]


@pytest.mark.parametrize("ground", [plain(), textured()], ids=["plain", "textured"])
def test_a_product_on_a_ground_is_cut_out_along_its_edge(ground: np.ndarray) -> None:
    colors, mask = bottle()
    picture = on_ground(colors, mask, ground)
    (cut,) = cut_out([picture])
    assert overlap(_mask(picture, cut), mask) > 0.96
    assert cut.confidence >= CLEAN_MATTE


def test_the_edge_carries_nothing_of_the_ground() -> None:
    colors, mask = bottle()
    (cut,) = cut_out([on_ground(colors, mask, plain(color=(60, 230, 90)))])
    edge = cut.rgba[(cut.rgba[..., 3] > 60) & (cut.rgba[..., 3] < 200)][:, :3].astype(int)
    assert len(edge) > 0
    # The bottle is blue and its label cream: an edge pixel greener than both is spill.
    assert np.percentile(edge[:, 1] - edge.max(1, initial=0, where=[True, False, True]), 90) < 20


def test_views_in_different_places_help_each_other() -> None:
    colors, mask = bottle()
    moved, moved_mask = bottle(shift=(60, 30))
    pictures = [on_ground(colors, mask, textured()), on_ground(moved, moved_mask, plain(color=(90, 120, 80)))]
    for picture, truth, cut in zip(pictures, (mask, moved_mask), cut_out(pictures), strict=True):
        assert overlap(_mask(picture, cut), truth) > 0.95
        assert cut.confidence >= CLEAN_MATTE


def test_an_uploaded_alpha_channel_is_taken_as_it_is() -> None:
    colors, mask = bottle()
    soft = np.where(mask, 255, 0).astype(np.uint8)
    soft[200:210, 200:280] = 120
    (cut,) = cut_out([np.dstack([colors, soft])])
    assert cut.confidence == 1.0
    assert np.count_nonzero(cut.rgba[..., 3] == 120) == 10 * 80
    assert np.count_nonzero(cut.rgba[..., 3] == 255) == np.count_nonzero(mask) - 10 * 80


def test_an_opaque_alpha_channel_says_nothing() -> None:
    colors, mask = bottle()
    picture = on_ground(colors, mask, plain())
    (cut,) = cut_out([np.dstack([picture, np.full(mask.shape, 255, np.uint8)])])
    assert overlap(_mask(picture, cut), mask) > 0.96


@pytest.mark.parametrize(
    "picture",
    [
        plain(color=(255, 255, 255)),
        on_ground(plain(color=(251, 251, 250)), bottle()[1], plain(color=(255, 255, 255))),
        cluttered(),
        textured(seed=9),
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((4, 900, 3), np.uint8),
    ],
    ids=["uniform", "white_on_white", "clutter", "gravel", "one_pixel", "a_line"],
)
def test_what_cannot_be_told_apart_is_not_claimed(picture: np.ndarray) -> None:
    (cut,) = cut_out([picture])
    assert cut.confidence < CLEAN_MATTE
    assert cut.reason
    assert cut.rgba.shape[2] == 4


def test_a_product_that_leaves_the_frame_is_not_whole() -> None:
    colors, mask = bottle(shift=(-190, 40))
    (cut,) = cut_out([on_ground(colors, mask, plain())])
    assert cut.confidence < CLEAN_MATTE


def test_the_same_pictures_give_the_same_cut() -> None:
    colors, mask = bottle()
    picture = on_ground(colors, mask, textured())
    first, second = cut_out([picture])[0], cut_out([picture])[0]
    assert np.array_equal(first.rgba, second.rgba)
    assert first.confidence == second.confidence


@pytest.mark.skipif(not PRODUCTS.is_dir(), reason="no product photographs beside the checkout")
@pytest.mark.parametrize(
    ("photograph", "clean"),
    [("duck_toy/00.jpg", True), ("red_cartoon/01.jpg", True), ("backpack/00.jpg", False)],
)
def test_photographs(photograph: str, clean: bool) -> None:
    picture = pixels.load_rgba(PRODUCTS / photograph)
    (cut,) = cut_out([pixels.resize(picture, 640, 640)])
    assert (cut.confidence >= CLEAN_MATTE) is clean
