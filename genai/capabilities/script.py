"""The script capability: what is said, in segments of a scene's length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genai.capabilities.base import Call, Provider, Ticket
from genai.domain.creative import ProductBrief
from genai.domain.film import Segment
from genai.domain.media import Mark


@dataclass(frozen=True)
class ScriptRequest:
    """With ``script``, the client's own words: they are cut into segments by sentence and sense, never
    within a phrase, and no word changes. Without, a script is written from the prompt and what is
    known of the product. ``mode`` sets the manner: a narrator's (script_video) or a person's who
    speaks of what they own (ugc). ``duration`` in seconds is what the speech should come to, None for
    the provider's choice; ``count`` the number of segments, None likewise."""

    mode: str
    product: ProductBrief
    prompt: str = ""
    script: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    duration: float | None = None
    count: int | None = None


@dataclass(frozen=True)
class ScriptResult:
    """``segments`` in the order in which they are said; joined by blanks they are the script."""

    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...] = ()
    cost: float = 0.0


class ScriptProvider(Provider, Protocol):
    def script(self, request: ScriptRequest, call: Call) -> ScriptResult | Ticket:
        """Write or cut the script. Raises Retryable, Permanent or Rejected; Permanent with the code
        ``unsupported_language`` where it cannot write in that language."""
        ...
