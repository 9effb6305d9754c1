"""What holds for every composed scene, measured on its pixels."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.domain.creative import Camera, Light, Words
from genai.domain.enums import Aspect, AssetRole, Composition
from genai.errors import Permanent
from genai.media.safe_box import safe_box
from tests.unit.providers.local.compose.conftest import Shot, reference, write_bottle

Shoot = Callable[..., Shot]
SETTINGS = ("studio", "surface", "podium", "colour_block", "editorial", "seasonal")
PRODUCT_RATIO = 300 / 520
SHIFTS = dict(
    zip(SETTINGS, (Aspect.PORTRAIT, Aspect.SQUARE, Aspect.LANDSCAPE, Aspect.FEED) * 2, strict=False)
)


def assert_composed(shot: Shot, aspect: Aspect, ratio: float = PRODUCT_RATIO) -> None:
    """The product whole, unstretched and of a hero's size; product and words apart, in the safe box."""
    height, width = shot.rgb.shape[:2]
    left, top, right, bottom = shot.box
    rows, columns = np.nonzero(
        shot.product_mask()[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3]
    )
    found_width, found_height = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert abs(found_width - (right - left)) <= 2
    assert abs(found_height - (bottom - top)) <= 3
    assert (right - left) / (bottom - top) == pytest.approx(ratio, rel=0.02)
    assert 0.40 <= max(right - left, bottom - top) / min(width, height) <= 0.655
    safe = safe_box(aspect, width, height)
    boxes = [(left, top, right, bottom), *map(tuple, shot.image.details["text_boxes"])]
    for box in boxes:
        assert box[0] >= safe[0] - 2
        assert box[1] >= safe[1] - 2
        assert box[2] <= safe[2] + 2
        assert box[3] <= safe[3] + 2
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_set_keeps_the_rules(shoot: Shoot, setting: str) -> None:
    aspect = SHIFTS[setting]
    shot = shoot(setting, aspect=aspect)
    assert shot.image.role is AssetRole.SCENE_IMAGE
    assert shot.image.details["set"].startswith(setting)
    assert_composed(shot, aspect)


@pytest.mark.parametrize("layout", ["text_top", "text_bottom", "off_axis_left", "off_axis_right"])
def test_every_layout_of_an_upright_frame_keeps_the_rules(shoot: Shoot, layout: str) -> None:
    shot = shoot("colour_block", aspect=Aspect.PORTRAIT, layout=layout)
    assert shot.image.details["layout"] == layout
    assert_composed(shot, Aspect.PORTRAIT)


@pytest.mark.parametrize(("width", "height"), [(700, 260), (120, 520)])
def test_wide_and_narrow_products_keep_the_rules(
    shoot: Shoot, tmp_path: Path, width: int, height: int
) -> None:
    product = reference(write_bottle(tmp_path / "odd.png", width, height))
    shot = shoot("podium", references=(product,))
    assert_composed(shot, Aspect.SQUARE, width / height)


@pytest.mark.parametrize("layout", ["split_left", "split_right"])
def test_a_wide_frame_sets_the_words_beside_the_product(shoot: Shoot, layout: str) -> None:
    shot = shoot("studio", aspect=Aspect.LANDSCAPE, layout=layout)
    assert_composed(shot, Aspect.LANDSCAPE)
    words_left = max(box[2] for box in shot.image.details["text_boxes"]) <= shot.box[0]
    assert words_left == (layout == "split_left")


