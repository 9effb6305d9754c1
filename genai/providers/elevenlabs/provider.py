"""The adapter: which requests it serves, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from genai.capabilities.audio import (
    AlignmentRequest,
    AudioRequest,
    AudioResult,
    MusicRequest,
    SpeechRequest,
)
from genai.capabilities.base import Call
from genai.errors import ConfigurationError, Permanent
from genai.providers.adapter import Adapter
from genai.providers.elevenlabs.alignment import Aligner
from genai.providers.elevenlabs.music import Composer
from genai.providers.elevenlabs.speech import Speaker
from genai.providers.http import Account, sdk_client
from genai.vendors import Vendor

if TYPE_CHECKING:
    from elevenlabs.client import ElevenLabs

_PLACE = "GENAI_VENDORS_FILE: elevenlabs.use"
_TOTAL, _SILENT = 300.0, 120.0  # seconds of a request, and until its answer begins
_ANSWER = 160_000_000  # bytes: ten minutes of PCM at 48 kHz in base64, and their times


class ElevenLabsProvider(Adapter):
    """Speech with ``use.audio``, alignments with ``use."audio.alignment"``, music with ``use."audio.music"``;
    each where it is described."""

    name = "elevenlabs"

    def __init__(self, vendor: Vendor, account: Account, client: ElevenLabs) -> None:
        super().__init__(vendor)
        speech, alignment = vendor.model("audio"), vendor.model("audio.alignment")
        music = vendor.model("audio.music")
        if not (speech or alignment or music):
            raise ConfigurationError(f"{_PLACE}: has none of audio, audio.alignment and audio.music")
        self._speaker = Speaker(client, account, speech, f"{_PLACE}.audio") if speech else None
        self._aligner = (
            Aligner(client, account, alignment, f'{_PLACE}."audio.alignment"') if alignment else None
        )
        self._composer = Composer(client, account, music, f'{_PLACE}."audio.music"') if music else None

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        from elevenlabs.client import ElevenLabs

        account = Account(
            cls.name,
            vendor.url,
            {"xi-api-key": vendor.key},
            read=_SILENT,
            total=_TOTAL,
            answer_bytes=_ANSWER,
        )
        client = ElevenLabs(base_url=vendor.url, api_key=vendor.key, httpx_client=sdk_client(account))
        return cls(vendor, account, client)

    def serves(self, request: Any) -> bool:
        if isinstance(request, SpeechRequest):
            return self._speaker is not None
        if isinstance(request, MusicRequest):
            return self._composer is not None and self._composer.serves(request)
        return isinstance(request, AlignmentRequest) and self._aligner is not None

    def price(self, request: Any) -> float:
        if isinstance(request, SpeechRequest) and self._speaker:
            return self._speaker.price(request)
        if isinstance(request, AlignmentRequest) and self._aligner:
            return self._aligner.price(request)
        if isinstance(request, MusicRequest) and self._composer:
            return self._composer.price(request)
        return 0.0

    def audio(self, request: AudioRequest, call: Call) -> AudioResult:
        if isinstance(request, SpeechRequest) and self._speaker:
            return self._speaker.speak(request, call)
        if isinstance(request, AlignmentRequest) and self._aligner:
            return self._aligner.align(request, call)
        if isinstance(request, MusicRequest) and self._composer:
            return self._composer.compose(request, call)
        raise Permanent("ElevenLabs is not set up for this request", code="unsupported")
