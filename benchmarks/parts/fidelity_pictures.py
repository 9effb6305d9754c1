"""The pictures of docs/fidelity.md: what the checker saw of the example product, faithful and drifted.

python benchmarks/parts/fidelity_pictures.py docs/images
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from fidelity_cases import another, blurred, erased, file_of, hue, mirrored, replaced, stretched, texture

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest
from genai.domain.creative import ProductBrief, Reference
from genai.media import pixels
from genai.providers.local.cutout import cut_out
from genai.providers.local.fidelity import fidelity

EXAMPLE = Path(__file__).parents[2] / "genai" / "cli" / "example" / "front.jpg"
WIDTH = 1400  # pixels of a picture
SIDE = 900  # of a candidate


def jar() -> np.ndarray:
    """Another product, drawn: a squat jar with a label, RGBA."""
    rgba = np.zeros((420, 400, 4), np.uint8)
    cv2.rectangle(rgba, (20, 90), (379, 409), (176, 84, 46, 255), -1)
    cv2.rectangle(rgba, (50, 20), (349, 90), (60, 60, 66, 255), -1)
    cv2.rectangle(rgba, (40, 150), (359, 350), (246, 240, 226, 255), -1)
    for row, word in enumerate(("QUINCE", "JELLY", "340 g")):
        cv2.putText(
            rgba, word, (62, 205 + 58 * row), cv2.FONT_HERSHEY_DUPLEX, 1.7, (70, 50, 40, 255), 3, cv2.LINE_AA
        )
    return rgba


def on_ground(rgba: np.ndarray | None) -> np.ndarray:
    """The product on a room of soft shapes, RGB; without one, the room."""
    rng = np.random.default_rng(4)
    y = np.linspace(0, 1, SIDE, dtype=np.float32)[:, None, None]
    ground = np.float32((196, 200, 226)) - np.float32((60, 56, 40)) * y * np.ones((1, SIDE, 1), np.float32)
    for _ in range(14):
        at = tuple(int(v) for v in rng.integers(0, SIDE, 2))
        color = tuple(float(v) for v in rng.uniform((120, 120, 190), (210, 190, 240)))
        cv2.circle(ground, at, int(rng.integers(30, 120)), color, -1)
    ground = cv2.GaussianBlur(ground, (0, 0), 18)
    if rgba is None:
        return ground.astype(np.uint8)
    scale = 0.72 * SIDE / max(rgba.shape[:2])
    size = round(rgba.shape[1] * scale), round(rgba.shape[0] * scale)
    small = pixels.resize(rgba, *size)
    matrix = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), 7, 1)
    matrix[:, 2] += SIDE / 2 - size[0] / 2, SIDE / 2 - size[1] / 2
    layer = cv2.warpAffine(small, matrix, (SIDE, SIDE)).astype(np.float32)
    alpha = layer[..., 3:] / 255
    return np.clip(0.92 * layer[..., :3] * alpha + ground * (1 - alpha), 0, 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    (cut,) = cut_out([pixels.load_rgba(EXAMPLE)])
    product, other = cut.rgba, jar()
    kinds: dict[str, Callable[[np.random.Generator], np.ndarray | None]] = {
        "pass": lambda _: product,
        "hue": lambda rng: hue(product, rng),
        "blurred": lambda rng: blurred(product, rng),
        "mirrored": lambda rng: mirrored(product, rng),
        "stretched": lambda rng: stretched(product, rng),
        "erased": lambda rng: erased(product, rng),
        "replaced": lambda rng: replaced(product, rng, other),
        "texture": lambda rng: texture(product, rng, other),
        "another": lambda rng: another(product, rng, other),
        "missing": lambda _: None,
    }
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pixels.save_png(work / "product.png", product)
        known = (Reference(file_of(work / "product.png"), "cutout"),)
        for kind, change in kinds.items():
            pixels.save_png(work / f"{kind}.png", on_ground(change(np.random.default_rng(7))))
            candidate = file_of(work / f"{kind}.png")
            request = FidelityRequest(ProductBrief("Bottle"), known, candidate, explain=True)
            result = fidelity(request, Call(kind, work))
            assert result.explanation is not None
            drawn = pixels.load_rgb(result.explanation.path)
            drawn = pixels.resize(drawn, WIDTH, round(drawn.shape[0] * WIDTH / drawn.shape[1]))
            quality = [cv2.IMWRITE_JPEG_QUALITY, 82]
            cv2.imwrite(str(out / f"fidelity_{kind}.jpg"), drawn[..., ::-1], quality)
            words = [finding.text for finding in result.findings] or result.reason
            print(kind, result.verdict.value, result.score, words, flush=True)


if __name__ == "__main__":
    main()
