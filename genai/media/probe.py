"""What a media file is, measured on its packets and boxes; nothing is decoded.

For files of this service's own making and of an operator. What strangers send goes through
:mod:`genai.media.inspection` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from genai.errors import Permanent
from genai.media.boxes import Edit, Layout, layout

# Files alone, never an address that a file names; no playlists and no lists of files.
SAFE_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,flac,ogg",
}
_IDR = 5  # the NAL unit type of an H.264 picture that nothing before it is needed for


@dataclass(frozen=True)
class Timing:
    """One packet of video, in the order of decoding; seconds on the file's own clock."""

    pts: Fraction
    duration: Fraction
    size: int
    key: bool
    idr: bool


@dataclass(frozen=True)
class VideoTrack:
    """``width`` and ``height`` are coded pixels. ``primaries``, ``transfer``, ``matrix`` and ``range`` are
    code points of ITU-T H.273: 1 is bt709 (for ``range`` 1 is limited), 2 unspecified. ``progressive``
    is None where the stream does not say. ``parameters`` are the decoder's (SPS and PPS)."""

    codec: str
    profile: str
    width: int
    height: int
    pixel_format: str
    progressive: bool | None
    primaries: int
    transfer: int
    matrix: int
    range: int
    parameters: bytes
    edits: tuple[Edit, ...]
    packets: tuple[Timing, ...]

    @property
    def frames(self) -> int:
        return len(self.packets)

    @cached_property
    def times(self) -> tuple[Fraction, ...]:
        """When frames are shown, in that order."""
        return tuple(sorted(packet.pts for packet in self.packets))

    @property
    def start(self) -> float:
        return float(self.times[0])

    @property
    def end(self) -> float:
        """When the last frame goes."""
        return float(max(packet.pts + packet.duration for packet in self.packets))

    @property
    def duration(self) -> float:
        return self.end - self.start

    @property
    def rate(self) -> float:
        """Frames per second, on average over the timestamps."""
        steps = self.frames - 1
        span = self.times[-1] - self.times[0]
        return float(steps / span) if span else float(1 / (self.packets[0].duration or 1))

    @property
    def unsteadiness(self) -> float:
        """By how many seconds any step between frames differs from the average one."""
        steps = [after - before for before, after in pairwise(self.times)]
        return max((abs(float(step) - 1 / self.rate) for step in steps), default=0.0)

    @property
    def b_frames(self) -> int:
        """The most B-frames in a row: pictures that are decoded after one that is shown later."""
        longest = run = 0
        latest: Fraction | None = None
        for packet in self.packets:
            ahead = latest is None or packet.pts > latest
            run = 0 if ahead else run + 1
            longest = max(longest, run)
            latest = packet.pts if latest is None or ahead else latest
        return longest

    @property
    def gops(self) -> tuple[float, ...]:
        """Seconds from each key frame to the next, and from the last to the end."""
        keys = [packet.pts for packet in self.packets if packet.key]
        return tuple(float(after - before) for before, after in pairwise([*keys, Fraction(self.end)]))

    @property
    def closed(self) -> bool:
        """It begins with a key frame, all are IDR, and nothing decoded after one is shown before it."""
        key: Fraction | None = None
        for packet in self.packets:
            if packet.key:
                key = packet.pts
            if key is None or packet.pts < key or (packet.key and not packet.idr):
                return False
        return True

    @property
    def bitrate(self) -> float:
        """Bits per second."""
        return 8 * sum(packet.size for packet in self.packets) / self.duration


