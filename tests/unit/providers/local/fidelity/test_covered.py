"""Words that lie over the product on purpose are not held against it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest
from genai.domain.creative import ProductBrief
from genai.domain.enums import Verdict
from genai.domain.media import MediaFile, Quad
from genai.media.pixels import save_png
from genai.providers.local.fidelity import fidelity
from tests.unit.providers.local.fidelity.test_clip import drawn, reference

BAND = (100, 330, 620, 450)  # over the middle of the label


@pytest.mark.parametrize(("covered", "passes"), [((), False), ((Quad.box(*BAND),), True)])
def test_a_band_over_the_product(tmp_path: Path, covered: tuple[Quad, ...], passes: bool) -> None:
    rgba = drawn()
    product = cv2.resize(rgba, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    picture = np.full((900, 720, 3), (150, 170, 180), np.float32)
    height, width = product.shape[:2]
    alpha = product[..., 3:] / 255
    window = picture[130 : 130 + height, 130 : 130 + width]
    window += (product[..., :3] - window) * alpha
    cv2.rectangle(picture, BAND[:2], BAND[2:], (10.0, 10.0, 200.0), -1)
    path = tmp_path / "candidate.png"
    save_png(path, np.clip(picture, 0, 255).astype(np.uint8))
    result = fidelity(
        FidelityRequest(
            ProductBrief("Box"),
            (reference(tmp_path, rgba),),
            MediaFile(path, "image/png", "0" * 64, 720, 900),
            covered=covered,
        ),
        Call("key", tmp_path),
    )
    assert (result.verdict is Verdict.PASS) is passes
