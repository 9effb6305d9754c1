"""The local fidelity checker on drawn products: faithful pictures pass, each kind of drift is caught."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Canvas, ProductBrief, Reference, Scene, Words
from genai.domain.enums import Aspect, Verdict
from genai.domain.media import MediaFile, Quad
from genai.errors import Permanent
from genai.providers.local.compose.composer import scene
from genai.providers.local.fidelity import fidelity

SIZE = 720
BRIEF = ProductBrief("Drawn box")


def labelled(seed: int = 1, body: tuple[int, int, int] = (196, 70, 52)) -> np.ndarray:
    """A box with a printed label on transparency."""
    rng = np.random.default_rng(seed)
    rgba = np.zeros((420, 300, 4), np.uint8)
    cv2.rectangle(rgba, (10, 40), (289, 409), (*body, 255), -1)
    cv2.ellipse(rgba, (150, 42), (139, 30), 0, 0, 360, (*body, 255), -1)
    cv2.rectangle(rgba, (30, 110), (270, 350), (242, 232, 205, 255), -1)
    for row in range(4):
        text = "".join(chr(65 + int(v)) for v in rng.integers(0, 26, 6))
        ink = tuple(int(v) for v in rng.integers(0, 130, 3))
        cv2.putText(
            rgba, text, (38, 155 + 45 * row), cv2.FONT_HERSHEY_DUPLEX, 1.5, (*ink, 255), 3, cv2.LINE_AA
        )
    for _ in range(8):
        at = int(rng.integers(45, 255)), int(rng.integers(315, 340))
        cv2.circle(rgba, at, int(rng.integers(5, 11)), (*map(int, rng.integers(0, 255, 3)), 255), -1)
    return rgba


def plain() -> np.ndarray:
    """A shape without any print: a bowl and its foot."""
    rgba = np.zeros((300, 360, 4), np.uint8)
    cv2.ellipse(rgba, (180, 90), (170, 190), 0, 0, 180, (40, 120, 190, 255), -1, cv2.LINE_AA)
    cv2.rectangle(rgba, (120, 250), (240, 295), (40, 120, 190, 255), -1)
    return rgba


def pasted(
    rgba: np.ndarray,
    *,
    scale: float = 1.1,
    turn: float = 0.0,
    gain: float = 1.0,
    at: tuple[int, int] = (360, 370),
) -> np.ndarray:
    """The product on a graded ground with a few soft shapes, RGB."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE
    ground = np.dstack([150 + 60 * y, 170 + 30 * x, 190 - 40 * y]).astype(np.float32)
    cv2.circle(ground, (120, 600), 90, (120, 140, 110), -1)
    ground = cv2.GaussianBlur(ground, (0, 0), 6)
    matrix = cv2.getRotationMatrix2D((rgba.shape[1] / 2, rgba.shape[0] / 2), turn, scale)
    matrix[:, 2] += at[0] - rgba.shape[1] / 2, at[1] - rgba.shape[0] / 2
    layer = cv2.warpAffine(rgba, matrix, (SIZE, SIZE), flags=cv2.INTER_CUBIC).astype(np.float32)
    alpha = layer[..., 3:] / 255
    return np.clip(layer[..., :3] * gain * alpha + ground * (1 - alpha), 0, 255).astype(np.uint8)


def file_of(picture: np.ndarray, path: Path, **options: Any) -> MediaFile:
    Image.fromarray(picture).save(path, **options)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return MediaFile(path, "image/png", digest, picture.shape[1], picture.shape[0])


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., FidelityResult]:
    def run(
        reference: np.ndarray,
        picture: np.ndarray,
        *,
        partial: bool = False,
        placement: Quad | None = None,
        jpeg: int = 0,
    ) -> FidelityResult:
        known = Reference(file_of(reference, tmp_path / "reference.png"), "cutout")
        path = tmp_path / ("candidate.jpg" if jpeg else "candidate.png")
        candidate = file_of(picture, path, **({"quality": jpeg} if jpeg else {}))
        request = FidelityRequest(BRIEF, (known,), candidate, placement=placement, partial=partial)
        return fidelity(request, Call("key", tmp_path))

    return run


