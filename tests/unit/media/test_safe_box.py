"""The safe box: platform overlays in upright frames, a margin elsewhere."""

from __future__ import annotations

import pytest

from genai.domain.enums import Aspect
from genai.media.safe_box import safe_box


def test_an_upright_frame_leaves_the_interface_its_room() -> None:
    assert safe_box(Aspect.PORTRAIT, 1080, 1920) == (120, 288, 888, 1248)
    assert safe_box(Aspect.PORTRAIT, 540, 960) == (60, 144, 444, 624)


@pytest.mark.parametrize("aspect", [Aspect.SQUARE, Aspect.FEED, Aspect.LANDSCAPE])
def test_other_frames_have_one_margin_all_around(aspect: Aspect) -> None:
    width, height = aspect.size
    assert safe_box(aspect, width, height) == (65, 65, width - 65, height - 65)
