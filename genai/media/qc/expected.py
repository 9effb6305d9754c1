"""What is known of a video beside its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genai.domain.creative import Canvas
from genai.domain.film import SpokenWord


@dataclass(frozen=True)
class Expected:
    """What the video was to be. What is left out is not judged, or only as far as the file itself tells.

    ``mode`` is the output mode; ``cuts`` are the lengths of its scenes in frames; ``seconds`` the requested
    length; ``text`` the ASS document of all its captions and titles on the video's own time; ``words`` what
    is said in it, in seconds from its beginning; ``poster`` its poster file; ``mix`` what
    :class:`genai.media.soundtrack.SoundReport` says of its sound; ``draft``: a quick preview.
    """

    canvas: Canvas | None = None
    mode: str | None = None
    cuts: tuple[int, ...] = ()
    seconds: float | None = None
    text: str = ""
    words: tuple[SpokenWord, ...] = ()
    poster: Path | None = None
    mix: Mapping[str, Any] | None = None
    draft: bool = False
