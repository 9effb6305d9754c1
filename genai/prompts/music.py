"""The prompt for models that compose: a bed for a product film, to be spoken over or to be cut on."""

from __future__ import annotations

from collections.abc import Iterator

from genai.capabilities.audio import MusicRequest
from genai.errors import Permanent
from genai.prompts.fitting import Part, fitted

_MOODS = {
    "calm": "Calm: slow, open, few notes, soft attacks.",
    "warm": "Warm: round, acoustic and friendly, at an easy pace.",
    "bright": "Bright: light, clear and optimistic, in a major key.",
    "bold": "Bold: confident and driving, with weight in the low end.",
    "playful": "Playful: nimble and light-hearted, short notes, a little wit.",
}
_BED = (
    "It lies under a speaking voice: sparse and even, without a lead melody, with little between 1 and 4 kHz."
)
_BEAT = (
    "It has a clear, steady beat from the first bar, in one tempo throughout, that pictures can be cut on."
)
_WISH = 1


def music_prompt(request: MusicRequest, *, limit: int) -> str:
    """The prompt for music of ``request.duration`` seconds, at most ``limit`` UTF-16 code units.

    Raises Permanent: ``unknown_mood``, and ``unsupported`` for the client's own recording, which is played.
    """
    if request.recording is not None:
        raise Permanent("the client's own music is played, not composed", code="unsupported")
    if request.mood is not None and request.mood not in _MOODS:
        raise Permanent(
            f"no music is of the mood {request.mood!r}; choose {', '.join(_MOODS)}", code="unknown_mood"
        )
    return fitted(list(_parts(request)), limit)


def _parts(request: MusicRequest) -> Iterator[Part]:
    yield Part(
        f"Instrumental music for a product film of {request.duration:.0f} seconds. No voices, no words."
    )
    if request.mood:
        yield Part(_MOODS[request.mood])
    yield Part(_BEAT if request.energetic else _BED)
    yield Part("It begins at once, without a fade-in, and comes to its close at the end.")
    if wish := " ".join(request.prompt.split()):
        yield Part(f"It suits this campaign: {wish}", _WISH, trims=True)
