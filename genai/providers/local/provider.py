"""The local provider: every capability that this machine can serve without a key or a network."""

from __future__ import annotations

from dataclasses import replace

from genai.capabilities.audio import AudioRequest, AudioResult
from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImagePurpose, ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.media import Mark
from genai.providers.local.audio import audio
from genai.providers.local.compose import scene
from genai.providers.local.compose.adjusting import adjusted
from genai.providers.local.fidelity import fidelity
from genai.providers.local.lip_sync import lip_sync
from genai.providers.local.metadata import metadata
from genai.providers.local.neutral import cutouts, neutral
from genai.providers.local.script import script
from genai.providers.local.sheet import sheet
from genai.providers.local.stitch import stitch
from genai.providers.local.storyboard import storyboard
from genai.providers.local.video import video

_ONE_FORM = Mark(
    "adjustment_not_understood", "This engine makes neutral images and character sheets in one form alone."
)
_IMAGES = {
    ImagePurpose.NEUTRAL: neutral,
    ImagePurpose.CUTOUT: cutouts,
    ImagePurpose.SHEET: sheet,
    ImagePurpose.SCENE: scene,
}


class LocalProvider:
    """``model`` changes with every release that makes other pictures of the same request."""

    name = "local"
    model = "1"

    def image(self, request: ImageRequest, call: Call) -> ImageResult:
        made = _IMAGES[request.purpose](request, call)
        if request.adjustment and request.purpose is not ImagePurpose.SCENE:
            made = replace(
                made, images=tuple(replace(image, marks=(*image.marks, _ONE_FORM)) for image in made.images)
            )
        return made

    def metadata(self, request: MetadataRequest, call: Call) -> MetadataResult:
        return metadata(request, call)

    def storyboard(self, request: StoryboardRequest, call: Call) -> StoryboardResult:
        return storyboard(request, call)

    def fidelity(self, request: FidelityRequest, call: Call) -> FidelityResult:
        return fidelity(request, call)

    def script(self, request: ScriptRequest, call: Call) -> ScriptResult:
        return script(request, call)

    def audio(self, request: AudioRequest, call: Call) -> AudioResult:
        return audio(request, call)

    def video(self, request: VideoRequest, call: Call) -> VideoResult:
        if request.adjustment:
            # How the camera moves; all else is its picture's.
            asked = adjusted(request.scene, request.adjustment).scene
            request = replace(request, scene=replace(request.scene, move=asked.move))
        return video(request, call)

    def lip_sync(self, request: LipSyncRequest, call: Call) -> LipSyncResult:
        return lip_sync(request, call)

    def stitch(self, request: StitchRequest, call: Call) -> StitchResult:
        return stitch(request, call)