@dataclass(frozen=True)
class AudioTrack:
    """``start`` and ``end`` in seconds on the file's clock, without the encoder's priming; ``bitrate`` in
    bits per second, ``sample_rate`` in Hz."""

    codec: str
    profile: str
    sample_rate: int
    channels: int
    bitrate: float
    start: float
    end: float
    edits: tuple[Edit, ...]

    @property
    def duration(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Media:
    """A file: ``format`` as FFmpeg names it, the first track of each kind (cover pictures aside), how many
    tracks there are in all. ``index_first``: an MP4's index stands before its media."""

    format: str
    size: int
    tracks: int
    index_first: bool | None
    video: VideoTrack | None
    audio: AudioTrack | None

    @property
    def duration(self) -> float:
        """Seconds until the last track ends."""
        return max((track.end for track in (self.video, self.audio) if track), default=0.0)


def open_media(path: Path) -> InputContainer:
    """The file, opened so that it can have nothing else opened. Raises Permanent (``unreadable_media``)."""
    try:
        return av.open(f"file:{path}", options=SAFE_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError) as error:
        raise _unreadable() from error


def probe(path: Path) -> Media:
    """What the file at ``path`` is. Raises Permanent with the code ``unreadable_media``."""
    with open_media(path) as file:
        boxes = layout(path) if "mp4" in file.format.name else Layout(None, {})
        video = next(
            (stream for stream in file.streams.video if Disposition.attached_pic not in stream.disposition),
            None,
        )
        audio = next(iter(file.streams.audio), None)
        wanted: list[VideoStream | AudioStream] = [stream for stream in (video, audio) if stream]
        try:
            packets = [packet for packet in file.demux(wanted) if packet.size] if wanted else []
        except av.error.FFmpegError as error:
            raise _unreadable() from error
        return Media(
            format=file.format.name,
            size=path.stat().st_size,
            tracks=len(file.streams),
            index_first=boxes.index_first,
            video=_video(video, packets, boxes) if video else None,
            audio=_audio(audio, packets, boxes) if audio else None,
        )


def _video(stream: VideoStream, packets: Sequence[Packet], boxes: Layout) -> VideoTrack | None:
    context = stream.codec_context
    own = [packet for packet in packets if packet.stream is stream and packet.pts is not None]
    timings = tuple(_timing(packet, stream) for packet in own if not packet.is_discard)
    if not timings:
        return None
    return VideoTrack(
        codec=context.name,
        profile=str(context.profile or ""),
        width=context.width,
        height=context.height,
        pixel_format=str(context.pix_fmt or ""),
        progressive={0: None, 1: True}.get(int(context.field_order), False),
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        matrix=int(context.colorspace),
        range=int(context.color_range),
        parameters=bytes(context.extradata or b""),
        edits=boxes.edits.get(stream.id, ()),
        packets=timings,
    )


def _timing(packet: Packet, stream: VideoStream) -> Timing:
    base = packet.time_base
    h264 = stream.codec_context.name in ("h264", "libx264")
    return Timing(
        pts=(packet.pts or 0) * base,
        duration=(packet.duration or 0) * base,
        size=packet.size,
        key=packet.is_keyframe,
        idr=packet.is_keyframe and (not h264 or _IDR in _nal_types(bytes(packet))),
    )


def _nal_types(data: bytes) -> Iterator[int]:
    """Types of the NAL units of an MP4 sample: each has its length in four bytes before it."""
    at = 0
    while at + 5 <= len(data):
        yield data[at + 4] & 0x1F
        at += 4 + int.from_bytes(data[at : at + 4])


def _audio(stream: AudioStream, packets: Sequence[Packet], boxes: Layout) -> AudioTrack | None:
    own = [packet for packet in packets if packet.stream is stream and packet.pts is not None]
    heard = [packet for packet in own if not packet.is_discard]
    if not heard:
        return None
    base = stream.time_base or Fraction(1, stream.sample_rate)
    start = (heard[0].pts or 0) * base
    end = max((packet.pts or 0) * base + (packet.duration or 0) * base for packet in heard)
    return AudioTrack(
        codec=stream.codec_context.name,
        profile=str(stream.codec_context.profile or ""),
        sample_rate=stream.sample_rate,
        channels=stream.channels,
        bitrate=8 * sum(packet.size for packet in own) / float(end - start) if end > start else 0.0,
        start=float(start),
        end=float(end),
        edits=boxes.edits.get(stream.id, ()),
    )


def _unreadable() -> Permanent:
    return Permanent("the media file cannot be read; make or export it again", code="unreadable_media")
