"""How well the local checker tells faithful pictures from drifted ones.

Composes pictures of drawn products, and of photographed ones where a folder of them is given, each once
faithful (in several ways) and once per kind of drift; prints balanced accuracy per kind beside a
baseline that thresholds SSIM over the placement. Seeded: equal arguments, equal numbers.

    python benchmarks/fidelity.py --products ../shared/products --scenes 2
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Camera, Canvas, Light, ProductBrief, Reference, Scene, Words
from genai.domain.enums import Aspect, Verdict
from genai.domain.media import MediaFile, Quad
from genai.providers.local import pixels
from genai.providers.local.compose.composer import scene as compose
from genai.providers.local.cutout import cut_out
from genai.providers.local.fidelity import fidelity

_SETS = ("studio", "surface", "podium", "colour_block", "editorial", "seasonal")


@dataclass(frozen=True)
class Product:
    name: str
    cutouts: tuple[tuple[np.ndarray, float], ...]  # RGBA and confidence


@dataclass(frozen=True)
class Case:
    """``kind``: faithful, or the drift; ``placement`` None where nobody says where the product is."""

    product: Product
    kind: str
    way: str
    path: Path
    placement: Quad | None


def drawn(seed: int) -> Product:
    """A packaged product with a printed label, and every third one plain."""
    rng = np.random.default_rng(seed)
    height, width = 640, int(rng.integers(300, 620))
    body = tuple(int(v) for v in rng.integers(30, 235, 3))
    rgba = np.zeros((height, width, 4), np.uint8)
    cv2.rectangle(rgba, (20, 90), (width - 20, height - 20), (*body, 255), -1)
    cv2.ellipse(rgba, (width // 2, 90), (width // 2 - 20, 70), 0, 0, 360, (*body, 255), -1)
    if seed % 3:
        ground = tuple(int(255 - 0.4 * v) for v in body)
        cv2.rectangle(rgba, (45, 200), (width - 45, 520), (*ground, 255), -1)
        for row in range(5):
            text = "".join(chr(65 + int(v)) for v in rng.integers(0, 26, 7))
            ink = tuple(int(v) for v in rng.integers(0, 160, 3))
            cv2.putText(
                rgba,
                text,
                (60, 250 + 42 * row),
                cv2.FONT_HERSHEY_DUPLEX,
                width / 330,
                (*ink, 255),
                3,
                cv2.LINE_AA,
            )
        for _ in range(7):
            at = int(rng.integers(60, width - 60)), int(rng.integers(440, 510))
            cv2.circle(
                rgba,
                at,
                int(rng.integers(6, 18)),
                (*(int(v) for v in rng.integers(0, 255, 3)), 255),
                -1,
                cv2.LINE_AA,
            )
    shade = np.linspace(1.12, 0.82, width)[None, :, None]
    rgba[..., :3] = np.clip(rgba[..., :3] * shade, 0, 255)
    return Product(f"drawn_{seed}", ((rgba, 1.0),))


def photographed(folder: Path, cache: Path) -> Product:
    key = hashlib.sha256(str(sorted(folder.glob("*.jpg"))).encode()).hexdigest()[:12]
    kept = cache / f"{key}.npz"
    if not kept.exists():
        cuts = cut_out([pixels.load_rgba(path) for path in sorted(folder.glob("*.jpg"))])
        np.savez_compressed(kept, *[cut.rgba for cut in cuts], confidence=[cut.confidence for cut in cuts])
    with np.load(kept) as stored:
        confidences = stored["confidence"]
        cuts_kept = tuple((stored[f"arr_{i}"], float(c)) for i, c in enumerate(confidences) if c >= 0.7)
    return Product(folder.name, cuts_kept)


def hue_shift(rgba: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    lab = cv2.cvtColor(rgba[..., :3].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    turn = np.exp(1j * np.radians(rng.choice([-40, 32, 60, 120])))
    ab = (lab[..., 1] + 1j * lab[..., 2]) * turn
    shifted = cv2.cvtColor(np.dstack([lab[..., 0], ab.real, ab.imag]).astype(np.float32), cv2.COLOR_Lab2RGB)
    return np.dstack([np.clip(shifted * 255, 0, 255).astype(np.uint8), rgba[..., 3]])


def mirrored(rgba: np.ndarray, _: np.random.Generator) -> np.ndarray:
    return np.ascontiguousarray(rgba[:, ::-1])


def stretched(rgba: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    factor = float(rng.uniform(1.25, 1.4))
    wide = rng.random() < 0.5
    return pixels.resize(
        rgba, round(rgba.shape[1] * (factor if wide else 1)), round(rgba.shape[0] * (1 if wide else factor))
    )


def erased(rgba: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    out, side = rgba.copy(), rng.integers(0, 3)
    weight = np.cumsum((rgba[..., 3] > 128).sum(1 if side < 2 else 0)) / (rgba[..., 3] > 128).sum()
    cut = int(np.searchsorted(weight, 0.32))
    if side == 0:
        out[:cut, :, 3] = 0
    elif side == 1:
        out[int(np.searchsorted(weight, 0.68)) :, :, 3] = 0
    else:
        out[:, :cut, 3] = 0
    return out


def blurred(rgba: np.ndarray, _: np.random.Generator) -> np.ndarray:
    sigma = 0.012 * max(rgba.shape[:2])
    soft = cv2.GaussianBlur(rgba[..., :3], (0, 0), sigma)
    return np.dstack([soft, rgba[..., 3]])


DRIFTS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "hue": hue_shift,
    "mirrored": mirrored,
    "stretched": stretched,
    "erased": erased,
    "blurred": blurred,
}


def cases(products: list[Product], scenes: int, grounds: list[np.ndarray], folder: Path) -> Iterator[Case]:
    for index, product in enumerate(products):
        rng = np.random.default_rng([index, 7])
        other = products[(index + 1 + int(rng.integers(0, len(products) - 1))) % len(products)]
        if other is product:
            other = products[(index + 1) % len(products)]
        for number in range(scenes):
            rgba = product.cutouts[int(rng.integers(len(product.cutouts)))][0]
            shown = {"faithful": rgba} | {kind: make(rgba, rng) for kind, make in DRIFTS.items()}
            shown["another"] = other.cutouts[0][0]
            # Turned pixels of a plain product are the same product.
            if product.name.startswith("drawn") and int(product.name.split("_")[1]) % 3 == 0:
                del shown["mirrored"], shown["blurred"]
            setting = _SETS[(index + number) % len(_SETS)]
            for kind, picture in shown.items():
                name = f"{product.name}_{number}_{kind}"
                yield composed(product, kind, picture, setting, number, folder / name)
                yield pasted(product, kind, picture, grounds, rng, folder / f"{name}.jpg")
            ground = grounds[int(rng.integers(len(grounds)))]
            path = folder / f"{product.name}_{number}_missing.jpg"
            cv2.imwrite(str(path), cv2.cvtColor(cv2.resize(ground, (1080, 1080)), cv2.COLOR_RGB2BGR))
            yield Case(product, "missing", "pasted", path, None)
            yield Case(product, "missing", "composed", path, Quad.box(270, 300, 810, 900))


def composed(product: Product, kind: str, rgba: np.ndarray, setting: str, number: int, folder: Path) -> Case:
    """A scene image of the local engine, the product's place known."""
    folder.mkdir(parents=True, exist_ok=True)
    reference = Reference(stored(rgba, folder / "cutout.png"), "cutout", None, 1.0)
    aspect = list(Aspect)[number % 4]
    request = ImageRequest(
        ImagePurpose.SCENE,
        ProductBrief(product.name),
        (reference,),
        Canvas(aspect, *aspect.size),
        scene=Scene(
            number + 1,
            "hero",
            setting,
            "",
            camera=Camera(),
            light=Light(kelvin=4300 + 900 * (number % 3)),
            words=Words("Take a good look"),
            season="winter" if setting == "seasonal" else None,
            seed=number,
        ),
    )
    image = compose(request, Call("benchmark", folder)).images[0]
    points = [tuple(point) for point in image.details["placement"]]
    return Case(product, kind, "composed", image.path, Quad(tuple(points)))


