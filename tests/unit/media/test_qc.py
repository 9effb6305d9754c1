"""The quality report: a good film passes, and each row fails on a film that is bad in that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from genai.contracts.qc import QcReportSchema
from genai.domain.creative import Canvas, Words
from genai.domain.enums import Aspect
from genai.domain.film import SpokenWord
from genai.errors import Permanent
from genai.media import ffmpeg
from genai.media.encoding import CONTAINER, Encoder, h264, to_planes
from genai.media.poster import Stretch, poster
from genai.media.qc import Expected, QcReport, Row, report
from genai.media.soundtrack import Placed, soundtrack
from genai.media.text import default_titles, text_layer

CANVAS = Canvas(Aspect.PORTRAIT, 216, 384)
CUTS = (40, 36, 44)
FRAMES = sum(CUTS)
SIZE = CANVAS.width, CANVAS.height
WORDS = tuple(
    SpokenWord(text, 0.2 + 0.45 * index, 0.6 + 0.45 * index)
    for index, text in enumerate(["Slow", "coffee", "is", "made", "by", "hand."])
)


def scene(seed: int, frames: int, pace: int = 1) -> list[np.ndarray]:
    """A picture of soft spots that slides by a pixel every ``pace`` frames."""
    noise = np.random.default_rng(seed).integers(0, 255, (24, 20, 3), dtype=np.uint8)
    large = cv2.resize(noise, (SIZE[0] + 60, SIZE[1] + 60), interpolation=cv2.INTER_CUBIC)
    return [large[shift : shift + SIZE[1], shift : shift + SIZE[0]] for shift in np.arange(frames) // pace]


def encoded(path: Path, pictures: list[np.ndarray], text: str = "") -> Path:
    with Encoder(path, *SIZE, frames=len(pictures), text=text) as encoder:
        for picture in pictures:
            encoder.write(*to_planes(picture))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("film")


@pytest.fixture(scope="module")
def sound(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Tones in place of words, over noise; and what was measured on them."""
    said, music, path = folder / "said.wav", folder / "music.wav", folder / "sound.m4a"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=500:r=48000:d=2.5", str(said)])
    ffmpeg.run(["-f", "lavfi", "-i", "anoisesrc=c=pink:a=0.4:r=48000:d=4", "-ac", "2", str(music)])
    made = soundtrack(path, samples=FRAMES * 1600, speech=[Placed(said, 9600)], music=music)
    return path, asdict(made)


@pytest.fixture(scope="module")
def good(folder: Path, sound: tuple[Path, dict[str, Any]]) -> tuple[Path, Expected]:
    text = text_layer(CANVAS, FRAMES, words=WORDS)
    pictures = [picture for seed, frames in enumerate(CUTS) for picture in scene(seed, frames)]
    silent = encoded(folder / "silent.mp4", pictures, text)
    path, still = folder / "good.mp4", folder / "poster.jpg"
    ffmpeg.run(["-i", str(silent), "-i", str(sound[0]), "-c", "copy", *CONTAINER, str(path)])
    poster([Stretch(path, 0, FRAMES)], still)
    return path, Expected(CANVAS, "fast_video", CUTS, FRAMES / 30, text, WORDS, still, mix=sound[1])


def failing(made: QcReport) -> set[str]:
    return {row.name for row in made.rows if row.verdict == "fail"}


def row(made: QcReport, name: str) -> Row:
    return next(row for row in made.rows if row.name == name)


def test_a_good_film_passes_every_row(good: tuple[Path, Expected]) -> None:
    made = report(good[0], expected=good[1])
    assert [(row.name, row.value, row.reason) for row in made.rows if row.verdict != "pass"] == []
    assert made.passed
    assert len({row.name for row in made.rows}) == len(made.rows)


def test_the_report_keeps_its_contract(good: tuple[Path, Expected]) -> None:
    for expected in (good[1], Expected()):
        made = report(good[0], expected=expected)
        document = json.loads(made.dump())
        assert document == made.as_json()
        assert QcReportSchema().load(document) == document


def test_the_file_alone_is_judged_as_far_as_it_tells(good: tuple[Path, Expected]) -> None:
    made = report(good[0])
    assert failing(made) == {"size"}  # none of the four
    silent_about = {row.name for row in made.rows if row.verdict == "not_applicable"}
    assert {
        "length",
        "requested_length",
        "caption_size",
        "word_times",
        "poster",
        "cuts",
        "repeats",
    } <= silent_about
    assert all(row.reason for row in made.rows if row.verdict != "pass")


def test_cuts_are_found_where_scenes_are_not_known(good: tuple[Path, Expected]) -> None:
    made = report(good[0], expected=Expected(CANVAS, "fast_video"))
    assert row(made, "cuts").value == {"count": 3, "shortest_s": 1.2, "longest_s": 1.467}
    assert row(made, "first_cut").value == 1.333


