"""The typefaces: families under the SIL Open Font License, from their packages.

Three families set titles; FiraGO takes the writings that they lack (see :mod:`genai.media.writing`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import font_hanken_grotesk
import font_manrope
import font_source_serif_pro
import pymupdf_fonts
from PIL import ImageFont

from genai.errors import ConfigurationError

MANROPE, HANKEN, SERIF, WORLD = "Manrope", "Hanken Grotesk", "Source Serif Pro", "FiraGO"


@dataclass(frozen=True)
class _Face:
    """``name``: what libass finds it by: its full name, for CFF outlines (.otf) its PostScript name."""

    file: str
    name: str
    read: Callable[[], bytes]


def _installed(path: str) -> _Face:
    file = Path(path)
    # Both kinds of name can be read off the file's: Manrope-Bold is "Manrope Bold" in full.
    name = file.stem if file.suffix == ".otf" else file.stem.replace("-", " ")
    return _Face(file.name, name, file.read_bytes)


def _packed(name: str, code: str) -> _Face:
    return _Face(f"{name.replace(' ', '-')}.ttf", name, lambda: pymupdf_fonts.myfont(code))


_FACES: dict[str, dict[str, _Face]] = {
    MANROPE: {
        "regular": _installed(font_manrope.font_files["ManropeMedium"]),
        "strong": _installed(font_manrope.font_files["ManropeBold"]),
        "display": _installed(font_manrope.font_files["ManropeExtraBold"]),
    },
    HANKEN: {
        "regular": _installed(font_hanken_grotesk.font_files_otf["HankenGrotesk"]),
        "strong": _installed(font_hanken_grotesk.font_files_otf["HankenGroteskSemiBold"]),
        "display": _installed(font_hanken_grotesk.font_files_otf["HankenGroteskBold"]),
    },
    SERIF: {
        "regular": _installed(font_source_serif_pro.font_files_otf["SourceSerifPro"]),
        "strong": _installed(font_source_serif_pro.font_files_otf["SourceSerifProSemibold"]),
        "display": _installed(font_source_serif_pro.font_files_otf["SourceSerifPro"]),
    },
    WORLD: {
        "regular": _packed("FiraGO Regular", "figo"),
        "strong": _packed("FiraGO Bold", "figbo"),
        "display": _packed("FiraGO Bold", "figbo"),
    },
}


@lru_cache(maxsize=16)
def _data(face: _Face) -> bytes:
    return face.read()


@lru_cache(maxsize=128)
def font(family: str, weight: str, size: int) -> ImageFont.FreeTypeFont:
    """``weight``: regular (running text), strong (labels), display (headlines). ``size`` in pixels."""
    data = BytesIO(_data(_FACES[family][weight]))
    return ImageFont.truetype(data, size, layout_engine=ImageFont.Layout.BASIC)


def family_named(name: str) -> str | None:
    """Our family of that name, spelt in any case, with or without a weight after it."""
    wanted = "".join(name.lower().split())
    for family in _FACES:
        if wanted.startswith("".join(family.lower().split())):
            return family
    return "Source Serif Pro" if wanted.startswith("sourceserif") else None


@lru_cache(maxsize=8192)
def _drawable(family: str, character: str) -> bool:
    if character.isspace():
        return True
    face = font(family, "regular", 40)
    # A font draws its .notdef box for what it lacks; a noncharacter is lacking in every font.
    missing, mask = face.getmask("\uffff"), face.getmask(character)
    if mask.size == missing.size and bytes(mask) == bytes(missing):
        return False
    return mask.getbbox() is not None or character in "\u00a0\u2009\u200a\u202f"


def can_draw(family: str, text: str) -> bool:
    return all(_drawable(family, character) for character in text)


def family_for(text: str, preferred: str) -> str | None:
    """The preferred family where it has every glyph, else another of ours that has, else None."""
    order = [preferred, *(family for family in _FACES if family != preferred)]
    return next((family for family in order if can_draw(family, text)), None)


def libass_name(family: str, weight: str) -> str:
    """The ``Fontname`` by which libass takes exactly this face out of :func:`fonts_dir`."""
    return _FACES[family][weight].name


@cache
def vertical(family: str, weight: str) -> tuple[float, float, float]:
    """Ascent, descent and height of capitals of a face, in ems.

    libass' ``Fontsize`` is ascent plus descent (it follows GDI: the OS/2 table's usWinAscent and
    usWinDescent, in our fonts those of hhea), not the em; its lines are as high.
    """
    face = font(family, weight, 1000)
    ascent, descent = face.getmetrics()
    return ascent / 1000, descent / 1000, -face.getbbox("H", anchor="ls")[1] / 1000


def libass_size(family: str, weight: str, em: float) -> float:
    """The ``Fontsize`` at which libass draws the face with an em of so many pixels."""
    ascent, descent, _ = vertical(family, weight)
    return em * (ascent + descent)


def fonts_dir() -> Path:
    """A folder that holds our font files and nothing else, for libass' ``fontsdir``.

    One per user and set of fonts, in the temp directory; made (or completed, where a cleaner of old
    files went over it) at the call, so it needs no cleaning of ours. Safe with several processes: a
    file appears whole or not at all. Raises ConfigurationError where the folder is another user's.
    """
    faces = {face.file: face for faces in _FACES.values() for face in faces.values()}
    folder = Path(tempfile.gettempdir()) / f"genai-fonts-{os.getuid()}-{_edition()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise ConfigurationError(f"{folder} belongs to somebody else: remove it, or set TMPDIR")
    for file, face in faces.items():
        if not (folder / file).exists():
            # libass skips names that begin with a dot.
            draft = folder / f".{os.getpid()}-{threading.get_ident()}-{file}"
            draft.write_bytes(_data(face))
            draft.replace(folder / file)
    return folder


@cache
def _edition() -> str:
    """A name for this very set of files."""
    made = hashlib.sha256()
    for family in sorted(_FACES):
        for _, face in sorted(_FACES[family].items()):
            made.update(face.file.encode() + hashlib.sha256(_data(face)).digest())
    return made.hexdigest()[:12]
