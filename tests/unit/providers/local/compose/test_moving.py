"""Pictures of moving scenes: words handed on, captions' room kept free, the product apart from its plate."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.domain.creative import BrandKit, Camera, Canvas, Words
from genai.domain.enums import Aspect
from genai.domain.film import Move
from genai.domain.media import MediaFile
from genai.media.pixels import save_png
from genai.media.safe_box import safe_box
from genai.media.text import caption_box, text_bounds, text_layer
from genai.providers.local.compose.layout import SHORT
from tests.unit.providers.local.compose.conftest import Shot, reference, write_bottle

Shoot = Callable[..., Shot]
Box = tuple[float, float, float, float]
STILL = Move(amount=0.0)  # the room of a still picture
SMALL = 1 / 3


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def room(aspect: Aspect, position: str) -> tuple[int, int, int, int]:
    return caption_box(Canvas(aspect, *(round(SMALL * side) for side in aspect.size)), position)


def test_words_are_handed_on_and_not_drawn(shoot: Shoot) -> None:
    said = shoot("studio", layout="text_top", moving=True)
    silent = shoot("studio", layout="text_top", moving=True, words=Words("", "", ""))
    titles = said.titles()
    assert [title.role for title in titles] == ["headline", "body", "call_to_action"]
    assert " ".join(titles[0].lines) == "Pour the quiet hour"
    assert [title.plate is not None for title in titles] == [False, False, True]
    for title in titles:
        left, top, right, bottom = map(int, title.box)
        grey = cv2.cvtColor(said.rgb[top:bottom, left:right], cv2.COLOR_RGB2GRAY).astype(float)
        assert grey.std() < 14  # ground alone
    assert silent.titles() == []


def test_the_text_layer_draws_them_where_a_still_has_them(shoot: Shoot) -> None:
    kit = BrandKit(font="Manrope")
    still = shoot("colour_block", brand=kit, scale=1.0)
    moving = shoot("colour_block", brand=kit, scale=1.0, moving=True, move=STILL)
    width, height = moving.canvas.width, moving.canvas.height
    changed = np.abs(still.rgb.astype(int) - moving.rgb).max(axis=2) > 50
    for title, box in zip(moving.titles(), still.image.details["text_boxes"], strict=True):
        found = text_bounds(text_layer(moving.canvas, 60, titles=[title]), width, height, [1.5])
        assert found is not None
        left, top = box[0] - 4, box[1] - 4
        rows, columns = np.nonzero(changed[top : box[3] + 4, left : box[2] + 4])
        drawn = (left + columns.min(), top + rows.min(), left + columns.max() + 1, top + rows.max() + 1)
        assert np.abs(np.subtract(found, drawn)).max() <= 2.5  # Pillow rounds advances to whole pixels


def test_titles_read_on_the_ground_that_is_really_there(shoot: Shoot) -> None:
    shot = shoot("seasonal", season="holiday", aspect=Aspect.PORTRAIT, moving=True)
    for title, measured in zip(shot.titles(), shot.image.details["contrast"], strict=True):
        assert measured >= 4.5
        if title.plate is None:
            left, top, right, bottom = map(int, title.box)
            behind = shot.rgb[top:bottom, left:right].reshape(-1, 3)
            assert contrast(behind, title.color) >= 4.4


def contrast(pixels: np.ndarray, hex_: str) -> float:
    """The WCAG contrast that 95 of 100 pixels have with a colour."""

    def luminance(values: np.ndarray) -> np.ndarray:
        v = values / 255
        linear = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
        return linear @ np.array([0.2126, 0.7152, 0.0722])

    one, other = luminance(pixels), luminance(np.array([int(hex_[at : at + 2], 16) for at in (1, 3, 5)]))
    ratios = (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)
    return float(np.percentile(ratios, 5))


@pytest.mark.parametrize("position", ["upper", "middle", "lower"])
@pytest.mark.parametrize("aspect", list(Aspect))
def test_captions_have_their_room(shoot: Shoot, aspect: Aspect, position: str) -> None:
    captions = room(aspect, position)
    shot = shoot("colour_block", aspect=aspect, moving=True, captions=captions)
    boxes: list[Box] = [shot.box, *(title.box for title in shot.titles())]
    safe = safe_box(aspect, shot.canvas.width, shot.canvas.height)
    for box in boxes:
        assert apart(box, captions)
        assert safe[0] <= box[0] < box[2] <= safe[2]
        assert safe[1] <= box[1] < box[3] <= safe[3]
    for one, other in combinations(boxes, 2):
        assert apart(one, other)
    left, top, right, bottom = shot.box
    least = 0.25 if position == "middle" else 0.41
    assert max(right - left, bottom - top) >= least * min(shot.canvas.width, shot.canvas.height)


@pytest.mark.parametrize("position", ["upper", "lower"])
def test_a_product_alone_leaves_captions_their_room(shoot: Shoot, position: str) -> None:
    captions = room(Aspect.PORTRAIT, position)
    shot = shoot("studio", aspect=Aspect.PORTRAIT, moving=True, captions=captions, words=Words("", "", ""))
    assert apart(shot.box, captions)
    assert shot.box[3] - shot.box[1] >= 0.55 * shot.canvas.width


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_product_alone_does_not_always_stand_in_the_middle(shoot: Shoot, aspect: Aspect) -> None:
    names = (
        ("split_left", "split_right") if aspect is Aspect.LANDSCAPE else ("off_axis_left", "off_axis_right")
    )
    right, left = (
        shoot("studio", aspect=aspect, words=Words("", "", ""), layout=name, moving=True) for name in names
    )
    for shot in (right, left):
        safe = safe_box(aspect, shot.canvas.width, shot.canvas.height)
        assert safe[0] <= shot.box[0] < shot.box[2] <= safe[2]
    middles = [(shot.box[0] + shot.box[2]) / 2 / shot.canvas.width for shot in (left, right)]
    assert middles[0] + 0.1 < middles[1]


def test_what_stands_at_the_edge_stays_inside_as_the_camera_nears(shoot: Shoot) -> None:
    move = Move(amount=0.08)
    shot = shoot("studio", aspect=Aspect.PORTRAIT, moving=True, move=move, words=Words("", "", ""))
    middle = np.array([shot.canvas.width, shot.canvas.height] * 2) / 2
    grown = middle + (np.array(shot.box) - middle) * (1 + move.amount)
    safe = safe_box(Aspect.PORTRAIT, shot.canvas.width, shot.canvas.height)
    assert grown[0] >= safe[0] - 1
    assert grown[1] >= safe[1] - 1
    assert grown[2] <= safe[2] + 1
    assert grown[3] <= safe[3] + 1


@pytest.mark.parametrize("setting", ["studio", "seasonal"])
def test_plate_and_product_are_the_picture(shoot: Shoot, setting: str) -> None:
    shot = shoot(setting, season="autumn", moving=True)
    plate, product = shot.layers["scene_plate"], shot.layers["scene_product"]
    assert plate.shape == product.shape == (*shot.rgb.shape[:2], 4)
    alpha = product[..., 3:] / 255
    whole = plate[..., :3] * (1 - alpha) + product[..., :3] * alpha
    assert np.abs(whole - shot.rgb).max() <= 1
    rows, columns = np.nonzero(product[..., 3] > 127)
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == pytest.approx(shot.box, abs=2)


def test_the_plate_has_the_shadow_and_not_the_product(shoot: Shoot) -> None:
    shot = shoot("studio", layout="text_top", moving=True)
    plate = shot.layers["scene_plate"][..., :3].astype(int)
    assert ((plate[..., 0] - plate[..., 1] > 60) & (plate[..., 2] - plate[..., 1] > 40)).sum() == 0
    left, top, right, bottom = shot.box
    grey = plate.mean(axis=2)
    seam, ground = grey[bottom + 1 : bottom + 3, left:right].mean(), grey[bottom + 25 : bottom + 28].mean()
    assert seam < 0.8 * ground
    # Nothing of the outline is left: the wall goes on behind the upper half.
    upper = plate[top : (top + bottom) // 2, left - 6 : right + 6]
    assert np.abs(np.diff(upper, axis=1)).max() < 12


def test_a_detail_in_its_band_has_no_layers(shoot: Shoot) -> None:
    detail = shoot("surface", purpose="detail", camera=Camera("detail"), moving=True)
    assert detail.image.details["set"] == "detail"
    assert detail.layers == {}
    assert [title.role for title in detail.titles()] == ["headline", "body", "call_to_action"]


def test_a_detail_shows_its_best_part_clear_of_the_captions(shoot: Shoot, tmp_path: Path) -> None:
    write_bottle(tmp_path / "bottle.png", 500, 900)
    picture = cv2.imread(str(tmp_path / "bottle.png"), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    checks = np.indices((100, 160)).sum(axis=0) // 10 % 2
    picture[500:600, 200:360, :3] = np.where(checks[..., None] > 0, (0, 200, 0), (0, 80, 0))  # the label
    cv2.imwrite(str(tmp_path / "bottle.png"), picture)
    bottle = reference(tmp_path / "bottle.png")
    captions = room(Aspect.PORTRAIT, "lower")
    close = {"purpose": "detail", "camera": Camera("detail"), "aspect": Aspect.PORTRAIT}

    def take(words: Words) -> Shot:
        return shoot("surface", **close, moving=True, captions=captions, references=(bottle,), words=words)

    shot = take(Words("", "", ""))
    assert shot.image.details["set"] == "detail"
    rgb = shot.rgb.astype(int)
    rows = np.nonzero((rgb[..., 1] - rgb[..., 0] > 40) & (rgb[..., 1] - rgb[..., 2] > 40))[0]
    assert rows.size > 500
    assert rows.max() < captions[1]
    assert rows.mean() == pytest.approx(captions[1] / 2, abs=0.08 * shot.canvas.height)
    # With words above there is no room between them and the captions: the whole product is shown.
    whole = take(Words("Pour the quiet hour", "Slow mornings start here.", "See how"))
    assert whole.image.details["set"] != "detail"
    assert apart(whole.box, captions)


def test_a_preview_has_the_layout_of_the_full_size(shoot: Shoot) -> None:
    small = shoot("studio", aspect=Aspect.PORTRAIT, moving=True, scale=SMALL)
    large = shoot("studio", aspect=Aspect.PORTRAIT, moving=True, scale=1.0)
    assert min(large.canvas.width, large.canvas.height) == SHORT
    assert small.image.details["layout"] == large.image.details["layout"]
    assert small.box == pytest.approx([SMALL * edge for edge in large.box], abs=1)
    for one, other in zip(small.titles(), large.titles(), strict=True):
        assert one.lines == other.lines
        assert one.box == pytest.approx([SMALL * edge for edge in other.box], abs=0.1)
        assert one.size == pytest.approx(SMALL * other.size, abs=0.01)


def test_titles_in_arabic_are_the_text_layers_alone(shoot: Shoot) -> None:
    words = Words("قهوة ساخنة طوال اليوم", "", "اطلب الآن")
    moving = shoot("studio", moving=True, words=words, layout="off_axis_left")
    title, button = moving.titles()
    assert title.family == "FiraGO"
    assert title.align == "right"
    assert title.box[2] == button.box[2]
    left, right = title.box[0], title.box[2]
    ass = text_layer(moving.canvas, 60, titles=[title])
    found = text_bounds(ass, moving.canvas.width, moving.canvas.height, [1.5])
    assert found is not None
    assert found[0] >= left - 2
    assert found[2] == pytest.approx(right, abs=3)
    still = shoot("studio", words=words)
    assert "glyphs_missing" in still.marks()
    assert still.image.details["text_boxes"] == []


def test_the_logo_leaves_captions_their_room(shoot: Shoot, tmp_path: Path) -> None:
    logo = np.zeros((60, 200, 4), np.uint8)
    logo[:] = (0, 160, 0, 255)
    save_png(tmp_path / "logo.png", logo)
    kit = BrandKit(logo=MediaFile(tmp_path / "logo.png", "image/png", "0" * 64, 200, 60))
    captions = room(Aspect.PORTRAIT, "upper")
    shot = shoot("studio", aspect=Aspect.PORTRAIT, brand=kit, moving=True, captions=captions)
    rgb = shot.layers["scene_plate"].astype(int)
    rows = np.nonzero((rgb[..., 1] - rgb[..., 0] > 90) & (rgb[..., 1] - rgb[..., 2] > 90))[0]
    assert rows.min() >= captions[3]
    assert all(title.box[1] > rows.max() for title in shot.titles())
