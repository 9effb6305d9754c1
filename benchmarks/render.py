"""How fast a film is rendered, against one plain encode of as many frames, and against MoviePy 2.

    python benchmarks/render.py                     # 15 s of 1080x1920
    python benchmarks/render.py --quick             # 6 s of 360x640
    python benchmarks/render.py --moviepy 2         # also 2 s of it by MoviePy, in a venv of its own

All in one run on one machine, so that the ratios to the single encode mean something; nothing else should be
running (``x cpu``, the ratio of processor time, bears it better). Scene images with their layers are made
first and not counted: an image provider's work. Then:

- **clips**: camera, parallax, reveal and words burned in, one after the other in one process;
- **stitch**: the clips joined by cuts (copied), with music, and the same with dissolves (encoded there);
- **single encode**: the film's frames, raw, piped into one ffmpeg at the same settings;
- **two at a time**: the clips in two processes, as two workers would;
- **MoviePy** (``parts/moviepy_film.py``): the same pictures, moves, cuts, words and music, the same x264
  settings.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
import venv
import wave
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from genai.capabilities.base import Call
from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.capabilities.stitch import Cut, StitchRequest
from genai.capabilities.video import Layers, VideoRequest
from genai.domain.creative import Canvas, ProductBrief, Reference, Scene, Words
from genai.domain.enums import Aspect, AssetRole
from genai.domain.film import FPS, SAMPLE_RATE, Move, MoveKind, Transition, TransitionKind
from genai.domain.media import MediaFile, Quad
from genai.media import ffmpeg
from genai.media.encoding import Encoder, h264
from genai.media.fonts import fonts_dir
from genai.media.pixels import save_png
from genai.media.text import default_titles, text_layer
from genai.providers.local.compose import scene as compose
from genai.providers.local.stitch import stitch
from genai.providers.local.video import video
from genai.providers.local.video.clip import shown

SETS = ("studio", "surface", "podium", "colour_block", "editorial")
MOVES = (MoveKind.PUSH_IN, MoveKind.PAN_LEFT, MoveKind.PULL_OUT, MoveKind.TILT_UP, MoveKind.STATIC)
HEADLINE = "Made for the long road"
RHYTHM = (1.2, 1.6, 1.4, 1.8, 1.3, 1.5, 1.7, 1.2, 1.6, 1.7)  # seconds of ten cuts, scaled to the length
DISSOLVE = Transition(TransitionKind.DISSOLVE, 8)


@dataclass(frozen=True)
class Timing:
    """``wall`` and ``processor`` in seconds (children included), ``memory`` in MiB: the most of the process
    itself, and of its largest child."""

    wall: float
    processor: float
    memory: tuple[float, float]


def timed(work: Callable[[], object]) -> Timing:
    before = _processor()
    start = time.perf_counter()
    work()
    wall = time.perf_counter() - start
    peaks = [
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return Timing(wall, _processor() - before, (peaks[0], peaks[1]))


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def drawn() -> np.ndarray:
    """A printed box on transparency."""
    rgba = np.zeros((640, 420, 4), np.uint8)
    cv2.rectangle(rgba, (10, 10), (409, 629), (38, 92, 120, 255), -1)
    cv2.rectangle(rgba, (40, 150), (380, 520), (240, 226, 198, 255), -1)
    for row, word in enumerate(("NORTH", "WIND", "1924")):
        at = (60, 240 + 100 * row)
        cv2.putText(rgba, word, at, cv2.FONT_HERSHEY_DUPLEX, 2.2, (30, 40, 60, 255), 5, cv2.LINE_AA)
    rgba[..., :3] = np.clip(rgba[..., :3] * np.linspace(1.15, 0.8, 420)[None, :, None], 0, 255)
    return rgba


def file_of(path: Path, media_type: str, size: tuple[int, int] = (0, 0)) -> MediaFile:
    return MediaFile(path, media_type, hashlib.sha256(path.read_bytes()).hexdigest(), *size)


def requests_for(canvas: Canvas, seconds: float, folder: Path) -> list[VideoRequest]:
    """A request for each cut, its scene image composed; clips have a handle, for dissolves."""
    save_png(folder / "product.png", drawn())
    product = Reference(file_of(folder / "product.png", "image/png", (420, 640)), "cutout")
    brief = ProductBrief("North wind")
    made = []
    for index, share in enumerate(RHYTHM):
        scene = Scene(
            number=index + 1,
            purpose="hook" if index == 0 else "benefit",
            setting=SETS[index % len(SETS)],
            prompt="",
            words=Words(HEADLINE),
            seed=index,
            move=Move(MOVES[index % len(MOVES)], 0.05),
            opening=DISSOLVE if index else Transition(),
        )
        place = folder / f"scene_{index}"
        place.mkdir()
        request = ImageRequest(ImagePurpose.SCENE, brief, (product,), canvas, scene=scene, moving=True)
        images = {image.role: image for image in compose(request, Call("image", place)).images}
        image = images[AssetRole.SCENE_IMAGE]
        plate, cut = (
            file_of(images[role].path, "image/png")
            for role in (AssetRole.SCENE_PLATE, AssetRole.SCENE_PRODUCT)
        )
        placement = Quad(tuple(tuple(point) for point in image.details["placement"]))
        length = round(share * seconds / sum(RHYTHM) * FPS)
        titles = default_titles(scene.words, canvas)
        made.append(
            VideoRequest(
                brief,
                scene,
                canvas,
                length,
                handle=DISSOLVE.frames,
                image=file_of(image.path, "image/png"),
                layers=Layers(plate, cut),
                placement=placement,
                text=text_layer(canvas, length + DISSOLVE.frames, titles=titles),
            )
        )
    return made


def render(request: VideoRequest, folder: Path) -> MediaFile:
    folder.mkdir(parents=True, exist_ok=True)
    result = video(request, Call("clip", folder))
    return MediaFile(result.clip.path, "video/mp4", "0" * 64, request.canvas.width, request.canvas.height)


def clips_of(requests: Sequence[VideoRequest], folder: Path) -> list[MediaFile]:
    return [render(request, folder / f"clip_{index}") for index, request in enumerate(requests)]


def music(path: Path, seconds: float) -> MediaFile:
    """A pulsing chord as a WAV file."""
    t = np.arange(round((seconds + 1) * SAMPLE_RATE)) / SAMPLE_RATE
    tone = sum(np.sin(2 * np.pi * hertz * t) for hertz in (220.0, 277.2, 329.6)) / 6
    pulse = tone * (0.4 + 0.6 * np.exp(-6 * (t % 0.5)))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(np.repeat(np.rint(pulse * 20000).astype("<i2"), 2).tobytes())
    return file_of(path, "audio/wav")


def film(
    requests: Sequence[VideoRequest],
    clips: Sequence[MediaFile],
    bed: MediaFile,
    folder: Path,
    opening: Transition,
) -> Path:
    cuts = [
        Cut(clip, request.frames, request.handle, opening if index else Transition(), request.text)
        for index, (request, clip) in enumerate(zip(requests, clips, strict=True))
    ]
    folder.mkdir()
    result = stitch(StitchRequest(requests[0].canvas, tuple(cuts), bed), Call("film", folder))
    print(f"    {result.details['copied_frames']} frames copied, {result.details['encoded_frames']} encoded")
    return result.video.path


def single_encode(raw: Path, target: Path, canvas: Canvas, count: int) -> None:
    """The film's frames out of a file of planes into the encoder that clips go through."""
    size = canvas.width * canvas.height
    with raw.open("rb") as source, Encoder(target, canvas.width, canvas.height, frames=count) as encoder:
        for _ in range(count):
            flat = np.frombuffer(source.read(size * 3 // 2), np.uint8)
            y, u, v = np.split(flat, [size, size * 5 // 4])
            half = (canvas.height // 2, canvas.width // 2)
            encoder.write(y.reshape(canvas.height, canvas.width), u.reshape(half), v.reshape(half))


def report(
    seconds: float, canvas: Canvas, rows: dict[str, Timing], single: Timing, goals: dict[str, float]
) -> None:
    print(f"\n{seconds:g} s of {canvas.width}x{canvas.height}, {len(RHYTHM)} cuts")
    print(
        f"{'':34}{'wall s':>8}{'cpu s':>8}{'x wall':>8}{'x cpu':>7}{'goal':>6}{'MiB own':>9}{'MiB child':>10}"
    )
    for name, timing in rows.items():
        goal = f"{goals[name]:g}" if name in goals else ""
        print(
            f"{name:34}{timing.wall:8.2f}{timing.processor:8.2f}{timing.wall / single.wall:8.2f}"
            f"{timing.processor / single.processor:7.2f}{goal:>6}"
            f"{timing.memory[0]:9.0f}{timing.memory[1]:10.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--quick", action="store_true", help="6 s of 360x640")
    parser.add_argument("--moviepy", type=float, metavar="SECONDS", default=0.0, help="of MoviePy's timeline")
    options = parser.parse_args()
    aspect = Aspect.PORTRAIT
    canvas = Canvas(aspect, 360, 640) if options.quick else Canvas(aspect, *aspect.size)
    seconds = min(6.0, options.seconds) if options.quick else options.seconds
    with tempfile.TemporaryDirectory() as made:
        run(canvas, seconds, options.moviepy, Path(made))


def run(canvas: Canvas, seconds: float, moviepy_seconds: float, folder: Path) -> None:
    start = time.perf_counter()
    requests = requests_for(canvas, seconds, folder)
    bed = music(folder / "music.wav", seconds)
    print(f"scene images: {time.perf_counter() - start:.1f} s (not counted)")
    rows: dict[str, Timing] = {}
    clips: list[MediaFile] = []
    # In a process of its own, so that its memory is its own.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        cutting = [
            replace(request, handle=0, scene=replace(request.scene, opening=Transition()))
            for request in requests
        ]
        pool.submit(time.sleep, 0).result()
        rows["clips"], clips = pool.submit(_clips_timed, cutting, folder / "clips").result()
    rows["stitch, cuts"] = timed(lambda: film(cutting, clips, bed, folder / "cut", Transition()))
    count = sum(request.frames for request in cutting)
    raw = folder / "film.yuv"
    with raw.open("wb") as out:
        for request in cutting:
            for planes in shown(request, request.frames, {}):
                out.writelines(plane.tobytes() for plane in planes)
    single = timed(lambda: single_encode(raw, folder / "single.mp4", canvas, count))
    rows["clips and stitch"] = _sum(rows["clips"], rows["stitch, cuts"])
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.1, 0.1]))
        places = [folder / f"two_{index}" for index in range(len(cutting))]
        start = time.perf_counter()
        used = list(pool.map(_render_timed, cutting, places))
        wall = time.perf_counter() - start
        own, child = (max(timing.memory[which] for timing in used) for which in (0, 1))
        rows["clips, two at a time"] = Timing(wall, sum(timing.processor for timing in used), (own, child))
    longer = clips_of(requests, folder / "longer")
    rows["stitch, dissolves"] = timed(lambda: film(requests, longer, bed, folder / "dissolved", DISSOLVE))
    foreign = [_foreign(clip, folder / f"foreign_{index}.mp4") for index, clip in enumerate(clips)]
    rows["stitch, other people's clips"] = timed(
        lambda: film(cutting, foreign, bed, folder / "foreign", Transition())
    )
    rows["single encode"] = single
    goals = {
        "clips and stitch": 1.9,
        "stitch, cuts": 0.2,
        "stitch, dissolves": 1.5,
        "stitch, other people's clips": 1.5,
    }
    report(seconds, canvas, rows, single, goals)
    if moviepy_seconds:
        took = moviepy(cutting, bed, canvas, moviepy_seconds, folder / "moviepy")
        if took is not None:
            ours = rows["clips and stitch"].wall / seconds
            print(
                f"MoviePy: {took:.2f} s for a second of film, here {ours:.2f} s: "
                f"{took / ours:.1f} times as long (goal 5)"
            )


def _clips_timed(requests: Sequence[VideoRequest], folder: Path) -> tuple[Timing, list[MediaFile]]:
    clips: list[MediaFile] = []
    return timed(lambda: clips.extend(clips_of(requests, folder))), clips


def _render_timed(request: VideoRequest, folder: Path) -> Timing:
    return timed(lambda: render(request, folder))


def _sum(one: Timing, other: Timing) -> Timing:
    own, child = (max(pair) for pair in zip(one.memory, other.memory, strict=True))
    return Timing(one.wall + other.wall, one.processor + other.processor, (own, child))


def _foreign(clip: MediaFile, path: Path) -> MediaFile:
    """The clip as another encoder would have it, so that it cannot be copied."""
    ffmpeg.run(
        ["-i", str(clip.path), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-bf", "0", str(path)]
    )
    return replace(clip, path=path)


def moviepy(
    requests: Sequence[VideoRequest], bed: MediaFile, canvas: Canvas, seconds: float, folder: Path
) -> float | None:
    """Seconds that MoviePy takes for a second of film; None where it cannot be had."""
    folder.mkdir()
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    got = subprocess.run(
        [python, "-m", "pip", "install", "-q", "moviepy>=2,<3"], capture_output=True, check=False
    )
    if got.returncode:
        print("MoviePy could not be installed here; no comparison with it")
        return None
    scenes, left = [], seconds
    for request in requests:
        if left <= 0 or request.layers is None:
            break
        length = min(left, request.frames / FPS)
        layers = request.layers
        scenes.append(
            {
                "plate": str(layers.plate.path),
                "product": str(layers.product.path),
                "seconds": length,
                "amount": 0.05,
            }
        )
        left -= length
    options = h264(canvas.width, canvas.height)
    font = next(str(path) for path in sorted(fonts_dir().iterdir()) if "Bold" in path.name)
    job = {
        "size": [canvas.width, canvas.height],
        "scenes": scenes,
        "headline": HEADLINE,
        "font": font,
        "music": str(bed.path),
        "target": str(folder / "film.mp4"),
        "preset": options[options.index("-preset") + 1],
        "quality": options[options.index("-crf") + 1],
    }
    (folder / "job.json").write_text(json.dumps(job))
    run = subprocess.run(
        [python, str(Path(__file__).with_name("parts") / "moviepy_film.py"), str(folder / "job.json")],
        capture_output=True,
        check=False,
    )
    if run.returncode:
        print(f"MoviePy failed: {run.stderr.decode(errors='replace')[-400:]}")
        return None
    found = json.loads(run.stdout.splitlines()[-1])
    return float(found["took"]) / float(found["seconds"])


if __name__ == "__main__":
    sys.exit(main())