def aspects(result: FidelityResult) -> set[str]:
    return {finding.aspect for finding in result.findings}


@pytest.mark.parametrize(
    "changes",
    [{}, {"turn": 10.0}, {"turn": -10.0, "scale": 0.7}, {"scale": 1.35}, {"gain": 0.85}, {"gain": 1.12}],
    ids=str,
)
def test_faithful_pictures_pass(check: Callable[..., FidelityResult], changes: dict[str, Any]) -> None:
    result = check(labelled(), pasted(labelled(), **changes))
    assert result.verdict is Verdict.PASS, result
    assert result.score >= 0.5 and not result.findings
    assert set(result.aspects) == {"presence", "shape", "colour", "print", "completeness"}


def test_jpeg_passes_and_the_place_is_reported(check: Callable[..., FidelityResult]) -> None:
    result = check(labelled(), pasted(labelled(), scale=1.0), jpeg=70)
    assert result.verdict is Verdict.PASS and result.found is not None
    expected = np.array([(210, 160), (510, 160), (510, 580), (210, 580)])
    # The reference is trimmed to the product: 10 px of transparency at its sides.
    assert np.abs(np.array(result.found.points) - expected).max() < 16


def hue_shifted(rgba: np.ndarray) -> np.ndarray:
    hsv = cv2.cvtColor(rgba[..., :3], cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + 20) % 180  # 40 degrees
    return np.dstack([cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), rgba[..., 3]])


def label_mirrored(rgba: np.ndarray) -> np.ndarray:
    out = rgba.copy()
    out[110:351, 30:271] = rgba[110:351, 30:271][:, ::-1]
    return out


def lower_third_gone(rgba: np.ndarray) -> np.ndarray:
    out = rgba.copy()
    out[290:, :, 3] = 0
    return out


def label_blurred(rgba: np.ndarray) -> np.ndarray:
    return np.dstack([cv2.GaussianBlur(rgba[..., :3], (0, 0), 4.5), rgba[..., 3]])


def stretched(rgba: np.ndarray) -> np.ndarray:
    return cv2.resize(rgba, (round(1.25 * rgba.shape[1]), rgba.shape[0]))


@pytest.mark.parametrize(
    ("drift", "aspect", "words"),
    [
        (hue_shifted, "colour", "degrees off towards"),
        (label_mirrored, "print", "mirrored"),
        (lambda rgba: np.ascontiguousarray(rgba[:, ::-1]), "print", "mirrored"),
        (stretched, "shape", "too wide"),
        (lower_third_gone, "completeness", "lower part"),
        (label_blurred, "print", "blurred"),
        (lambda _: labelled(9, (60, 90, 160)), "presence", "missing"),
        (lambda rgba: rgba * np.uint8(0), "presence", "missing"),
    ],
    ids=["hue", "label mirrored", "all mirrored", "stretched", "erased", "blurred", "another", "missing"],
)
def test_drift_is_caught_and_named(
    check: Callable[..., FidelityResult], drift: Callable[[np.ndarray], np.ndarray], aspect: str, words: str
) -> None:
    result = check(labelled(), pasted(drift(labelled()), scale=1.2))
    assert result.verdict is Verdict.DRIFT, result
    assert result.score < 0.5
    assert any(finding.aspect == aspect and words in finding.text for finding in result.findings), result


def test_plain_product_where_the_engine_says_it_is(check: Callable[..., FidelityResult]) -> None:
    place = Quad.box(360 - 198, 370 - 66, 360 + 198, 370 + 162)
    faithful = check(plain(), pasted(plain()), placement=place)
    assert faithful.verdict is Verdict.PASS, faithful
    recolored = check(plain(), pasted(hue_shifted(plain())), placement=place)
    assert recolored.verdict is Verdict.DRIFT and "colour" in aspects(recolored), recolored
    assert check(plain(), pasted(plain() * np.uint8(0)), placement=place).verdict is Verdict.DRIFT


def test_a_wrong_placement_is_only_a_hint(check: Callable[..., FidelityResult]) -> None:
    picture = pasted(labelled(), scale=0.8, at=(500, 420))
    assert check(labelled(), picture, placement=Quad.box(0, 0, 180, 250)).verdict is Verdict.PASS


