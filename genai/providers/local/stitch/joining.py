"""Clips to one video without encoding them: their packets in a new order, with new timestamps.

Only whole closed groups are copied, so a picture never lacks one that it is decoded from. All clips have
the same parameter sets; a decoder needs those of the first alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from genai.domain.film import FPS
from genai.media.encoding import RUN_AHEAD, TIMESCALE
from genai.media.probe import VideoTrack, open_media

_FRAME = TIMESCALE // FPS  # ticks
_BASE = Fraction(1, TIMESCALE)
# As :data:`genai.media.encoding.CONTAINER` has them.
_OPTIONS = {
    "movflags": "+faststart+negative_cts_offsets",
    "video_track_timescale": str(TIMESCALE),
    "fflags": "+bitexact",
}


@dataclass(frozen=True)
class Span:
    """``frames`` frames of a clip from frame ``first`` on. It begins with a key frame, and ends before one
    or with the clip."""

    path: Path
    first: int
    frames: int


def splittable(video: VideoTrack, *at: int) -> bool:
    """Whether the clip can be taken apart before these frames: each is a key frame, or its end."""
    keys = {round(packet.pts * FPS) for packet in video.packets if packet.key}
    return all(frame in keys or frame == video.frames for frame in at)


def join(spans: Sequence[Span], sound: Path, target: Path) -> None:
    """Write the spans, one after the other, with the sound to the MP4 ``target``.

    Pictures are shown at whole multiples of a frame from 0 on, whatever times their clips gave them. The
    sound's packets keep theirs.
    """
    with ExitStack() as stack:
        output = stack.enter_context(av.open(str(target), "w", format="mp4", options=_OPTIONS))
        first = stack.enter_context(open_media(spans[0].path)).streams.video[0]
        picture = output.add_stream_from_template(first)
        picture.time_base = _BASE
        heard = stack.enter_context(open_media(sound))
        track = output.add_stream_from_template(heard.streams.audio[0])
        for packet in merge(_pictures(spans, picture), _sounds(heard, track), key=_time):
            output.mux(packet)


def _pictures(spans: Sequence[Span], stream: VideoStream) -> Iterator[Packet]:
    """All packets in the order of decoding."""
    decoded = start = 0
    for span in spans:
        for shown, packet in _packets(span):
            packet.stream = stream
            packet.time_base = _BASE
            packet.pts = (start + shown) * _FRAME
            packet.dts = (decoded - RUN_AHEAD) * _FRAME
            packet.duration = _FRAME
            decoded += 1
            yield packet
        start += span.frames


def _packets(span: Span) -> Iterator[tuple[int, Packet]]:
    """The span's packets in the order of decoding, each with its frame's place in the span."""
    with open_media(span.path) as clip:
        for packet in clip.demux(clip.streams.video[0]):
            if packet.pts is None or packet.time_base is None:
                continue
            shown = round(packet.pts * packet.time_base * FPS) - span.first
            if 0 <= shown < span.frames:
                yield shown, packet


def _sounds(heard: InputContainer, track: AudioStream) -> Iterator[Packet]:
    for packet in heard.demux(heard.streams.audio[0]):
        if packet.dts is not None:
            packet.stream = track
            yield packet


def _time(packet: Packet) -> Fraction:
    return (packet.dts or 0) * packet.time_base
