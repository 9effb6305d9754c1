"""Pictures painted from the product's references: neutral image, character sheet, scenes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from openai import OpenAI

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.domain.creative import Canvas
from genai.domain.enums import AssetRole
from genai.domain.media import Mark, Quad
from genai.media import pixels
from genai.media.conform import conform_picture
from genai.prompts.image import (
    SHEET_COLUMNS,
    SHEET_ROWS,
    SHEET_VIEWS,
    image_prompt,
    pictures,
    with_most_pictures,
)
from genai.providers.http import charged
from genai.providers.openai.api import Api, cost
from genai.providers.openai.holding import Held, held
from genai.providers.openai.sending import sent
from genai.vendors import Model

# OpenAI's API reference, images/edits: 16 pictures and 32,000 characters for GPT image models.
MOST_PICTURES, PROMPT = 16, 32_000
# Where a model takes any size: sides are multiples of 16, the whole has so many pixels (the API reference,
# and what gpt-image-2 has been seen to refuse).
_STEP, _LEAST, _MOST = 16, 655_360, 3_686_400
# What a call comes to at most, in tokens: a prompt of that length, a reference, and a picture, of which
# OpenAI has published 7,033 (gpt-image-2, a square of 1024 pixels: $0.211). Assumed for all others.
_PROMPT_TOKENS, _PICTURE_TOKENS, _PAINTED_TOKENS = 8_000, 4_000, 16_000

_FROM_WORDS = Mark("without_references", "Painted from words alone, without a picture of the product.")
_ROLES = {
    ImagePurpose.NEUTRAL: AssetRole.NEUTRAL,
    ImagePurpose.SHEET: AssetRole.SHEET,
    ImagePurpose.SCENE: AssetRole.SCENE_IMAGE,
}


@dataclass(frozen=True)
class _Asked:
    """The request as it goes out, ``size`` in pixels."""

    request: ImageRequest
    size: tuple[int, int]
    held: Held | None


def paint(api: Api, model: Model, request: ImageRequest, call: Call) -> ImageResult:
    """One picture of the canvas's size; of a sheet also its panels.

    ``model.options``: ``quality`` and ``input_fidelity`` as the API has them, each left out where the model
    does not take it; ``sizes``, those that the model can make (any, unless it says); ``pixels``, the most
    of a size that is not one of them; ``pictures``, the most references that are sent. Raises as ports do.
    """
    asked = _asked(model, request, call)
    prompt = image_prompt(asked.request, limit=PROMPT)
    document = api.document(call, lambda sdk, headers: _send(sdk, headers, model, asked, prompt))
    usage = cost(model, document.get("usage"))
    spent = price(model, request) if usage is None else usage
    path = call.workdir / "picture.png"
    with charged(spent):
        painted = _picture(api, document, call.workdir / "painted")
        conformed = conform_picture(painted, path, request.canvas)
    marks = (*conformed.marks, *(() if request.references else (_FROM_WORDS,)))
    size = conformed.source.width or 0, conformed.source.height or 0
    details = {"placement": _on_canvas(asked.held.placement, size, request.canvas)} if asked.held else {}
    picture = Produced(path, "image/png", _ROLES[request.purpose], details=details, marks=marks)
    panels = _panels(pixels.load_rgb(painted), call.workdir) if request.purpose is ImagePurpose.SHEET else ()
    return ImageResult((picture, *panels), marks=marks, cost=spent)


def price(model: Model, request: ImageRequest) -> float:
    """What a picture comes to at most."""
    sent_pictures = len(pictures(_limited(model, request)))
    looked_at = sent_pictures * _PICTURE_TOKENS
    unit = "input_image_token" if "input_image_token" in model.prices else "input_token"
    inputs = model.cost(input_token=_PROMPT_TOKENS) + model.cost(**{unit: looked_at})
    return inputs + model.cost(output_token=_PAINTED_TOKENS, image=1, call=1)


def size_of(canvas: Canvas, model: Model) -> tuple[int, int]:
    """The size to ask for: of those that the model can make the nearest in shape, or the canvas's shape."""
    ratio = canvas.width / canvas.height
    if given := model.options.get("sizes"):
        sizes = [(int(width), int(height)) for width, _, height in (size.partition("x") for size in given)]
        return min(sizes, key=lambda size: abs(np.log(size[0] / size[1] / ratio)))
    wanted = canvas.width * canvas.height
    area = min(max(wanted, _LEAST), int(model.options.get("pixels", _MOST)))
    height = (area / ratio) ** 0.5
    # Upwards where that stays within the bounds, so that nothing is enlarged for a few pixels.
    for rounded in (np.ceil, np.floor):
        size = tuple(int(rounded(side / _STEP)) * _STEP for side in (height * ratio, height))
        if size[0] * size[1] <= _MOST:
            break
    return size[0], size[1]


