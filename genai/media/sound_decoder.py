"""Decodes the sound of one file in a process of its own.

Run by :mod:`genai.media.sound` in a confined process as ``sound_decoder.py FILE CHANNELS SECONDS``; imports
nothing of ours. Writes one line of JSON, ``refused`` (a sentence for the person who sent the file, or
null), then 48 kHz samples as interleaved little-endian float32, at most SECONDS of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

RATE = 48_000
LAYOUTS = {1: "mono", 2: "stereo"}
# No playlists and no protocols: a file may not name other files or addresses to read.
OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "aac,aiff,amr,asf,au,avi,caf,flac,matroska,mov,mp3,ogg,w64,wav",
}


def decode(path: str, channels: int, seconds: float) -> Iterator[bytes]:
    """Blocks of samples. A damaged packet ends the sound where it stands, if some was heard before."""
    import av

    with av.open(path, options=OPTIONS) as container:
        if not container.streams.audio:
            raise LookupError
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        resampler = av.AudioResampler("flt", LAYOUTS[channels], RATE)
        left = round(seconds * RATE)
        heard = False
        try:
            for frame in container.decode(stream):
                for block in resampler.resample(frame):
                    data = block.to_ndarray()[0, : left * channels].astype("<f4").tobytes()
                    left -= block.samples
                    heard = True
                    yield data
                if left <= 0:
                    return
        except av.FFmpegError:
            if not heard:
                raise
        if left > 0:
            for block in resampler.resample(None):
                yield block.to_ndarray()[0, : left * channels].astype("<f4").tobytes()


def main() -> None:
    import av  # an installation without PyAV is no fault of the file

    path, channels, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    refused, data = None, b""
    try:
        data = b"".join(decode(path, channels, seconds))
        if not data:
            refused = "the recording holds no sound; export it again as WAV, MP3 or M4A"
    except LookupError:
        refused = "the file has no sound track; send a recording as WAV, MP3 or M4A"
    except (av.FFmpegError, ValueError):
        refused = "the file is no recording that can be decoded; send WAV, MP3, M4A, OGG or FLAC"
    except MemoryError:
        refused = "the recording takes too much memory to decode; send WAV, MP3 or M4A"
    sys.stdout.buffer.write(json.dumps({"refused": refused}).encode() + b"\n" + data)


if __name__ == "__main__":
    main()
