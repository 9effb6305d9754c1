"""The stitched film, frame by frame: none is lost, doubled, moved or encoded without need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from genai.capabilities.base import Call
from genai.capabilities.stitch import Cut, StitchRequest, StitchResult
from genai.domain.enums import AssetRole
from genai.domain.film import SceneKind, SpokenWord, Transition, TransitionKind
from genai.domain.media import MediaFile
from genai.errors import JobEnded, Permanent
from genai.media import ffmpeg
from genai.media.encoding import CONTAINER, h264
from genai.media.probe import VideoTrack, probe
from genai.media.text import text_layer
from genai.providers.local.stitch import stitch
from tests.unit.providers.local.stitch.numbered import CANVAS, numbered, seen

DISSOLVE = Transition(TransitionKind.DISSOLVE, 8)
WIPE = Transition(TransitionKind.WIPE, 10)

Film = Callable[..., StitchResult]


@pytest.fixture
def film(tmp_path: Path) -> Film:
    workdir = tmp_path / "work"
    workdir.mkdir()

    def made(*cuts: Cut, progress: Callable[[float], None] = lambda _: None, **more: object) -> StitchResult:
        call = Call("key", workdir, progress=progress)
        return stitch(StitchRequest(CANVAS, cuts, **more), call)  # type: ignore[arg-type]

    return made


def picture(path: Path) -> VideoTrack:
    video = probe(path).video
    assert video is not None
    return video


def said(folder: Path, seconds: float, name: str = "said.wav") -> MediaFile:
    """A sound that is no word, as loud as one."""
    path = folder / name
    ffmpeg.run(["-f", "lavfi", "-i", f"sine=300:r=48000:d={seconds}", "-ac", "1", str(path)])
    return MediaFile(path, "audio/wav", name, duration=seconds)


def encoded_as(folder: Path, cut: Cut, *options: str, name: str = "vendor.mp4") -> Cut:
    """The cut's clip as somebody else would have made it."""
    path = folder / name
    ffmpeg.run(["-i", str(cut.clip.path), *options, str(path)])
    return replace(cut, clip=replace(cut.clip, path=path))


def test_cuts_are_copied_frame_for_frame(film: Film, tmp_path: Path) -> None:
    cuts = [numbered(tmp_path, clip, frames) for clip, frames in enumerate([37, 24, 75, 61])]
    result = film(*cuts)
    expected = [{clip: frame} for clip, cut in enumerate(cuts) for frame in range(cut.frames)]
    assert list(seen(result.video.path)) == expected
    assert result.details["copied_frames"] == 197
    assert result.details["encoded_frames"] == 0


def test_copied_packets_are_the_clips_own(film: Film, tmp_path: Path) -> None:
    cuts = [numbered(tmp_path, 0, 37), numbered(tmp_path, 1, 24)]
    result = film(*cuts)
    own = [data for cut in cuts for data in packets(cut.clip.path)]
    assert packets(result.video.path) == own


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as file:
        return [bytes(packet) for packet in file.demux(video=0) if packet.size]


def test_handles_are_not_shown(film: Film, tmp_path: Path) -> None:
    result = film(numbered(tmp_path, 0, 37, handle=8), numbered(tmp_path, 1, 30, handle=12))
    expected = [{0: frame} for frame in range(37)] + [{1: frame} for frame in range(30)]
    assert list(seen(result.video.path)) == expected
    assert result.details["encoded_frames"] == 0


def test_a_dissolve_shows_both_scenes_moving_on(film: Film, tmp_path: Path) -> None:
    result = film(numbered(tmp_path, 0, 37, handle=8), numbered(tmp_path, 1, 45, opening=DISSOLVE))
    frames = list(seen(result.video.path))
    assert len(frames) == 82
    assert frames[:37] == [{0: frame} for frame in range(37)]
    for step, shown in enumerate(frames[38:44], 1):  # at the ends one of them is too faint to read
        assert shown == {0: 37 + step, 1: step}
    assert frames[45:] == [{1: frame} for frame in range(8, 45)]
    assert result.details["encoded_frames"] == 8
    assert result.details["copied_frames"] == 74


def test_a_wipe_uncovers_the_next_scene(film: Film, tmp_path: Path) -> None:
    result = film(numbered(tmp_path, 0, 70, handle=10), numbered(tmp_path, 1, 24, opening=WIPE))
    frames = list(seen(result.video.path))
    assert frames[:71] == [{0: frame} for frame in range(71)]
    assert frames[76][1] == 6 and frames[79][1] == 9
    assert frames[80:] == [{1: frame} for frame in range(10, 24)]
    # Half way, the left half is the next scene's and the right half still the old one's.
    with av.open(str(result.video.path)) as file:
        middle = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)][75]
    assert middle[4, 2] > 40 and middle[20, 2] > 200
    assert middle[4, 92] < 10 and middle[20, 92] > 40


