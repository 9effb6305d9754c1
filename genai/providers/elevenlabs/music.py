"""Music: ``POST /v1/music``."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from genai.capabilities.audio import AudioResult, MusicRequest
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.errors import Permanent
from genai.media import sound
from genai.media.music import recorded
from genai.prompts.music import music_prompt
from genai.providers.elevenlabs.asking import ONCE, asking
from genai.providers.elevenlabs.received import check_format, decoded
from genai.providers.http import Account
from genai.vendors import Model

if TYPE_CHECKING:
    from elevenlabs.client import ElevenLabs

LONGEST_PROMPT = 4100  # as the API's document says, and the lengths
_LENGTHS = (3.0, 600.0)  # seconds
_SPARE = 2.0  # seconds that are asked for beyond the film's, for silence at the beginning
FORMAT = "mp3_44100_128"


class Composer:
    """Makes music with the model. Its option is ``output_format``. The vendor takes no seed with a prompt, so
    the same request gives other music each time, and no idempotency key."""

    def __init__(self, client: ElevenLabs, account: Account, model: Model, place: str) -> None:
        self._client, self._account, self._model = client, account, model
        self._format = str(model.options.get("output_format", FORMAT))
        check_format(self._format, place)

    def serves(self, request: MusicRequest) -> bool:
        """The client's own music is played elsewhere."""
        return request.recording is None and request.duration <= _LENGTHS[1] - _SPARE

    def price(self, request: MusicRequest) -> float:
        return self._model.cost(second=_asked_for(request), call=1)

    def compose(self, request: MusicRequest, call: Call) -> AudioResult:
        """48 kHz stereo WAV of exactly the duration, faded at its end, with its tempo and the beats that are
        found in it. Raises Permanent: ``unknown_mood``, ``unsupported``."""
        if not self.serves(request):
            raise Permanent("this music cannot be composed; name another provider", code="unsupported")
        with asking(self._account, self.price(request)):
            data = b"".join(
                self._client.music.compose(
                    prompt=music_prompt(request, limit=LONGEST_PROMPT),
                    music_length_ms=ceil(_asked_for(request) * 1000),
                    model_id=self._model.name,
                    force_instrumental=True,
                    output_format=self._format,
                    request_options=ONCE,
                )
            )
        path = call.workdir / "music.wav"
        sound.write(path, decoded(data, self._format, call.workdir, channels=2))
        try:
            music = recorded(path, request.duration)
        except Permanent:
            raise Permanent("the music that was received is silent", code="bad_result") from None
        sound.write(path, music.samples)
        return AudioResult(
            audio=Produced(path, "audio/wav", AssetRole.MUSIC, details={"passes": music.passes}),
            duration=request.duration,
            tempo=music.tempo,
            beats=music.beats,
            cost=self.price(request),
        )


def _asked_for(request: MusicRequest) -> float:
    return max(_LENGTHS[0], request.duration + _SPARE)
