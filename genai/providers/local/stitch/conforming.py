"""Clips as the joining needs them: as they are where they conform, else encoded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from genai.capabilities.stitch import Cut
from genai.domain.creative import Canvas
from genai.domain.film import FPS, seconds_of
from genai.domain.media import Mark
from genai.errors import Permanent
from genai.media import ffmpeg, fonts
from genai.media.encoding import CONTAINER, Encoder, groups, h264, quoted
from genai.media.probe import Media, VideoTrack, probe
from genai.providers.local.stitch.joining import splittable

_SCALER = "lanczos+accurate_rnd:out_color_matrix=bt709:out_range=tv"
_STEADY = 1e-4  # seconds: less than the rounding of any container's clock
_CROP = 0.02  # of a side: what is lost without a word
_HELD = 3  # frames: a clip that is short by no more is not worth a mark


@dataclass(frozen=True)
class Part:
    """A cut as it is to be shown: ``opening`` frames of transition first, ``frames`` in all, and ``handle``
    more for the next one's."""

    number: int
    cut: Cut
    opening: int
    handle: int

    @property
    def frames(self) -> int:
        return self.cut.frames

    @property
    def rendered(self) -> int:
        return self.frames + self.handle


def parameters(canvas: Canvas, draft: bool, workdir: Path) -> bytes:
    """The parameter sets that our own encoder gives clips of this canvas."""
    path = workdir / "reference.mp4"
    width, height = canvas.width, canvas.height
    half = np.full((height // 2, width // 2), 128, np.uint8)
    with Encoder(path, width, height, frames=1, draft=draft) as encoder:
        encoder.write(np.full((height, width), 16, np.uint8), half, half)
    return _video(probe(path), 0).parameters


def conforms(part: Part, expected: bytes) -> bool:
    """Whether the clip's packets can be copied: it has the parameters (and with them size, profile and
    colours), the rate, and key frames in closed groups where it is to be taken apart."""
    video = _video(probe(part.cut.clip.path), part.number)
    return (
        (part.cut.text_burned or not part.cut.text)
        and video.parameters == expected
        and abs(video.rate - FPS) < _STEADY
        and video.unsteadiness < _STEADY
        and video.closed
        and video.frames >= part.rendered
        and splittable(video, 0, part.opening, part.frames)
    )


def conform(
    part: Part, canvas: Canvas, target: Path, *, draft: bool, progress: Callable[[float], None]
) -> tuple[Mark, ...]:
    """Encode the clip to ``target`` with the canvas's size and rate, its text burned in where it is not.

    It is scaled to cover the canvas and cut in its middle; where it is too short its last picture stays.
    Marks say so where that can be seen.
    """
    video = _video(probe(part.cut.clip.path), part.number)
    with TemporaryDirectory(prefix="text") as folder:
        filters = _filters(part, canvas, Path(folder))
        arguments = [
            *("-protocol_whitelist", "file", "-i", f"file:{part.cut.clip.path}", "-map", "0:v:0", "-an"),
            *("-vf", ",".join(filters), "-frames:v", str(part.rendered)),
            *h264(
                canvas.width,
                canvas.height,
                keyframes=groups(part.rendered, (part.opening, part.frames)),
                draft=draft,
            ),
            *CONTAINER,
            str(target),
        ]
        ffmpeg.run(arguments, seconds=seconds_of(part.rendered), progress=progress)
    return tuple(_marks(part, video, canvas))


def _filters(part: Part, canvas: Canvas, folder: Path) -> list[str]:
    size = f"{canvas.width}:{canvas.height}"
    filters = [
        "bwdif=deint=interlaced",
        f"fps={FPS}",
        f"scale={size}:force_original_aspect_ratio=increase:force_divisible_by=2:flags={_SCALER}",
        f"crop={size}",
        "setsar=1,format=yuv420p",
        f"tpad=stop_mode=clone:stop={part.rendered}",
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709:field_mode=prog",
    ]
    if part.cut.text and not part.cut.text_burned:
        script = folder / "text.ass"
        script.write_text(part.cut.text, encoding="utf-8")
        filters.append(f"ass=filename={quoted(script)}:fontsdir={quoted(fonts.fonts_dir())}")
    return filters


def _marks(part: Part, video: VideoTrack, canvas: Canvas) -> list[Mark]:
    marks = []
    shape = (video.width / video.height) / (canvas.width / canvas.height)
    lost = 1 - min(shape, 1 / shape)
    if lost > _CROP:
        marks.append(
            Mark(
                "cropped_clip",
                f"The clip of scene {part.number} lost {lost:.0%} of a side to fit the format.",
            )
        )
    missing = part.frames - round(video.duration * FPS)
    if missing > _HELD:
        marks.append(
            Mark("held_frame", f"The clip of scene {part.number} ends {seconds_of(missing):.1f} s early.")
        )
    return marks


def _video(media: Media, number: int) -> VideoTrack:
    if media.video is None:
        raise Permanent(f"the clip of scene {number} has no picture; make it again", code="no_picture")
    return media.video
