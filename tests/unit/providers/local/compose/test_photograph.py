"""A moving picture of a product that cannot be cut out: its photograph fills the frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.domain.creative import Reference
from genai.domain.enums import Aspect
from genai.domain.records import to_json
from genai.media.pixels import save_png
from genai.media.safe_box import safe_box
from genai.providers.local.compose.photograph import fill, product_in
from tests.unit.providers.local.compose.conftest import Shot, reference

Shoot = Callable[..., Shot]
GROUND, PRODUCT = (120, 130, 110), (0, 210, 210)


def _photograph(width: int, height: int, centre: tuple[int, int], radius: int) -> np.ndarray:
    """A cyan disc on noisy grey."""
    noise = np.random.default_rng(1).normal(0, 3, (height, width, 3))
    picture = np.clip(np.array(GROUND) + noise, 0, 255).astype(np.uint8)
    return np.asarray(cv2.circle(picture, centre, radius, PRODUCT, -1), np.uint8)


@pytest.fixture
def wide(tmp_path: Path) -> Reference:
    save_png(tmp_path / "wide.png", _photograph(1200, 900, (800, 500), 150))
    return reference(tmp_path / "wide.png", "source", 1.0)


def _cyan(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(rgb[..., 2].astype(int) - rgb[..., 0] > 60)


def _bright(rgb: np.ndarray) -> np.ndarray:
    """Not its dimmed blur."""
    return np.asarray(rgb[..., 2].astype(int) - rgb[..., 0] > 150)


@pytest.mark.parametrize("aspect", list(Aspect))
def test_the_photograph_is_all_of_the_frame(shoot: Shoot, wide: Reference, aspect: Aspect) -> None:
    shot = shoot("podium", aspect=aspect, references=(wide,), moving=True)
    assert "whole_photograph" in shot.marks()
    assert shot.layers == {}
    product = _cyan(shot.rgb)
    rows, columns = np.nonzero(product)
    # All of it, round as it was, and nothing but ground and product.
    assert (np.ptp(columns) + 1) / (np.ptp(rows) + 1) == pytest.approx(1, rel=0.05)
    ground = shot.rgb[~product].astype(int)
    assert (np.ptp(ground, axis=1) < 60).mean() > 0.98
    left, top, right, bottom = shot.box
    assert left <= columns.mean() <= right
    assert top <= rows.mean() <= bottom


@pytest.mark.parametrize("aspect", list(Aspect))
def test_words_stand_clear_of_the_product_and_in_the_safe_box(
    shoot: Shoot, wide: Reference, aspect: Aspect
) -> None:
    shot = shoot("podium", aspect=aspect, references=(wide,), moving=True)
    product = _cyan(shot.rgb)
    safe = safe_box(aspect, shot.canvas.width, shot.canvas.height)
    assert shot.titles()
    for title in shot.titles():
        left, top, right, bottom = (round(edge) for edge in title.box)
        assert product[top:bottom, left:right].mean() < 0.12, to_json(title)
        assert safe[0] <= left < right <= safe[2]
        assert safe[1] <= top < bottom <= safe[3]
    assert all(contrast >= 4.5 for contrast in shot.image.details["contrast"])


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_product_that_fills_its_photograph_is_shown_beside_the_words(
    shoot: Shoot, tmp_path: Path, aspect: Aspect
) -> None:
    save_png(tmp_path / "full.png", _photograph(900, 1000, (450, 500), 430))
    full = reference(tmp_path / "full.png", "source", 1.0)
    shot = shoot("podium", aspect=aspect, references=(full,), moving=True)
    product = _bright(shot.rgb)
    assert product.mean() > 0.15
    assert shot.titles()
    for title in shot.titles():
        left, top, right, bottom = (round(edge) for edge in title.box)
        assert not product[top:bottom, left:right].any(), to_json(title)
    left, top, right, bottom = shot.box
    rows, columns = np.nonzero(product)
    assert (left, top) == pytest.approx((columns.min(), rows.min()), abs=0.09 * shot.canvas.width)
    assert (right, bottom) == pytest.approx((columns.max(), rows.max()), abs=0.09 * shot.canvas.width)


def test_an_upright_product_is_not_cut_by_a_wide_frame(tmp_path: Path) -> None:
    upright = np.full((1200, 600, 4), 255, np.uint8)
    upright[..., :3] = _photograph(600, 1200, (300, 600), 1)
    cv2.rectangle(upright, (180, 80), (420, 1120), (*PRODUCT, 255), -1)
    filled = fill(upright, 640, 360, (0, 0, 640, 360), "medium")
    rows = np.flatnonzero(_bright(filled.pixels).sum(1) > 20)
    assert 1 < rows.min() < 30
    assert 330 < rows.max() < 358
    assert filled.product[3] - filled.product[1] == pytest.approx(np.ptp(rows), abs=25)


def test_the_product_is_found() -> None:
    left, top, right, bottom = product_in(_photograph(1200, 900, (800, 500), 150))
    for found, true in ((left, 650), (top, 350), (right, 950), (bottom, 650)):
        assert found == pytest.approx(true, abs=45)
