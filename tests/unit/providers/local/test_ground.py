"""The shadow on a plain ground is no part of the product."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from genai.providers.local.ground import without_shadow

HEIGHT, WIDTH = 400, 500


@pytest.fixture
def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A green box on a grey sweep with a soft shadow to its right; picture, product, shadow."""
    product = np.zeros((HEIGHT, WIDTH), bool)
    product[100:300, 180:300] = True
    shade = np.zeros((HEIGHT, WIDTH), np.float32)
    shade[260:300, 280:380] = 1
    shade = cv2.GaussianBlur(shade, (0, 0), 12)
    picture = (225 * (1 - 0.35 * shade))[..., None].repeat(3, 2)
    picture[product] = (40, 110, 60)
    return np.rint(picture).astype(np.uint8), product, (shade > 0.3) & ~product


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_the_shadow_goes_and_the_product_stays(scene):
    picture, product, shadow = scene
    freed, likeness = without_shadow(picture, product | (shadow & (np.arange(WIDTH) < 310)))
    assert _overlap(freed, product) > 0.97
    assert likeness > 0.95


def test_an_outline_that_the_ground_does_not_tell_is_not_confirmed(scene):
    picture, product, _ = scene
    half = product.copy()
    half[:200] = False
    _, likeness = without_shadow(picture, half)
    assert likeness < 0.7


def test_a_ground_that_is_not_plain_changes_nothing(scene):
    picture, product, _ = scene
    noise = np.random.default_rng(1).integers(0, 255, picture.shape, np.uint8)
    busy = np.where(product[..., None], picture, noise)
    freed, likeness = without_shadow(busy, product)
    assert np.array_equal(freed, product)
    assert likeness == 0


def test_a_white_product_on_white_is_not_eaten(scene):
    _, product, _ = scene
    white = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    white[product] = 252
    freed, likeness = without_shadow(white, product)
    assert np.array_equal(freed, product)
    assert likeness == 0