def pasted(
    product: Product,
    kind: str,
    rgba: np.ndarray,
    grounds: list[np.ndarray],
    rng: np.random.Generator,
    path: Path,
) -> Case:
    """Pasted turned, dimmed and compressed onto a photograph, its place unknown."""
    ground = cv2.resize(grounds[int(rng.integers(len(grounds)))], (1080, 1080), interpolation=cv2.INTER_AREA)
    scale = rng.uniform(420, 760) / max(rgba.shape[:2])
    turn = cv2.getRotationMatrix2D((rgba.shape[1] / 2, rgba.shape[0] / 2), float(rng.uniform(-9, 9)), scale)
    turn[:, 2] += (540 - rgba.shape[1] / 2, 540 - rgba.shape[0] / 2)
    turn[:, 2] += rng.uniform(-90, 90, 2)
    if scale < 0.7:
        rgba = pixels.resize(rgba, round(rgba.shape[1] * scale), round(rgba.shape[0] * scale))
        turn[:, :2] /= scale
    layer = cv2.warpAffine(rgba, turn, (1080, 1080), flags=cv2.INTER_CUBIC).astype(np.float32)
    alpha = layer[..., 3:] / 255
    picture = layer[..., :3] * rng.uniform(0.86, 1.14) * alpha + ground * (1 - alpha)
    cv2.imwrite(
        str(path), np.clip(picture, 0, 255).astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 84]
    )
    return Case(product, kind, "pasted", path, None)


def stored(rgba: np.ndarray, path: Path) -> MediaFile:
    pixels.save_png(path, rgba)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return MediaFile(path, "image/png", digest, rgba.shape[1], rgba.shape[0])


