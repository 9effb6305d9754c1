"""The typefaces: three families under the SIL Open Font License, from their packages."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

import font_hanken_grotesk
import font_manrope
import font_source_serif_pro
from PIL import ImageFont

from genai.errors import ConfigurationError

MANROPE, HANKEN, SERIF = "Manrope", "Hanken Grotesk", "Source Serif Pro"

_FILES: dict[str, dict[str, str]] = {
    MANROPE: {
        "regular": font_manrope.font_files["ManropeMedium"],
        "strong": font_manrope.font_files["ManropeBold"],
        "display": font_manrope.font_files["ManropeExtraBold"],
    },
    HANKEN: {
        "regular": font_hanken_grotesk.font_files_otf["HankenGrotesk"],
        "strong": font_hanken_grotesk.font_files_otf["HankenGroteskSemiBold"],
        "display": font_hanken_grotesk.font_files_otf["HankenGroteskBold"],
    },
    SERIF: {
        "regular": font_source_serif_pro.font_files_otf["SourceSerifPro"],
        "strong": font_source_serif_pro.font_files_otf["SourceSerifProSemibold"],
        "display": font_source_serif_pro.font_files_otf["SourceSerifPro"],
    },
}


@lru_cache(maxsize=128)
def font(family: str, weight: str, size: int) -> ImageFont.FreeTypeFont:
    """``weight``: regular (running text), strong (labels), display (headlines). ``size`` in pixels."""
    return ImageFont.truetype(_FILES[family][weight], size, layout_engine=ImageFont.Layout.BASIC)


def family_named(name: str) -> str | None:
    """Our family of that name, spelt in any case, with or without a weight after it."""
    wanted = "".join(name.lower().split())
    for family in _FILES:
        if wanted.startswith("".join(family.lower().split())):
            return family
    return "Source Serif Pro" if wanted.startswith("sourceserif") else None


@lru_cache(maxsize=4096)
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
    order = [preferred, *(family for family in _FILES if family != preferred)]
    return next((family for family in order if can_draw(family, text)), None)


def fonts_dir() -> Path:
    """A folder that holds our font files and nothing else, for libass' ``fontsdir``.

    One per user and set of fonts, in the temp directory; made (or completed, where a cleaner of old
    files went over it) at the call, so it needs no cleaning of ours. Safe with several processes: a
    file appears whole or not at all.
    """
    files = sorted({Path(file) for faces in _FILES.values() for file in faces.values()})
    made = hashlib.sha256()
    for file in files:
        made.update(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}\n".encode())
    folder = Path(tempfile.gettempdir()) / f"genai-fonts-{os.getuid()}-{made.hexdigest()[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink():
        raise ConfigurationError(f"{folder} belongs to somebody else: remove it, or set TMPDIR")
    for file in files:
        if not (folder / file.name).exists():
            # libass skips names that begin with a dot.
            draft = folder / f".{os.getpid()}-{threading.get_ident()}-{file.name}"
            shutil.copyfile(file, draft)
            draft.replace(folder / file.name)
    return folder
