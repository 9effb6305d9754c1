"""Which languages eSpeak NG speaks, and in which writing they must come."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from genai.errors import Permanent
from genai.providers.local.audio import espeak

# Tags that eSpeak knows under another name, and the regions people mean by a bare language (CLDR, likely
# subtags).
_ALIASES = {
    "en": "en-us", "en-ca": "en-us", "en-ph": "en-us", "en-au": "en-gb", "en-nz": "en-gb", "en-ie": "en-gb",
    "en-in": "en-gb", "en-za": "en-gb", "fr": "fr-fr", "fr-ca": "fr-fr", "pt": "pt-br", "pt-pt": "pt",
    "pt-ao": "pt", "pt-mz": "pt", "es-es": "es", "zh": "cmn", "zh-hk": "yue", "zh-yue": "yue", "zh-mo": "yue",
    "no": "nb", "nn": "nb", "iw": "he", "in": "id", "sh": "hr", "hbs": "hr", "zh-hak": "hak",
    "es-mx": "es-419", "es-us": "es-419", "es-ar": "es-419", "es-cl": "es-419", "es-co": "es-419",
    "es-pe": "es-419", "es-ve": "es-419", "es-ec": "es-419", "es-uy": "es-419", "es-bo": "es-419",
}  # fmt: skip

# The writings, as Unicode names them, that a voice reads besides Latin letters. Who is not here reads Latin.
_WRITINGS = {
    writing: frozenset(languages.split())
    for writing, languages in {
        "ARABIC": "ar fa ur sd ug",
        "ARMENIAN": "hy hyw",
        "BENGALI": "bn as bpy",
        "CHEROKEE": "chr",
        "CJK": "cmn yue",
        "CYRILLIC": "ru uk be bg mk sr ba cv kk ky nog tt kaa",
        "DEVANAGARI": "hi mr ne kok",
        "ETHIOPIC": "am ti",
        "GEORGIAN": "ka",
        "GREEK": "el grc",
        "GUJARATI": "gu",
        "GURMUKHI": "pa",
        "HANGUL": "ko",
        "HEBREW": "he",
        "HIRAGANA": "ja",
        "KANNADA": "kn",
        "KATAKANA": "ja",
        "MALAYALAM": "ml",
        "MYANMAR": "my shn",
        "ORIYA": "or",
        "SINHALA": "si",
        "TAMIL": "ta",
        "TELUGU": "te",
        "THAI": "th",
    }.items()
}
_READS_KANA_ONLY = "ja"
_REMEDY = "or supply a recording of the speech"


def languages() -> tuple[str, ...]:
    """The BCP 47 tags that can be asked for, lower case; regions that are missing fall back on these."""
    return tuple(sorted({*espeak.voices(), *_ALIASES}))


def spoken_as(language: str) -> str:
    """eSpeak's own tag for a BCP 47 tag, a key of its voices.

    Raises Permanent with the code ``unsupported_language``.
    """
    known = espeak.voices()
    for tag in _shorter(language):
        if (tag := _ALIASES.get(tag, tag)) in known:
            return tag
    raise Permanent(
        f"no voice speaks the language {language!r}; set `language` to one of {', '.join(languages())}, "
        f"{_REMEDY}",
        code="unsupported_language",
        details={"language": language},
    )


def check_writing(text: str, tag: str) -> None:
    """Raise Permanent, ``unsupported_language``, where ``text`` has letters that the voice of eSpeak's
    ``tag`` cannot read.

    Latin letters are read by all. A single Greek letter stands for a quantity (µ, Ω) and is read by all.
    """
    language = tag.split("-", maxsplit=1)[0]
    for word in text.split():
        foreign = [writing for writing in _writings(word) if language not in _WRITINGS.get(writing, ())]
        if not foreign or foreign == ["GREEK"]:
            continue
        writing = foreign[0]
        if language == _READS_KANA_ONLY and writing == "CJK":
            remedy = "write Japanese in kana"
        else:
            named = " or ".join(sorted(_WRITINGS.get(writing, ()))) or "that of the text"
            remedy = f"set `language` to the text's own ({named})"
        raise Permanent(
            f"a voice for the language {tag!r} cannot speak {_named(writing)} writing ({word!r}); "
            f"{remedy}, {_REMEDY}",
            code="unsupported_language",
            details={"language": tag, "writing": writing.lower(), "word": word},
        )


def _named(writing: str) -> str:
    return "Chinese" if writing == "CJK" else writing.capitalize()


def _shorter(language: str) -> Iterator[str]:
    """A tag, lower case, and what is left of it without its last subtags (RFC 4647, lookup)."""
    parts = language.strip().lower().replace("_", "-").split("-")
    for count in range(len(parts), 0, -1):
        yield "-".join(parts[:count])


def _writings(word: str) -> Iterator[str]:
    """The writing of each letter that is not Latin."""
    for letter in unicodedata.normalize("NFKC", word):
        if unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo"}:
            writing = unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
            if writing != "LATIN":
                yield writing