def ssim(case: Case, reference: np.ndarray) -> float:
    """Mean SSIM (Wang et al. 2004) of the placement, or of the middle, against the reference."""
    picture = cv2.cvtColor(pixels.load_rgb(case.path), cv2.COLOR_RGB2GRAY).astype(np.float32)
    if case.placement:
        (left, top), (right, bottom) = (
            np.array(case.placement.points).min(0),
            np.array(case.placement.points).max(0),
        )
        picture = picture[int(top) : int(bottom), int(left) : int(right)]
    one = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
    two = cv2.resize(
        cv2.cvtColor(pixels.on_white(reference), cv2.COLOR_RGB2GRAY).astype(np.float32), (256, 256)
    )
    a, b = cv2.GaussianBlur(one, (0, 0), 1.5), cv2.GaussianBlur(two, (0, 0), 1.5)
    var_a, var_b = (
        cv2.GaussianBlur(one * one, (0, 0), 1.5) - a * a,
        cv2.GaussianBlur(two * two, (0, 0), 1.5) - b * b,
    )
    both = cv2.GaussianBlur(one * two, (0, 0), 1.5) - a * b
    c1, c2 = 6.5025, 58.5225
    return float(
        (((2 * a * b + c1) * (2 * both + c2)) / ((a * a + b * b + c1) * (var_a + var_b + c2))).mean()
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=Path, help="folder of folders of photographs; _grounds/ in it")
    parser.add_argument("--cache", type=Path, help="keeps cut-outs between runs")
    parser.add_argument("--drawn", type=int, default=9)
    parser.add_argument("--scenes", type=int, default=2, help="pictures per product and kind")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as made:
        run(options, Path(made))


def run(options: argparse.Namespace, folder: Path) -> None:
    products = [drawn(seed) for seed in range(options.drawn)]
    grounds = [np.full((256, 256, 3), value, np.uint8) for value in (60, 140, 215)]
    if options.products and options.products.is_dir():
        cache = options.cache or folder
        cache.mkdir(parents=True, exist_ok=True)
        named = sorted(
            path for path in options.products.iterdir() if path.is_dir() and path.name != "_grounds"
        )
        products += [product for path in named if (product := photographed(path, cache)).cutouts]
        grounds = [pixels.load_rgb(path) for path in sorted((options.products / "_grounds").glob("*.jpg"))]
    references = {
        product.name: tuple(
            Reference(stored(rgba, folder / f"ref_{product.name}_{i}.png"), "cutout", None, confidence)
            for i, (rgba, confidence) in enumerate(product.cutouts[:6])
        )
        for product in products
    }
    verdicts: dict[tuple[str, str], list[str]] = defaultdict(list)
    baseline: dict[tuple[str, str], list[float]] = defaultdict(list)
    seconds = []
    for case in cases(products, options.scenes, grounds, folder):
        file = MediaFile(case.path, "image/png", case.path.name)
        request = FidelityRequest(
            ProductBrief(case.product.name), references[case.product.name], file, placement=case.placement
        )
        start = time.process_time()
        result = fidelity(request, Call("benchmark", folder))
        seconds.append(time.process_time() - start)
        verdicts[case.way, case.kind].append(result.verdict)
        baseline[case.way, case.kind].append(max(ssim(case, rgba) for rgba, _ in case.product.cutouts[:6]))
        wrong = (result.verdict is Verdict.PASS) != (case.kind == "faithful")
        if options.verbose and wrong:
            print(
                case.way,
                case.product.name,
                case.kind,
                result.verdict,
                result.aspects,
                [f.text for f in result.findings],
            )
    report(verdicts, baseline, seconds)


def report(
    verdicts: dict[tuple[str, str], list[str]],
    baseline: dict[tuple[str, str], list[float]],
    seconds: list[float],
) -> None:
    for way in ("composed", "pasted"):
        faithful = verdicts[way, "faithful"]
        passed = sum(verdict == Verdict.PASS for verdict in faithful) / len(faithful)
        print(
            f"\n{way}: {len(faithful)} faithful, {passed:.0%} passed, {1 - passed:.0%} false alarms or unsure"
        )
        print(f"{'drift':12}{'cases':>6}{'caught':>8}{'unsure':>8}{'balanced':>10}{'SSIM':>8}")
        for (made, kind), found in verdicts.items():
            if made != way or kind == "faithful":
                continue
            caught = sum(verdict == Verdict.DRIFT for verdict in found) / len(found)
            doubted = sum(verdict == Verdict.UNSURE for verdict in found) / len(found)
            best = _best_threshold(baseline[way, "faithful"], baseline[way, kind])
            print(
                f"{kind:12}{len(found):6}{caught:8.0%}{doubted:8.0%}{(passed + caught) / 2:10.1%}{best:8.1%}"
            )
    ordered = sorted(seconds)
    middle, late = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95))
    print(f"\n{len(seconds)} checks: median {middle:.0f} ms, 95th percentile {late:.0f} ms of processor time")


def _best_threshold(faithful: list[float], drifted: list[float]) -> float:
    """Balanced accuracy at the threshold that suits these very cases best: kinder than fair."""
    values = sorted({*faithful, *drifted})
    return max(
        (np.mean([f >= value for f in faithful]) + np.mean([d < value for d in drifted])) / 2
        for value in values
    )


if __name__ == "__main__":
    main()
