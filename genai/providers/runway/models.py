"""What Runway's models can be asked: sizes, durations, the length of a prompt.

As ``image_to_video_create_params`` of the SDK 5.24 says; a test holds this table against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, log

from genai.domain.creative import Canvas
from genai.domain.film import FPS
from genai.errors import Permanent

MOST_ADDED = 0.15  # of a side: what may be added around a picture for the model's frame and cut off again
# A clip may be played this much slower than it was made: an editor does that before asking for another take,
# and at 24 frames a second nobody sees it.
SLOWEST = 1.1


@dataclass(frozen=True)
class VideoModel:
    """``ratios`` are widths and heights in pixels, ``durations`` seconds, ``prompt`` the most UTF-16 code
    units. ``seeded``: it takes a seed; ``sounds``: it makes sound unless told not to."""

    ratios: tuple[tuple[int, int], ...]
    durations: tuple[int, ...]
    prompt: int = 1000
    seeded: bool = True
    sounds: bool = False

    def ratio(self, canvas: Canvas) -> tuple[int, int]:
        """The size that is nearest to the canvas's shape, the largest of those. Raises Permanent
        (``unsupported``) where none is near."""
        width, height = max(
            self.ratios, key=lambda each: (-round(_apart(each, canvas), 6), each[0] * each[1])
        )
        if 1 - 1 / _apart((width, height), canvas) > MOST_ADDED:
            raise Permanent(
                f"the model has no size near {canvas.width}x{canvas.height}; choose another aspect or model",
                code="unsupported",
            )
        return width, height

    def duration(self, length: int) -> int:
        """Seconds to ask for, for ``length`` frames of ours: the next longer duration. The longest one where
        it lasts when it is played slower, by SLOWEST at most; else raises Permanent (``unsupported``)."""
        for seconds in self.durations:
            if seconds * FPS >= length:
                return seconds
        longest = self.durations[-1]
        if length > longest * FPS * SLOWEST:
            raise Permanent(
                f"a scene of {ceil(length / FPS)} s is longer than the model's {longest} s; make it shorter",
                code="unsupported",
            )
        return longest


def _apart(size: tuple[int, int], canvas: Canvas) -> float:
    """How much wider or higher one is than the other: 1 for the same shape."""
    return exp(abs(log(size[0] * canvas.height / (size[1] * canvas.width))))


_GEN4 = VideoModel(
    ratios=((1280, 720), (720, 1280), (1104, 832), (832, 1104), (960, 960), (1584, 672)),
    durations=tuple(range(2, 11)),
)
_VEO3 = VideoModel(
    ratios=((1280, 720), (720, 1280), (1080, 1920), (1920, 1080)),
    durations=(4, 6, 8),
    seeded=False,
    sounds=True,
)
MODELS = {"gen4.5": _GEN4, "gen4_turbo": _GEN4, "veo3.1": _VEO3, "veo3.1_fast": _VEO3}