def test_a_dissolve_begins_a_scene_too(tmp_path: Path) -> None:
    one, other = scene(0, 48, pace=4), scene(1, 48, pace=4)
    mixed = [cv2.addWeighted(one[36 + k], 1 - k / 9, other[k], k / 9, 0) for k in range(1, 9)]
    path = encoded(tmp_path / "a.mp4", [*one[:36], *mixed, *other[8:44]])
    value = row(report(path, expected=Expected(CANVAS, "fast_video")), "cuts").value
    assert value["count"] == 2
    assert value["shortest_s"] == pytest.approx(1.2, abs=0.2)


# What makes the good film bad in one thing: the row, and ffmpeg's options for a new encoding.
OURS = (*h264(*SIZE), "-c:a", "copy", *CONTAINER)
CODING = [
    ("codec", (*OURS, "-profile:v", "main", "-x264-params", "8x8dct=0:bframes=2")),
    ("codec", (*OURS, "-vf", "setfield=tff", "-flags", "+ildct+ilme+cgop")),
    ("pixel_format", (*OURS, "-profile:v", "high444", "-pix_fmt", "yuv444p")),
    ("colour", ("-vf", "setparams=color_primaries=bt470bg:color_trc=smpte170m:colorspace=smpte170m", *OURS)),
    ("frame_rate", (*OURS, "-r", "25")),
    ("frame_rate", ("-vf", "select=not(between(n\\,20\\,24))", "-c:v", "libx264", "-fps_mode", "vfr")),
    ("b_frames", (*OURS, "-x264-params", "bframes=0")),
    ("groups", (*OURS, "-g", "100")),
    (
        "groups",
        (*OURS, "-flags", "-cgop", "-x264-params", "keyint=30:open-gop=1:bframes=2:b-adapt=0:b-pyramid=none"),
    ),
    ("bitrate", (*OURS, "-crf", "1", "-maxrate", "90M", "-bufsize", "90M")),
    ("bitrate", ("-vf", "gblur=30", *OURS, "-crf", "51")),
    ("index_first", ("-c", "copy", "-movflags", "+negative_cts_offsets")),
    ("first_frame", ("-vf", "fade=in:0:8", *OURS)),
    ("flashes", ("-vf", "negate=enable=mod(floor(t*10)\\,2)", *OURS)),
    ("audio_codec", ("-c:v", "copy", "-ac", "1", "-b:a", "256k", *CONTAINER)),
    ("audio_codec", ("-c:v", "copy", "-ar", "44100", "-b:a", "256k", *CONTAINER)),
    ("audio_bitrate", ("-c:v", "copy", "-b:a", "96k", *CONTAINER)),
    ("loudness", ("-c:v", "copy", "-b:a", "256k", "-af", "volume=-2dB", *CONTAINER)),
    (
        "true_peak",
        (
            "-c:v",
            "copy",
            "-b:a",
            "256k",
            "-af",
            "volume=enable=between(t\\,1\\,1.003):volume=24dB",
            *CONTAINER,
        ),
    ),
    ("ends", ("-c:v", "copy", "-b:a", "256k", "-af", "atrim=end=3.9", *CONTAINER)),
]


