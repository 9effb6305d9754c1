"""Storyboards: seeds for a product, and the scenes of one job in all its treatments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from genai.capabilities.storyboard import Seed, StoryboardRequest
from genai.domain.creative import Scene
from genai.domain.enums import Capability
from genai.domain.film import SpokenWord
from genai.domain.records import from_json, to_json
from genai.errors import Permanent
from genai.stages.context import StepContext
from genai.stages.direction import cut_to_length, numbered, shared_out, with_footage, with_pauses
from genai.stages.script import recorded_spans, segments_of
from genai.stages.stage import Stage, StageResult, language_of
from genai.store.assets import find_assets


def _seeds(context: StepContext) -> StageResult:
    # Seeds serve every later job of the product, so nothing of this one's wishes goes into them.
    request = StoryboardRequest(
        mode="",
        product=context.brief,
        metadata=context.input("metadata").output,
        count=0,
        language=context.settings.language,
    )
    result = context.calls.storyboard(request)
    return StageResult(output={"concept": result.concept, "seeds": [to_json(seed) for seed in result.seeds]})


def _storyboard(context: StepContext) -> StageResult:
    scenes: list[Scene] = []
    concepts = []
    for variant in range(1, context.settings.variants + 1):
        result = context.calls.storyboard(_request(context, variant), number=variant)
        concepts.append(result.concept)
        directed = _directed(context, result.scenes)
        scenes += numbered(directed, variant=variant, after=len(scenes))
    return StageResult(
        output={"concept": concepts[0], "scenes": [to_json(scene) for scene in scenes]}, scenes=scenes
    )


def _request(context: StepContext, variant: int) -> StoryboardRequest:
    settings = context.settings
    seeds = tuple(
        from_json(Seed, seed)
        for output in context.inputs_of("storyboard_seeds")
        for seed in output.output["seeds"]
    )
    segments = segments_of(context)
    own = sum(clip.scene is None for clip in settings.footage)
    return StoryboardRequest(
        mode=context.claim.flow,
        product=context.brief,
        prompt=context.request.wish,
        metadata=context.input("metadata").output,
        seeds=seeds,
        brand=context.brand,
        aspect=settings.aspect,
        composition=settings.composition,
        compositions=settings.scene_compositions,
        # Scenes of the client's own footage count; those of a script are its segments.
        count=None if segments or settings.scenes is None else max(1, settings.scenes - own),
        duration=settings.duration,
        language=settings.language,
        variant=variant,
        segments=segments,
        beats=_beats(context),
    )


def _directed(context: StepContext, scenes: Sequence[Scene]) -> list[Scene]:
    settings = context.settings
    made = list(scenes)
    if settings.footage:
        named = [clip.asset_id for clip in settings.footage]
        with context.runtime.database.transaction() as connection:
            found = find_assets(connection, context.claim.client, named)
        made = with_footage(made, settings.footage, {name: row.duration for name, row in found.items()})
    if not segments_of(context):
        moving = any(scene.duration for scene in scenes)
        return cut_to_length(made, settings.duration, _beats(context)) if moving else made
    said = " ".join(scene.speech for scene in made if scene.speech)
    if said.split() != str(context.input("script").output["text"]).split():
        raise Permanent("the storyboard does not say what the script says", code="script_mismatch")
    made = with_pauses(made)
    if settings.duration is not None and settings.voice_over is None:
        made = shared_out(made, settings.duration)
    for recording in context.inputs_of("voice_over"):
        words = [from_json(SpokenWord, word) for word in recording.output["words"]]
        spans = recorded_spans(made, words, recording.output["duration"])
        made = [replace(scene, recorded=span) for scene, span in zip(made, spans, strict=True)]
    return made


def _beats(context: StepContext) -> tuple[float, ...]:
    return tuple(beat for music in context.inputs_of("music") for beat in music.output["beats"])


STORYBOARD_SEEDS = Stage(
    "storyboard_seeds",
    _seeds,
    inputs=("intake", "metadata"),
    capability=Capability.STORYBOARD,
    settings_key=language_of,
)
STORYBOARD = Stage(
    "storyboard",
    _storyboard,
    inputs=("intake", "metadata", "storyboard_seeds", "script", "voice_over", "music"),
    capability=Capability.STORYBOARD,
)
