"""The stitch capability: clips, speech and music to one video with its poster and subtitles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genai.capabilities.base import Call, Produced, Provider, Ticket
from genai.domain.creative import Canvas
from genai.domain.film import SceneKind, SpokenWord, Transition
from genai.domain.media import Mark, MediaFile


@dataclass(frozen=True)
class Cut:
    """A clip in its place. It has ``frames`` frames that are shown and ``handle`` more, for the
    transition into the next. ``opening`` is the transition into this one. ``text`` is the ASS document of
    the clip (times from its first frame), which is in its pixels already where ``text_burned``.
    ``speech`` starts with the clip's first frame; ``words`` are its times in seconds. ``kind`` is what it
    shows: the poster had best show the product."""

    clip: MediaFile
    frames: int
    handle: int = 0
    opening: Transition = Transition()
    text: str = ""
    text_burned: bool = True
    speech: MediaFile | None = None
    words: tuple[SpokenWord, ...] = ()
    kind: SceneKind = SceneKind.PRODUCT


@dataclass(frozen=True)
class StitchRequest:
    """``music`` lies under all of it, cut or faded to the length of the cuts and ducked under speech."""

    canvas: Canvas
    cuts: tuple[Cut, ...]
    music: MediaFile | None = None
    language: str = "en"
    draft: bool = False


@dataclass(frozen=True)
class StitchResult:
    """``video`` (MP4), ``poster`` (JPEG of its size), ``subtitles`` (SRT and VTT, none without speech).
    ``details``: how many frames were copied and how many encoded, and what the mix measured."""

    video: Produced
    poster: Produced
    subtitles: tuple[Produced, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class StitchProvider(Provider, Protocol):
    def stitch(self, request: StitchRequest, call: Call) -> StitchResult | Ticket:
        """Make the video. Raises Retryable, Permanent or Rejected."""
        ...
