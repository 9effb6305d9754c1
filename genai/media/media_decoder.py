"""Looks at one video or sound in a process of its own and prints what it is, as one JSON object.

Run by :mod:`genai.media.inspection` in a confined process as ``media_decoder.py LIMITS FILE``; imports
nothing of ours. Prints ``media_type``, ``width``, ``height`` (as displayed, or null) and ``duration``, or
``refused`` and ``remedy``: a sentence each for the person who sent the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FORMATS = "Send an MP4, MOV or WebM video, or an MP3, WAV, M4A, FLAC or Ogg sound."
CODECS = "Export it as H.264 with AAC sound."
VIDEO_DECODERS = (
    "h264",
    "hevc",
    "vp8",
    "libvpx-vp8",
    "vp9",
    "libvpx-vp9",
    "av1",
    "libdav1d",
    "prores",
    "mpeg4",
)
AUDIO_DECODERS = (
    *("aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "alac"),
    *("pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_s16be", "pcm_s24be", "pcm_u8"),
)
OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,flac,ogg",
    "codec_whitelist": ",".join(VIDEO_DECODERS + AUDIO_DECODERS),
}
SOUNDS = {"mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg"}

# How common files that are none of these begin.
OTHERS = {
    b"#EXTM3U": "a playlist",
    b"ffconcat": "a list of files",
    b"[playlist]": "a playlist",
    b"<MPD": "a streaming manifest",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<?xml": "an XML file",
    b"v=0": "a streaming description",
    b"GIF8": "a GIF",
    b"\x89PNG": "a picture",
    b"\xff\xd8": "a picture",
    b"FLV": "a Flash video",
    b"#!AMR": "an AMR recording",
    b"0&\xb2u": "a Windows Media file",
}

DECODED = 12  # frames at the beginning and at the end
SHORT = 0.05  # of its length may be missing before a file counts as cut short


class Refused(Exception):
    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail, remedy)


DAMAGED = Refused("the file is damaged or cut short.", "Save or export it again.")


def kind(head: bytes) -> str:
    """What a file that is none of the formats seems to be."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, name in OTHERS.items():
        if text[: len(start)].lower() == start.lower():
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "an AVI video"
    return "no video or sound, or one of an unknown format"


def media_type(format: str, brand: str, head: bytes, has_video: bool) -> str:
    if "mp4" in format:
        if not has_video:
            return "audio/mp4"
        return "video/quicktime" if brand.strip() == "qt" else "video/mp4"
    if "matroska" in format:
        if b"webm" not in head:
            raise Refused("the file is a Matroska video.", FORMATS)
        if not has_video:
            raise Refused("the file is a WebM without a picture.", FORMATS)
        return "video/webm"
    if has_video:
        raise Refused("the file is a video in a sound's format.", FORMATS)
    return SOUNDS[format]


def look(path: Path, limits: dict[str, Any]) -> dict[str, Any]:
    import av
    import av.error
    from av.stream import Disposition

    with path.open("rb") as file:
        head = file.read(64)
    try:
        # Tags in some old encoding are no reason to refuse a song.
        container = av.open(f"file:{path}", options=OPTIONS, metadata_errors="replace")
    except MemoryError:  # FFmpeg's is one of its errors, too
        raise
    except (av.error.FFmpegError, ValueError):
        name = kind(head)
        if name.startswith("no ") and known(head):
            raise DAMAGED from None
        raise Refused(f"the file is {name}.", FORMATS) from None
    with container:
        if len(container.streams) > limits["streams"]:
            raise Refused(
                f"the file has {len(container.streams)} streams.", f"Send at most {limits['streams']}."
            )
        pictures = [s for s in container.streams.video if Disposition.attached_pic not in s.disposition]
        streams = [*pictures[:1], *container.streams.audio[:1]]
        if not streams:
            raise Refused("the file holds neither a picture nor a sound.", FORMATS)
        found = media_type(
            container.format.name, container.metadata.get("major_brand", ""), head, bool(pictures)
        )
        for stream in streams:
            check_stream(stream, limits)
        duration = length(container, streams, limits)
        width, height = None, None
        for stream in streams:
            frame = decoded(container, stream, duration)
            if stream.type == "video":
                width, height = displayed(stream, frame)
    return {"media_type": found, "width": width, "height": height, "duration": round(duration, 3)}


