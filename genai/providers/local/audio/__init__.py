"""Sound made on this machine: speech, recordings aligned to their script, music."""

from __future__ import annotations

from genai.capabilities.audio import AlignmentRequest, AudioRequest, AudioResult, SpeechRequest
from genai.capabilities.base import Call
from genai.providers.local.audio.alignment import align
from genai.providers.local.audio.languages import languages
from genai.providers.local.audio.music import play
from genai.providers.local.audio.speech import speak
from genai.providers.local.audio.voices import VOICES

__all__ = ["VOICES", "audio", "languages"]


def audio(request: AudioRequest, call: Call) -> AudioResult:
    """Speak, align or play, as the request says; :mod:`genai.capabilities.audio` tells the errors."""
    if isinstance(request, SpeechRequest):
        return speak(request, call)
    if isinstance(request, AlignmentRequest):
        return align(request, call)
    return play(request, call)
