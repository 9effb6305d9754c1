"""Rows about how the picture is coded and how the file is laid out."""

from __future__ import annotations

from collections.abc import Iterator

from genai.domain.enums import Aspect
from genai.domain.film import FPS
from genai.media.boxes import Edit
from genai.media.probe import Media, VideoTrack
from genai.media.qc.expected import Expected
from genai.media.qc.rows import Row, judged, skipped

_STEADY = 0.002  # seconds: containers count in milliseconds at worst
_GROUP = (0.5, 2.0)  # seconds
_SHORT_GROUP = 0.2  # of them: what transitions and short scenes need
_FULL = 1080 * 1920
_BITRATE = (0.3e6, 10e6)  # at 1080x1920: quality is constant, so simple pictures need little
_BUFFER = 2.0  # seconds of the highest rate, that the cap lets through beside it
_SKIPPED = 0.1  # seconds at a track's start: an encoder's priming, and reordered pictures


def stream_rows(media: Media, video: VideoTrack, expected: Expected) -> Iterator[Row]:
    yield _size(video, expected)
    yield judged(
        "codec",
        {"codec": video.codec, "profile": video.profile, "progressive": video.progressive},
        "H.264 High, progressive",
        (video.codec, video.profile, video.progressive) == ("h264", "High", True),
        "players and platforms are sure of H.264 High without interlacing alone",
    )
    yield judged(
        "pixel_format", video.pixel_format, "yuv420p", video.pixel_format == "yuv420p", "not 8 bits 4:2:0"
    )
    colour = {"primaries": video.primaries, "transfer": video.transfer, "matrix": video.matrix}
    yield judged(
        "colour",
        {**colour, "range": video.range},
        "bt709 throughout (code point 1), limited range",
        set(colour.values()) == {1} and video.range in (0, 1),
        "colours are guessed by the player; 2 means not tagged",
    )
    yield judged(
        "frame_rate",
        {"fps": round(video.rate, 3), "unsteadiness_ms": round(1000 * video.unsteadiness, 2)},
        f"{FPS} fps, constant",
        abs(video.rate - FPS) < 0.01 and video.unsteadiness < _STEADY,
        "another rate, or frames that last longer than others",
    )
    yield judged("b_frames", video.b_frames, "2 in a row", video.b_frames == 2, "another number in a row")
    yield _groups(video)
    yield _bitrate(video, expected)
    yield judged(
        "index_first",
        media.index_first,
        "moov before mdat",
        media.index_first is True,
        "no player can start before it has the whole file" if media.index_first is False else "not an MP4",
    )
    yield _start(media, video)


def _size(video: VideoTrack, expected: Expected) -> Row:
    size = f"{video.width}x{video.height}"
    if expected.canvas:
        wanted = f"{expected.canvas.width}x{expected.canvas.height}"
        return judged("size", size, wanted, size == wanted, f"not {wanted}")
    wanted = ", ".join(f"{width}x{height}" for width, height in (aspect.size for aspect in Aspect))
    good = (video.width, video.height) in {aspect.size for aspect in Aspect}
    return judged("size", size, f"one of {wanted}", good, "none of the delivered sizes")


def _groups(video: VideoTrack) -> Row:
    longest, shortest = max(video.gops), min(video.gops)
    short = sum(1 for length in video.gops if length < _GROUP[0] - 1e-6)
    good = video.closed and longest <= _GROUP[1] + 1e-6
    return judged(
        "groups",
        {
            "closed": video.closed,
            "shortest_s": round(shortest, 3),
            "longest_s": round(longest, 3),
            "below_half_a_second": short,
        },
        f"closed, at most {_GROUP[1]:g} s; from {_GROUP[0]:g} s but where a cut or a transition is",
        good,
        "a key frame is missing, or pictures refer across one",
    )


def _bitrate(video: VideoTrack, expected: Expected) -> Row:
    part = video.width * video.height / _FULL
    low, high = (limit * part for limit in _BITRATE)
    high *= 1 + _BUFFER / video.duration
    target = f"{high / 1e6:.3g} Mbit/s at most (8 Mbit/s class at 1080x1920, capped quality)"
    if expected.draft:
        return skipped("bitrate", target, "a preview is quick rather than good")
    return judged(
        "bitrate",
        round(video.bitrate),
        target,
        low <= video.bitrate <= high,
        "heavier than platforms want" if video.bitrate > high else "too light to be good at this size",
    )


def _start(media: Media, video: VideoTrack) -> Row:
    edits = {"video": video.edits, "audio": media.audio.edits if media.audio else ()}
    starts = {"video": video.start, "audio": media.audio.start if media.audio else 0.0}
    odd = [name for name, listed in edits.items() if not _plain(listed)]
    late = [name for name, start in starts.items() if abs(start) > 1e-3]
    return judged(
        "start",
        {"video_s": round(starts["video"], 4), "audio_s": round(starts["audio"], 4), "odd_edit_lists": odd},
        "picture and sound at 0; edit lists skip priming alone",
        not odd and not late,
        f"{' and '.join(odd or late)}: delayed, cut off or in several pieces",
    )


def _plain(edits: tuple[Edit, ...]) -> bool:
    if not edits:
        return True
    [edit, *more] = edits
    return not more and edit.skipped is not None and edit.skipped <= _SKIPPED and edit.rate == 1
