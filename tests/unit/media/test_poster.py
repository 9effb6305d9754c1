"""Which frame becomes the poster, and what file it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from genai.media.encoding import Encoder, to_planes
from genai.media.frames import frames_at
from genai.media.poster import Stretch, poster

SIZE = (128, 160)


def detailed(seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 255, (40, 32, 3), dtype=np.uint8)
    return cv2.resize(noise, SIZE, interpolation=cv2.INTER_CUBIC)


def blurred() -> np.ndarray:
    return cv2.GaussianBlur(detailed(), (0, 0), 8)


def dark() -> np.ndarray:
    return (detailed() // 12).astype(np.uint8)


def blank() -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)


def film(path: Path, *scenes: list[np.ndarray]) -> list[Stretch]:
    """Write the scenes; where they stand."""
    pictures = [picture for scene in scenes for picture in scene]
    ends = np.cumsum([len(scene) for scene in scenes])
    with Encoder(path, *SIZE, frames=len(pictures), keyframes=[int(end) for end in ends]) as encoder:
        for picture in pictures:
            encoder.write(*to_planes(picture))
    return [Stretch(path, int(end) - len(scene), int(end)) for end, scene in zip(ends, scenes, strict=True)]


@pytest.mark.parametrize("other", [blurred, dark, blank])
def test_the_good_scene_is_chosen(tmp_path: Path, other: Callable[[], np.ndarray]) -> None:
    for at in range(3):
        scenes = [[other()] * 12 for _ in range(3)]
        scenes[at] = [detailed()] * 12
        path = tmp_path / f"{at}.mp4"
        number = poster(film(path, *scenes), tmp_path / "p.jpg")
        assert number // 12 == at


def test_a_scene_at_rest_is_chosen_over_one_in_motion(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    moving = [np.roll(detailed(2), 7 * frame, axis=1) for frame in range(12)]
    stretches = film(path, moving, [detailed(1)] * 12, moving)
    assert poster(stretches, tmp_path / "p.jpg") // 12 == 1


def test_transitions_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    film(path, [blurred()] * 12, [detailed()] * 12)
    assert poster([Stretch(path, 0, 11)], tmp_path / "p.jpg") < 11


def test_a_wanted_scene_wins_over_one_as_good(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    first, second = film(path, [detailed()] * 12, [detailed()] * 12)
    lesser = replace(first, weight=0.5)
    assert poster([lesser, second], tmp_path / "p.jpg") >= 12
    lesser = replace(second, weight=0.5)
    assert poster([first, lesser], tmp_path / "p.jpg") < 12


def test_it_is_an_srgb_jpeg_of_the_frame(tmp_path: Path) -> None:
    path, target = tmp_path / "a.mp4", tmp_path / "p.jpg"
    number = poster(film(path, [detailed()] * 12), target)
    with Image.open(target) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", SIZE, "RGB")
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileName(profile)
        assert image.info["icc_profile"][24:36] == bytes.fromhex("07d000010001000000000000")  # no clock
        shown = np.asarray(image).astype(int)
    [frame] = frames_at(path, [number / 30])
    assert np.abs(shown - frame).mean() < 4  # of coarse noise, at the quality of a photograph
    assert np.abs(shown.mean(axis=(0, 1)) - detailed().mean(axis=(0, 1))).max() < 3  # colours as they were


def test_a_film_of_one_frame_has_a_poster(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    assert poster(film(path, [detailed()]), tmp_path / "p.jpg") == 0


def test_its_number_is_that_in_the_video_not_in_the_clip(tmp_path: Path) -> None:
    clips = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    film(clips[0], [blurred()] * 30)
    film(clips[1], [dark()] * 15, [detailed()] * 15)
    stretches = [Stretch(clips[0], 0, 30), Stretch(clips[1], 15, 30, first=30)]
    number = poster(stretches, tmp_path / "p.jpg")
    assert 45 <= number < 60
    [frame] = frames_at(clips[1], [(number - 30) / 30])
    with Image.open(tmp_path / "p.jpg") as image:
        assert np.abs(np.asarray(image).astype(int) - frame).mean() < 4
