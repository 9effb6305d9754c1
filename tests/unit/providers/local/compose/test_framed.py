"""Where no clean cut-out exists, the photograph is shown framed: never a ragged edge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from genai.domain.creative import Reference
from genai.domain.enums import Aspect
from genai.media.pixels import save_png
from genai.providers.local.trust import CLEAN_MATTE
from tests.unit.providers.local.compose.conftest import Shot, reference, write_bottle

Shoot = Callable[..., Shot]


@pytest.fixture
def references(tmp_path: Path) -> tuple[Reference, ...]:
    """A doubtful cut-out and the photograph it was made of: cyan and unlike any set."""
    doubtful = reference(write_bottle(tmp_path / "doubtful.png"), confidence=CLEAN_MATTE - 0.05)
    save_png(tmp_path / "photo.png", np.full((600, 600, 3), (0, 210, 210), np.uint8))
    return doubtful, reference(tmp_path / "photo.png", "source", 1.0)


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("seed", [1, 2])
def test_a_doubtful_cutout_gives_a_framed_photograph(
    shoot: Shoot, references: tuple[Reference, ...], aspect: Aspect, seed: int
) -> None:
    shot = shoot("podium", aspect=aspect, references=references, seed=seed)
    assert "framed_photograph" in shot.marks()
    assert shot.image.details["set"].startswith("framed")
    assert not shot.product_mask().any()  # the doubtful cut-out itself is not shown
    left, top, right, bottom = shot.box
    photo = (shot.rgb[..., 2].astype(int) - shot.rgb[..., 0] > 120)[top:bottom, left:right]
    rows, columns = np.nonzero(photo)
    assert photo.mean() > 0.7
    assert (np.ptp(columns) + 1) / (np.ptp(rows) + 1) == pytest.approx(1, rel=0.03)
    for box in shot.image.details["text_boxes"]:
        assert box[2] <= left or right <= box[0] or box[3] <= top or bottom <= box[1]


def test_the_clean_cutout_is_preferred(
    shoot: Shoot, bottle: Reference, references: tuple[Reference, ...]
) -> None:
    shot = shoot("podium", references=(*references, bottle))
    assert "framed_photograph" not in shot.marks()
    assert shot.product_mask().any()
