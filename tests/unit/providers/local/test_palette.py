"""Colours: found with their shares, named as people name them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from genai.errors import Permanent
from genai.media import pixels
from genai.providers.local import oklab
from genai.providers.local.palette import VOCABULARY, color_name, product_palette
from tests.unit.providers.local.drawn import bottle


def test_shares_follow_the_areas() -> None:
    rgba = np.zeros((100, 100, 4), np.uint8)
    rgba[:, :70] = (200, 20, 25, 255)
    rgba[:, 70:95] = (245, 245, 243, 255)
    rgba[:, 95:] = (0, 200, 0, 40)
    colors = product_palette(rgba)
    assert [color.name for color in colors] == ["red", "white"]
    assert colors[0].share == pytest.approx(70 / 95, abs=0.01)
    assert colors[0].hex == "#c81419"


def test_light_and_shade_of_one_material_are_one_colour() -> None:
    colors, mask = bottle()
    palette = product_palette(np.dstack([colors, np.where(mask, 255, 0).astype(np.uint8)]))
    assert palette[0].name in ("blue", "royal blue")
    assert "cream" in [color.name for color in palette]
    assert len(palette) <= 3


def test_nothing_opaque_has_no_colours_and_the_limit_holds() -> None:
    assert product_palette(np.zeros((8, 8, 4), np.uint8)) == ()
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 4), np.uint8)
    noise[..., 3] = 255
    assert len(product_palette(noise, limit=3)) == 3


@pytest.mark.parametrize("name", list(VOCABULARY))
def test_every_name_names_its_own_colour(name: str) -> None:
    assert color_name(oklab.from_hex(VOCABULARY[name])) == name


def test_oklab_agrees_with_its_publication_and_inverts() -> None:
    red = oklab.from_hex("#ff0000")
    assert red == pytest.approx([0.6280, 0.2249, 0.1258], abs=1e-3)
    rgb = np.random.default_rng(2).integers(0, 255, (50, 3), np.uint8)
    assert np.array_equal(oklab.to_srgb(oklab.from_srgb(rgb)), rgb)


def test_a_picture_is_read_as_it_is_displayed(tmp_path: Path) -> None:
    picture = Image.new("RGB", (40, 20), (250, 0, 0))
    exif = Image.Exif()
    exif[274] = 6
    picture.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert pixels.load_rgba(tmp_path / "turned.jpg").shape == (40, 20, 4)


def test_a_profile_is_converted(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    lab = Image.new("LAB", (8, 8), (150, 180, 160))
    lab.save(tmp_path / "lab.tif", icc_profile=profile.tobytes())
    expected = ImageCms.profileToProfile(lab, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert expected is not None
    assert (
        np.abs(pixels.load_rgb(tmp_path / "lab.tif").astype(int) - np.asarray(expected).astype(int)).max()
        <= 2
    )


def test_what_is_no_picture_is_a_permanent_error(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_bytes(b"not a picture")
    with pytest.raises(Permanent, match="cannot be decoded"):
        pixels.load_rgba(path)


def test_resizing_keeps_transparent_colours_out() -> None:
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[..., :3] = (0, 255, 0)
    rgba[16:48, 16:48] = (255, 0, 0, 255)
    small = pixels.resize(rgba, 20, 20)
    assert small[small[..., 3] > 30][:, 1].max() < 10
