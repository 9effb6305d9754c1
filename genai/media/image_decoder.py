"""Decodes one image in a process of its own and prints what it is, as one JSON object.

Run by :mod:`genai.media.images` in a confined process as ``image_decoder.py LIMITS FILE``; imports nothing
of ours.
Prints ``media_type``, ``width``, ``height`` (as displayed) and ``has_alpha``, or ``refused`` and
``remedy``: a sentence each for the person who sent the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp"}
FORMATS = "Send a PNG, JPEG or WebP."

# How common files that are none of the three begin.
OTHERS = {
    b"GIF8": "a GIF",
    b"<svg": "an SVG drawing",
    b"<?xml": "an SVG or another XML file",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"%PDF": "a PDF",
    b"BM": "a BMP",
    b"II*\0": "a TIFF or raw photograph",
    b"MM\0*": "a TIFF or raw photograph",
}
BRANDS = {b"avif": "an AVIF", b"avis": "an AVIF", b"heic": "a HEIC photograph", b"mif1": "a HEIF picture"}


class Refused(Exception):
    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail, remedy)


def check_size(width: int, height: int, limits: dict[str, int]) -> None:
    low, high, pixels = limits["min_side"], limits["max_side"], limits["pixels"]
    allowed = f"Send one with sides of {low} to {high} pixels and at most {pixels / 1e6:g} megapixels."
    if width * height > pixels:
        raise Refused(f"the image has {width} x {height} = {width * height / 1e6:.0f} megapixels.", allowed)
    if min(width, height) < low or max(width, height) > high:
        raise Refused(f"the image has {width} x {height} pixels.", allowed)


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Width and height from a WebP header; Pillow tells them only after the canvas is allocated.

    https://developers.google.com/speed/webp/docs/riff_container
    """
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def kind(head: bytes) -> str:
    """What a file that is none of the three seems to be."""
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "a video or another media file")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, name in OTHERS.items():
        if text[: len(start)].lower() == start.lower():
            return name
    return "not an image, or one of an unknown format"


def decode(file: BinaryIO, limits: dict[str, int]) -> dict[str, Any]:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # check_size says it better
    head = file.read(64)
    file.seek(0)
    if size := webp_size(head):
        check_size(*size, limits)
    try:
        image = Image.open(file, formats=("PNG", "JPEG", "WEBP"))
    except UnidentifiedImageError:
        if head.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF")):
            raise
        raise Refused(f"the file is {kind(head)}.", FORMATS) from None
    check_size(*image.size, limits)
    # MPO: a JPEG with further pictures behind it (depth, gain map); the first is the photograph.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Refused("the image is animated.", "Send a still one.")
    image.load()
    width, height = image.size
    if orientation(image) >= 5:
        width, height = height, width
    return {
        "media_type": MEDIA_TYPES[str(image.format)],
        "width": width,
        "height": height,
        "has_alpha": is_translucent(image),
    }


def orientation(image: Any) -> int:
    """The EXIF orientation, 1 to 8; from 5 on the picture lies on its side. Broken EXIF says nothing."""
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001  whatever a parser raises on garbage; viewers show it as it is
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def is_translucent(image: Any) -> bool:
    if not image.has_transparency_data:
        return False
    alpha = image if "A" in image.getbands() else image.convert("RGBA")
    lowest: int = alpha.getchannel("A").getextrema()[0]
    return lowest < 255


def main() -> None:
    limits = json.loads(sys.argv[1])
    import PIL.Image  # noqa: F401  an installation without Pillow is no fault of the file

    try:
        with Path(sys.argv[2]).open("rb") as file:
            answer = decode(file, limits)
    except Refused as refused:
        answer = dict(zip(("refused", "remedy"), refused.args, strict=True))
    except MemoryError:
        answer = {"refused": "the image takes too much memory to decode.", "remedy": "Save it anew."}
    except Exception:  # noqa: BLE001  Pillow raises a dozen types, SyntaxError and struct.error too
        answer = {"refused": "the image is damaged or cut short.", "remedy": "Save or export it again."}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
