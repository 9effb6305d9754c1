"""Recordings aligned to their script: ``POST /v1/forced-alignment``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genai.capabilities.audio import AlignmentRequest, AudioResult
from genai.capabilities.base import Call, Produced
from genai.domain.enums import AssetRole
from genai.domain.film import SAMPLE_RATE, SpokenWord
from genai.domain.media import Mark
from genai.errors import ConfigurationError, Permanent
from genai.media import dynamics, loudness, sound
from genai.providers.elevenlabs.asking import ONCE, asking
from genai.providers.elevenlabs.languages import code_of
from genai.providers.elevenlabs.words import spoken_words
from genai.providers.http import Account, bad_answer, charged
from genai.vendors import Model

if TYPE_CHECKING:
    from elevenlabs.client import ElevenLabs

LONGEST = 300.0  # seconds of a recording that is sent
_SILENCE = -60.0  # LUFS below which nobody can have spoken
_SILENT_WORDS = 0.2  # of the words may stand where nobody speaks, before their times are marked


class Aligner:
    """Finds the words of a script in a recording of it. The model's option ``languages`` are those that the
    vendor lists for it; which one it is the vendor is not told."""

    def __init__(self, client: ElevenLabs, account: Account, model: Model, place: str) -> None:
        self._client, self._account, self._model = client, account, model
        if not model.options.get("languages"):
            raise ConfigurationError(f"{place}.options.languages: name those that can be aligned")
        self._languages = tuple(model.options["languages"])

    def price(self, request: AlignmentRequest) -> float:
        seconds = request.recording.duration
        return self._model.cost(second=LONGEST if seconds is None else seconds + 1, call=1)

    def align(self, request: AlignmentRequest, call: Call) -> AudioResult:
        """The recording as 48 kHz mono WAV, which is what is sent, with the times of the script's words.

        Marked ``uncertain_alignment`` where many words stand in silence. Raises Permanent: ``not_audio`` for
        what cannot be decoded or is silent, ``recording_too_long``, ``unsupported_language``.
        """
        code_of(request.language, self._languages, "have the script spoken")
        samples = sound.read(request.recording.path, channels=1, longest=LONGEST + 1)
        duration = samples.shape[1] / SAMPLE_RATE
        if duration > LONGEST:
            raise Permanent(
                f"the recording is longer than {LONGEST:g} s; send a shorter one", code="recording_too_long"
            )
        if loudness.integrated(samples) < _SILENCE:
            raise Permanent(
                "the recording is silent; check the microphone and record it again", code="not_audio"
            )
        path = call.workdir / "recording.wav"
        sound.write(path, samples)
        cost = self._model.cost(second=duration, call=1)
        with asking(self._account, cost), path.open("rb") as file:
            answer = self._client.forced_alignment.create(
                file=(path.name, file, "audio/wav"), text=request.text, request_options=ONCE
            )
        try:
            words = spoken_words(
                request.text,
                [each.text for each in answer.characters],
                [each.start for each in answer.characters],
                [each.end for each in answer.characters],
                duration,
            )
            loss = round(float(answer.loss), 4)
        except (AttributeError, TypeError, ValueError):
            with charged(cost):
                raise bad_answer(self._account, "does not time the text's characters") from None
        marks = _marks(words, samples)
        return AudioResult(
            audio=Produced(path, "audio/wav", AssetRole.SPEECH, details={"loss": loss}, marks=marks),
            duration=duration,
            words=words,
            marks=marks,
            cost=cost,
        )


def _marks(words: tuple[SpokenWord, ...], samples: np.ndarray) -> tuple[Mark, ...]:
    """What the vendor calls its loss has no documented scale; the sound itself says where words cannot be."""
    speaks = dynamics.active(samples)
    rate = dynamics.CONTROL_RATE
    silent = sum(not speaks[int(word.start * rate) : int(word.end * rate) + 1].any() for word in words)
    if silent <= _SILENT_WORDS * len(words):
        return ()
    return (
        Mark(
            "uncertain_alignment",
            f"{silent} of {len(words)} words were found where nobody speaks; word times may be off. "
            "Check that the recording says the whole script and nothing else.",
        ),
    )
