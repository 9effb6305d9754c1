"""A clip's text as an ASS document: captions in time with the speech, and titles that move in.

text_layer      words and titles -> the document of one clip
merged          clips' documents -> one on a timeline
only            a document with its captions, or another kind of its text, alone
caption_box     where captions stand, for whoever lays out the picture
default_titles  titles for pictures whose maker laid none out
titles_like     titles for a picture that continues another
text_bounds     what of the canvas a document covers, rendered and measured
"""

from __future__ import annotations

from collections.abc import Sequence

from genai.domain.creative import Canvas
from genai.domain.film import SpokenWord, Title
from genai.domain.request import CaptionSettings
from genai.media.text.bounds import text_bounds
from genai.media.text.captions import caption_box, captions_of
from genai.media.text.document import document, merged, only
from genai.media.text.titles import default_titles, titles_like, titles_of

_AS_USUAL = CaptionSettings()

__all__ = ["caption_box", "default_titles", "merged", "only", "text_bounds", "text_layer", "titles_like"]


def text_layer(
    canvas: Canvas,
    frames: int,
    *,
    words: Sequence[SpokenWord] = (),
    titles: Sequence[Title] = (),
    captions: CaptionSettings = _AS_USUAL,
    language: str = "en",
) -> str:
    """The ASS document of a clip of ``frames`` frames at 30 per second; empty where nothing is to show.

    ``words``: what is said, in seconds from the clip's first frame; captions of them where ``captions``
    are enabled. ``titles`` as their picture's maker laid them out, in the canvas's pixels. ``language``
    (a BCP 47 tag) says how a word that is too long for a line is hyphenated. Characters that no font of
    ours has, emoji among them, are left out.
    """
    events = titles_of(canvas, titles, frames)
    if captions.enabled:
        events += captions_of(canvas, frames, words, captions, language)
    return document(canvas, events) if events else ""
