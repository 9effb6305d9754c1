"""A prompt out of parts, within a model's limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from genai.errors import Permanent

_SHORTEST = 24  # units under which a shortened sentence says nothing


@dataclass(frozen=True)
class Part:
    """A paragraph of a prompt. ``yields``: when it gives way to a limit, the lowest first; None: never.
    ``trims``: its tail goes before the whole of it does. ``under``: the heading that it stands under."""

    text: str
    yields: int | None = None
    trims: bool = False
    under: str = ""


def length(text: str) -> int:
    """UTF-16 code units, as vendors count at the strictest: never fewer than characters."""
    return len(text.encode("utf-16-le")) // 2


def fitted(parts: Sequence[Part], limit: int) -> str:
    """The parts as one text of at most ``limit`` units (see :func:`length`).

    Raises Permanent (``prompt_too_long``) where what must not be left out is longer.
    """
    kept = [part for part in parts if part.text]
    for part in sorted((p for p in kept if p.yields is not None), key=lambda p: p.yields or 0):
        over = length(_joined(kept)) - limit
        if over <= 0:
            break
        place = kept.index(part)
        shorter = _cut(part.text, length(part.text) - over) if part.trims else ""
        kept[place : place + 1] = [replace(part, text=shorter)] if shorter else []
    text = _joined(kept)
    if (needed := length(text)) > limit:
        raise Permanent(
            f"the prompt needs {needed} characters for the product, the words to render and what checks have"
            f" found, and the model takes {limit}; shorten the product's name or attributes or the scene's"
            " words, or name a provider whose model takes longer prompts",
            code="prompt_too_long",
            details={"needed": needed, "limit": limit},
        )
    return text


def _joined(parts: Sequence[Part]) -> str:
    """Parts under one heading are lines of one paragraph."""
    lines: list[str] = []
    heading = ""
    for part in parts:
        if part.under != heading and part.under:
            lines.append(f"\n{part.under}" if lines else part.under)
        elif not part.under and lines:
            lines.append("")
        heading = part.under
        lines.append(part.text)
    return "\n".join(lines)


def _cut(text: str, room: int) -> str:
    """The text's beginning, at the end of a word; empty where hardly any of it would be left."""
    if room < _SHORTEST:
        return ""
    while length(text) > room - 1:
        text = text[: room - 1] if len(text) > room - 1 else text[:-1]
    whole, blank, _ = text.rpartition(" ")
    return f"{(whole if blank else text).rstrip(' ,.;:–-')}…"
