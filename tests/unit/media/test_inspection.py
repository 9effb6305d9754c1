"""What the check of videos and sounds accepts and refuses. Every file is made here."""

from __future__ import annotations

import hashlib
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genai.errors import InvalidInput, Retryable
from genai.media import ffmpeg, inspection, media_decoder
from genai.media.inspection import MediaInfo, MediaLimits, inspect_media

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=96x128:r=30:d=2")
TONE = ("-f", "lavfi", "-i", "sine=440:r=48000:d=2")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
DEFAULT = MediaLimits()
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{url}\n#EXT-X-ENDLIST\n"
POINTER = "/settings/footage/0"


def made(path: Path, *options: str) -> Path:
    ffmpeg.run([*options, str(path)])
    return path


def look(path: Path, limits: MediaLimits = DEFAULT) -> MediaInfo:
    return inspect_media(path, pointer=POINTER, limits=limits)


def refusal(path: Path, limits: MediaLimits = DEFAULT) -> str:
    with pytest.raises(InvalidInput) as caught:
        look(path, limits)
    assert caught.value.pointer == POINTER
    assert caught.value.remedy
    return caught.value.detail


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of picture and sound."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return made(path, *PICTURE, *TONE, *H264, "-c:a", "aac", "-movflags", "+faststart")


@pytest.mark.parametrize(
    ("name", "codec", "media_type"),
    [
        ("a.mp4", H264, "video/mp4"),
        ("a.mov", H264, "video/quicktime"),
        ("a.mov", ("-c:v", "prores"), "video/quicktime"),
        ("a.mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"), "video/mp4"),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"), "video/webm"),
    ],
)
def test_accepts_videos(tmp_path: Path, name: str, codec: tuple[str, ...], media_type: str) -> None:
    path = made(tmp_path / name, *PICTURE, *codec)
    data = path.read_bytes()
    info = look(path)
    assert info.duration == pytest.approx(2, abs=0.05)
    assert info == MediaInfo(media_type, hashlib.sha256(data).hexdigest(), len(data), 96, 128, info.duration)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.mp3", "audio/mpeg"),
        ("a.wav", "audio/wav"),
        ("a.m4a", "audio/mp4"),
        ("a.flac", "audio/flac"),
        ("a.opus", "audio/ogg"),
    ],
)
def test_accepts_sounds(tmp_path: Path, name: str, media_type: str) -> None:
    info = look(made(tmp_path / name, *TONE))
    assert (info.media_type, info.width, info.height) == (media_type, None, None)
    assert info.duration == pytest.approx(2, abs=0.08)


def test_a_cover_picture_does_not_make_a_sound_a_video(tmp_path: Path) -> None:
    cover = made(tmp_path / "c.png", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1")
    song = made(tmp_path / "s.mp3", *TONE, "-i", str(cover), "-map", "0:a", "-map", "1:v", "-c:v", "copy")
    assert look(song).media_type == "audio/mpeg"


def test_tags_in_an_old_encoding_are_no_fault(tmp_path: Path) -> None:
    song = made(tmp_path / "s.wav", *TONE, "-metadata", "title=Cafe")
    data = song.read_bytes()
    assert data.count(b"Cafe") == 1
    song.write_bytes(data.replace(b"Cafe", b"Caf\xe9"))
    assert look(song).media_type == "audio/wav"


@pytest.mark.parametrize("at", [27, 28, 29, 60])
def test_broken_headers_are_the_files_fault(tmp_path: Path, at: int) -> None:
    song = made(tmp_path / "s.ogg", *TONE, "-c:a", "libvorbis")
    data = bytearray(song.read_bytes())
    data[at] ^= 0xFF
    song.write_bytes(data)
    assert "damaged" in refusal(song)


def test_the_name_says_nothing(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "-http:song.mp3"
    path.write_bytes(clip.read_bytes())
    assert look(path).media_type == "video/mp4"


def test_size_is_as_displayed(tmp_path: Path, clip: Path) -> None:
    turned = made(tmp_path / "t.mp4", "-display_rotation", "90", "-i", str(clip), "-c", "copy")
    assert (look(turned).width, look(turned).height) == (128, 96)
    wide = made(tmp_path / "w.mp4", *PICTURE, *H264, "-vf", "setsar=4/3")
    assert (look(wide).width, look(wide).height) == (128, 128)


def test_refuses_what_is_beyond_the_limits(clip: Path) -> None:
    assert "over the limit" in refusal(clip, MediaLimits(bytes=1000))
    assert "2 s long" in refusal(clip, MediaLimits(duration=1.5))
    assert "96 x 128 pixels" in refusal(clip, MediaLimits(pixels=96 * 127))
    assert "96 x 128 pixels" in refusal(clip, MediaLimits(min_side=97))
    assert "2 streams" in refusal(clip, MediaLimits(streams=1))


def test_a_length_that_no_header_tells_is_found(tmp_path: Path) -> None:
    codec = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
    path = made(tmp_path / "live.webm", *PICTURE, *codec, "-live", "1")
    assert look(path).duration == pytest.approx(2, abs=0.05)
    assert "2 s long" in refusal(path, MediaLimits(duration=1.5))


def test_refuses_a_webm_cut_short(tmp_path: Path) -> None:
    path = made(
        tmp_path / "a.webm",
        *PICTURE,
        "-c:v",
        "libvpx-vp9",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-g",
        "10",
    )
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    assert "damaged or cut short" in refusal(path)


@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.9])
def test_refuses_a_video_cut_short(tmp_path: Path, clip: Path, part: float) -> None:
    path = tmp_path / "cut.mp4"
    data = clip.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    assert "damaged or cut short" in refusal(path)