@pytest.mark.parametrize("aspect", list(Aspect))
def test_the_picture_has_the_canvas_size(shoot: Shoot, aspect: Aspect) -> None:
    shot = shoot("editorial", aspect=aspect, scale=0.5)
    assert (shot.rgb.shape[1], shot.rgb.shape[0]) == tuple(side // 2 for side in aspect.size)


@pytest.mark.parametrize(("azimuth", "shaded"), [(-55.0, "right"), (55.0, "left")])
def test_the_shadow_falls_away_from_the_light(shoot: Shoot, azimuth: float, shaded: str) -> None:
    shot = shoot(
        "colour_block",
        layout="text_top",
        scale=0.5,
        light=Light(azimuth=azimuth, elevation=35, softness=0.2),
        seed=3,
    )
    left, _, right, bottom = shot.box
    reach = (right - left) // 2
    grey = cv2.cvtColor(shot.rgb, cv2.COLOR_RGB2GRAY).astype(float)
    floor = slice(bottom - 4, bottom + 6)
    before, behind = (
        grey[floor, left - reach : left - 4].mean(),
        grey[floor, right + 4 : right + reach].mean(),
    )
    darker, lighter = (behind, before) if shaded == "right" else (before, behind)
    assert darker < lighter - 8


def test_a_contact_shadow_grounds_the_product(shoot: Shoot) -> None:
    shot = shoot("studio", layout="text_top", scale=0.5)
    left, _, right, bottom = shot.box
    grey = cv2.cvtColor(shot.rgb, cv2.COLOR_RGB2GRAY).astype(float)
    seam = grey[bottom + 1 : bottom + 3, left + 8 : right - 8].mean()
    ground = grey[bottom + 40 : bottom + 44, left + 8 : right - 8].mean()
    assert seam < 0.75 * ground


def test_the_words_read_on_what_is_behind_them(shoot: Shoot) -> None:
    for season in ("holiday", "autumn"):
        details = shoot("seasonal", season=season, aspect=Aspect.PORTRAIT).image.details
        assert len(details["contrast"]) == len(details["text_boxes"]) == 3
        assert min(details["contrast"]) >= 4.5


def test_the_product_keeps_its_colour(shoot: Shoot) -> None:
    shot = shoot("surface", light=Light(kelvin=3200))
    left, top, right, bottom = shot.box
    core = shot.rgb[(top + bottom) // 2 : bottom - 20, left + 15 : right - 15]
    lab = cv2.cvtColor(core.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).reshape(-1, 3).mean(0)
    own = cv2.cvtColor(np.array([[(215 / 255, 20 / 255, 150 / 255)]], np.float32), cv2.COLOR_RGB2Lab)[0, 0]
    assert np.linalg.norm(lab - own) < 6


def test_the_same_request_gives_identical_bytes(shoot: Shoot) -> None:
    assert shoot("seasonal", season="winter").data == shoot("seasonal", season="winter").data


def test_seeds_and_attempts_differ(shoot: Shoot) -> None:
    shots = [shoot("surface", layout="text_top", **each) for each in ({}, {"seed": 8}, {"attempt": 2})]
    for one, other in combinations(shots, 2):
        assert one.data != other.data
    first, third = shots[0].box, shots[2].box
    assert third[3] - third[1] > first[3] - first[1]  # a refused attempt shows the product larger


def test_a_detail_fills_its_area_and_leaves_a_band_for_the_words(shoot: Shoot) -> None:
    shot = shoot("surface", purpose="detail", camera=Camera("detail"), aspect=Aspect.PORTRAIT)
    left, top, right, bottom = shot.box
    height, width = shot.rgb.shape[:2]
    assert shot.image.details["set"] == "detail"
    assert (right - left) * (bottom - top) > 0.45 * width * height
    assert all(box[3] <= top for box in shot.image.details["text_boxes"])


def test_people_are_declined_openly(shoot: Shoot) -> None:
    assert "no_model" in shoot("studio", composition=Composition.WITH_MODEL).marks()
    assert "no_model" not in shoot("studio").marks()


def test_without_a_reference_there_is_no_scene(shoot: Shoot) -> None:
    with pytest.raises(Permanent, match="no picture"):
        shoot("studio", references=())


def test_no_stripe_ends_behind_words(shoot: Shoot) -> None:
    def sets(words: Words) -> set[str]:
        shots = (
            shoot("colour_block", words=words, seed=seed, layout="text_top", scale=0.1) for seed in range(9)
        )
        return {shot.image.details["set"] for shot in shots}

    stripe = "colour_block_stripe"
    assert stripe not in sets(Words("Pour the quiet hour and keep it", "", ""))
    assert stripe in sets(Words("", "", ""))