def test_a_detail_passes_only_where_a_part_is_meant(check: Callable[..., FidelityResult]) -> None:
    close = pasted(labelled(), scale=3.0)
    assert check(labelled(), close, partial=True).verdict is Verdict.PASS
    whole = check(labelled(), close)
    assert whole.verdict is Verdict.DRIFT and "completeness" in aspects(whole)


def test_the_engines_own_scene_passes(tmp_path: Path) -> None:
    known = Reference(file_of(labelled(), tmp_path / "reference.png"), "cutout")
    request = ImageRequest(
        ImagePurpose.SCENE,
        BRIEF,
        (known,),
        Canvas(Aspect.SQUARE, 1080, 1080),
        scene=Scene(1, "hero", "studio", "", words=Words("Take a good look"), seed=3),
    )
    made = scene(request, Call("key", tmp_path)).images[0]
    candidate = MediaFile(made.path, made.media_type, "scene")
    corners: Any = tuple(tuple(point) for point in made.details["placement"])
    placement = Quad(corners)
    result = fidelity(FidelityRequest(BRIEF, (known,), candidate, placement=placement), Call("key", tmp_path))
    assert result.verdict is Verdict.PASS, result


def test_what_cannot_be_judged_is_unsure_with_a_reason(
    check: Callable[..., FidelityResult], tmp_path: Path
) -> None:
    tiny = check(labelled(), pasted(labelled())[::20, ::20].copy())
    assert tiny.verdict is Verdict.UNSURE and tiny.reason
    (tmp_path / "broken.png").write_bytes(b"no picture")
    broken = Reference(MediaFile(tmp_path / "broken.png", "image/png", "broken"), "cutout")
    candidate = file_of(pasted(labelled()), tmp_path / "candidate.png")
    for references in ((broken,), ()):
        result = fidelity(FidelityRequest(BRIEF, references, candidate), Call("key", tmp_path))
        assert result.verdict is Verdict.UNSURE and "reference" in (result.reason or "")


@pytest.mark.parametrize(
    "picture",
    [
        np.full((400, 400, 3), 255, np.uint8),
        np.zeros((300, 900, 4), np.uint8),
        np.full((64, 2000), 90, np.uint8),
        np.random.default_rng(0).integers(0, 255, (500, 500, 3)).astype(np.uint8),
    ],
    ids=["blank", "transparent", "strip", "noise"],
)
def test_odd_pictures_hold_no_product(check: Callable[..., FidelityResult], picture: np.ndarray) -> None:
    result = check(labelled(), picture)
    assert result.verdict is Verdict.DRIFT and aspects(result) == {"presence"}


def test_transparent_candidate_of_the_product_is_judged(check: Callable[..., FidelityResult]) -> None:
    assert (
        check(labelled(), cv2.copyMakeBorder(labelled(), 90, 90, 150, 150, cv2.BORDER_CONSTANT)).verdict
        is Verdict.PASS
    )


def test_undecodable_candidate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "candidate.png").write_bytes(b"\x89PNG not really")
    known = Reference(file_of(labelled(), tmp_path / "reference.png"), "cutout")
    candidate = MediaFile(tmp_path / "candidate.png", "image/png", "x")
    with pytest.raises(Permanent):
        fidelity(FidelityRequest(BRIEF, (known,), candidate), Call("key", tmp_path))


def test_photograph_without_a_cutout_serves_as_reference(tmp_path: Path) -> None:
    photograph = pasted(labelled(), scale=0.9)
    known = Reference(file_of(photograph, tmp_path / "source.png"), "source")
    for picture, verdict in ((labelled(), Verdict.PASS), (labelled(9, (60, 90, 160)), Verdict.DRIFT)):
        framed = cv2.resize(
            pasted(picture, scale=0.9, turn=3), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA
        )
        candidate = file_of(
            cv2.copyMakeBorder(framed, 80, 80, 60, 60, cv2.BORDER_REFLECT), tmp_path / "c.png"
        )
        assert fidelity(FidelityRequest(BRIEF, (known,), candidate), Call("key", tmp_path)).verdict is verdict
