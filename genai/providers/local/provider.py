"""The local provider: every capability that this machine can serve without a key or a network."""

from __future__ import annotations

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.providers.local.compose import scene
from genai.providers.local.fidelity import fidelity
from genai.providers.local.metadata import metadata
from genai.providers.local.neutral import neutral
from genai.providers.local.sheet import sheet
from genai.providers.local.storyboard import storyboard

_IMAGES = {ImagePurpose.NEUTRAL: neutral, ImagePurpose.SHEET: sheet, ImagePurpose.SCENE: scene}


class LocalProvider:
    """``model`` changes with every release that makes other pictures of the same request."""

    name = "local"
    model = "1"

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        return _IMAGES[request.purpose](request, call)

    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult:
        return metadata(request, call)

    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult:
        return storyboard(request, call)

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        return fidelity(request, call)
