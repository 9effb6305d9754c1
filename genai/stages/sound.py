"""What is heard: the speech of each scene, and the music of the film."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import groupby
from typing import Any

from genai.capabilities.audio import MusicRequest, SpeechRequest
from genai.domain.creative import Scene
from genai.domain.enums import AssetRole, Capability
from genai.domain.film import FPS, Phoneme, SpokenWord, frames_of, seconds_of
from genai.domain.pacing import FAST_DEFAULT
from genai.domain.records import from_json, to_json
from genai.domain.request import JobRequest, OutputSettings
from genai.stages.calls import stable_seed
from genai.stages.context import StepContext
from genai.stages.direction import STILL
from genai.stages.kept import keep_file
from genai.stages.produced import kept_assets
from genai.stages.stage import Stage, StageResult
from genai.store.steps import StepAsset, StepOutput


def _voice(request: JobRequest) -> dict[str, Any]:
    settings = request.settings or OutputSettings()
    return {"language": settings.language, "voice": settings.voice, "rate": settings.speech_rate}


def _speech(scene: Scene) -> dict[str, Any]:
    return {
        "speech": scene.speech,
        "recorded": scene.recorded,
        "pause": scene.pause,
        "duration": scene.duration,
    }


def _audio(context: StepContext) -> StageResult:
    scene = context.scene
    if not scene.speech:
        return StageResult(output=_timed(scene.duration or STILL, (), ()))
    if scene.recorded is not None:
        return _recorded(context, *scene.recorded)
    settings = context.settings
    seconds = scene.duration - scene.pause if scene.duration else None
    result = context.calls.audio(
        SpeechRequest(scene.speech, settings.language, settings.voice, settings.speech_rate, seconds),
        seed=stable_seed(context.claim.product_id),
    )
    # The scene's own length where the speech fits into it, else what the speech takes.
    fits = seconds is not None and result.duration <= seconds
    output = _timed(
        scene.duration if fits and scene.duration else result.duration + scene.pause,
        result.words,
        result.phonemes,
    )
    output["marks"] = [to_json(mark) for mark in result.marks]
    return StageResult(output=output, assets=kept_assets((result.audio,)))


def _recorded(context: StepContext, start: float, end: float) -> StageResult:
    """The scene's part of the client's recording."""
    # Here, since the API reads the stages' names and has no decoders.
    from genai.media.sound import cut

    aligned = context.input("voice_over")
    whole = context.file(aligned.asset(AssetRole.SPEECH))
    words = _within((from_json(SpokenWord, word) for word in aligned.output["words"]), start, end)
    phonemes = _within((from_json(Phoneme, sound) for sound in aligned.output["phonemes"]), start, end)
    # The parts follow each other without a gap: whole frames, the next part begins where this one ends.
    output = _timed(end - start, words, phonemes)
    part = keep_file(
        context,
        AssetRole.SPEECH,
        "audio/wav",
        lambda path: cut(whole.path, path, start=start, end=end),
    )
    return StageResult(output=output, assets=(part,))


def _within(items: Any, start: float, end: float) -> tuple[Any, ...]:
    return tuple(
        replace(item, start=max(0.0, item.start - start), end=min(end, item.end) - start)
        for item in items
        if start <= (item.start + item.end) / 2 < end
    )


def _timed(seconds: float, words: tuple[SpokenWord, ...], phonemes: tuple[Phoneme, ...]) -> dict[str, Any]:
    return {
        "frames": math.ceil(seconds * FPS - 1e-6),
        "words": [to_json(word) for word in words],
        "phonemes": [to_json(phoneme) for phoneme in phonemes],
    }


def frames_and_words(context: StepContext) -> tuple[int, tuple[SpokenWord, ...]]:
    """How long this scene is, and what is said in it."""
    for sound in context.inputs_of("audio"):
        return sound.output["frames"], words_of(sound)
    return frames_of(context.scene.duration or STILL), ()


def words_of(sound: StepOutput) -> tuple[SpokenWord, ...]:
    """The words of a scene's speech, in seconds from its start."""
    return tuple(from_json(SpokenWord, word) for word in sound.output["words"])


def _soundtrack(context: StepContext) -> StageResult:
    settings = context.settings
    own = None if settings.music in (None, "made") else settings.music
    recording = context.own_file(own, "/settings/music") if own else None
    spoken = bool(context.inputs_of("audio"))
    results, assets = [], []
    for variant, seconds in _lengths(context).items():
        request = MusicRequest(
            duration=seconds, prompt=context.request.wish, energetic=not spoken, recording=recording
        )
        seed = stable_seed(context.claim.product_id, context.request.prompt, variant)
        result = context.calls.audio(request, number=variant, seed=seed)
        (asset,) = kept_assets((result.audio,))
        results.append(result)
        assets.append(replace(asset, details={**asset.details, "variant": variant if spoken else None}))
    return StageResult(
        output={
            "tempo": results[0].tempo,
            "beats": list(results[0].beats),
            "marks": [to_json(mark) for mark in results[0].marks],
        },
        assets=tuple(assets),
    )


def music_of(context: StepContext, variant: int) -> StepAsset | None:
    """The music of that treatment's film, or of all films, or None."""
    for music in (*context.inputs_of("music"), *context.inputs_of("soundtrack")):
        for asset in music.assets:
            if asset.details["variant"] in (variant, None):
                return asset
    return None


def _lengths(context: StepContext) -> dict[int, float]:
    """The seconds of each treatment's film; where the music comes first all have the same."""
    frames = {sound.scene: sound.output["frames"] for sound in context.inputs_of("audio")}
    if not frames:
        return {1: context.settings.duration or FAST_DEFAULT}
    return {
        variant: seconds_of(sum(frames[scene.number] for scene in scenes))
        for variant, scenes in groupby(context.scenes, key=lambda scene: scene.variant)
    }


def _tune(request: JobRequest) -> dict[str, Any]:
    """What music follows, besides the speech that it lies under: not the aspect."""
    settings = request.settings or OutputSettings()
    return {
        "mode": request.mode,
        "music": settings.music,
        "prompt": request.wish,
        "duration": settings.duration,
        "variants": settings.variants,
    }


def _music_wanted(request: JobRequest) -> bool:
    return request.settings is not None and request.settings.music not in (None, "none")


AUDIO = Stage(
    "audio",
    _audio,
    inputs=("voice_over",),
    capability=Capability.AUDIO,
    settings_key=_voice,
    scene_key=_speech,
)
# Before the board, for a film that is cut on its beats; or after the speech, for as long as that takes.
MUSIC = Stage(
    "music",
    _soundtrack,
    capability=Capability.AUDIO,
    settings_key=_tune,
    applies=_music_wanted,
)
SOUNDTRACK = Stage(
    "soundtrack",
    _soundtrack,
    inputs=("audio",),
    capability=Capability.AUDIO,
    settings_key=_tune,
    applies=_music_wanted,
)
