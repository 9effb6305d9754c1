"""What is found out about files that ffmpeg makes here, good and odd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from genai.errors import Permanent
from genai.media import ffmpeg
from genai.media.boxes import Edit
from genai.media.encoding import Encoder, to_planes
from genai.media.probe import AudioTrack, Media, VideoTrack, probe

PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=128x72:r=30:d=2")
TONE = ("-f", "lavfi", "-i", "sine=440:r=48000:d=2")


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Media]:
    def make(*options: str, name: str = "a.mp4", sources: tuple[str, ...] = PICTURE) -> Media:
        path = tmp_path / name
        ffmpeg.run([*sources, *options, str(path)])
        return probe(path)

    return make


def picture(media: Media) -> VideoTrack:
    assert media.video is not None
    return media.video


def sound(media: Media) -> AudioTrack:
    assert media.audio is not None
    return media.audio


def test_our_own_clip_is_what_the_encoder_promises(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    noise = np.random.default_rng(1).integers(0, 255, (96, 64, 3), dtype=np.uint8)
    with Encoder(path, 64, 96, frames=90, keyframes=[12, 80]) as encoder:
        for shift in range(90):
            encoder.write(*to_planes(np.roll(noise, shift, axis=1)))
    media = probe(path)
    video = media.video
    assert video is not None and media.audio is None
    assert media.index_first is True and media.tracks == 1
    assert (video.codec, video.profile, video.pixel_format) == ("h264", "High", "yuv420p")
    assert video.progressive is True
    assert (video.primaries, video.transfer, video.matrix, video.range) == (1, 1, 1, 1)
    assert (video.frames, video.start, video.end, video.rate) == (90, 0, 3, 30)
    assert video.unsteadiness == 0
    assert video.b_frames == 2
    assert video.edits == (Edit(3.0, 0.0, 1.0),)
    assert video.closed
    starts = np.cumsum([0, *video.gops])
    assert {0, 12, 80, 90} <= {round(start * 30) for start in starts}
    assert max(video.gops) <= 2
    assert media.duration == 3


def test_sound_and_its_priming(made: Callable[..., Media]) -> None:
    media = made("-c:a", "aac", "-b:a", "192k", "-ac", "2", name="a.m4a", sources=TONE)
    assert media.video is None
    heard = sound(media)
    assert (heard.codec, heard.profile, heard.sample_rate, heard.channels) == ("aac", "LC", 48000, 2)
    assert (heard.start, heard.end) == (0, 2)
    assert heard.bitrate > 50_000
    assert heard.edits == (Edit(2.0, 1024 / 48000, 1.0),)


def test_the_index_at_the_end_is_seen(made: Callable[..., Media]) -> None:
    assert made("-movflags", "+faststart").index_first is True
    assert made().index_first is False
    assert made(name="a.webm").index_first is None


def test_a_delay_is_seen(made: Callable[..., Media]) -> None:
    media = made("-map", "0:v", "-map", "1:a", sources=(*PICTURE, "-itsoffset", "0.5", *TONE))
    assert sound(media).start == pytest.approx(0.5, abs=0.03)
    assert sound(media).edits[0].skipped is None
    assert sound(media).edits[0].duration == pytest.approx(0.5, abs=0.03)


def test_an_unsteady_rate_is_seen(made: Callable[..., Media]) -> None:
    video = picture(made("-vf", "select=not(eq(n\\,20))", "-fps_mode", "vfr"))
    assert video.frames == 59
    assert video.unsteadiness == pytest.approx(1 / 30, abs=0.001)
    assert picture(made("-r", "25")).rate == pytest.approx(25)


def test_open_groups_are_seen(made: Callable[..., Media]) -> None:
    options = ("-x264-params", "keyint=20:scenecut=0:open-gop=1:bframes=2")
    video = picture(made(*options))
    assert sum(packet.key for packet in video.packets) > 1
    assert not video.closed
    assert picture(made("-g", "20")).closed


def test_b_frames_are_counted(made: Callable[..., Media]) -> None:
    assert picture(made("-bf", "0")).b_frames == 0
    assert picture(made("-x264-params", "bframes=3:b-adapt=0:b-pyramid=none")).b_frames == 3
    assert picture(made("-x264-params", "bframes=3:b-adapt=0:b-pyramid=normal")).b_frames == 3


def test_fields_and_colours_are_seen(made: Callable[..., Media]) -> None:
    assert picture(made("-vf", "setfield=tff", "-flags", "+ildct+ilme")).progressive is False
    video = picture(made("-vf", "setparams=color_primaries=bt470bg:color_trc=smpte170m:colorspace=smpte170m"))
    assert (video.primaries, video.transfer, video.matrix) == (5, 6, 6)


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    cover, sound = tmp_path / "c.png", tmp_path / "s.mp3"
    ffmpeg.run(["-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", str(cover)])
    ffmpeg.run([*TONE, "-i", str(cover), "-map", "0:a", "-map", "1:v", "-c:v", "copy", str(sound)])
    media = probe(sound)
    assert media.tracks == 2
    assert media.video is None and media.audio is not None


def test_what_is_no_media_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"Just some text. " * 100)
    with pytest.raises(Permanent, match="cannot be read") as caught:
        probe(path)
    assert caught.value.code == "unreadable_media"