@pytest.mark.parametrize(("name", "options"), CODING, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CODING)])
def test_each_fault_of_the_file_fails_its_row(
    good: tuple[Path, Expected], tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    path = tmp_path / "bad.mp4"
    ffmpeg.run(["-i", str(good[0]), *options, str(path)])
    made = report(path, expected=replace(good[1], mix=None))
    assert name in failing(made), row(made, name)
    assert row(made, name).reason


def test_a_late_start_fails(good: tuple[Path, Expected], tmp_path: Path) -> None:
    path = tmp_path / "late.mp4"
    inputs = ["-i", str(good[0]), "-itsoffset", "0.2", "-i", str(good[0])]
    ffmpeg.run([*inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", *CONTAINER, str(path)])
    made = report(path, expected=good[1])
    assert failing(made) >= {"start", "ends"}


def test_a_standstill_fails(good: tuple[Path, Expected], tmp_path: Path) -> None:
    path = encoded(tmp_path / "still.mp4", [*scene(0, 30), *[scene(0, 30)[-1]] * 33, *scene(1, 30)])
    made = report(path, expected=Expected(CANVAS))
    assert "frozen" in failing(made)
    assert row(made, "frozen").value == pytest.approx(1.1, abs=0.1)


def test_the_same_clip_twice_fails_also_under_other_words(tmp_path: Path) -> None:
    text = text_layer(CANVAS, 108, words=WORDS)
    path = encoded(tmp_path / "twice.mp4", [*scene(0, 36), *scene(1, 36), *scene(0, 36)], text)
    made = report(path, expected=Expected(CANVAS, cuts=(36, 36, 36), text=text))
    assert row(made, "repeats").value == [[1, 3]]
    assert "repeats" in failing(made)


def test_scenes_that_differ_between_title_and_captions_are_no_repeats(tmp_path: Path) -> None:
    titles = default_titles(Words("Coffee"), CANVAS)
    text = text_layer(CANVAS, 108, words=WORDS, titles=titles)
    assert titles[0].box[3] < 150
    marked = scene(0, 36)
    for picture in marked:
        picture[180:205, 60:90] = 255 - picture[180:205, 60:90]
    path = encoded(tmp_path / "apart.mp4", [*scene(0, 36), *scene(1, 36), *marked], text)
    made = report(path, expected=Expected(CANVAS, cuts=(36, 36, 36), text=text))
    assert row(made, "repeats").value == []


WRONG: list[tuple[str, Callable[[Expected], Expected]]] = [
    ("size", lambda e: replace(e, canvas=Canvas(Aspect.PORTRAIT, 360, 640))),
    ("length", lambda e: replace(e, cuts=(40, 36, 46))),
    ("requested_length", lambda e: replace(e, seconds=4.3)),
    ("cuts", lambda e: replace(e, cuts=(45, 23, 52))),
    ("cuts", lambda e: replace(e, cuts=(40, 80))),
    ("first_cut", lambda e: replace(e, cuts=(46, 30, 44))),
    ("caption_size", lambda e: replace(e, text=shrunk(e.text))),
    ("caption_words", lambda e: replace(e, text=e.text.replace("Slow", "Very slow and good and hot"))),
    ("caption_words", lambda e: replace(e, text="\n".join(one_word(e.text)))),
    ("caption_lines", lambda e: replace(e, text="\n".join(word_by_line(e.text)))),
    ("safe_box", lambda e: replace(e, text=re.sub(r"\\pos\([^)]*\)", r"\\pos(60,30)", e.text))),
    ("word_times", lambda e: replace(e, words=tuple(moved(word, 0.1) for word in e.words))),
    ("word_times", lambda e: replace(e, words=(*e.words, SpokenWord("Always.", 3.5, 3.8)))),
    ("ducking", lambda e: replace(e, mix={"ducking_db": 8.9})),
]


def shrunk(text: str) -> str:
    return re.sub(r"\\fs([\d.]+)", lambda found: f"\\fs{0.87 * float(found[1]):.2f}", text)


def word_by_line(text: str) -> list[str]:
    parts = (line.partition("}") for line in text.splitlines())
    return ["".join((head, brace, shown.replace(" ", "\\N"))) for head, brace, shown in parts]


def one_word(text: str) -> list[str]:
    """Its first caption is one word that is no sentence."""
    lines = text.splitlines()
    at = next(index for index, line in enumerate(lines) if ",caption," in line)
    lines[at] = re.sub(r"\}[^{}]*$", "}", lines[at])
    return lines


def moved(word: SpokenWord, by: float) -> SpokenWord:
    return SpokenWord(word.text, word.start + by, word.end + by)


@pytest.mark.parametrize(("name", "change"), WRONG, ids=[f"{n}-{i}" for i, (n, _) in enumerate(WRONG)])
def test_each_broken_expectation_fails_its_row(
    good: tuple[Path, Expected], name: str, change: Callable[[Expected], Expected]
) -> None:
    made = report(good[0], expected=change(good[1]))
    assert name in failing(made), row(made, name)


def test_a_poster_of_another_kind_fails(good: tuple[Path, Expected], tmp_path: Path) -> None:
    files = {"a.png": SIZE, "small.jpg": (108, 192), "empty.jpg": SIZE}
    for name, size in files.items():
        path = tmp_path / name
        Image.new("RGB", size, "white").save(path)
        assert "poster" in failing(report(good[0], expected=Expected(poster=path)))
    (tmp_path / "no.jpg").write_text("text")
    assert "poster" in failing(report(good[0], expected=Expected(poster=tmp_path / "no.jpg")))


def test_silence_fails_only_where_something_is_said(good: tuple[Path, Expected], tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    ffmpeg.run(["-i", str(good[0]), "-c:v", "copy", "-af", "volume=0", *CONTAINER, str(path)])
    assert "loudness" in failing(report(path, expected=good[1]))
    assert row(report(path), "loudness").verdict == "not_applicable"
    ffmpeg.run(["-i", str(good[0]), "-c:v", "copy", "-an", *CONTAINER, str(path)])
    assert "audio_codec" in failing(report(path, expected=good[1]))
    assert row(report(path), "loudness").verdict == "not_applicable"


def test_what_is_no_video_is_refused(folder: Path, sound: tuple[Path, dict[str, Any]]) -> None:
    with pytest.raises(Permanent, match="no picture"):
        report(sound[0])
