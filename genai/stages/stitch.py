"""The last stage of the moving formats: each treatment's clips and sound become one video."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

from genai.capabilities.stitch import Cut, StitchRequest, StitchResult
from genai.domain.creative import Scene
from genai.domain.enums import AssetRole, Capability
from genai.domain.film import SpokenWord, seconds_of
from genai.domain.media import Mark
from genai.domain.records import to_json
from genai.errors import Permanent
from genai.media.timeline import Place, placed
from genai.stages.context import StepContext
from genai.stages.delivery import IDENTITY_STAGES, final_output, scene_images, shown
from genai.stages.kept import keep_text
from genai.stages.produced import kept_assets
from genai.stages.sound import music_of, words_of
from genai.stages.stage import Stage, StageResult
from genai.store.steps import StepAsset, StepOutput

if TYPE_CHECKING:
    from genai.media import qc


@dataclass(frozen=True)
class Film:
    """One treatment on its timeline: a place and a cut for each scene."""

    variant: int
    scenes: tuple[Scene, ...]
    cuts: tuple[Cut, ...]
    places: tuple[Place, ...]

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        """All that is said, in seconds from the film's first frame."""
        timed = (place.shifted(cut.words) for cut, place in zip(self.cuts, self.places, strict=True))
        return tuple(chain.from_iterable(timed))


def _films(context: StepContext) -> Iterator[Film]:
    by_scene: dict[str, dict[int | None, StepOutput]] = {
        stage: {made.scene: made for made in context.inputs_of(stage)}
        for stage in ("audio", "video", "lip_sync", "video_fidelity")
    }
    for variant, group in groupby(context.scenes, key=lambda scene: scene.variant):
        scenes = tuple(group)
        cuts = tuple(_cut(context, scene, by_scene) for scene in scenes)
        yield Film(variant, scenes, cuts, placed([cut.frames for cut in cuts]))


def _cut(context: StepContext, scene: Scene, made: Mapping[str, Mapping[int | None, StepOutput]]) -> Cut:
    filmed = made["lip_sync"].get(scene.number) or made["video"][scene.number]
    accepted = made["video_fidelity"].get(scene.number) or filmed
    clip, sound = accepted.asset(AssetRole.CLIP), made["audio"].get(scene.number)
    spoken = sound is not None and sound.assets
    return Cut(
        clip=context.file(clip),
        frames=clip.details["frames"],
        handle=clip.details["handle"],
        opening=scene.opening,
        kind=scene.kind,
        text=filmed.output["text"],
        text_burned=clip.details["text_burned"],
        speech=context.file(sound.asset(AssetRole.SPEECH)) if sound and spoken else None,
        words=words_of(sound) if sound else (),
    )


def _stitch(context: StepContext) -> StageResult:
    videos, assets, marked = [], [], list(_marks(context))
    for film in _films(context):
        music = music_of(context, film.variant)
        request = StitchRequest(
            canvas=context.canvas,
            cuts=film.cuts,
            music=context.file(music) if music else None,
            language=context.settings.language,
            draft=context.settings.preview,
        )
        result = context.calls.stitch(request, number=film.variant)
        video, poster, *subtitles = kept_assets((result.video, result.poster, *result.subtitles))
        report = _report(context, film, result)
        kept_report = keep_text(context, AssetRole.QC_REPORT, "application/json", report.dump())
        marked += [(None, to_json(mark)) for mark in (*result.marks, *_failures(report))]
        assets += [video, poster, *subtitles, kept_report]
        videos.append(_video(context, film, video, poster, subtitles, report))
    output = final_output(
        context, images=scene_images(context), videos=videos, audio=_audio(context), marked=marked
    )
    if output["degraded"] and not context.settings.allow_degraded:
        reasons = sorted({mark["reason"] for mark in output["marks"]})
        raise Permanent(
            f"only degraded output is possible ({', '.join(reasons)}), which the job forbids",
            code="degraded",
            details={"reasons": reasons},
        )
    return StageResult(output=output, assets=tuple(assets))


def _report(context: StepContext, film: Film, result: StitchResult) -> qc.QcReport:
    """What the finished file measures, held against what it was to be."""
    # Here, since the API reads the stages' names and has neither decoders nor fonts.
    from genai.media import qc
    from genai.media.text import merged

    text = merged(
        [(cut.text, place.start) for cut, place in zip(film.cuts, film.places, strict=True)], context.canvas
    )
    return qc.report(
        result.video.path,
        expected=qc.Expected(
            canvas=context.canvas,
            mode=context.claim.flow,
            cuts=tuple(place.frames for place in film.places),
            seconds=context.settings.duration,
            text=text,
            words=film.words,
            poster=result.poster.path,
            draft=context.settings.preview,
            mix=result.details.get("sound"),
        ),
    )


def _failures(report: qc.QcReport) -> Iterator[Mark]:
    failed = [row.name for row in report.rows if row.verdict == "fail"]
    if failed:
        yield Mark("qc_failed", f"The finished video misses: {', '.join(failed)}.")


def _video(
    context: StepContext,
    film: Film,
    video: StepAsset,
    poster: StepAsset,
    subtitles: list[StepAsset],
    report: qc.QcReport,
) -> dict[str, Any]:
    words = [to_json(word) for word in film.words]
    return {
        **shown(video),
        "variant": film.variant,
        "poster": shown(poster),
        "subtitles": [shown(asset) for asset in subtitles],
        "transcript": {"language": context.settings.language, "words": words} if words else None,
        "cuts": [
            {"scene": scene.number, "start": seconds_of(place.start), "duration": seconds_of(place.frames)}
            for scene, place in zip(film.scenes, film.places, strict=True)
        ],
        "qc": report.as_json(),
        "details": dict(video.details),
    }


def _audio(context: StepContext) -> list[dict[str, Any]]:
    return [
        {
            **shown(asset),
            "scene": sound.scene,
            "variant": next(s.variant for s in context.scenes if s.number == sound.scene),
            "score": None,
            "verdict": None,
            "attempts": None,
        }
        for sound in context.inputs_of("audio")
        for asset in sound.assets
    ]


def _marks(context: StepContext) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    """In what the film is less than was asked for, beside its pictures: voices, presenters, checks."""
    for stage in ("voice_over", "music", "soundtrack", "audio", "video", "lip_sync"):
        for made in context.inputs_of(stage):
            yield from ((made.scene, mark) for mark in made.output.get("marks", ()))
    for gate in context.inputs_of("video_fidelity"):
        for asset in gate.assets:
            yield from ((gate.scene, mark) for mark in asset.marks)


STITCH = Stage(
    "stitch",
    _stitch,
    inputs=(
        *IDENTITY_STAGES,
        "script",
        "voice_over",
        "music",
        "soundtrack",
        "storyboard",
        "audio",
        "fidelity",
        "video",
        "video_fidelity",
        "lip_sync",
    ),
    capability=Capability.STITCH,
    drafts=True,
)
