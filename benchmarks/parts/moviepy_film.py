"""The timeline of ``render.py`` as users of MoviePy 2 write it; run by the Python that has MoviePy.

    python benchmarks/parts/moviepy_film.py JOB.json

Prints how many seconds it took, and how long the film is.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moviepy import AudioFileClip, CompositeVideoClip, ImageClip, TextClip, concatenate_videoclips

NEARER = 0.01  # what the product grows more than its set


def growing(amount: float, length: float) -> Callable[[float], float]:
    def scale(t: float) -> float:
        done = min(1.0, t / length)
        return 1 + amount * done * done * (3 - 2 * done)

    return scale


def shot(job: dict[str, Any], scene: dict[str, Any]) -> Any:
    length, amount = scene["seconds"], scene["amount"]
    width, height = job["size"]
    plate = ImageClip(scene["plate"]).with_duration(length).resized(growing(amount, length))
    product = ImageClip(scene["product"]).with_duration(length).resized(growing(amount + NEARER, length))
    words = TextClip(font=job["font"], text=job["headline"], font_size=round(height * 0.04), color="white")
    words = words.with_duration(length).with_position(("center", round(height * 0.18)))
    layers = [plate.with_position("center"), product.with_position("center"), words]
    return CompositeVideoClip(layers, size=(width, height)).with_duration(length)


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    start = time.perf_counter()
    film = concatenate_videoclips([shot(job, scene) for scene in job["scenes"]])
    film = film.with_audio(AudioFileClip(job["music"]).with_duration(film.duration))
    film.write_videofile(
        job["target"],
        fps=30,
        codec="libx264",
        audio_codec="aac",
        preset=job["preset"],
        ffmpeg_params=["-crf", str(job["quality"])],
        threads=4,
        logger=None,
    )
    print(json.dumps({"took": time.perf_counter() - start, "seconds": film.duration}))


if __name__ == "__main__":
    main()