def known(head: bytes) -> bool:
    """It begins like one of the formats, so it is a broken one."""
    starts = (b"RIFF", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"\x1aE\xdf\xa3")
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") or head.startswith(starts)


def check_stream(stream: Any, limits: dict[str, Any]) -> None:
    context = stream.codec_context
    allowed = VIDEO_DECODERS if stream.type == "video" else AUDIO_DECODERS
    if context is None or context.name not in allowed:
        name = context.name if context else "an unknown codec"
        raise Refused(f"its {'picture' if stream.type == 'video' else 'sound'} is encoded as {name}.", CODECS)
    if stream.type == "video":
        width, height = context.width, context.height
        if width * height > limits["pixels"] or min(width, height) < limits["min_side"]:
            raise Refused(
                f"the video has {width} x {height} pixels.",
                f"Send one with sides from {limits['min_side']} pixels and at most "
                f"{limits['pixels'] / 1e6:g} megapixels.",
            )
        context.thread_count = 1


def length(container: Any, streams: list[Any], limits: dict[str, Any]) -> float:
    """Seconds until the last packet ends; every packet is read, since headers lie."""
    import av.error

    claimed = (container.duration or 0) / 1_000_000
    if claimed > limits["duration"]:
        raise too_long(claimed, limits)
    start = end = None
    try:
        for packet in container.demux(streams):
            if packet.pts is None or packet.is_discard:
                continue
            if packet.is_corrupt:
                raise DAMAGED
            at = float(packet.pts * packet.time_base)
            start = at if start is None else min(start, at)
            end = max(end or 0.0, at + float((packet.duration or 0) * packet.time_base))
            if end - start > limits["duration"]:
                raise too_long(end - start, limits)
    except av.error.FFmpegError:
        raise DAMAGED from None
    if start is None or end is None or end <= start:
        raise DAMAGED
    if end - min(start, 0) < claimed - max(1.0, SHORT * claimed):
        raise DAMAGED
    return end - max(start, 0.0)


def too_long(seconds: float, limits: dict[str, Any]) -> Refused:
    return Refused(f"it is {seconds:.0f} s long.", f"Send at most {limits['duration']:g} s.")


def decoded(container: Any, stream: Any, duration: float) -> Any:
    """The first frame; some at the beginning and some at the end are decoded. Refused where there is none."""
    import av.error

    first = None
    base = stream.time_base
    for at in (0.0, max(0.0, duration - 1.0)):
        try:
            container.seek(int(at / base) + (stream.start_time or 0), stream=stream)
            frames = container.decode(stream)
            found = [frame for frame, _ in zip(frames, range(DECODED), strict=False)]
        except MemoryError:
            raise
        except av.error.FFmpegError:
            raise DAMAGED from None
        if first is None and not found:
            raise DAMAGED
        first = first or found[0]
    return first


def displayed(stream: Any, frame: Any) -> tuple[int, int]:
    """Width and height as a player shows them: the shape of pixels and rotation applied."""
    shape = stream.sample_aspect_ratio
    width, height = frame.width, frame.height
    if shape:
        width = round(width * shape)
    return (height, width) if frame.rotation % 180 else (width, height)


def main() -> None:
    limits = json.loads(sys.argv[1])
    import av  # an installation without PyAV is no fault of the file

    av.logging.set_level(None)
    try:
        answer = look(Path(sys.argv[2]), limits)
    except Refused as refused:
        answer = dict(zip(("refused", "remedy"), refused.args, strict=True))
    except MemoryError:
        answer = {"refused": "the file takes too much memory to decode.", "remedy": "Export it smaller."}
    except Exception:  # noqa: BLE001  whatever a binding raises on what its library made of garbage
        answer = {"refused": DAMAGED.args[0], "remedy": DAMAGED.args[1]}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
