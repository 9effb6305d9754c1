"""Rows about the film as a whole: lengths, cuts, poster, and what its pictures show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations, pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from genai.domain.film import FPS, seconds_of
from genai.media.probe import VideoTrack
from genai.media.qc.expected import Expected
from genai.media.qc.pixels import Luma, Pixels, repeated
from genai.media.qc.rows import Row, judged, skipped

_BLACK = 40  # 8-bit luma
_FLASHES = 3  # in any second
_STILL = 1.0  # seconds
_REQUEST_OFF = 0.25  # seconds
_CUT = (0.8, 2.5)  # seconds, fast_video
_FIRST_CUT = 1.5
_LOOKS = (0.25, 0.5, 0.75)  # of a scene


def wanted_looks(cuts: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Frames to look at, by the number of the scene (from 1)."""
    starts = list(accumulate(cuts, initial=0))
    return {
        number: tuple(start + int(at * frames) for at in _LOOKS)
        for number, (start, frames) in enumerate(zip(starts, cuts, strict=False), 1)
    }


def length_rows(video: VideoTrack, expected: Expected) -> Iterator[Row]:
    target = "within one frame of the sum of the scenes"
    if expected.cuts:
        wanted = sum(expected.cuts)
        off = abs(video.frames - wanted)
        yield judged(
            "length",
            {"frames": video.frames, "scenes_frames": wanted},
            target,
            off <= 1 and abs(video.duration - seconds_of(wanted)) <= 1.5 / FPS,
            f"{off} frames too {'long' if video.frames > wanted else 'short'}",
        )
    else:
        yield skipped("length", target, "the scenes are not known")
    target = f"within {_REQUEST_OFF:g} s of the request"
    if expected.seconds is None:
        yield skipped("requested_length", target, "no length was requested")
        return
    off_by = video.duration - expected.seconds
    yield judged(
        "requested_length",
        {"seconds": round(video.duration, 3), "requested": expected.seconds},
        target,
        abs(off_by) <= _REQUEST_OFF + 1e-6,
        f"{abs(off_by):.2f} s too {'long' if off_by > 0 else 'short'}",
    )


def cut_rows(pixels: Pixels, expected: Expected) -> Iterator[Row]:
    targets = f"{_CUT[0]:g} to {_CUT[1]:g} s each", f"by {_FIRST_CUT:g} s"
    if expected.mode != "fast_video":
        why = "not a fast video" if expected.mode else "the mode is not known"
        yield from (skipped(name, at, why) for name, at in zip(("cuts", "first_cut"), targets, strict=True))
        return
    frames = expected.cuts or [b - a for a, b in pairwise([0, *pixels.cuts, pixels.frames])]
    lengths = [seconds_of(count) for count in frames]
    good = all(_CUT[0] - 1e-6 <= length <= _CUT[1] + 1e-6 for length in lengths)
    yield judged(
        "cuts",
        {"count": len(lengths), "shortest_s": round(min(lengths), 3), "longest_s": round(max(lengths), 3)},
        targets[0],
        good,
        "scenes that are over at once, or that drag",
    )
    yield judged("first_cut", round(lengths[0], 3), targets[1], lengths[0] <= _FIRST_CUT + 1e-6, "too late")


def picture_rows(pixels: Pixels, expected: Expected, captions: slice) -> Iterator[Row]:
    """``captions``: the part of a picture's height that text takes, as a slice in thousandths."""
    yield judged(
        "first_frame",
        round(pixels.brightness),
        f"not black: luma above {_BLACK}",
        pixels.brightness > _BLACK,
        "the film begins in the dark, and so does its preview in a feed",
    )
    yield judged(
        "flashes",
        pixels.flashes,
        f"at most {_FLASHES} in any second",
        pixels.flashes <= _FLASHES,
        "it can hurt viewers with photosensitive epilepsy",
    )
    still = seconds_of(pixels.still)
    yield judged(
        "frozen", round(still, 2), f"no standstill above {_STILL:g} s", still <= _STILL, "the picture freezes"
    )
    yield _repeats(pixels, expected, captions)


def _repeats(pixels: Pixels, expected: Expected, captions: slice) -> Row:
    target = "no scene shows what another one shows"
    by_scene = {
        number: [pixels.looks[frame] for frame in frames]
        for number, frames in wanted_looks(expected.cuts).items()
        if all(frame in pixels.looks for frame in frames)
    }
    if len(by_scene) < 2:
        return skipped(
            "repeats", target, "the scenes are not known" if not expected.cuts else "there is one scene"
        )
    pairs = [
        [one, other]
        for one, other in combinations(by_scene, 2)
        if repeated(by_scene[one], by_scene[other], _rows(captions, by_scene[one]))
    ]
    return judged("repeats", pairs, target, not pairs, "the same clip twice")


def _rows(captions: slice, looks: Sequence[Luma]) -> slice:
    height = looks[0].shape[0]
    return slice(captions.start * height // 1000, -(-captions.stop * height // 1000))


def poster_row(video: VideoTrack, poster: Path | None) -> Row:
    target = "a JPEG of the video's size, sRGB"
    if poster is None:
        return skipped("poster", target, "no poster is known")
    try:
        with Image.open(poster) as image:
            form, size, mode = image.format, image.size, image.mode
            spread = float(np.asarray(image.convert("L").resize((64, 64))).std())
    except OSError:
        return judged("poster", None, target, False, "not a picture")
    return judged(
        "poster",
        {"format": form, "size": f"{size[0]}x{size[1]}", "contrast": round(spread, 1)},
        target,
        (form, size, mode) == ("JPEG", (video.width, video.height), "RGB") and spread > 2,
        "another format or size, or an empty picture",
    )
