"""The lip sync capability: a presenter who says what a sound file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genai.capabilities.base import Call, Produced, Provider, Ticket
from genai.domain.creative import BrandKit, Canvas, ProductBrief, Reference, Scene
from genai.domain.film import Phoneme, SpokenWord
from genai.domain.media import Mark, MediaFile


@dataclass(frozen=True)
class LipSyncRequest:
    """A clip of ``frames`` frames at 30 per second (and ``handle`` more) of a presenter speaking.

    ``speech`` starts with the clip's first frame; ``words`` and ``phonemes`` are its times in seconds
    (phonemes may be empty). ``presenter`` names a look that the provider knows, None for its choice:
    the same for the same ``call.seed``. ``text`` is an ASS document to burn in, as for video.
    ``references`` show the product, best first: presenters may have it beside them.
    """

    product: ProductBrief
    scene: Scene
    canvas: Canvas
    frames: int
    speech: MediaFile
    words: tuple[SpokenWord, ...]
    phonemes: tuple[Phoneme, ...] = ()
    handle: int = 0
    presenter: str | None = None
    text: str = ""
    references: tuple[Reference, ...] = ()
    brand: BrandKit = BrandKit()
    draft: bool = False


@dataclass(frozen=True)
class LipSyncResult:
    """``clip`` and ``text_burned`` as for video; the clip has no sound of its own. ``details['presenter']``
    is the look's name."""

    clip: Produced
    text_burned: bool
    details: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class LipSyncProvider(Provider, Protocol):
    def lip_sync(self, request: LipSyncRequest, call: Call) -> LipSyncResult | Ticket:
        """Make the clip. Raises Retryable, Permanent (``unknown_presenter``) or Rejected."""
        ...
