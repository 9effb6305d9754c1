"""References and candidates that show little or nothing: unsure with the reason, never a confident pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import ProductBrief
from genai.domain.enums import Verdict
from genai.errors import Permanent
from genai.providers.local.fidelity import fidelity
from tests.unit.providers.local.fidelity.test_damage import jar, pasted, reference_of


def check(
    references: Sequence[np.ndarray], candidate: np.ndarray, folder: Path, role: str = "cutout"
) -> FidelityResult:
    known = tuple(
        reference_of(each, folder / f"reference_{number}.png", role) for number, each in enumerate(references)
    )
    file = reference_of(candidate, folder / "candidate.png").file
    return fidelity(FidelityRequest(ProductBrief("Jar"), known, file), Call("key", folder))


def tube() -> np.ndarray:
    """Another product in other colours."""
    rgba = np.zeros((420, 160, 4), np.uint8)
    cv2.rectangle(rgba, (10, 10), (149, 409), (30, 120, 110, 255), -1)
    for row in range(6):
        cv2.circle(rgba, (80, 60 + 60 * row), 22, (20, 60 + 20 * row, 140, 255), -1)
    return rgba


def test_a_reference_may_be_huge(tmp_path: Path) -> None:
    large = cv2.resize(jar(), (3600, 4800), interpolation=cv2.INTER_NEAREST)
    assert check([large], pasted(jar()), tmp_path).verdict is Verdict.PASS


def test_references_of_different_products_are_no_confident_pass(tmp_path: Path) -> None:
    result = check([jar(), tube()], pasted(jar()), tmp_path)
    assert result.verdict is Verdict.UNSURE
    assert result.reason == "the references do not show one product"


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_uniform_candidate_is_no_pass(tmp_path: Path, value: int) -> None:
    result = check([jar()], np.full((400, 400, 3), value, np.uint8), tmp_path)
    assert result.verdict is not Verdict.PASS
    assert result.findings or result.reason


def test_a_candidate_of_another_aspect(tmp_path: Path) -> None:
    faithful = pasted(jar())
    wide = cv2.copyMakeBorder(faithful, 0, 0, 500, 500, cv2.BORDER_REPLICATE)
    assert check([jar()], wide, tmp_path).verdict is Verdict.PASS
    squeezed = cv2.resize(faithful, (1000, 640))
    result = check([jar()], squeezed, tmp_path)
    assert result.verdict is Verdict.DRIFT
    assert [finding.aspect for finding in result.findings] == ["shape"]


def test_a_corrupt_candidate_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "candidate.png"
    file = reference_of(pasted(jar()), path).file
    path.write_bytes(path.read_bytes()[:3000])
    request = FidelityRequest(ProductBrief("Jar"), (reference_of(jar(), tmp_path / "reference.png"),), file)
    with pytest.raises(Permanent, match="cannot be decoded"):
        fidelity(request, Call("key", tmp_path))


def white_on_white(body: int) -> np.ndarray:
    """A photograph of a plain mug before a white wall; ``body`` its grey level."""
    rgb = np.full((480, 480, 3), 250, np.uint8)
    cv2.rectangle(rgb, (150, 140), (310, 360), (body, body, body), -1)
    cv2.ellipse(rgb, (310, 250), (50, 70), 0, -90, 90, (body, body, body), 18)
    return cv2.GaussianBlur(rgb, (0, 0), 2)


def mirror_like(ground: np.ndarray) -> np.ndarray:
    """A ball that shows its surroundings, before ``ground``."""
    y, x = np.mgrid[0:480, 0:480].astype(np.float32)
    away = np.hypot(x - 240, y - 240) / 150
    turned = cv2.remap(
        ground, 240 - (x - 240) * 1.6 * away, 240 - (y - 240) * 1.6 * away, cv2.INTER_LINEAR, None, 4
    )
    return np.where((away < 1)[..., None], turned, ground).astype(np.uint8)


def scenery(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.normal(130, 50, (24, 24, 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (480, 480), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def glass() -> np.ndarray:
    """A cut-out whose body lets its ground through."""
    rgba = np.zeros((400, 240, 4), np.uint8)
    cv2.rectangle(rgba, (10, 10), (229, 389), (200, 220, 220, 60), -1)
    cv2.rectangle(rgba, (10, 10), (229, 389), (120, 140, 140, 255), 6)
    return rgba


@pytest.mark.parametrize("kind", ["white on white", "mirror-like", "glass"])
def test_products_that_show_their_surroundings_never_pass_surely(tmp_path: Path, kind: str) -> None:
    reference, other = {
        "white on white": (white_on_white(240), pasted(jar())),
        "mirror-like": (mirror_like(scenery(1)), mirror_like(scenery(2))),
        "glass": (glass(), pasted(jar())),
    }[kind]
    role = "cutout" if reference.shape[2] == 4 else "source"
    result = check([reference], other, tmp_path, role)
    assert result.verdict is not Verdict.PASS
    assert result.findings or result.reason