def test_transitions_on_both_sides_of_a_scene(film: Film, tmp_path: Path) -> None:
    cuts = (
        numbered(tmp_path, 0, 30, handle=8),
        numbered(tmp_path, 1, 20, opening=DISSOLVE, handle=10),
        numbered(tmp_path, 2, 24, opening=WIPE),
    )
    result = film(*cuts)
    frames = list(seen(result.video.path))
    assert frames[38:50] == [{1: frame} for frame in range(8, 20)]
    assert frames[60:] == [{2: frame} for frame in range(10, 24)]
    assert result.details == {**result.details, "frames": 74, "copied_frames": 56, "encoded_frames": 18}


def test_the_same_request_gives_the_same_file(film: Film, tmp_path: Path) -> None:
    cuts = (numbered(tmp_path, 0, 30, handle=8), numbered(tmp_path, 1, 20, opening=DISSOLVE))
    first = film(*cuts).video.path.read_bytes()
    assert film(*cuts).video.path.read_bytes() == first


def test_the_file_is_what_was_promised(film: Film, tmp_path: Path) -> None:
    first = replace(numbered(tmp_path, 0, 37, handle=8), speech=said(tmp_path, 1.1))
    result = film(first, numbered(tmp_path, 1, 45, opening=DISSOLVE))
    media = probe(result.video.path)
    video, sound = picture(result.video.path), media.audio
    assert media.index_first is True
    assert (video.start, video.frames, video.rate, video.unsteadiness) == (0, 82, 30, 0)
    assert (video.b_frames, video.closed, video.progressive) == (2, True, True)
    assert (video.primaries, video.transfer, video.matrix) == (1, 1, 1)
    assert [edit.skipped for edit in video.edits] == [0]
    assert sound is not None
    assert (sound.codec, sound.profile, sound.sample_rate, sound.channels) == ("aac", "LC", 48000, 2)
    assert sound.start == 0
    assert sound.end == pytest.approx(video.end, abs=0.001)
    assert result.details["sound"]["lufs"] == pytest.approx(-14, abs=0.5)


def test_speech_stands_where_its_scene_begins(film: Film, tmp_path: Path) -> None:
    second = replace(numbered(tmp_path, 1, 60), speech=said(tmp_path, 1.0))
    result = film(numbered(tmp_path, 0, 45), second)
    with av.open(str(result.video.path)) as file:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    loud = np.flatnonzero(np.abs(sound) > 0.02)
    assert loud[0] / 48000 == pytest.approx(1.5, abs=0.01)
    assert loud[-1] / 48000 == pytest.approx(2.5, abs=0.02)


def test_subtitles_have_the_films_times(film: Film, tmp_path: Path) -> None:
    words = (SpokenWord("Slow", 0.1, 0.4), SpokenWord("coffee.", 0.5, 1.0))
    second = replace(numbered(tmp_path, 1, 60), words=words, speech=said(tmp_path, 1.0))
    result = film(numbered(tmp_path, 0, 45), second)
    forms = {made.media_type: made.path.read_text() for made in result.subtitles}
    assert set(forms) == {"text/vtt", "application/x-subrip"}
    assert forms["text/vtt"].startswith("WEBVTT")
    assert "00:00:01,600 -->" in forms["application/x-subrip"]
    assert all("Slow coffee." in text for text in forms.values())
    assert {made.role for made in result.subtitles} == {AssetRole.SUBTITLES}


def test_without_words_there_are_no_subtitles(film: Film, tmp_path: Path) -> None:
    assert film(numbered(tmp_path, 0, 30)).subtitles == ()


def test_the_poster_is_a_frame_of_the_video(film: Film, tmp_path: Path) -> None:
    result = film(numbered(tmp_path, 0, 30), numbered(tmp_path, 1, 30))
    assert (result.poster.media_type, result.poster.role) == ("image/jpeg", AssetRole.POSTER)
    with Image.open(result.poster.path) as image:
        assert image.size == (96, 160)
        shown = np.asarray(image.convert("L"))
    with av.open(str(result.video.path)) as file:
        frames = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    expected = frames[result.poster.details["frame"]].astype(float)
    assert np.abs(shown - expected).mean() < 3


