"""What is said: the script in segments, and the client's own recording of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from genai.capabilities.audio import AlignmentRequest
from genai.capabilities.script import ScriptRequest
from genai.domain.creative import Scene
from genai.domain.enums import AssetRole, Capability
from genai.domain.film import Segment, SpokenWord
from genai.domain.records import from_json, to_json
from genai.domain.request import JobRequest, OutputSettings
from genai.errors import Permanent
from genai.stages.context import StepContext
from genai.stages.kept import keep_text
from genai.stages.produced import kept_assets
from genai.stages.stage import Stage, StageResult


def _words_wanted(request: JobRequest) -> dict[str, Any]:
    """What a script follows, besides the product."""
    settings = request.settings or OutputSettings()
    return {
        "mode": request.mode,
        "prompt": request.wish,
        "script": settings.script,
        "language": settings.language,
        "duration": settings.duration,
        "scenes": settings.scenes,
    }


def _script(context: StepContext) -> StageResult:
    settings = context.settings
    result = context.calls.script(
        ScriptRequest(
            mode=context.claim.flow,
            product=context.brief,
            prompt=context.request.wish,
            script=settings.script,
            metadata=context.input("metadata").output,
            language=settings.language,
            duration=settings.duration,
            count=settings.scenes,
        )
    )
    text = " ".join(segment.text for segment in result.segments)
    return StageResult(
        output={
            "language": settings.language,
            "segments": [to_json(segment) for segment in result.segments],
            "text": text,
        },
        assets=(keep_text(context, AssetRole.SCRIPT, "text/plain", text),),
    )


def segments_of(context: StepContext) -> tuple[Segment, ...]:
    """The script's segments; none where the flow has no script."""
    return tuple(
        from_json(Segment, segment)
        for output in context.inputs_of("script")
        for segment in output.output["segments"]
    )


def _voice_over(context: StepContext) -> StageResult:
    wanted = context.settings.voice_over
    assert wanted is not None, "the stage applies to jobs with a recording alone"
    result = context.calls.audio(
        AlignmentRequest(
            recording=context.own_file(wanted, "/settings/voice_over"),
            text=str(context.input("script").output["text"]),
            language=context.settings.language,
        )
    )
    return StageResult(
        output={
            "duration": result.duration,
            "words": [to_json(word) for word in result.words],
            "phonemes": [to_json(phoneme) for phoneme in result.phonemes],
            "marks": [to_json(mark) for mark in result.marks],
        },
        assets=kept_assets((result.audio,)),
    )


def recorded_spans(
    scenes: list[Scene], words: list[SpokenWord], duration: float
) -> list[tuple[float, float] | None]:
    """Which part of the recording each scene is, in seconds: cut in the middle of the pauses, so that
    the parts are the whole of it. Raises Permanent where scenes and recording don't have the same words."""
    counts = [len(scene.speech.split()) for scene in scenes]
    if sum(counts) != len(words):
        raise Permanent("the scenes don't say what the recording says", code="script_mismatch")
    ends = [0.0]
    for before, after in pairwise(_groups(words, [count for count in counts if count])):
        ends.append((before[-1].end + after[0].start) / 2)
    ends.append(duration)
    spans = iter(pairwise(ends))
    return [next(spans) if count else None for count in counts]


def _groups(words: list[SpokenWord], counts: list[int]) -> list[list[SpokenWord]]:
    groups, at = [], 0
    for count in counts:
        groups.append(words[at : at + count])
        at += count
    return groups


SCRIPT = Stage(
    "script",
    _script,
    inputs=("intake", "metadata"),
    capability=Capability.SCRIPT,
    settings_key=_words_wanted,
)
VOICE_OVER = Stage(
    "voice_over",
    _voice_over,
    inputs=("script",),
    capability=Capability.AUDIO,
    settings_key=lambda request: (request.settings or OutputSettings()).voice_over,
    applies=lambda request: request.settings is not None and request.settings.voice_over is not None,
)
