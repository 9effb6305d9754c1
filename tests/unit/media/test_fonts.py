"""Faces: found by libass under their names, at Pillow's size, out of a folder of their own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.errors import ConfigurationError
from genai.media import fonts
from genai.media.text.bounds import text_bounds
from genai.media.text.document import Event, document

SAMPLE = "HighHill"  # no pairs that libass kerns by more than Pillow's basic layout
FACES = [
    (fonts.MANROPE, "regular"),
    (fonts.MANROPE, "strong"),
    (fonts.MANROPE, "display"),
    (fonts.HANKEN, "regular"),
    (fonts.HANKEN, "strong"),
    (fonts.HANKEN, "display"),
    (fonts.SERIF, "regular"),
    (fonts.SERIF, "strong"),
    (fonts.WORLD, "regular"),
    (fonts.WORLD, "display"),
]


def drawn_by_libass(family: str, weight: str, text: str, em: float) -> tuple[int, int, int, int]:
    tags = (
        f"\\pos(20,10)\\fn{fonts.libass_name(family, weight)}\\fs{fonts.libass_size(family, weight, em):.2f}"
    )
    box = text_bounds(
        document(Canvas(Aspect.LANDSCAPE, 640, 200), [Event(0, 9, f"{{{tags}}}{text}", "")]), 640, 200, [0.1]
    )
    assert box is not None
    return box


@pytest.mark.parametrize(("family", "weight"), FACES)
def test_libass_draws_the_named_face_as_large_as_pillow(family: str, weight: str) -> None:
    found = drawn_by_libass(family, weight, SAMPLE, 96)
    # Ten times as large: Pillow's basic layout rounds advances to whole pixels.
    picture = Image.new("L", (6400, 2000))
    baseline = 10 + 96 * fonts.vertical(family, weight)[0]
    face = fonts.font(family, weight, 960)
    ImageDraw.Draw(picture).text((200, 10 * baseline), SAMPLE, 255, face, anchor="ls")
    expected = np.array(picture.getbbox()) / 10
    assert np.abs(found - expected).max() <= 1.6  # the edges' antialiasing


def test_the_weights_of_a_family_are_different_faces() -> None:
    widths = {drawn_by_libass(fonts.MANROPE, weight, SAMPLE, 96)[2] for _, weight in FACES[:3]}
    assert len(widths) == 3


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_holds_fonts_alone_and_is_completed(temp: Path) -> None:
    folder = fonts.fonts_dir()
    assert folder.parent == temp
    names = sorted(file.name for file in folder.iterdir())
    assert len(names) == 10
    assert all(name.endswith((".ttf", ".otf")) for name in names)
    (folder / names[0]).unlink()  # a cleaner of old files
    assert fonts.fonts_dir() == folder
    assert sorted(file.name for file in folder.iterdir()) == names


def test_several_processes_make_one_folder(temp: Path) -> None:
    program = "from genai.media.fonts import fonts_dir; d = fonts_dir(); print(d, len(list(d.iterdir())))"
    environment = {"TMPDIR": str(temp), "PATH": "/usr/bin"}
    running = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    folders = {each.communicate()[0].split()[0] for each in running}
    assert [each.returncode for each in running] == [0, 0]
    assert len(folders) == 1
    assert sorted(file.suffix for file in Path(folders.pop()).iterdir()).count(".ttf") == 5


def test_a_folder_that_is_not_ours_is_refused(temp: Path) -> None:
    folder = fonts.fonts_dir()
    folder.rename(temp / "elsewhere")
    folder.symlink_to(temp / "elsewhere")
    with pytest.raises(ConfigurationError, match="TMPDIR"):
        fonts.fonts_dir()
