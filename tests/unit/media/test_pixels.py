"""Pictures as arrays."""

from __future__ import annotations

import numpy as np
import pytest

from genai.media.pixels import covering


@pytest.mark.parametrize("size", [(40, 40), (90, 30), (20, 50), (7, 3)])
def test_a_picture_covers_another_format_from_its_middle(size: tuple[int, int]) -> None:
    picture = np.zeros((60, 90, 3), np.uint8)
    picture[20:40, 30:60] = 255
    covered = covering(picture, *size)
    assert covered.shape == (size[1], size[0], 3)
    assert covered[size[1] // 2, size[0] // 2].min() > 200
    assert np.array_equal(covered, covered[:, ::-1])
