"""The order of work: clips are made to conform, transitions are rendered, all is joined with the sound."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from genai.capabilities.base import Call, Produced
from genai.capabilities.stitch import StitchRequest, StitchResult
from genai.domain.enums import AssetRole
from genai.domain.film import SceneKind, SpokenWord
from genai.domain.media import Mark, MediaFile
from genai.errors import Permanent
from genai.media import subtitles
from genai.media.encoding import Encoder
from genai.media.poster import Stretch, poster
from genai.media.probe import probe
from genai.media.soundtrack import Placed, SoundReport, soundtrack
from genai.media.timeline import Place, placed, samples_of
from genai.providers.local.stitch.conforming import Part, conform, conforms, parameters
from genai.providers.local.stitch.joining import Span, join
from genai.providers.local.stitch.transitions import blended, pictures

_ENCODED, _JOINING = 0.8, 0.85  # of the progress: what is encoded, and when all is there to be joined
_WITHOUT_PRODUCT = 0.6  # how much a poster of such a scene is wanted


@dataclass(frozen=True)
class _Clip:
    """A part and where its conforming clip is."""

    part: Part
    path: Path
    encoded: bool


def stitch(request: StitchRequest, call: Call) -> StitchResult:
    """The film of the request's cuts, in order, with its poster and, where something is said, subtitles.

    Clips that conform are copied; only the frames of transitions, and clips that do not conform or lack
    their text, are encoded. Raises Permanent where a clip or a sound cannot be read.
    """
    parts = _parts(request)
    places = placed([part.frames for part in parts])
    total = places[-1].end
    sound = call.workdir / "sound.m4a"
    with ThreadPoolExecutor(1) as beside:  # the sound does not wait for the picture
        mixed = beside.submit(_sound, sound, parts, places, request.music)
        clips, marks, spans, encoded = _picture(parts, request, call)
        still = _poster(clips, places, call.workdir)
        report = mixed.result()
    call.progress(_JOINING)
    video = call.workdir / "video.mp4"
    join(spans, sound, video)
    _check(video, total)
    call.progress(0.95)
    details: dict[str, Any] = {
        "frames": total,
        "copied_frames": total - encoded,
        "encoded_frames": encoded,
        "sound": _figures(report),
    }
    return StitchResult(
        video=Produced(video, "video/mp4", AssetRole.VIDEO, details=details, marks=marks),
        poster=still,
        subtitles=_subtitles(parts, places, call.workdir),
        details=details,
        marks=marks,
    )


def _sound(
    path: Path, parts: Sequence[Part], places: Sequence[Place], music: MediaFile | None
) -> SoundReport:
    return soundtrack(
        path,
        samples=samples_of(places[-1].end),
        speech=[
            Placed(part.cut.speech, place.sample)
            for part, place in zip(parts, places, strict=True)
            if part.cut.speech
        ],
        music=music.path if music else None,
    )


def _parts(request: StitchRequest) -> list[Part]:
    if not request.cuts:
        raise Permanent("there are no clips to stitch; name at least one", code="no_clips")
    openings = [0, *(cut.opening.frames for cut in request.cuts[1:])]
    handles = [*openings[1:], 0]
    parts = []
    for number, (cut, opening, handle) in enumerate(zip(request.cuts, openings, handles, strict=True), 1):
        if not 0 <= opening < cut.frames:
            raise Permanent(
                f"the transition into scene {number} has {opening} frames, the scene {cut.frames}; make it "
                "shorter than the scene",
                code="transition_too_long",
            )
        parts.append(Part(number, cut, opening, handle))
    return parts


def _picture(
    parts: Sequence[Part], request: StitchRequest, call: Call
) -> tuple[list[_Clip], tuple[Mark, ...], list[Span], int]:
    expected = parameters(request.canvas, request.draft, call.workdir)
    foreign = [part for part in parts if not conforms(part, expected)]
    work = sum(part.rendered for part in foreign) + sum(part.opening for part in parts)
    done = 0

    def step(frames: int) -> Callable[[float], None]:
        start = _ENCODED * done / max(work, 1)
        return _between(call.progress, start, start + _ENCODED * frames / max(work, 1))

    marks: list[Mark] = []
    clips = []
    for part in parts:
        path = part.cut.clip.path
        if part in foreign:
            path = call.workdir / f"clip{part.number}.mp4"
            marks += conform(part, request.canvas, path, draft=request.draft, progress=step(part.rendered))
            done += part.rendered
        clips.append(_Clip(part, path, part in foreign))
    spans = [Span(clips[0].path, 0, clips[0].part.frames)]
    for before, clip in pairwise(clips):
        if clip.part.opening:
            path = call.workdir / f"transition{clip.part.number}.mp4"
            _transition(before, clip, request, path, step(clip.part.opening))
            done += clip.part.opening
            spans.append(Span(path, 0, clip.part.opening))
        spans.append(Span(clip.path, clip.part.opening, clip.part.frames - clip.part.opening))
    encoded = sum(clip.part.frames if clip.encoded else clip.part.opening for clip in clips)
    return clips, tuple(marks), spans, encoded


def _transition(
    before: _Clip, clip: _Clip, request: StitchRequest, path: Path, progress: Callable[[float], None]
) -> None:
    frames = clip.part.opening
    leaving = pictures(before.path, before.part.frames, frames)
    coming = pictures(clip.path, 0, frames)
    size = request.canvas.width, request.canvas.height
    with Encoder(path, *size, frames=frames, draft=request.draft, progress=progress) as encoder:
        for planes in blended(clip.part.cut.opening.kind, leaving, coming, frames):
            encoder.write(*planes)


def _check(video: Path, frames: int) -> None:
    """The last look at what is handed over: every frame is there, and the sound is as long as they are."""
    media = probe(video)
    if media.video is None or media.audio is None or media.video.frames != frames:
        raise Permanent("the stitched video lacks frames or sound; a clip is damaged", code="stitch_failed")


def _poster(clips: Sequence[_Clip], places: Sequence[Place], workdir: Path) -> Produced:
    path = workdir / "poster.jpg"
    stretches = [
        Stretch(clip.path, clip.part.opening, clip.part.frames, place.start, _wanted(clip.part))
        for clip, place in zip(clips, places, strict=True)
    ]
    number = poster(stretches, path)
    return Produced(path, "image/jpeg", AssetRole.POSTER, details={"frame": number})


def _wanted(part: Part) -> float:
    return 1.0 if part.cut.kind is SceneKind.PRODUCT else _WITHOUT_PRODUCT


def _subtitles(parts: Sequence[Part], places: Sequence[Place], workdir: Path) -> tuple[Produced, ...]:
    words: list[SpokenWord] = []
    for part, place in zip(parts, places, strict=True):
        words += place.shifted(part.cut.words)
    if not words:
        return ()
    forms = (("srt", "application/x-subrip", subtitles.srt), ("vtt", "text/vtt", subtitles.vtt))
    made = []
    for suffix, media_type, write in forms:
        path = workdir / f"subtitles.{suffix}"
        path.write_text(write(words), encoding="utf-8")
        made.append(Produced(path, media_type, AssetRole.SUBTITLES))
    return tuple(made)


def _figures(report: SoundReport) -> dict[str, Any]:
    """The report as JSON has it, which knows no infinity: null for the loudness of silence."""
    figures = asdict(report)
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in figures.items()
    }


def _between(progress: Callable[[float], None], start: float, end: float) -> Callable[[float], None]:
    """Progress of a part of the work as progress of all of it."""
    return lambda part: progress(start + (end - start) * part)