def test_the_poster_shows_the_product_where_a_scene_does(film: Film, tmp_path: Path) -> None:
    one, other = numbered(tmp_path, 0, 30), numbered(tmp_path, 1, 30)
    for product in (0, 1):
        kinds = [SceneKind.PRESENTER, SceneKind.PRESENTER]
        kinds[product] = SceneKind.PRODUCT
        result = film(replace(one, kind=kinds[0]), replace(other, kind=kinds[1]))
        assert result.poster.details["frame"] // 30 == product


@pytest.mark.parametrize(
    "options",
    [
        ("-r", "30", "-c:v", "libx264", "-bf", "0", "-g", "250"),  # other parameters
        ("-vf", "scale=192:320:flags=neighbor", "-c:v", "libx264"),  # another size
        ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),  # another codec
        ("-c:v", "libx264", "-pix_fmt", "yuv444p"),
    ],
)
def test_a_clip_that_does_not_conform_is_encoded(
    film: Film, tmp_path: Path, options: tuple[str, ...]
) -> None:
    first, third = numbered(tmp_path, 0, 24), numbered(tmp_path, 2, 30)
    other = encoded_as(tmp_path, numbered(tmp_path, 1, 40), *options)
    result = film(first, other, third)
    expected = [{clip: frame} for clip, count in ((0, 24), (1, 40), (2, 30)) for frame in range(count)]
    assert list(seen(result.video.path)) == expected
    assert result.details["encoded_frames"] == 40
    assert picture(result.video.path).parameters == picture(first.clip.path).parameters
    assert result.marks == ()


def test_a_clip_of_another_rate_keeps_its_pace(film: Film, tmp_path: Path) -> None:
    other = encoded_as(tmp_path, numbered(tmp_path, 0, 60), "-vf", "fps=15", "-c:v", "libx264", "-crf", "10")
    frames = list(seen(film(other).video.path))
    assert len(frames) == 60
    assert all(abs(shown[0] - number) <= 2 for number, shown in enumerate(frames))
    assert all(one[0] <= other[0] for one, other in pairwise(frames))


def test_a_foreign_clip_in_transitions(film: Film, tmp_path: Path) -> None:
    middle = numbered(tmp_path, 1, 30, opening=DISSOLVE, handle=10)
    middle = encoded_as(tmp_path, middle, "-c:v", "libx264", "-g", "250", "-crf", "10")
    result = film(numbered(tmp_path, 0, 30, handle=8), middle, numbered(tmp_path, 2, 24, opening=WIPE))
    frames = list(seen(result.video.path))
    assert frames[33] == {0: 33, 1: 3}
    assert frames[38:60] == [{1: frame} for frame in range(8, 30)]
    assert frames[61] == {1: 31} or frames[61][1] == 31
    assert frames[70:] == [{2: frame} for frame in range(10, 24)]
    assert result.details["encoded_frames"] == 30 + 10


def test_a_clip_without_the_key_frames_that_are_needed_is_encoded(film: Film, tmp_path: Path) -> None:
    without = replace(numbered(tmp_path, 1, 45), opening=DISSOLVE)  # made for a plain cut
    result = film(numbered(tmp_path, 0, 30, handle=8), without)
    frames = list(seen(result.video.path))
    assert frames[38:] == [{1: frame} for frame in range(8, 45)]
    assert result.details["encoded_frames"] == 45


def retimed(folder: Path, cut: Cut, tick: Callable[[int], int]) -> Cut:
    """The cut's clip with its frames shown at other ticks of 1/30000 s."""
    path = folder / "retimed.mp4"
    options = {"movflags": "+negative_cts_offsets", "video_track_timescale": "30000"}
    with av.open(str(cut.clip.path)) as clip, av.open(str(path), "w", options=options) as output:
        stream = output.add_stream_from_template(clip.streams.video[0])
        stream.time_base = Fraction(1, 30000)
        for packet in clip.demux(video=0):
            if packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts = tick(round(packet.pts / 1000)), tick(round(packet.dts / 1000))
                packet.stream = stream
                output.mux(packet)
    return replace(cut, clip=replace(cut.clip, path=path))


@pytest.mark.parametrize(
    "tick",
    [lambda frame: 2000 * frame, lambda frame: 1000 * frame + (300 if frame % 6 == 4 else 0)],
    ids=["half the rate", "unsteady"],
)
def test_a_clip_with_other_timestamps_is_encoded(
    film: Film, tmp_path: Path, tick: Callable[[int], int]
) -> None:
    own = numbered(tmp_path, 1, 24)
    other = retimed(tmp_path, own, tick)
    assert picture(other.clip.path).parameters == picture(own.clip.path).parameters
    result = film(numbered(tmp_path, 0, 24), other)
    assert result.details["encoded_frames"] == 24
    assert picture(result.video.path).unsteadiness == 0


