"""Sound made on this machine: speech, recordings aligned to their script, music."""

from __future__ import annotations

from genai.capabilities.audio import AlignmentRequest, AudioRequest, AudioResult, SpeechRequest
from genai.capabilities.base import Call
from genai.providers.local.audio.align import align
from genai.providers.local.audio.languages import languages
from genai.providers.local.audio.music import music
from genai.providers.local.audio.speech import speech
from genai.providers.local.audio.voices import VOICES

__all__ = ["VOICES", "audio", "languages"]


def audio(request: AudioRequest, call: Call) -> AudioResult:
    """Speak, align or play, as the request says; :mod:`genai.capabilities.audio` tells the errors."""
    if isinstance(request, SpeechRequest):
        return speech(request, call)
    if isinstance(request, AlignmentRequest):
        return align(request, call)
    return music(request, call)
