"""Music beds: made here, or the client's own cut to length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genai.capabilities.audio import AudioResult, MusicRequest
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE
from genai.errors import Permanent
from genai.media import sound
from genai.media.music import recorded
from genai.providers.local.audio.music.bed import bed
from genai.providers.local.audio.music.moods import suggested

SHORTEST, LONGEST = 1.0, 300.0  # seconds


def play(request: MusicRequest, call: Call) -> AudioResult:
    """A bed of the duration, as 48 kHz stereo WAV, with its tempo and beats.

    The same request and seed give the same music. Raises Permanent: ``unknown_mood``, ``invalid_duration``
    outside of 1 to 300 s, ``not_audio`` where the client's recording is none.
    """
    if not SHORTEST <= request.duration <= LONGEST:
        raise Permanent(
            f"music of {request.duration:g} s cannot be made; ask for {SHORTEST:g} to {LONGEST:g} s",
            code="invalid_duration",
        )
    path = call.workdir / "music.wav"
    if request.recording:
        own = recorded(request.recording.path, request.duration)
        details: Mapping[str, Any] = {"passes": own.passes}
        samples, tempo, beats = own.samples, own.tempo, own.beats
    else:
        mood = request.mood or suggested(request.prompt, energetic=request.energetic)
        samples, pace = bed(request.duration, mood, call.seed, energetic=request.energetic)
        tempo, beats, details = pace.tempo, pace.times, {"mood": mood}
    sound.write(path, samples)
    return AudioResult(
        audio=Produced(path, "audio/wav", AssetRole.MUSIC, details=details),
        duration=samples.shape[1] / SAMPLE_RATE,
        tempo=tempo,
        beats=beats,
    )
