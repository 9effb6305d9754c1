"""Languages as the vendor counts them: ISO 639 codes, without regions."""

from __future__ import annotations

from collections.abc import Sequence

from genai.errors import Permanent

# Tags that mean one of the vendor's languages.
_ALIASES = {"nb": "no", "nn": "no", "tl": "fil", "cmn": "zh", "in": "id", "iw": "he"}


def code_of(tag: str, known: Sequence[str], remedy: str) -> str:
    """The code among the ``known`` ones for a BCP 47 tag. Raises Permanent, ``unsupported_language``."""
    primary = tag.strip().lower().replace("_", "-").partition("-")[0]
    code = _ALIASES.get(primary, primary)
    if code not in known:
        raise Permanent(
            f"ElevenLabs has no language {tag!r}; set `language` to one of {', '.join(known)}, or {remedy}",
            code="unsupported_language",
            details={"language": tag},
        )
    return code
