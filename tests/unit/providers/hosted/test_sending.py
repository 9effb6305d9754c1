"""Files as they go out: as they are where the vendor takes them, smaller where it does not."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.providers.hosted.mapping import Options
from genai.providers.hosted.sending import Sent, sent


def noise(path: Path, width: int, height: int, mode: str = "RGB") -> MediaFile:
    """A picture that no encoder makes small."""
    channels = len(mode)
    array = np.random.default_rng(1).integers(0, 255, (height, width, channels), np.uint8)
    Image.fromarray(array).save(path, "PNG")
    return MediaFile(path, "image/png", "0", width, height)


def size(file: Sent) -> tuple[int, int]:
    with Image.open(BytesIO(file.data)) as opened:
        return opened.size


def test_what_fits_goes_as_it_is(tmp_path: Path) -> None:
    file = noise(tmp_path / "a.png", 200, 100)
    out, marks = sent(file, Options(longest=200))
    assert (out.data, out.media_type, out.name, marks) == (
        file.path.read_bytes(),
        "image/png",
        "file.png",
        (),
    )
    assert out.data_uri.startswith("data:image/png;base64,iVBOR")


def test_a_picture_that_is_too_long_goes_smaller_and_says_so(tmp_path: Path) -> None:
    out, marks = sent(noise(tmp_path / "a.png", 400, 200), Options(longest=100))
    assert (size(out), out.media_type) == ((100, 50), "image/jpeg")
    assert [(mark.reason, mark.detail) for mark in marks] == [
        ("reduced_reference", "A picture of 400x200 was sent at 100x50.")
    ]


def test_a_file_that_is_too_large_is_written_anew_first(tmp_path: Path) -> None:
    file = noise(tmp_path / "a.png", 300, 300)
    anew, marks = sent(file, Options(bytes=file.path.stat().st_size - 1))
    assert (size(anew), marks) == ((300, 300), ())
    small, marks = sent(file, Options(bytes=20_000))
    assert len(small.data) <= 20_000 and max(size(small)) < 300
    assert [mark.reason for mark in marks] == ["reduced_reference"]


def test_transparency_stays(tmp_path: Path) -> None:
    out, _ = sent(noise(tmp_path / "a.png", 300, 300, "RGBA"), Options(longest=100))
    with Image.open(BytesIO(out.data)) as opened:
        assert (opened.mode, opened.format) == ("RGBA", "PNG")


def test_a_picture_of_unknown_size_is_looked_at(tmp_path: Path) -> None:
    file = noise(tmp_path / "a.png", 400, 200)
    out, _ = sent(MediaFile(file.path, "image/png", "0"), Options(longest=100))
    assert size(out) == (100, 50)


def test_a_sound_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(bytes(5000))
    assert sent(MediaFile(path, "audio/x-wav", "0"), Options())[0].name == "file.wav"
    with pytest.raises(Permanent) as caught:
        sent(MediaFile(path, "audio/wav", "0"), Options(bytes=4000))
    assert caught.value.code == "unsupported"
