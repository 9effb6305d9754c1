"""The report: a video is probed and decoded once, and every row is judged from that."""

from __future__ import annotations

from pathlib import Path

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.errors import Permanent
from genai.media.probe import VideoTrack, probe
from genai.media.qc import words
from genai.media.qc.expected import Expected
from genai.media.qc.film import cut_rows, length_rows, picture_rows, poster_row, wanted_looks
from genai.media.qc.pixels import look_through
from genai.media.qc.rows import QcReport
from genai.media.qc.sound import sound_rows
from genai.media.qc.stream import stream_rows
from genai.media.text import only

_UNKNOWN = Expected()


def report(path: Path, *, expected: Expected = _UNKNOWN) -> QcReport:
    """Measure the video at ``path`` and judge each line of the delivery table that applies.

    A row whose subject is not known (see :class:`Expected`) is not applicable. Raises Permanent with the
    code ``unreadable_media`` where the file is no video or cannot be decoded.
    """
    media = probe(path)
    video = media.video
    if video is None:
        raise Permanent("the file has no picture; give it a video", code="unreadable_media")
    canvas = expected.canvas or _canvas(video)
    looks = [frame for frames in wanted_looks(expected.cuts).values() for frame in frames]
    pixels = look_through(path, looks)
    return QcReport(
        (
            *stream_rows(media, video, expected),
            *sound_rows(path, video, media.audio, expected),
            *length_rows(video, expected),
            *cut_rows(pixels, expected),
            *words.word_rows(canvas, expected),
            *picture_rows(pixels, expected, _text_rows(canvas, expected.text)),
            poster_row(video, expected.poster),
        )
    )


def _canvas(video: VideoTrack) -> Canvas:
    """The canvas that the video's shape is nearest to."""
    shape = video.width / video.height
    aspect = min(Aspect, key=lambda aspect: abs(aspect.size[0] / aspect.size[1] - shape))
    return Canvas(aspect, video.width, video.height)


def _text_rows(canvas: Canvas, text: str) -> slice:
    """Where captions stand, in thousandths of the height: scenes are compared without them."""
    captions = only(text, "caption")
    box = words.covered(canvas, captions, words.events(captions))
    return slice(box[1] * 1000 // canvas.height, -(-box[3] * 1000 // canvas.height)) if box else slice(0, 0)
