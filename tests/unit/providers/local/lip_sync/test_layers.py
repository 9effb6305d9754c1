"""Layers of planes: transparency mixes colours as it does in sRGB, and layers land where they are put."""

import numpy as np
import pytest

from genai.media.encoding import to_srgb
from genai.providers.local.lip_sync.layers import Layer, Picture, layer
from genai.providers.local.lip_sync.staging import shifted


def _sheet(width: int, height: int, color: tuple[int, int, int], alpha: int) -> Layer:
    picture = np.empty((height, width, 4), np.uint8)
    picture[:] = (*color, alpha)
    return layer(picture)


def _ground() -> Picture:
    picture = Picture.of(64, 48)
    picture.cover(_sheet(64, 48, (90, 120, 150), 255), np.eye(3))
    return picture


@pytest.mark.parametrize("alpha", [0, 64, 128, 255])
def test_a_sheet_covers_as_much_as_its_alpha_says(alpha: int) -> None:
    picture = _ground()
    picture.lay(_sheet(20, 16, (200, 40, 60), alpha), shifted(10, 8))
    seen = to_srgb(picture.y, picture.u, picture.v).astype(float)
    part = alpha / 255
    mixed = np.array((200, 40, 60)) * part + np.array((90, 120, 150)) * (1 - part)
    assert np.abs(seen[12:20, 14:26] - mixed).max() <= 5
    assert np.abs(seen[30:, 40:] - (90, 120, 150)).max() <= 3


def test_a_sheet_lies_where_its_matrix_says() -> None:
    picture = _ground()
    picture.lay(_sheet(20, 16, (255, 255, 0), 255), shifted(30, 20))
    bright = np.nonzero(picture.y > 200)
    assert (bright[0].min(), bright[0].max()) == (20, 35)
    assert (bright[1].min(), bright[1].max()) == (30, 49)
    yellow = np.nonzero(picture.u < 60)
    assert (yellow[0].min(), yellow[0].max()) == (10, 17)
    assert (yellow[1].min(), yellow[1].max()) == (15, 24)


def test_over_is_the_same_as_laying_one_after_the_other() -> None:
    low, high = _sheet(20, 16, (20, 200, 60), 160), _sheet(20, 16, (200, 40, 60), 100)
    one, two = _ground(), _ground()
    one.lay(low, shifted(10, 8))
    one.lay(high, shifted(10, 8))
    two.lay(high.over(low), shifted(10, 8))
    assert np.abs(one.y.astype(int) - two.y).max() <= 2
    assert np.abs(one.v.astype(int) - two.v).max() <= 2
