"""What differs in one place, what the light explains, and what cannot be told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import ProductBrief, Reference
from genai.domain.enums import AssetRole, Composition, Verdict
from genai.domain.media import MediaFile
from genai.providers.local.fidelity import fidelity

SIDE = 640
PRODUCTS = Path(__file__).parents[6] / "shared" / "products"


def jar() -> np.ndarray:
    """A jar with a lid, a label in three colours and white paper, RGBA."""
    rng = np.random.default_rng(2)
    rgba = np.zeros((400, 300, 4), np.uint8)
    cv2.rectangle(rgba, (10, 60), (289, 389), (186, 60, 52, 255), -1)
    cv2.rectangle(rgba, (40, 10), (259, 60), (70, 70, 78, 255), -1)
    cv2.rectangle(rgba, (30, 120), (269, 340), (244, 240, 228, 255), -1)
    for row, word in enumerate(("PLUM", "JELLY", "1907")):
        ink = ((40, 60, 120), (30, 110, 60), (120, 40, 40))[row]
        cv2.putText(
            rgba, word, (50, 170 + 50 * row), cv2.FONT_HERSHEY_DUPLEX, 1.6, (*ink, 255), 3, cv2.LINE_8
        )
    for _ in range(40):
        at = int(rng.integers(40, 260)), int(rng.integers(290, 332))
        cv2.circle(rgba, at, int(rng.integers(2, 6)), (*map(int, rng.integers(0, 200, 3)), 255), -1)
    return rgba


def pasted(rgba: np.ndarray, light: tuple[float, float, float] = (1, 1, 1)) -> np.ndarray:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    ground = np.dstack([120 + 60 * y, 140 + 30 * x, 150 - 20 * y])
    matrix = cv2.getRotationMatrix2D((150, 200), 5, 1.1)
    matrix[:, 2] += SIDE / 2 - 150, SIDE / 2 - 200
    layer = cv2.warpAffine(rgba, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR).astype(np.float32)
    alpha = layer[..., 3:] / 255
    mixed = (layer[..., :3] * alpha + ground * (1 - alpha)) * np.array(light)
    return np.clip(mixed, 0, 255).astype(np.uint8)


def reference_of(rgba: np.ndarray, path: Path, role: str = "cutout") -> Reference:
    Image.fromarray(rgba).save(path)
    return Reference(MediaFile(path, "image/png", hashlib.sha256(path.read_bytes()).hexdigest()), role)


def check(
    reference: np.ndarray, candidate: np.ndarray, folder: Path, *, explain: bool = False
) -> FidelityResult:
    known = reference_of(reference, folder / "reference.png")
    file = reference_of(candidate, folder / "candidate.png").file
    return fidelity(
        FidelityRequest(ProductBrief("Jar"), (known,), file, explain=explain), Call("key", folder)
    )


def words(result: FidelityResult) -> str:
    return "; ".join(finding.text for finding in result.findings)


def test_a_blurred_corner_of_the_label_is_drift(tmp_path: Path) -> None:
    rgba = jar()
    part = rgba[130:235, 35:200]
    part[..., :3] = cv2.GaussianBlur(part[..., :3], (0, 0), 6)
    result = check(jar(), pasted(rgba), tmp_path)
    assert result.verdict is Verdict.DRIFT and "blurred" in words(result), result


def test_a_patch_over_the_label_is_drift(tmp_path: Path) -> None:
    rgba = jar()
    rgba[130:250, 40:160, :3] = (235, 205, 40)
    result = check(jar(), pasted(rgba), tmp_path)
    assert result.verdict is Verdict.DRIFT, result
    assert {finding.aspect for finding in result.findings} & {"print", "completeness"}


@pytest.mark.parametrize("light", [(1.08, 1.0, 0.86), (0.88, 0.97, 1.1)], ids=["warm", "cool"])
def test_the_colour_of_the_light_is_no_drift(tmp_path: Path, light: tuple[float, float, float]) -> None:
    result = check(jar(), pasted(jar(), light), tmp_path)
    assert result.verdict is Verdict.PASS, result


def test_a_turn_of_the_products_own_hue_is(tmp_path: Path) -> None:
    rgba = jar()
    hsv = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + 14) % 180  # 28 degrees; white paper stays white
    rgba[..., :3] = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    result = check(jar(), pasted(rgba), tmp_path)
    assert result.verdict is Verdict.DRIFT and "degrees off towards" in words(result), result


def test_the_products_colours_alone_decide_nothing(tmp_path: Path) -> None:
    """The same colours in another arrangement may be its back: nobody can tell."""
    back = jar()
    cv2.rectangle(back, (30, 120), (269, 340), (244, 240, 228, 255), -1)
    for row in range(8):
        ink = ((40, 60, 120), (30, 110, 60), (120, 40, 40))[row % 3]
        cv2.line(back, (45, 150 + 22 * row), (120 + 17 * row, 150 + 22 * row), (*ink, 255), 6)
    turned = cv2.resize(back, (200, 420))
    result = check(jar(), pasted(turned), tmp_path)
    assert result.verdict is not Verdict.PASS, result


def test_what_was_seen_is_drawn(tmp_path: Path) -> None:
    result = check(jar(), pasted(jar()), tmp_path, explain=True)
    assert result.explanation is not None and result.explanation.role is AssetRole.EXPLANATION
    drawn = np.asarray(Image.open(result.explanation.path).convert("RGB")).astype(int)
    green = (drawn[..., 1] > drawn[..., 0] + 60) & (drawn[..., 1] > drawn[..., 2] + 60)
    assert green.sum() > 500  # the frame around the product, and the verdict


@pytest.mark.parametrize("kind", ["blank", "tiny", "clear"])
def test_references_that_show_nothing_never_pass(tmp_path: Path, kind: str) -> None:
    reference = {
        "blank": np.full((300, 300, 4), 255, np.uint8),
        "tiny": np.full((3, 3, 4), 200, np.uint8),
        "clear": np.zeros((200, 200, 4), np.uint8),
    }[kind]
    result = check(reference, pasted(jar()), tmp_path)
    assert result.verdict is Verdict.UNSURE and result.reason, result


@pytest.mark.skipif(not (PRODUCTS / "can").is_dir(), reason="the photographs are not here")
def test_photographs_of_one_product_and_of_another(tmp_path: Path) -> None:
    def photograph(name: str) -> MediaFile:
        path = PRODUCTS / name
        return MediaFile(path, "image/jpeg", hashlib.sha256(path.read_bytes()).hexdigest())

    known = (Reference(photograph("can/00.jpg"), "source"),)

    def verdict(name: str) -> Verdict:
        request = FidelityRequest(ProductBrief("Can"), known, photograph(name))
        return fidelity(request, Call("key", tmp_path)).verdict

    assert verdict("can/04.jpg") is Verdict.PASS
    assert verdict("backpack/02.jpg") is Verdict.DRIFT


def held(picture: np.ndarray, reach: int) -> np.ndarray:
    """Three fingers from the right, ``reach`` pixels over the jar."""
    out = picture.copy()
    for row in range(3):
        at = 300 + 52 * row
        cv2.line(out, (SIDE - 1, at + 20), (SIDE // 2 + 165 - reach, at), (222, 170, 140), 48, cv2.LINE_AA)
    return out


@pytest.mark.parametrize(
    ("composition", "verdict"),
    [(Composition.WITH_MODEL, Verdict.PASS), (Composition.PRODUCT_ONLY, Verdict.DRIFT)],
)
def test_a_hand_may_cover_a_part_where_a_model_is_meant(
    tmp_path: Path, composition: Composition, verdict: Verdict
) -> None:
    known = reference_of(jar(), tmp_path / "reference.png")
    file = reference_of(held(pasted(jar()), 110), tmp_path / "candidate.png").file
    request = FidelityRequest(ProductBrief("Jar"), (known,), file, composition=composition)
    assert fidelity(request, Call("key", tmp_path)).verdict is verdict


def test_a_hand_hides_no_other_drift(tmp_path: Path) -> None:
    known = reference_of(jar(), tmp_path / "reference.png")
    turned = pasted(np.ascontiguousarray(jar()[:, ::-1]))
    file = reference_of(held(turned, 60), tmp_path / "candidate.png").file
    request = FidelityRequest(ProductBrief("Jar"), (known,), file, composition=Composition.WITH_MODEL)
    result = fidelity(request, Call("key", tmp_path))
    assert result.verdict is Verdict.DRIFT and "mirrored" in words(result)


def nearly_even() -> np.ndarray:
    """A tin that is its own mirror image, but for one small mark."""
    rgba = np.zeros((420, 300, 4), np.uint8)
    cv2.rectangle(rgba, (10, 10), (289, 409), (40, 90, 120, 255), -1)
    for row in range(7):
        cv2.ellipse(rgba, (150, 60 + 50 * row), (110 - 9 * row, 16), 0, 0, 360, (230, 220, 180, 255), 3)
    cv2.rectangle(rgba, (60, 330), (100, 350), (230, 220, 180, 255), -1)
    return rgba


def test_a_small_mark_tells_an_even_product_from_its_mirror_image(tmp_path: Path) -> None:
    assert check(nearly_even(), pasted(nearly_even()), tmp_path).verdict is Verdict.PASS
    turned = check(nearly_even(), pasted(np.ascontiguousarray(nearly_even()[:, ::-1])), tmp_path)
    assert turned.verdict is Verdict.DRIFT, turned
