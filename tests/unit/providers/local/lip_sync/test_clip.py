"""Clips of illustrated presenters: in time with the speech, of the size and length that were asked for."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.domain.media import Mark
from genai.errors import Permanent
from genai.media.safe_box import safe_box
from genai.providers.local.lip_sync.looks import LOOKS

from .filmed import CANVAS, can, film, frames_of, openness, said, words

SOUNDS = said(
    ("", 0.3), ("a", 0.16), ("m", 0.09), ("æ", 0.14), ("p", 0.08), ("i", 0.1), ("", 0.25), ("b", 0.07),
    ("ɑ", 0.18), ("t", 0.06), ("ə", 0.08), ("m", 0.08), ("ɔ", 0.15), ("", 0.3), ("w", 0.06), ("ʌ", 0.12),
    ("n", 0.07), ("b", 0.08), ("ɛ", 0.14), ("s", 0.09), ("", 0.25),
)  # fmt: skip
_ASKED = {"a": 1.0, "æ": 0.9, "ɑ": 1.0, "i": 0.3, "ə": 0.45, "ɔ": 0.7, "ʌ": 0.75, "ɛ": 0.65}
_CLOSED = ("p", "b", "m")


def test_the_mouth_in_the_pixels_keeps_time_with_the_phonemes(tmp_path: Path) -> None:
    count = 88
    result = film(tmp_path, frames=count, phonemes=SOUNDS, canvas=Canvas(Aspect.PORTRAIT, 540, 960))
    box = result.details["mouth_box"]
    seen = np.array([openness(frame, box) for frame in frames_of(result.clip.path)])

    def asked(time: float) -> float:
        for sound in SOUNDS:
            if sound.start <= time < sound.end:
                return 0.0 if sound.symbol in ("", *_CLOSED) else _ASKED.get(sound.symbol, 0.15)
        return 0.0

    wanted = np.array(
        [np.mean([asked((i + part) / 30) for part in (0.1, 0.3, 0.5, 0.7, 0.9)]) for i in range(count)]
    )
    lags = range(-6, 7)
    likeness = [np.corrcoef(np.roll(seen, -lag)[6:-6], wanted[6:-6])[0, 1] for lag in lags]
    assert abs(lags[int(np.argmax(likeness))]) <= 1
    assert max(likeness) > 0.8
    for sound in SOUNDS:
        middle = round((sound.start + sound.end) / 2 * 30 - 0.5)
        if sound.symbol in _CLOSED:
            assert seen[middle] < 0.03, f"lips are apart at {sound}"
        elif _ASKED.get(sound.symbol, 0) >= 0.9:
            assert seen[middle - 1 : middle + 2].max() > 0.15, f"lips are shut at {sound}"


def test_length_size_key_frames_and_marks(tmp_path: Path) -> None:
    heard: list[float] = []
    result = film(tmp_path, frames=20, handle=7, words=words("Hello", "there."), progress=heard.append)
    assert heard and all(0 < part <= 1 for part in heard)
    with av.open(str(result.clip.path)) as clip:
        stream = clip.streams.video[0]
        assert (stream.width, stream.height) == (CANVAS.width, CANVAS.height)
        keys = [packet.is_keyframe for packet in clip.demux(video=0) if packet.size]
    assert len(keys) == 27
    assert keys[0] and keys[20]
    assert result.text_burned
    assert result.marks == (
        Mark("illustrated_presenter", "An illustrated presenter speaks: this engine cannot film people."),
    )
    assert len(result.details["mouth"]) == 27


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_every_look_shows_its_own_face(name: str, tmp_path: Path) -> None:
    result = film(tmp_path, frames=2, presenter=name.upper(), canvas=Canvas(Aspect.SQUARE, 240, 240))
    assert result.details["presenter"] == name
    scale, (x, y) = result.details["framing"]["scale"], result.details["framing"]["eyes"]
    frame = frames_of(result.clip.path)[0].astype(float)

    def color(right: float, down: float) -> np.ndarray:
        column, row = round(x + right * scale), round(y + down * scale)
        return np.asarray(frame[row - 2 : row + 3, column - 2 : column + 3].mean(axis=(0, 1)))

    # Between the brows and on a cheek there is skin; above the hairline there is none.
    skin = np.array(list(bytes.fromhex(LOOKS[name].skin[1:])), float)
    assert np.abs(color(0, -30) - skin).max() < 45
    assert np.abs(color(-72, 52) - skin).max() < 45
    assert np.abs(color(0, -215) - skin).max() > 20


def test_unknown_presenters_are_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"amira.*maya") as refused:
        film(tmp_path, presenter="nobody")
    assert refused.value.code == "unknown_presenter"


def test_the_seed_chooses_the_person_and_the_number_the_framing(tmp_path: Path) -> None:
    canvas = Canvas(Aspect.PORTRAIT, 90, 160)
    results = [
        film(tmp_path / str(number), presenter=None, number=number, frames=2, canvas=canvas)
        for number in (1, 2, 3, 4)
    ]
    assert len({result.details["presenter"] for result in results}) == 1
    scales = sorted(result.details["framing"]["scale"] for result in results)
    assert all(later / earlier > 1.02 for earlier, later in pairwise(scales))
    others = {
        film(tmp_path / f"s{seed}", presenter=None, seed=seed, frames=1, canvas=canvas).details["presenter"]
        for seed in range(6)
    }
    assert len(others) > 2


def test_the_same_request_gives_the_same_file(tmp_path: Path) -> None:
    said_words = words("It", "really", "works!")
    one, two = (
        film(tmp_path / part, words=said_words, canvas=Canvas(Aspect.FEED, 144, 180)).clip.path.read_bytes()
        for part in "ab"
    )
    assert one == two


def test_the_presenter_moves_and_blinks(tmp_path: Path) -> None:
    result = film(
        tmp_path,
        frames=75,
        words=words("So", "this", "is", "the", "best", "one."),
        canvas=Canvas(Aspect.SQUARE, 240, 240),
    )
    frames = np.array(frames_of(result.clip.path)).astype(float)
    scale, (x, y) = result.details["framing"]["scale"], result.details["framing"]["eyes"]
    eye = (
        slice(round(y - 14 * scale), round(y + 14 * scale)),
        slice(round(x - 80 * scale), round(x - 34 * scale)),
    )
    bright = frames[:, eye[0], eye[1]].min(axis=3).max(axis=(1, 2))  # the white of an eye, or a lid
    assert bright.min() < 0.85 * np.median(bright)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    assert (steps > 0.05).mean() > 0.9
    assert (
        np.abs(frames[0, :60, :60] - frames[40, :60, :60]).mean() > 1
    )  # a hand holds the camera: the wall moves too
    assert steps.max() < 8  # and nothing jumps


def test_the_product_stands_beside_the_presenter_as_it_is(tmp_path: Path) -> None:
    result = film(tmp_path, number=2, frames=2, references=(can(tmp_path / "can"),))
    left, top, right, bottom = result.details["product"]
    assert (right - left) / (bottom - top) == pytest.approx(0.5, rel=0.02)
    safe = safe_box(Aspect.PORTRAIT, CANVAS.width, CANVAS.height)
    assert left >= safe[0] and top >= safe[1] and right <= safe[2] and bottom <= 1000 / 1920 * CANVAS.height
    frame = frames_of(result.clip.path)[0]
    height = bottom - top
    red = frame[top + height // 6 : top + height // 3, left + 6 : right - 6].reshape(-1, 3).mean(axis=0)
    white = (
        frame[top + height * 2 // 5 : top + height * 3 // 5, left + 6 : right - 6].reshape(-1, 3).mean(axis=0)
    )
    assert np.abs(red - (200, 30, 40)).max() < 8
    assert np.abs(white - 255).max() < 8


@pytest.mark.parametrize("changes", [{"confidence": 0.4}, {"role": "source"}])
def test_what_is_no_sure_cutout_is_not_shown(changes: dict[str, float], tmp_path: Path) -> None:
    result = film(tmp_path, number=2, frames=1, references=(can(tmp_path / "can", **changes),))  # type: ignore[arg-type]
    assert result.details["product"] is None


def test_the_product_stays_in_the_safe_box_while_the_camera_moves(tmp_path: Path) -> None:
    result = film(tmp_path, number=2, frames=45, references=(can(tmp_path / "can"),))
    left, top, right, _ = safe_box(Aspect.PORTRAIT, CANVAS.width, CANVAS.height)
    for frame in frames_of(result.clip.path)[::11]:
        red = (frame[..., 0] > 150) & (frame[..., 1:].max(axis=2) < 90)
        rows, columns = np.nonzero(red[:, result.details["product"][0] - 20 :])
        columns += result.details["product"][0] - 20
        assert len(rows) > 1000
        assert columns.min() >= left and columns.max() < right
        assert rows.min() >= top and rows.max() < 1000 / 1920 * CANVAS.height


def test_text_is_burned_in(tmp_path: Path) -> None:
    style = (
        "[Script Info]\nScriptType: v4.00+\nPlayResX: 360\nPlayResY: 640\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginL, MarginR, MarginV\n"
        "Style: S,Manrope,60,&H000000FF,5,0,0,0\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
        "Dialogue: 0,0:00:00.00,0:00:05.00,S,{\\pos(180,400)}WORDS\n"
    )
    plain, titled = (
        frames_of(film(tmp_path / name, frames=2, text=text).clip.path)[1].astype(int)
        for name, text in (("a", ""), ("b", style))
    )
    changed = np.abs(plain - titled).max(axis=2) > 60
    assert changed[350:450].mean() > 0.02
    assert not changed[:300].any()
