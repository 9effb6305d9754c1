"""Intended paid calls of a step: each has its row before it is made, and is made once.

A stage is written as if it ran from start to end. When it runs again after an interruption, calls
that have succeeded answer from their rows, so that it comes to where it was without paying again.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, cast

from genai import tracing
from genai.capabilities.audio import AudioRequest, AudioResult
from genai.capabilities.base import Call, Produced
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.capabilities.image import ImageRequest, ImageResult
from genai.capabilities.lip_sync import LipSyncRequest, LipSyncResult
from genai.capabilities.metadata import MetadataRequest, MetadataResult
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.capabilities.video import VideoRequest, VideoResult
from genai.domain.enums import AssetRole, AttemptState, Capability
from genai.domain.media import Mark
from genai.domain.records import converter, to_json
from genai.errors import InvalidInput, Permanent, StepError
from genai.media.files import inspect
from genai.runtime import Runtime
from genai.stages.progress import Progress
from genai.store.assets import register_asset
from genai.store.attempts import fail_attempt, note_error, open_attempt, settle_attempt
from genai.store.claims import Claim
from genai.store.steps import StepAsset

Result = TypeVar("Result")


@dataclass(frozen=True)
class Kept(Produced):
    """A produced file that the asset store has; ``path`` is there."""

    asset: StepAsset | None = None


def kept_assets(produced: tuple[Produced, ...]) -> tuple[StepAsset, ...]:
    """The assets of files that a call of :class:`Calls` returned."""
    return tuple(cast(StepAsset, cast(Kept, file).asset) for file in produced)


class Calls:
    """The calls of one claimed step."""

    def __init__(self, runtime: Runtime, claim: Claim, still_wanted: Callable[[], None]) -> None:
        self._runtime = runtime
        self._claim = claim
        self._progress = Progress(runtime.database, claim, still_wanted)
        self._records = converter()
        self._records.register_unstructure_hook(Produced, lambda file: to_json(file.asset))
        self._records.register_structure_hook(Produced, lambda document, _: self._load(document))

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
        provider: Any = self._runtime.selection.first(capability)
        with self._runtime.database.transaction() as connection:
            attempt = open_attempt(
                connection,
                self._claim,
                capability=capability,
                number=number,
                provider=provider.name,
                model=provider.model,
                request=to_json(request),
            )
        if attempt.state == AttemptState.SUCCEEDED:
            return self._records.structure(attempt.result, result_type)
        with tempfile.TemporaryDirectory(prefix="genai-", dir=self._runtime.settings.work_dir) as workdir:
            call = Call(attempt.idempotency_key, Path(workdir), seed, self._progress)
            try:
                method = getattr(provider, capability.value)
                with tracing.span(f"{capability} by {provider.name}", model=provider.model, number=number):
                    made = method(request, call)
                result = self._keep(made, provider.name)
            except StepError as error:
                error.provider = error.provider or provider.name
                self._failed(attempt.id, error)
                raise
        self._settle(attempt.id, result)
        return cast(Result, result)

    def _settle(self, attempt_id: int, result: Any) -> None:
        document = self._records.unstructure(result)
        files = _produced(result)

        def write(connection: Any) -> None:
            for file in files:
                asset = cast(StepAsset, file.asset)
                register_asset(
                    connection,
                    client=self._claim.client,
                    sha256=asset.sha256,
                    media_type=asset.media_type,
                    size=file.path.stat().st_size,
                    width=asset.width,
                    height=asset.height,
                    duration=asset.duration,
                )
            settle_attempt(connection, attempt_id, result=document, cost=result.cost)

        self._runtime.database.persist(write)

    def _failed(self, attempt_id: int, error: StepError) -> None:
        document = {"code": error.code, "message": str(error)}
        write = fail_attempt if isinstance(error, Permanent) else note_error
        self._runtime.database.persist(lambda connection: write(connection, attempt_id, document))

    def _keep(self, result: Any, provider: str) -> Any:
        """The result with its files in the asset store. Raises Permanent for what is not what it is said
        to be."""
        changes: dict[str, Any] = {}
        for field in fields(result):
            value = getattr(result, field.name)
            if isinstance(value, Produced):
                changes[field.name] = self._store(value, provider)
            elif isinstance(value, tuple) and value and isinstance(value[0], Produced):
                changes[field.name] = tuple(self._store(file, provider) for file in value)
        return type(result)(**{f.name: changes.get(f.name, getattr(result, f.name)) for f in fields(result)})

    def _store(self, file: Produced, provider: str) -> Kept:
        try:
            found = inspect(file.path, file.media_type)
        except InvalidInput as error:
            raise Permanent(
                f"the {file.role} from {provider} is not usable: {error.detail}",
                code="bad_result",
                provider=provider,
            ) from error
        if found.media_type != file.media_type:
            raise Permanent(
                f"the {file.role} from {provider} is {found.media_type}, said to be {file.media_type}",
                code="bad_result",
                provider=provider,
            )
        stored = self._runtime.assets.put(file.path, found.media_type)
        return self._load(
            {
                "sha256": stored.sha256,
                "role": file.role.value,
                "media_type": found.media_type,
                "width": found.width,
                "height": found.height,
                "duration": found.duration,
                "view": file.view,
                "label": file.label,
                "details": dict(file.details),
                "marks": [to_json(mark) for mark in file.marks],
            }
        )

    def _load(self, document: Mapping[str, Any]) -> Kept:
        asset = self._records.structure(document, StepAsset)
        return Kept(
            path=self._runtime.assets.path(asset.sha256),
            media_type=asset.media_type,
            role=AssetRole(asset.role),
            view=asset.view,
            label=asset.label,
            details=asset.details,
            marks=tuple(Mark(**mark) for mark in asset.marks),
            asset=asset,
        )


def _produced(result: Any) -> list[Kept]:
    values = [getattr(result, field.name) for field in fields(result)]
    singles = [value for value in values if isinstance(value, Kept)]
    return singles + [
        item for value in values if isinstance(value, tuple) for item in value if isinstance(item, Kept)
    ]


def stable_seed(*parts: object) -> int:
    """A repeatable 31-bit number out of its parts."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4], "big") >> 1
