"""Type: lines, fonts, glyphs, the brand's wishes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from genai.domain.creative import BrandKit, Words
from genai.domain.enums import Aspect
from genai.domain.media import MediaFile
from genai.media import fonts
from genai.media.pixels import save_png
from genai.media.safe_box import safe_box
from genai.providers.local.compose import color
from genai.providers.local.compose.lettering import letter
from genai.providers.local.compose.scheme import make_scheme
from genai.providers.local.compose.typography import Style, Typesetter, broken
from tests.unit.providers.local.compose.conftest import Shot

Shoot = Callable[..., Shot]
STYLE = Style(fonts.MANROPE, "display", 60, 1.1)


def test_lines_are_even_and_without_widows() -> None:
    lines = broken("Make room for slower mornings", STYLE, 700, 3)
    assert lines is not None
    lengths = [STYLE.advance(line) for line in lines]
    assert max(lengths) <= 700
    assert min(lengths) > 0.5 * max(lengths)


def test_long_text_flows_without_a_last_line_of_one_word() -> None:
    text = "A roomy pack with two soft straps and one deep pocket for the days that run long"
    lines = broken(text, Style(fonts.HANKEN, "regular", 30, 1.4), 500, 5)
    assert lines is not None
    assert " ".join(lines) == text
    assert len(lines[-1].split()) > 1


def test_a_word_that_is_wider_than_the_column_does_not_fit() -> None:
    assert broken("Rechtsschutzversicherungsgesellschaften", STYLE, 300, 3) is None


def test_the_headline_shrinks_to_its_room() -> None:
    words = Typesetter("Make room for slower mornings", "", "", "", fonts.MANROPE, fonts.MANROPE, 1080)
    roomy, tight = words.fit(700, 500, "left"), words.fit(700, 110, "left")
    assert roomy is not None
    assert tight is not None
    assert roomy.paragraphs[0].style.size > tight.paragraphs[0].style.size
    assert tight.height <= 110


def test_fonts_know_their_glyphs() -> None:
    assert fonts.can_draw(fonts.MANROPE, "Grüße, señor – 100 %")
    for text in ("日本", "🙂"):
        assert fonts.family_for(text, fonts.MANROPE) is None


def test_glyphs_no_font_has_are_left_out_openly(shoot: Shoot) -> None:
    shot = shoot("studio", words=Words("東京の朝", "Slow mornings", "今すぐ"))
    assert "glyphs_missing" in shot.marks()
    assert len(shot.image.details["text_boxes"]) == 1
    only_foreign = shoot("studio", words=Words("東京の朝", "", ""))
    assert only_foreign.image.details["text_boxes"] == []


def test_the_brand_font_is_used_or_its_absence_marked(shoot: Shoot) -> None:
    assert "brand_font_unavailable" in shoot("studio", brand=BrandKit(font="Gotham")).marks()
    assert "brand_font_unavailable" not in shoot("studio", brand=BrandKit(font="manrope")).marks()


def test_the_logo_stands_in_the_safe_box_apart_from_the_words(shoot: Shoot, tmp_path: Path) -> None:
    logo = np.zeros((60, 200, 4), np.uint8)
    logo[:] = (0, 160, 0, 255)
    save_png(tmp_path / "logo.png", logo)
    kit = BrandKit(logo=MediaFile(tmp_path / "logo.png", "image/png", "0" * 64, 200, 60))
    shot = shoot("studio", aspect=Aspect.PORTRAIT, brand=kit)
    rgb = shot.rgb.astype(int)
    rows, columns = np.nonzero((rgb[..., 1] - rgb[..., 0] > 90) & (rgb[..., 1] - rgb[..., 2] > 90))
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    safe = safe_box(Aspect.PORTRAIT, rgb.shape[1], rgb.shape[0])
    assert safe[0] <= left < right <= safe[2]
    assert safe[1] <= top < bottom <= safe[3]
    assert (right - left) / (bottom - top) == abs(200 / 60) or abs(
        (right - left) / (bottom - top) - 200 / 60
    ) < 0.2
    assert all(box[1] >= bottom for box in shot.image.details["text_boxes"])


def test_words_that_find_no_room_are_dropped_openly(shoot: Shoot) -> None:
    endless = Words("Pour the quiet hour", "slow mornings start right here " * 30, "See how")
    shot = shoot("studio", aspect=Aspect.PORTRAIT, words=endless)
    assert "words_dropped" in shot.marks()
    assert len(shot.image.details["text_boxes"]) == 2


def test_a_dark_logo_shows_on_a_dark_ground(shoot: Shoot, tmp_path: Path) -> None:
    logo = np.zeros((60, 200, 4), np.uint8)
    logo[15:45, 20:180] = (25, 15, 35, 255)
    save_png(tmp_path / "logo.png", logo)
    kit = BrandKit(logo=MediaFile(tmp_path / "logo.png", "image/png", "0" * 64, 200, 60))
    shot = shoot("studio", brand=kit, palette=("#1a1420", "#33283d", "#c9a24b"), scale=0.5)
    left, top, _, _ = safe_box(Aspect.SQUARE, 540, 540)
    grey = shot.rgb[top : top + 27, left : left + 90].mean(axis=2)
    assert grey[2:4, 20:70].mean() > grey[11:16, 25:65].mean() + 60


def test_an_editorial_page_names_the_product_once(shoot: Shoot) -> None:
    def roles(headline: str) -> list[str]:
        shot = shoot("editorial", words=Words(headline, "", ""), moving=True)
        return [title.role for title in shot.titles()]

    assert roles("Slow mornings") == ["eyebrow", "headline"]
    assert roles("The bottle, in green") == ["headline"]


@pytest.mark.parametrize("light", np.linspace(0.1, 0.95, 18))
@pytest.mark.parametrize("product", [0.35, 0.6, 0.85])
def test_every_ground_carries_type(light: float, product: float) -> None:
    for hue in (30, 140, 260):
        palette = [color.to_hex(color.from_oklch(light, 0.1, hue))]
        scheme = make_scheme(palette, color.from_oklch(product, 0.1, 80), ["#c0a020"])
        level = color.luminance(scheme.ground)
        assert max(color.contrast(color.luminance(ink), level) for ink in (scheme.dark, scheme.light)) > 5.9
        assert abs(color.oklch(scheme.ground)[0] - product) > 0.17  # and still stands off the product


def test_a_veil_has_no_edge_that_shows() -> None:
    words = Typesetter("Slow mornings", "", "", "", fonts.MANROPE, fonts.MANROPE, 1080)
    block = words.fit(300, 100, "left", 3)
    assert block is not None
    middle = np.full((540, 540, 3), 0.5, np.float32)  # neither ink reads on it
    scheme = make_scheme(["#808080"], color.from_hex("#e0c020"), ["#e0c020"])
    letter(middle, np.zeros((540, 540), np.float32), block.at(60, 60), scheme)
    across, down = (np.abs(np.diff(middle, axis=axis)).max() for axis in (0, 1))
    assert np.ptp(middle) > 0.05
    assert max(across, down) < 0.012 * np.ptp(middle)
