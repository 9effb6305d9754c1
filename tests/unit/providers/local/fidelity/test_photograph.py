"""A crop of the client's own photograph is recognised as that, and nothing that was changed in it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import ProductBrief, Reference
from genai.domain.enums import Verdict
from genai.domain.media import MediaFile, Quad
from genai.media.pixels import save_png
from genai.providers.local.fidelity.features import find_features
from genai.providers.local.fidelity.photograph import of_photograph
from genai.providers.local.trust import CLEAN_MATTE
from tests.unit.providers.local.fidelity.test_clip import drawn
from tests.unit.providers.local.fidelity.test_clip import reference as cutout


def _scenery() -> np.ndarray:
    """A product with a printed label before a busy ground, 1200 x 900."""
    rng = np.random.default_rng(3)
    ground = cv2.resize(rng.normal(120, 60, (45, 60, 3)).astype(np.float32), (1200, 900))
    ground += rng.normal(0, 12, ground.shape).astype(np.float32)
    product = cv2.resize(drawn(), None, fx=1.4, fy=1.4).astype(np.float32)
    height, width = product.shape[:2]
    window = ground[180 : 180 + height, 420 : 420 + width]
    window += (product[..., :3] - window) * product[..., 3:] / 255
    return np.asarray(np.clip(ground, 0, 255).astype(np.uint8))


def _shown(photograph: np.ndarray) -> np.ndarray:
    """As a picture shows it: cropped, scaled, shaded from the top."""
    crop = cv2.resize(photograph[60:860, 240:1040], (700, 700), interpolation=cv2.INTER_AREA)
    shade = np.clip(np.linspace(0.5, 1.3, 700), 0, 1)[:, None, None]
    return np.asarray((crop * shade).astype(np.uint8))


@pytest.fixture
def photograph(tmp_path: Path) -> Reference:
    path = tmp_path / "photograph.png"
    save_png(path, _scenery())
    return Reference(MediaFile(path, "image/png", "1" * 64, 1200, 900), "source")


def _asked(reference: Reference, *others: Reference, covered: tuple[Quad, ...] = ()) -> FidelityRequest:
    candidate = MediaFile(Path("unused"), "image/png", "0" * 64, 700, 700)
    return FidelityRequest(ProductBrief("Box"), (reference, *others), candidate, covered=covered)


def _told(request: FidelityRequest, rgb: np.ndarray) -> FidelityResult | None:
    return of_photograph(request, rgb, find_features(rgb, None, 1800))


def test_a_crop_passes(photograph: Reference) -> None:
    result = _told(_asked(photograph), _shown(_scenery()))
    assert result is not None
    assert result.verdict is Verdict.PASS


def _turned(rgb: np.ndarray) -> np.ndarray:
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + 13) % 180  # 26 degrees
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))


def _region(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    def changed(rgb: np.ndarray) -> np.ndarray:
        rgb = rgb.copy()
        rgb[260:420, 260:430] = change(rgb[260:420, 260:430])
        return rgb

    return changed


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "hue": _turned,
    "mirrored": lambda rgb: rgb[:, ::-1],
    "hue of the label": _region(_turned),
    "blurred label": _region(lambda rgb: cv2.GaussianBlur(rgb, (0, 0), 5)),
    "erased label": _region(lambda rgb: np.full_like(rgb, rgb.mean((0, 1)).astype(np.uint8))),
    "mirrored label": _region(lambda rgb: rgb[:, ::-1]),
    "upside down": lambda rgb: np.rot90(rgb, 2),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_is_none(photograph: Reference, name: str) -> None:
    changed = np.ascontiguousarray(CHANGES[name](_shown(_scenery())))
    assert _told(_asked(photograph), changed) is None


def test_what_is_covered_may_differ(photograph: Reference) -> None:
    shown = _shown(_scenery())
    shown[300:400, 100:600] = (250, 250, 20)
    assert _told(_asked(photograph), shown) is None
    band = (Quad.box(90, 290, 610, 410),)
    assert _told(_asked(photograph, covered=band), shown) is not None


def test_with_a_clean_cutout_it_is_not_asked(photograph: Reference, tmp_path: Path) -> None:
    clean = cutout(tmp_path, drawn())
    assert clean.confidence >= CLEAN_MATTE
    assert _told(_asked(photograph, clean), _shown(_scenery())) is None


def test_a_frame_of_a_clip_may_be_a_crop_of_its_accepted_picture(
    photograph: Reference, tmp_path: Path
) -> None:
    clean = cutout(tmp_path, drawn())
    accepted = replace(photograph, role="scene_image")
    assert _told(_asked(accepted, clean), _shown(_scenery())) is not None
    assert _told(_asked(accepted, clean), _turned(_shown(_scenery()))) is None