def test_a_clip_with_open_groups_is_encoded(film: Film, tmp_path: Path) -> None:
    own = numbered(tmp_path, 1, 60)
    opened = h264(CANVAS.width, CANVAS.height)
    at = opened.index("-x264-params") + 1
    opened[at] += ":open-gop=1:keyint=20:b-adapt=0"
    opened[opened.index("-flags") + 1] = "-cgop+bitexact"
    other = encoded_as(tmp_path, own, *opened, *CONTAINER)
    assert picture(other.clip.path).parameters == picture(own.clip.path).parameters
    result = film(numbered(tmp_path, 0, 24), other)
    assert result.details["encoded_frames"] == 60


def test_a_clip_that_is_too_short_is_held_and_marked(film: Film, tmp_path: Path) -> None:
    short = replace(numbered(tmp_path, 0, 20), frames=45)
    result = film(short, numbered(tmp_path, 1, 24))
    frames = list(seen(result.video.path))
    assert frames[:45] == [{0: min(frame, 19)} for frame in range(45)]
    assert frames[45:] == [{1: frame} for frame in range(24)]
    assert [mark.reason for mark in result.marks] == ["held_frame"]
    assert result.video.marks == result.marks


def test_a_missing_handle_is_made_of_the_last_picture(film: Film, tmp_path: Path) -> None:
    result = film(numbered(tmp_path, 0, 30), numbered(tmp_path, 1, 45, opening=DISSOLVE))
    assert list(seen(result.video.path))[34] == {0: 29, 1: 4}
    assert result.marks == ()


def test_a_clip_of_another_shape_is_cropped_and_marked(film: Film, tmp_path: Path) -> None:
    wide = encoded_as(tmp_path, numbered(tmp_path, 0, 24), "-vf", "pad=192:160:48:0:white", "-c:v", "libx264")
    result = film(wide)
    assert [mark.reason for mark in result.marks] == ["cropped_clip"]
    assert list(seen(result.video.path)) == [{0: frame} for frame in range(24)]


def test_text_that_is_not_in_the_pixels_is_burned_in(film: Film, tmp_path: Path) -> None:
    words = (SpokenWord("Slow", 0.2, 0.5), SpokenWord("coffee", 0.5, 0.9))
    text = text_layer(CANVAS, 40, words=words)
    plain = numbered(tmp_path, 0, 40)
    result = film(replace(plain, text=text, text_burned=False), numbered(tmp_path, 1, 24))
    assert result.details["encoded_frames"] == 40
    with av.open(str(result.video.path)) as file:
        frames = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    assert frames[2][60:].max() < 90
    assert frames[20][60:].max() > 200
    burned = film(replace(plain, text=text), numbered(tmp_path, 1, 24))
    assert burned.details["encoded_frames"] == 0


def test_drafts_are_joined_to_drafts(film: Film, tmp_path: Path) -> None:
    cuts = (
        numbered(tmp_path, 0, 30, handle=8, draft=True),
        numbered(tmp_path, 1, 30, opening=DISSOLVE, draft=True),
    )
    result = film(*cuts, draft=True)
    assert result.details["encoded_frames"] == 8
    frames = list(seen(result.video.path))
    assert frames[:30] == [{0: frame} for frame in range(30)]
    assert frames[38:] == [{1: frame} for frame in range(8, 30)]


def test_progress_rises_to_the_end_and_may_stop_the_work(film: Film, tmp_path: Path) -> None:
    heard: list[float] = []
    cuts = (numbered(tmp_path, 0, 60, handle=8), numbered(tmp_path, 1, 60, opening=DISSOLVE))
    foreign = encoded_as(tmp_path, cuts[0], "-c:v", "libx264")
    film(foreign, cuts[1], progress=heard.append)
    assert heard == sorted(heard)
    assert 0 < heard[0] < 0.8 and heard[-1] > 0.9

    def unwanted(_: float) -> None:
        raise JobEnded("cancelled")

    with pytest.raises(JobEnded):
        film(foreign, cuts[1], progress=unwanted)


def test_says_what_cannot_be_stitched(film: Film, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="no clips"):
        film()
    cut = numbered(tmp_path, 0, 24)
    with pytest.raises(Permanent, match="transition into scene 2 has 24 frames"):
        film(cut, replace(cut, opening=Transition(TransitionKind.WIPE, 24)))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(cut.clip.path.read_bytes()[:500])
    with pytest.raises(Permanent, match="cannot be read"):
        film(replace(cut, clip=replace(cut.clip, path=broken)))
    with pytest.raises(Permanent, match="scene 2 has no picture"):
        film(cut, replace(cut, clip=said(tmp_path, 1.0)))
