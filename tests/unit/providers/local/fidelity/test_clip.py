"""Fidelity of clips: rendered by the local engine, checked on some of their frames."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.capabilities.video import Layers, VideoRequest
from genai.domain.creative import Canvas, Finding, ProductBrief, Reference, Scene
from genai.domain.enums import Aspect, AssetRole, Verdict
from genai.domain.film import Move, MoveKind
from genai.domain.media import MediaFile, Quad
from genai.errors import Permanent
from genai.media import frames
from genai.media.encoding import Encoder, to_planes
from genai.media.pixels import save_png
from genai.providers.local.compose.composer import scene as compose
from genai.providers.local.fidelity import fidelity
from genai.providers.local.fidelity.clip import Look, sampled, worst
from genai.providers.local.video import video

WIDTH, HEIGHT = 540, 960
BRIEF = ProductBrief("Drawn box")
TEXT = f"""[Script Info]
ScriptType: v4.00+
PlayResX: {WIDTH}
PlayResY: {HEIGHT}
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Bold, Outline, Shadow, Alignment, MarginV
Style: Default,Manrope,60,&H00FFFFFF,&H00000000,-1,0,0,8,90

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:09.00,Default,Words over it
"""


def drawn(seed: int = 1) -> np.ndarray:
    """A box with a printed label on transparency."""
    rng = np.random.default_rng(seed)
    rgba = np.zeros((420, 300, 4), np.uint8)
    cv2.rectangle(rgba, (10, 10), (289, 409), (196, 70, 52, 255), -1)
    cv2.rectangle(rgba, (30, 90), (270, 350), (242, 232, 205, 255), -1)
    for row in range(4):
        text = "".join(chr(65 + int(v)) for v in rng.integers(0, 26, 6))
        ink = tuple(int(v) for v in rng.integers(0, 130, 3))
        cv2.putText(
            rgba, text, (38, 145 + 50 * row), cv2.FONT_HERSHEY_DUPLEX, 1.5, (*ink, 255), 3, cv2.LINE_AA
        )
    return rgba


def reference(folder: Path, rgba: np.ndarray) -> Reference:
    digest = hashlib.sha256(rgba.tobytes()).hexdigest()
    path = folder / f"{digest[:12]}.png"
    save_png(path, rgba)
    return Reference(MediaFile(path, "image/png", digest, rgba.shape[1], rgba.shape[0]), "cutout")


def picture_file(path: Path) -> MediaFile:
    return MediaFile(path, "image/png", hashlib.sha256(path.read_bytes()).hexdigest(), WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[FidelityRequest, Path]:
    """A check of a clip with a reveal, parallax and words, and a folder."""
    folder = tmp_path_factory.mktemp("rendered")
    box = reference(folder, drawn())
    canvas = Canvas(Aspect.PORTRAIT, WIDTH, HEIGHT)
    scene = Scene(1, "hook", "studio", "", move=Move(MoveKind.PUSH_IN, 0.07))
    images = compose(
        ImageRequest(ImagePurpose.SCENE, BRIEF, (box,), canvas, scene=scene, moving=True),
        Call("image", folder),
    ).images
    files = {image.role: picture_file(image.path) for image in images}
    details = next(image.details for image in images if image.role is AssetRole.SCENE_IMAGE)
    placement = Quad(tuple(tuple(point) for point in details["placement"]))  # type: ignore[arg-type]
    layers = Layers(files[AssetRole.SCENE_PLATE], files[AssetRole.SCENE_PRODUCT])
    request = VideoRequest(
        BRIEF,
        scene,
        canvas,
        45,
        image=files[AssetRole.SCENE_IMAGE],
        layers=layers,
        placement=placement,
        text=TEXT,
    )
    clip = video(request, Call("clip", folder)).clip
    candidate = MediaFile(clip.path, "video/mp4", "c" * 64, WIDTH, HEIGHT, 1.5)
    return FidelityRequest(BRIEF, (box,), candidate, placement=placement), folder


@pytest.mark.parametrize("placed", [True, False])
def test_a_rendered_clip_with_words_passes(
    rendered: tuple[FidelityRequest, Path], placed: bool, tmp_path: Path
) -> None:
    request, _ = rendered
    told: list[float] = []
    placement = request.placement if placed else None
    asked = FidelityRequest(BRIEF, request.references, request.candidate, placement=placement)
    result = fidelity(asked, Call("check", tmp_path, progress=told.append))
    assert result.verdict is Verdict.PASS and not result.findings
    assert result.score > 0.6 and result.found is not None
    assert told == sorted(told) and told[-1] == 1


def test_a_product_that_changes_in_the_middle_is_caught_with_its_time(
    rendered: tuple[FidelityRequest, Path], tmp_path: Path
) -> None:
    request, _ = rendered
    path = tmp_path / "clip.mp4"
    with Encoder(path, WIDTH, HEIGHT, frames=45) as encoder:
        for number, picture in enumerate(frames.frames(request.candidate.path)):
            # From 0.6 s on its reds are greens, but for the last third.
            shown = picture[..., [1, 0, 2]] if 18 <= number < 30 else picture
            encoder.write(*to_planes(shown))
    candidate = MediaFile(path, "video/mp4", "d" * 64, WIDTH, HEIGHT, 1.5)
    result = fidelity(
        FidelityRequest(BRIEF, request.references, candidate, placement=request.placement),
        Call("check", tmp_path),
    )
    assert result.verdict is Verdict.DRIFT
    assert result.findings and all(finding.text.startswith("at 1.0 s: ") for finding in result.findings)
    assert "colour" in {finding.aspect for finding in result.findings}


def test_another_product_is_caught(rendered: tuple[FidelityRequest, Path], tmp_path: Path) -> None:
    request, _ = rendered
    other = reference(tmp_path, drawn(9)[:, :, [2, 1, 0, 3]])
    result = fidelity(FidelityRequest(BRIEF, (other,), request.candidate), Call("check", tmp_path))
    assert result.verdict is Verdict.DRIFT


@pytest.mark.parametrize(("duration", "count"), [(1 / 30, 1), (0.8, 3), (1.5, 4), (2.5, 5), (30.0, 5)])
def test_frames_are_looked_at_from_the_first_to_the_last(duration: float, count: int) -> None:
    times = sampled(duration)
    assert len(times) == count and times[0] == 0
    assert times[-1] == pytest.approx(duration - 1 / 30, abs=1e-3)


def look(time: float, verdict: Verdict, score: float, *, judged: bool = True) -> Look:
    aspects = {"print": score} if judged else {}
    findings = (Finding("print", "label differs"),) if verdict is Verdict.DRIFT else ()
    reason = "the picture is too small" if verdict is Verdict.UNSURE else None
    return Look(time, FidelityResult(verdict, score, aspects, findings, None, reason))


def test_the_worst_frame_decides() -> None:
    good, fair = look(0, Verdict.PASS, 0.9), look(1, Verdict.PASS, 0.7)
    drift, graver = look(0.7, Verdict.DRIFT, 0.4), look(1.3, Verdict.DRIFT, 0.2)
    doubtful = look(0.5, Verdict.UNSURE, 0.6)
    blind = look(2, Verdict.UNSURE, 0.5, judged=False)
    assert worst([good, fair]).score == 0.7
    assert worst([good, drift, blind, graver]).findings[0].text == "at 1.3 s: label differs"
    assert worst([good, blind, fair]).verdict is Verdict.PASS  # what shows nothing says nothing
    unsure = worst([good, doubtful, fair])
    assert unsure.verdict is Verdict.UNSURE and (unsure.reason or "").startswith("at 0.5 s: ")
    assert worst([blind]).verdict is Verdict.UNSURE
    assert worst([doubtful, drift]).verdict is Verdict.DRIFT


def test_a_broken_clip(rendered: tuple[FidelityRequest, Path], tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(bytes(1000))
    candidate = MediaFile(path, "video/mp4", "e" * 64)
    with pytest.raises(Permanent):
        fidelity(FidelityRequest(BRIEF, rendered[0].references, candidate), Call("check", tmp_path))