def _asked(model: Model, request: ImageRequest, call: Call) -> _Asked:
    limited = _limited(model, request)
    size = size_of(request.canvas, model)
    hold = held(limited, size, call.workdir)
    return _Asked(hold.request if hold else limited, size, hold)


def _limited(model: Model, request: ImageRequest) -> ImageRequest:
    most = int(model.options.get("pictures", MOST_PICTURES))
    return with_most_pictures(request, min(most, MOST_PICTURES))


def _send(sdk: OpenAI, headers: dict[str, str], model: Model, asked: _Asked, prompt: str) -> Any:
    options = {name: model.options[name] for name in ("quality",) if name in model.options}
    files = [sent(file, number) for number, file in enumerate(pictures(asked.request), 1)]
    size = f"{asked.size[0]}x{asked.size[1]}"
    common: dict[str, Any] = {"model": model.name, "prompt": prompt, "size": size, "n": 1, **options}
    if not files:
        return sdk.images.with_raw_response.generate(**common, extra_headers=headers)
    if "input_fidelity" in model.options:
        common["input_fidelity"] = model.options["input_fidelity"]
    if asked.held:
        common["mask"] = ("mask.png", asked.held.mask.read_bytes(), "image/png")
    parts = [(file.name, file.data, file.media_type) for file in files]
    return sdk.images.with_raw_response.edit(image=parts, **common, extra_headers=headers)


def _picture(api: Api, document: dict[str, Any], path: Path) -> Path:
    """The answer's picture in a file. Raises Retryable (``bad_answer``) where there is none."""
    try:
        path.write_bytes(base64.b64decode(document["data"][0]["b64_json"], validate=True))
    except (KeyError, IndexError, TypeError, binascii.Error):
        raise api.bad_answer("holds no picture") from None
    return path


def _panels(sheet: np.ndarray, folder: Path) -> Sequence[Produced]:
    """The cells of a sheet, as the prompt says where they are."""
    rows, columns = sheet.shape[0] // SHEET_ROWS, sheet.shape[1] // SHEET_COLUMNS
    mark = Mark("derived_view", "Not a supplied view: painted by a model from the supplied ones.")
    panels = []
    for index, view in enumerate(SHEET_VIEWS):
        top, left = index // SHEET_COLUMNS * rows, index % SHEET_COLUMNS * columns
        path = folder / f"panel_{index}.png"
        pixels.save_png(path, sheet[top : top + rows, left : left + columns])
        label = f"Painted: {view.replace('_', ' ')}"
        panels.append(
            Produced(path, "image/png", AssetRole.SHEET_PANEL, view, label, {"index": index}, (mark,))
        )
    return panels


def _on_canvas(placement: Quad, size: tuple[int, int], canvas: Canvas) -> list[list[float]]:
    """Where a place of the painted picture is after it was brought to the canvas."""
    columns, rows = size
    scale = max(canvas.width / columns, canvas.height / rows)
    left, top = (columns * scale - canvas.width) / 2, (rows * scale - canvas.height) / 2
    return [[round(x * scale - left, 1), round(y * scale - top, 1)] for x, y in placement.points]
