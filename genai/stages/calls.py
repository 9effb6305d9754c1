"""Intended paid calls of a step: each has its row before it is made, and is made once.

A stage is written as if it ran from start to end. When it runs again after an interruption, calls
that have succeeded answer from their rows, so that it comes to where it was without paying again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from genai.capabilities.audio import AudioRequest, AudioResult
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.enums import Capability
from genai.domain.media import Mark
from genai.runtime import Runtime
from genai.stages.asking import Asking
from genai.stages.fallback import FALLBACK
from genai.stages.produced import result_files
from genai.stages.progress import Progress
from genai.store.claims import Claim

Result = TypeVar("Result")


class Calls:
    """The calls of one claimed step."""

    def __init__(self, runtime: Runtime, claim: Claim, still_wanted: Callable[[], None]) -> None:
        self._runtime = runtime
        self._claim = claim
        self._progress = Progress(runtime.database, claim, still_wanted)
        # A store is itself and no other.
        self._files = result_files(runtime.assets)  # type: ignore[arg-type]
        self.fallbacks: list[Mark] = []  # of the calls so far

    def image(self, request: ImageRequest, *, number: int = 1, seed: int = 0) -> ImageResult:
        return self._once(Capability.IMAGE, request, ImageResult, number, seed)

    def metadata(self, request: MetadataRequest) -> MetadataResult:
        return self._once(Capability.METADATA, request, MetadataResult)

    def script(self, request: ScriptRequest) -> ScriptResult:
        return self._once(Capability.SCRIPT, request, ScriptResult)

    def storyboard(self, request: StoryboardRequest, *, number: int = 1) -> StoryboardResult:
        return self._once(Capability.STORYBOARD, request, StoryboardResult, number)

    def fidelity(self, request: FidelityRequest, *, number: int = 1) -> FidelityResult:
        return self._once(Capability.FIDELITY, request, FidelityResult, number)

    def audio(self, request: AudioRequest, *, number: int = 1, seed: int = 0) -> AudioResult:
        return self._once(Capability.AUDIO, request, AudioResult, number, seed)

    def video(self, request: VideoRequest, *, number: int = 1, seed: int = 0) -> VideoResult:
        return self._once(Capability.VIDEO, request, VideoResult, number, seed)

    def lip_sync(self, request: LipSyncRequest, *, seed: int = 0) -> LipSyncResult:
        return self._once(Capability.LIP_SYNC, request, LipSyncResult, 1, seed)

    def stitch(self, request: StitchRequest, *, number: int = 1) -> StitchResult:
        return self._once(Capability.STITCH, request, StitchResult, number)

    def _once(
        self,
        capability: Capability,
        request: Any,
        result_type: type[Result],
        number: int = 1,
        seed: int = 0,
    ) -> Result:
        if self._claim.fresh and self._claim.scene is None:
            # Asked to be made again, it comes out another one. A scene brings a seed of its own.
            seed = stable_seed(seed, self._claim.job_id)
        settings = self._claim.brief.get("settings") or {}
        providers = self._runtime.selection.able(capability, request, self._claim.flow, self._claim.stage)
        asking = Asking(
            runtime=self._runtime,
            claim=self._claim,
            providers=providers if settings.get("allow_degraded", True) else providers[:1],
            capability=capability,
            progress=self._progress,
            files=self._files,
            budget=settings.get("budget"),
        )
        made = asking.result(request, result_type, number=number, seed=seed)
        self.fallbacks += [mark for mark in made.marks if mark.reason == FALLBACK]
        return cast(Result, made)


def stable_seed(*parts: object) -> int:
    """A repeatable 31-bit number out of its parts."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4], "big") >> 1
