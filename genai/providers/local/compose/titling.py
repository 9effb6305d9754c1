"""Laid out words handed on as titles, for a text layer to draw."""

from __future__ import annotations

from genai.domain.film import Title
from genai.providers.local.compose import color
from genai.providers.local.compose.lettering import Lettered
from genai.providers.local.compose.typography import Paragraph


def title(paragraph: Paragraph, lettered: Lettered, scale: float) -> Title:
    """A paragraph of the full-sized layout in a frame of ``scale`` times its size, with the colours that
    were chosen for it there."""
    style = paragraph.style
    left, top, right, bottom = (scale * edge for edge in paragraph.extent())
    return Title(
        role="call_to_action" if paragraph.kind == "button" else paragraph.kind,
        lines=paragraph.lines,
        box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)),
        size=round(scale * style.size, 3),
        leading=round(scale * style.leading * style.size, 3),
        family=style.family,
        weight=style.weight,
        color=color.to_hex(lettered.ink),
        align=paragraph.align,
        plate=None if lettered.plate is None else color.to_hex(lettered.plate),
        tracking=style.tracking,
    )
