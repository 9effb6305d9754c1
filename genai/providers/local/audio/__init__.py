"""Sound made on this machine: speech, recordings aligned to their script, music."""

from __future__ import annotations

from genai.capabilities.audio import AudioResult, SpeechRequest
from genai.capabilities.base import Call
from genai.providers.local.audio.languages import languages
from genai.providers.local.audio.speech import speech
from genai.providers.local.audio.voices import VOICES

__all__ = ["VOICES", "audio", "languages"]


def audio(request: SpeechRequest, call: Call) -> AudioResult:
    """Speak."""
    return speech(request, call)
