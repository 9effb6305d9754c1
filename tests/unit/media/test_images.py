"""What the image check accepts and refuses. Every file is made here."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from genai.errors import InvalidInput, Retryable
from genai.media import image_decoder, images
from genai.media.images import ImageInfo, ImageLimits, inspect

DEFAULT = ImageLimits()


def picture(mode: str = "RGB", size: tuple[int, int] = (90, 70)) -> Image.Image:
    """Noise: it doesn't compress away, so that half of the file is half of the picture."""
    data = random.Random(7).randbytes(size[0] * size[1] * len(mode))
    return Image.frombytes(mode, size, data)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *extra: bytes, depth: int = 1) -> bytes:
    """A black grey-scale PNG, written by hand: no encoder would need the memory of the big ones."""
    rows = zlib.compressobj(9)
    row = bytes(1 + (width * depth + 7) // 8)
    data = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", header), *extra, chunk(b"IDAT", data), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def webp_header(width: int, height: int) -> bytes:
    canvas = bytes([0x10, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + b"VP8L" + struct.pack("<I", 10) + bytes(10)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def many_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG that repeats its last scan: each one is a pass over all pixels."""
    data = encoded(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., ImageInfo]:
    def inspect_bytes(data: bytes, limits: ImageLimits = DEFAULT, name: str = "image.png") -> ImageInfo:
        path = tmp_path / name
        path.write_bytes(data)
        try:
            return inspect(path, pointer="/product/images/0", limits=limits)
        finally:
            assert sorted(tmp_path.iterdir()) == [path]
            assert path.read_bytes() == data

    return inspect_bytes


def refusal(look: Callable[..., ImageInfo], data: bytes, limits: ImageLimits = DEFAULT) -> str:
    with pytest.raises(InvalidInput) as caught:
        look(data, limits)
    assert caught.value.pointer == "/product/images/0"
    assert caught.value.remedy
    return caught.value.detail


@pytest.mark.parametrize(
    ("format", "mode", "media_type"),
    [
        ("PNG", "RGB", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/webp"),
    ],
)
def test_accepts_the_three_formats(
    look: Callable[..., ImageInfo], format: str, mode: str, media_type: str
) -> None:
    data = encoded(picture(mode), format)
    expected = ImageInfo(media_type, 90, 70, False, hashlib.sha256(data).hexdigest(), len(data))
    assert look(data) == expected


def test_the_name_of_the_file_says_nothing(look: Callable[..., ImageInfo]) -> None:
    assert look(encoded(picture(), "JPEG"), name="-photo.webp").media_type == "image/jpeg"


def test_trailing_bytes_are_no_fault(look: Callable[..., ImageInfo]) -> None:
    assert look(encoded(picture(), "JPEG") + b"<script>alert(1)</script>").media_type == "image/jpeg"


def test_a_photograph_with_further_pictures_behind_it_is_a_jpeg(look: Callable[..., ImageInfo]) -> None:
    depth = picture(size=(80, 64))
    info = look(encoded(picture(), "MPO", save_all=True, append_images=[depth]))
    assert (info.media_type, info.width, info.height) == ("image/jpeg", 90, 70)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (90, 70)), (3, (90, 70)), (6, (70, 90)), (8, (70, 90))]
)
def test_size_is_as_displayed(
    look: Callable[..., ImageInfo], format: str, orientation: int, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    info = look(encoded(picture(), format, exif=exif))
    assert (info.width, info.height) == size


def test_broken_exif_leaves_the_picture_upright(look: Callable[..., ImageInfo]) -> None:
    info = look(encoded(picture(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7fgarbage"))
    assert (info.width, info.height) == (90, 70)


def with_alpha(alpha: int) -> Image.Image:
    image = picture().convert("RGBA")
    image.putpixel((5, 5), (1, 2, 3, alpha))
    return image


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_alpha_counts_where_it_shows(look: Callable[..., ImageInfo], format: str) -> None:
    assert look(encoded(with_alpha(255), format, lossless=True)).has_alpha is False
    assert look(encoded(with_alpha(254), format, lossless=True)).has_alpha is True


def test_a_transparent_colour_is_alpha(look: Callable[..., ImageInfo]) -> None:
    palette = picture().quantize(8)
    assert look(encoded(palette, "PNG")).has_alpha is False
    assert look(encoded(palette, "PNG", transparency=3)).has_alpha is True
    assert look(png(70, 70, chunk(b"tRNS", b"\0\0"), depth=8)).has_alpha is True
    assert look(png(70, 70, chunk(b"tRNS", b"\0\1"), depth=8)).has_alpha is False
    assert look(png(70, 70, chunk(b"tRNS", b"\0\0"), depth=16)).has_alpha is True


def test_refuses_196_megapixels_in_24_kilobytes(look: Callable[..., ImageInfo]) -> None:
    bomb = png(14_000, 14_000)
    assert len(bomb) < 26_000
    assert "14000 x 14000 = 196 megapixels" in refusal(look, bomb)


def test_refuses_a_huge_webp_by_its_header(look: Callable[..., ImageInfo]) -> None:
    assert "256 megapixels" in refusal(look, webp_header(16_000, 16_000))


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_webp_header_is_read_as_pillow_reads_it(lossless: bool, mode: str) -> None:
    data = encoded(picture(mode, (1234, 77)), "WEBP", lossless=lossless)
    assert image_decoder.webp_size(data[:64]) == (1234, 77)


@pytest.mark.parametrize(("width", "height"), [(63, 200), (200, 63), (12_001, 64), (64, 12_001)])
def test_refuses_sides_out_of_range(look: Callable[..., ImageInfo], width: int, height: int) -> None:
    assert f"{width} x {height} pixels" in refusal(look, png(width, height))


def test_accepts_sides_at_the_limits(look: Callable[..., ImageInfo]) -> None:
    info = look(png(12_000, 64))
    assert (info.width, info.height) == (12_000, 64)


def test_refuses_a_file_too_large_without_decoding_it(look: Callable[..., ImageInfo]) -> None:
    assert "over the limit" in refusal(look, b"anything" * 100, ImageLimits(bytes=799))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.95])
def test_refuses_a_truncated_file(look: Callable[..., ImageInfo], format: str, part: float) -> None:
    data = encoded(picture(size=(300, 200)), format)
    assert "damaged or cut short" in refusal(look, data[: int(len(data) * part)])


def test_refuses_a_flipped_bit_in_a_png(look: Callable[..., ImageInfo]) -> None:
    data = bytearray(encoded(picture(), "PNG"))
    data[len(data) // 2] ^= 1
    assert "damaged" in refusal(look, bytes(data))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "not an image"),
        (b"Just some text.", "not an image"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<!DOCTYPE html><html>Not found</html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (encoded(picture(), "GIF"), "GIF"),
        (encoded(picture(), "BMP"), "BMP"),
        (encoded(picture(), "TIFF"), "TIFF"),
        (encoded(picture(), "AVIF"), "AVIF"),
    ],
)
def test_names_what_is_sent_instead_of_an_image(
    look: Callable[..., ImageInfo], data: bytes, name: str
) -> None:
    assert name in refusal(look, data)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_refuses_animation(look: Callable[..., ImageInfo], format: str) -> None:
    frames = [Image.new("RGB", (80, 80), color) for color in ("red", "green", "blue")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    assert ("a GIF" if format == "GIF" else "animated") in refusal(look, data)


def test_refuses_text_that_inflates(look: Callable[..., ImageInfo]) -> None:
    text = b"Comment\0\1\0\0\0" + zlib.compress(bytes(PngImagePlugin.MAX_TEXT_CHUNK + 1))
    assert "damaged" in refusal(look, png(70, 70, chunk(b"iTXt", text)))


def test_refuses_a_colour_profile_that_inflates(look: Callable[..., ImageInfo]) -> None:
    profile = b"bomb\0\0" + zlib.compress(bytes(300_000_000), 1)
    assert "damaged" in refusal(look, png(70, 70, chunk(b"iCCP", profile)))


def test_refuses_a_jpeg_of_endless_scans(
    look: Callable[..., ImageInfo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai.confined._PATIENCE", 100)  # however busy the machine is
    data = many_scans(3000, 3000)
    assert len(data) < 1_000_000
    assert "too long to decode" in refusal(look, data, ImageLimits(seconds=1))


def test_refuses_what_needs_too_much_memory(
    look: Callable[..., ImageInfo], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(Image.new("RGB", (7000, 7000)), "PNG")
    monkeypatch.setattr(images, "DECODER", replace(images.DECODER, per_pixel=0))
    assert "too much memory" in refusal(look, data)


def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    """Put another program in the decoder's place."""
    script = tmp_path / "child.py"
    script.write_text(body)
    monkeypatch.setattr(image_decoder, "__file__", str(script))
    image = tmp_path / "image.png"
    image.write_bytes(png(70, 70))
    return image


def test_a_decoder_brought_down_refuses_the_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = child(tmp_path, monkeypatch, "import os; os.abort()")
    with pytest.raises(InvalidInput):
        inspect(image)


def test_a_decoder_stopped_from_outside_says_nothing_about_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = child(tmp_path, monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    with pytest.raises(Retryable):
        inspect(image)


def test_a_broken_installation_is_not_the_images_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = child(tmp_path, monkeypatch, "import no_such_module")
    with pytest.raises(RuntimeError, match="no_such_module"):
        inspect(image)


def test_the_decoder_fails_where_pillow_is_missing(tmp_path: Path) -> None:
    image = tmp_path / "image.png"
    image.write_bytes(png(70, 70))
    limits = json.dumps(asdict(DEFAULT))
    command = [sys.executable, "-I", "-S", image_decoder.__file__, limits, str(image)]  # -S: no packages
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 1
    assert "No module named 'PIL'" in child.stderr
