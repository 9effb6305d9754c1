"""Pictures by OpenAI: what is sent, what becomes of what comes back."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Canvas, Finding, Scene
from genai.domain.enums import Aspect, AssetRole, Capability
from genai.errors import Permanent, Retryable
from genai.prompts.image import SHEET_VIEWS, image_prompt
from genai.providers.openai.images import size_of
from genai.vendors import Model
from tests.harness.openai import EDIT, GENERATE, picture
from tests.harness.specs import SpecServer
from tests.unit.providers.openai.conftest import PRODUCT, provider, teapot

SQUARE = Canvas(Aspect.SQUARE, 1080, 1080)
SCENE = Scene(1, "hero", "studio", "a teapot on a table", palette=("#ffffff", "#204080", "#e0a020"))
MAX_SIDE = 1536
FIXED = """
[openai.use.image]
model = "gpt-image-1.5"
prices = { output_token = 32e-6 }
options = { input_fidelity = "high", sizes = ["1024x1024", "1536x1024", "1024x1536"], pictures = 3 }
"""


def asked(folder: Path, purpose: ImagePurpose = ImagePurpose.SCENE, **changes: Any) -> ImageRequest:
    scene = SCENE if purpose is ImagePurpose.SCENE else None
    request = ImageRequest(
        purpose, PRODUCT, (teapot(folder), teapot(folder, view="left")), SQUARE, scene=scene
    )
    return replace(request, **changes)


@pytest.mark.parametrize(
    ("purpose", "role", "canvas"),
    [
        (ImagePurpose.NEUTRAL, AssetRole.NEUTRAL, Canvas(Aspect.SQUARE, 2048, 2048)),
        (ImagePurpose.SHEET, AssetRole.SHEET, Canvas(Aspect.LANDSCAPE, 2048, 1536)),
        (ImagePurpose.SCENE, AssetRole.SCENE_IMAGE, Canvas(Aspect.PORTRAIT, 1080, 1920)),
    ],
)
def test_a_picture_is_painted_from_the_references(
    server: SpecServer,
    calls: Callable[..., Call],
    tmp_path: Path,
    purpose: ImagePurpose,
    role: AssetRole,
    canvas: Canvas,
) -> None:
    request = asked(tmp_path, purpose, canvas=canvas)
    openai = provider(server)
    result = openai.image(request, calls())
    made = result.images[0]
    assert made.role is role
    with Image.open(made.path) as image:
        assert image.size == (canvas.width, canvas.height)
    (call,) = server.asked(EDIT)
    assert [file.media_type for file in call.body["image[]"]] == ["image/png", "image/png"]
    assert call.body["prompt"] == image_prompt(request, limit=32_000)
    assert result.cost == pytest.approx(400 * 5e-6 + 2000 * 8e-6 + 4000 * 30e-6)
    assert result.cost <= openai.price(request)


def test_a_sheet_comes_with_its_panels(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    canvas = Canvas(Aspect.LANDSCAPE, 2048, 1536)
    result = provider(server).image(asked(tmp_path, ImagePurpose.SHEET, canvas=canvas), calls())
    sheet, *panels = result.images
    assert [panel.view for panel in panels] == list(SHEET_VIEWS)
    assert {panel.marks[0].reason for panel in panels} == {"derived_view"}
    with Image.open(panels[0].path) as first, Image.open(sheet.path) as whole:
        assert first.size[0] == pytest.approx(whole.size[0] / 3, abs=20)


def test_the_request_is_this(plain: SpecServer, calls: Callable[..., Call], tmp_path: Path) -> None:
    request = asked(tmp_path, canvas=Canvas(Aspect.PORTRAIT, 1080, 1920))
    provider(plain).image(request, calls("attempt-7"))
    (call,) = plain.calls
    assert call.name == EDIT
    assert {name: value for name, value in call.body.items() if name not in ("image[]", "prompt")} == {
        "model": "gpt-image-2.5-sunburst",
        "n": "1",
        "quality": "high",
        "size": "1088x1920",
    }
    assert [(file.name, file.media_type) for file in call.body["image[]"]] == [
        ("image_1.png", "image/png"),
        ("image_2.png", "image/png"),
    ]
    assert call.headers["x-client-request-id"] == "attempt-7"
    assert call.headers["authorization"] == "Bearer ***"


def test_a_model_s_options_are_the_settings(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    views = (None, "front", "left", "right", "back")
    request = asked(tmp_path, references=tuple(teapot(tmp_path, view=view) for view in views))
    openai = provider(server, FIXED)
    result = openai.image(replace(request, canvas=Canvas(Aspect.PORTRAIT, 1080, 1920)), calls())
    (call,) = server.asked(EDIT)
    assert call.body["model"] == "gpt-image-1.5"
    assert call.body["input_fidelity"] == "high"
    assert call.body["size"] == "1024x1536"
    assert len(call.body["image[]"]) == 3
    assert result.cost == pytest.approx(4000 * 32e-6)
    assert openai.model_of(Capability.IMAGE) == "gpt-image-1.5 gpt-image-2.5-sunburst"
    with Image.open(result.images[0].path) as image:
        assert image.size == (1080, 1920)


def test_without_references_a_picture_is_painted_from_words(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    result = provider(server).image(asked(tmp_path, references=()), calls())
    assert [call.name for call in server.calls] == [GENERATE]
    assert [mark.reason for mark in result.marks] == ["without_references"]


def test_after_a_drift_the_product_s_pixels_are_held_by_a_mask(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    photographs = (teapot(tmp_path, "cutout"), teapot(tmp_path))
    found = (Finding("shape", "the lid is missing"),)
    request = asked(tmp_path, references=photographs, attempt=2, findings=found)
    result = provider(server).image(request, calls())
    (call,) = server.asked(EDIT)
    first, second = call.body["image[]"]
    placed = np.asarray(Image.open(io.BytesIO(first.data)))
    mask = np.asarray(Image.open(io.BytesIO(call.body["mask"].data)))
    assert mask.shape[:2] == placed.shape[:2] == (1088, 1088)
    kept = mask[..., 3] == 255
    assert 0.02 < kept.mean() < 0.4
    assert set(np.unique(mask[..., 3])) == {0, 255}
    apart = [np.abs(placed[kept].astype(int) - color).max(axis=1) for color in ((32, 64, 128), (200, 60, 40))]
    assert (np.minimum(*apart) < 10).mean() > 0.95
    assert second.data == photographs[1].file.path.read_bytes()
    assert "the lid is missing" in call.body["prompt"]
    (left, top), _, (right, bottom), _ = result.images[0].details["placement"]
    ys, xs = np.nonzero(kept)
    assert (left, top) == pytest.approx((xs.min() * 1080 / 1088, ys.min() * 1080 / 1088), abs=6)
    assert (right, bottom) == pytest.approx((xs.max() * 1080 / 1088, ys.max() * 1080 / 1088), abs=6)


@pytest.mark.parametrize(
    "changes",
    [
        {"attempt": 1},
        {"references": ()},
        {"scene": replace(SCENE, purpose="detail")},
    ],
)
def test_otherwise_it_is_free(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path, changes: dict[str, Any]
) -> None:
    request = asked(tmp_path, references=(teapot(tmp_path, "cutout"),), attempt=2)
    provider(server).image(replace(request, **changes), calls())
    assert "mask" not in server.calls[0].body


def test_captions_stay_below_the_product_that_is_held(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    references = (teapot(tmp_path, "cutout"),)
    request = asked(tmp_path, references=references, attempt=3, moving=True, captions=(100, 700, 980, 900))
    details = provider(server).image(request, calls()).images[0].details
    assert max(y for _, y in details["placement"]) < 700


def test_a_large_photograph_is_sent_smaller(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    provider(server).image(asked(tmp_path, references=(teapot(tmp_path, size=2000),)), calls())
    (call,) = server.asked(EDIT)
    sent = call.body.get("image[]") or [call.body["image"]]
    with Image.open(io.BytesIO(sent[0].data)) as image:
        assert image.size == (MAX_SIDE, MAX_SIDE)


def test_a_small_picture_is_enlarged_and_says_so(
    server: SpecServer, calls: Callable[..., Call], tmp_path: Path
) -> None:
    server.answer(EDIT, body=picture("512x512"))
    result = provider(server).image(asked(tmp_path), calls())
    assert [mark.reason for mark in result.images[0].marks] == ["upscaled"]


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        ([], Retryable, "bad_answer"),
        ([{"url": "https://example.com/a.png"}], Retryable, "bad_answer"),
        ([{"b64_json": "not base64!"}], Retryable, "bad_answer"),
        ([{"b64_json": base64.b64encode(b"GIF89a, or so").decode()}], Permanent, "bad_result"),
    ],
)
def test_what_is_no_picture_is_an_error(
    server: SpecServer,
    calls: Callable[..., Call],
    tmp_path: Path,
    data: list[Any],
    error: type[Exception],
    code: str,
) -> None:
    server.answer(EDIT, body={**picture("1024x1024"), "data": data})
    with pytest.raises(error) as caught:
        provider(server).image(asked(tmp_path), calls())
    assert getattr(caught.value, "code", None) == code
    assert getattr(caught.value, "cost", None) == pytest.approx(400 * 5e-6 + 2000 * 8e-6 + 4000 * 30e-6)


@pytest.mark.parametrize(
    "canvas", [(1080, 1920), (1920, 1080), (1080, 1080), (2048, 2048), (320, 320), (2048, 1536)]
)
def test_a_size_is_one_that_the_model_makes(canvas: tuple[int, int]) -> None:
    width, height = size_of(Canvas(Aspect.SQUARE, *canvas), Model("any"))
    assert width % 16 == height % 16 == 0
    assert 655_360 <= width * height <= 3_686_400
    assert width / height == pytest.approx(canvas[0] / canvas[1], rel=0.03)


def test_cut_outs_are_not_painted(plain: SpecServer, calls: Callable[..., Call], tmp_path: Path) -> None:
    openai = provider(plain)
    request = asked(tmp_path, ImagePurpose.CUTOUT)
    assert not openai.serves(request)
    with pytest.raises(Permanent) as caught:
        openai.image(request, calls())
    assert caught.value.code == "unsupported"
    assert plain.calls == []
