"""The provider of OpenAI: one account, a model for each use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

from genai.capabilities.audio import AlignmentRequest, AudioRequest, AudioResult, SpeechRequest
from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.errors import Permanent
from genai.prompts.metadata import metadata_task
from genai.prompts.script import script_task
from genai.prompts.storyboard import storyboard_task
from genai.providers.adapter import Adapter
from genai.providers.openai.options import check
from genai.vendors import Model, Vendor

MOST_PICTURES = 6  # that a description of the product is made of


class OpenAIProvider(Adapter):
    """Images (``image.neutral``, ``image.sheet``, ``image.scene``, or ``image`` for all three), scripts,
    storyboards, metadata, judgement of pictures and clips, speech (``audio``) and recordings aligned
    to their text (``audio.alignment``, which speech needs as well).

    Each is offered where the vendor's entry has a model for it; what a model's options mean is said by
    :func:`~genai.providers.openai.images.paint`, :func:`~genai.providers.openai.language.answer` and
    :func:`~genai.providers.openai.speech.speak`. Cut-outs and music are not offered, and neither is video,
    which OpenAI has deprecated.

    Its API answers a call when the work is done: there are no tickets, and a picture may hold its worker for
    minutes. It has no idempotency keys (see :class:`~genai.providers.openai.api.Api`).
    """

    name = "openai"

    def __init__(self, vendor: Vendor) -> None:
        # The SDK is the extra's; who does not select this provider need not have it.
        from genai.providers.openai import fidelity, images, language, speech
        from genai.providers.openai.api import Api

        self._images, self._language, self._fidelity, self._speech = images, language, fidelity, speech
        super().__init__(vendor)
        self._api = Api(vendor)

    @classmethod
    def for_vendor(cls, vendor: Vendor) -> Self:
        check(vendor)
        return cls(vendor)

    def serves(self, request: Any) -> bool:
        uses = _uses(request)
        return bool(uses) and all(self._model(use) for use in uses)

    def price(self, request: Any) -> float:
        model, *more = self._models(request)
        match request:
            case ImageRequest():
                return self._images.price(model, request)
            case SpeechRequest():
                return self._speech.price_of_speech(model, more[0], request)
            case AlignmentRequest():
                return self._speech.price_of_alignment(model, request)
            case MetadataRequest():
                return self._language.price(model, MOST_PICTURES)
            case FidelityRequest():
                return self._language.price(model, self._fidelity.MOST_PICTURES)
        return self._language.price(model, 0)

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        return self._images.paint(self._api, self._models(request)[0], request, call)

    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult:
        task = metadata_task(replace(request, references=request.references[:MOST_PICTURES]))
        result, cost = self._language.answer(self._api, self._models(request)[0], task, call)
        return replace(result, cost=cost)

    def script(self, request: ScriptRequest, call: Call) -> ScriptResult:
        task = script_task(request)
        result, cost = self._language.answer(self._api, self._models(request)[0], task, call)
        return replace(result, cost=cost)

    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult:
        task = storyboard_task(request)
        result, cost = self._language.answer(self._api, self._models(request)[0], task, call)
        return replace(result, cost=cost)

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        return self._fidelity.judge(self._api, self._models(request)[0], request, call)

    def audio(self, request: AudioRequest, call: Call) -> AudioResult:
        model, *more = self._models(request)
        if isinstance(request, SpeechRequest):
            return self._speech.speak(self._api, model, more[0], request, call)
        assert isinstance(request, AlignmentRequest), "music has no model"
        return self._speech.align(self._api, model, request, call)

    def _models(self, request: Any) -> list[Model]:
        """Raises Permanent (``unsupported``) where one is missing."""
        if not self.serves(request):
            kind = getattr(request, "purpose", None) or type(request).__name__.removesuffix("Request").lower()
            raise Permanent(f"openai is not set up for {kind}", code="unsupported")
        return [model for use in _uses(request) if (model := self._model(use))]

    def _model(self, use: str) -> Model | None:
        """``image`` serves those of its purposes that have no model of their own."""
        of_all = self._vendor.model("image") if use.startswith("image.") else None
        return self._vendor.model(use) or of_all


def _uses(request: Any) -> tuple[str, ...]:
    """What a request needs models for; nothing for one that is never served."""
    match request:
        case ImageRequest():
            return () if request.purpose is ImagePurpose.CUTOUT else (f"image.{request.purpose}",)
        case SpeechRequest():
            return ("audio", "audio.alignment")
        case AlignmentRequest():
            return ("audio.alignment",)
        case MetadataRequest():
            return ("metadata",)
        case ScriptRequest():
            return ("script",)
        case StoryboardRequest():
            return ("storyboard",)
        case FidelityRequest():
            return ("fidelity",)
    return ()
