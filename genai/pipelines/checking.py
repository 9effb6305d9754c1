"""What can be known of a moving format's request before anything is made: refused at once, by name."""

from __future__ import annotations

from genai.domain.pacing import FAST_DEFAULT, cut_bounds
from genai.domain.request import JobRequest, OutputSettings
from genai.errors import InvalidInput
from genai.media.writing import SETTABLE, writings

MOST_WORDS = 500  # three minutes at a brisk pace
MOST_CHARACTERS = 1_000  # likewise, in writings without spaces between words
FASTEST = 4.0  # words a second that can still be followed
SHORTEST_SPOKEN = 1.5  # seconds; a scene in which something is said

# What languages are written in, other than Latin letters. All may quote names in Latin letters.
_WRITTEN_IN = {
    "Arabic": ("ar", "fa", "ur", "ps", "ug"),
    "Armenian": ("hy",),
    "Bengali": ("bn", "as"),
    "Cyrillic": ("ru", "uk", "bg", "be", "mk", "sr", "kk", "ky", "tt", "ba", "cv"),
    "Devanagari": ("hi", "mr", "ne", "kok"),
    "Ethiopic": ("am",),
    "Georgian": ("ka",),
    "Greek": ("el", "grc"),
    "Gujarati": ("gu",),
    "Gurmukhi": ("pa",),
    "Han": ("zh", "cmn", "yue", "ja"),
    "Hangul": ("ko",),
    "Hebrew": ("he",),
    "Hiragana": ("ja",),
    "Kannada": ("kn",),
    "Katakana": ("ja",),
    "Malayalam": ("ml",),
    "Myanmar": ("my",),
    "Oriya": ("or",),
    "Sinhala": ("si",),
    "Tamil": ("ta",),
    "Telugu": ("te",),
    "Thai": ("th",),
}
_UNSPACED = {"Han", "Hiragana", "Katakana", "Thai", "Myanmar"}


def check_fast(request: JobRequest) -> None:
    """fast_video: as many scenes as the length can hold. Raises InvalidInput."""
    wanted = request.settings or OutputSettings()
    seconds = wanted.duration or FAST_DEFAULT
    lowest, highest = cut_bounds(seconds)
    if wanted.scenes is not None and not lowest <= wanted.scenes <= highest:
        raise InvalidInput(
            "/settings/scenes",
            f"{seconds:g} s hold {lowest} to {highest} scenes, not {wanted.scenes}.",
            "Send another number or another duration, or leave it out.",
        )


def check_spoken(request: JobRequest) -> None:
    """script_video and ugc: a script that can be said in its language, and captions that can be drawn.
    Raises InvalidInput."""
    wanted = request.settings or OutputSettings()
    if wanted.scenes and wanted.duration and wanted.scenes * SHORTEST_SPOKEN > wanted.duration:
        raise InvalidInput(
            "/settings/scenes",
            f"{wanted.duration:g} s do not hold {wanted.scenes} scenes of {SHORTEST_SPOKEN:g} s or more.",
            "Send fewer scenes or a longer duration.",
        )
    if wanted.script is not None:
        _check_script(wanted.script, wanted)
        words = len(wanted.script.split())
        if wanted.duration and words > FASTEST * wanted.duration:
            raise InvalidInput(
                "/settings/duration",
                f"{words} words cannot be said in {wanted.duration:g} s.",
                f"Send at least {words / FASTEST:.0f}, or a shorter script.",
            )


def _check_script(script: str, wanted: OutputSettings) -> None:
    where = "/settings/script"
    used = writings(script)
    if not any(character.isalnum() for character in script):
        raise InvalidInput(where, "says nothing: it has neither letters nor digits.", "Send words.")
    words, characters = len(script.split()), len(script)
    if words > MOST_WORDS or (used & _UNSPACED and characters > MOST_CHARACTERS):
        raise InvalidInput(
            where,
            f"{words} words are more than three minutes of speech.",
            f"Send at most {MOST_WORDS} words ({MOST_CHARACTERS} characters in writings without spaces),"
            " or several jobs.",
        )
    language = wanted.language.partition("-")[0]
    own = {name for name, languages in _WRITTEN_IN.items() if language in languages}
    foreign = sorted(used - own - {"Latin"})
    if foreign and wanted.voice_over is None:
        raise InvalidInput(
            where,
            f"is written in {', '.join(foreign)}, which a voice in '{wanted.language}' cannot read.",
            "Send the script's language in settings.language.",
        )
    undrawable = sorted(used - SETTABLE)
    if undrawable and wanted.captions.enabled:
        raise InvalidInput(
            "/settings/captions/enabled",
            f"no font here draws {', '.join(undrawable)}.",
            "Send false, for a video without captions.",
        )