def test_refuses_a_video_of_zeros(tmp_path: Path, clip: Path) -> None:
    data = clip.read_bytes()
    at = data.index(b"mdat") + 4
    path = tmp_path / "zeros.mp4"
    path.write_bytes(data[:at] + bytes(len(data) - at))
    assert "damaged" in refusal(path)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "no video or sound"),
        (b"Just some text.", "no video or sound"),
        (b"#EXTM3U\n#EXTINF:2,\nclip.mp4\n", "a playlist"),
        (b"ffconcat version 1.0\nfile clip.mp4\n", "a list of files"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "a web page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"GIF89a" + bytes(100), "a GIF"),
    ],
)
def test_names_what_is_sent_instead(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(data)
    assert name in refusal(path)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.avi", H264, "AVI"),
        ("a.mkv", H264, "Matroska"),
        ("a.mov", ("-c:v", "qtrle"), "encoded as qtrle"),
    ],
)
def test_refuses_other_formats_and_codecs(
    tmp_path: Path, name: str, options: tuple[str, ...], said: str
) -> None:
    assert said in refusal(made(tmp_path / name, *PICTURE, *options))


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A server on the loopback for whoever comes by."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def nobody_came(server: socket.socket) -> bool:
    server.setblocking(False)
    try:
        connection, _ = server.accept()
    except BlockingIOError:
        return True
    connection.close()
    return False


@pytest.mark.parametrize(
    "form",
    [
        PLAYLIST,
        "ffconcat version 1.0\nfile {url}\n",
        (
            '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
            '<AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>{url}</BaseURL>'
            "</Representation></AdaptationSet></Period></MPD>"
        ),
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n",
    ],
)
def test_a_file_that_names_others_opens_none(tmp_path: Path, trap: socket.socket, form: str) -> None:
    port = trap.getsockname()[1]
    url = f"http://127.0.0.1:{port}/a.ts"
    path = tmp_path / "a.mp4"
    path.write_text(form.format(url=url, port=port))
    refusal(path)
    assert nobody_came(trap)


def test_a_track_in_another_file_is_not_followed(tmp_path: Path, clip: Path, trap: socket.socket) -> None:
    data = clip.read_bytes()
    url = f"http://127.0.0.1:{trap.getsockname()[1]}/a".encode() + b"\0"
    at = data.index(b"dref") + 12  # the first entry: its size, type, version and flags
    assert data[at : at + 12] == struct.pack(">I4sI", 12, b"url ", 1)
    # The place for a longer entry is what is left of the sample description, which is lost by that.
    entry = struct.pack(">I4sI", 12 + len(url), b"url ", 0) + url
    path = tmp_path / "a.mp4"
    path.write_bytes(data[:at] + entry + data[at + len(entry) :])
    refusal(path)
    assert nobody_came(trap)


def test_the_trap_would_catch(tmp_path: Path, trap: socket.socket) -> None:
    path = tmp_path / "a.m3u8"
    url = f"http://127.0.0.1:{trap.getsockname()[1]}/a.ts"
    path.write_text(PLAYLIST.format(url=url))
    options = {"protocol_whitelist": "file,tcp,http"}
    child = [sys.executable, "-c", f"import av; av.open({str(path)!r}, options={options})"]
    with subprocess.Popen(child, stderr=subprocess.DEVNULL) as reading:
        connection, _ = trap.accept()
        connection.close()
        reading.kill()


def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Put another program in the decoder's place."""
    script = tmp_path / "child.py"
    script.write_text(body)
    monkeypatch.setattr(media_decoder, "__file__", str(script))


def test_a_decoder_brought_down_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clip: Path
) -> None:
    monkeypatch.setattr("genai.confined._PATIENCE", 100)  # however busy the machine is
    put(tmp_path, monkeypatch, "while True: pass")
    assert "too long" in refusal(clip, MediaLimits(seconds=1))


def test_a_decoder_stopped_from_outside_says_nothing_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clip: Path
) -> None:
    put(tmp_path, monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    with pytest.raises(Retryable):
        look(clip)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    large = made(tmp_path / "l.mp4", "-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=30:d=0.2", *H264)
    assert look(large).width == 3840
    starved = replace(inspection.DECODER, memory=150 << 20, per_pixel=0)
    monkeypatch.setattr(inspection, "DECODER", starved)
    assert refusal(large)
