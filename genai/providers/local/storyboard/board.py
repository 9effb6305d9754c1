"""From a request to a storyboard."""

from __future__ import annotations

import json
from collections.abc import Sequence

from genai.capabilities.base import Call
from genai.capabilities.storyboard import Seed, StoryboardRequest, StoryboardResult
from genai.domain.creative import Scene, Words
from genai.domain.enums import Composition
from genai.domain.film import Move, SceneKind
from genai.providers.local.storyboard import (
    art_direction,
    copywriting,
    depiction,
    harmony,
    motion,
    titles,
    tongue,
)
from genai.providers.local.storyboard.chance import number, pick
from genai.providers.local.storyboard.cuts import fast_cuts
from genai.providers.local.storyboard.rhythm import rhythm_of
from genai.providers.local.storyboard.seeds import fitting, seeds_of
from genai.providers.local.storyboard.shots import Shot
from genai.providers.local.storyboard.spoken import narrated, presented
from genai.providers.local.storyboard.subject import Subject, subject_of
from genai.providers.local.storyboard.treatments import fitted, treatment
from genai.providers.local.storyboard.wish import Wish, read_wish

MOVING = ("fast_video", "script_video", "ugc")

_OCCASIONS = {
    "gift": " for gifting",
    "christmas": " for Christmas",
    "new_year": " for the new year",
    "valentine": " for Valentine's Day",
    "mothers_day": " for Mother's Day",
    "fathers_day": " for Father's Day",
    "birthday": " for birthdays",
    "party": " for celebrating",
    "sale": " for a sale",
    "halloween": " for Halloween",
    "easter": " for Easter",
    "back_to_school": " for the start of school",
}


def storyboard(request: StoryboardRequest, call: Call) -> StoryboardResult:
    """Plan the scenes, or with ``count`` 0 the seeds alone.

    The request and ``call.seed`` decide. Raises
    :class:`~genai.errors.Permanent`: ``scene_count`` where the mode has not that many scenes,
    ``duration`` where it is not that long, ``no_script`` where nothing is said that has to be.
    """
    subject = subject_of(request.product, request.metadata, request.language)
    key = _key(request, call.seed)
    wish = read_wish(request.prompt, subject.full.lower().split())
    moods = copywriting.tones(wish, subject)
    if request.count == 0:
        seeds = seeds_of(subject, moods, request.brand.colors, key)
        return StoryboardResult(f"{len(seeds)} ways to show {subject.the}", seeds=seeds)
    own_key = _treated(key, request.variant)
    shots = _shots(request, subject, request.variant, own_key)
    seed = fitting(request.seeds, art_direction.setting_scores(wish, moods), key)
    looks = _looks(request, shots, subject, wish, moods, seed, key)
    words = _words(request, shots, subject, wish, key)
    moving = request.mode in MOVING
    quick = request.mode == "fast_video"
    moves = motion.moves(shots, quick, own_key) if moving else [Move()] * len(shots)
    openings = motion.openings(shots, request.mode, own_key)
    handles = [transition.frames for transition in openings[1:]] + [0]
    scenes = []
    for index, (shot, look) in enumerate(zip(shots, looks, strict=True)):
        composition = _composition(request, index, shot)
        presenting = shot.kind is SceneKind.PRESENTER
        scenes.append(
            Scene(
                number=index + 1,
                purpose=shot.purpose,
                setting=look.setting,
                prompt=depiction.depict_presenter(subject, look, request.prompt)
                if presenting
                else depiction.depict(subject, wish, look, composition, request.prompt),
                composition=composition,
                camera=look.camera,
                light=look.light,
                palette=look.palette,
                words=words[index],
                layout=look.layout,
                season=wish.season,
                continues=shot.continues,
                duration=shot.duration,
                seed=number(f"{own_key}scene{index + 1}"),
                kind=shot.kind,
                variant=request.variant,
                move=moves[index],
                opening=openings[index],
                handle=handles[index],
                speech=shot.speech,
            )
        )
    return StoryboardResult(_concept(subject, wish, moods, seed, looks), tuple(scenes))


def _treated(key: str, variant: int) -> str:
    return key if variant == 1 else f"{key}variant{variant}"


def _shots(request: StoryboardRequest, subject: Subject, variant: int, key: str) -> list[Shot]:
    if request.mode == "fast_video":
        return fast_cuts(request.duration, request.count, request.beats, variant, key)
    if request.mode == "script_video":
        return narrated(request, subject, key)
    if request.mode == "ugc":
        return presented(request, subject, key)
    return [Shot(purpose) for purpose in rhythm_of(request.mode).purposes(request.count)]


def _looks(
    request: StoryboardRequest,
    shots: Sequence[Shot],
    subject: Subject,
    wish: Wish,
    moods: tuple[str, ...],
    seed: Seed | None,
    key: str,
) -> list[art_direction.Look]:
    scores = art_direction.setting_scores(wish, moods, seed.settings if seed else ())
    loud = bool({"bold", "playful", "retro"} & set(moods[:1]))
    contrast = loud or (not moods and pick(key + "contrast", 2) == 0)
    brand = request.brand.colors
    grown_from = () if wish.colors or brand or wish.season or not seed else seed.palette[:2]
    purposes = [shot.purpose for shot in shots]

    def draw(variant: int, sketch: int) -> list[art_direction.Look]:
        drawn = key if variant == 1 else f"{_treated(key, variant)}sketch{sketch}"
        against = contrast if variant == 1 or loud else sketch % 2 == 0
        basis = harmony.basis(subject.palette, wish.colors, brand or grown_from, wish.season, against, drawn)
        freedom = 1.0 if variant == 1 else 2.5
        return art_direction.direct(
            purposes, wish, moods, scores, basis, request.aspect, drawn, freedom, variant - 1
        )

    looks = treatment(request.variant, draw)
    return fitted(looks, shots, request.mode) if request.mode in MOVING else looks


def _words(
    request: StoryboardRequest, shots: Sequence[Shot], subject: Subject, wish: Wish, key: str
) -> list[Words]:
    language = tongue.base(request.language)
    own_key = _treated(key, request.variant)
    if request.mode in ("script_video", "ugc"):
        return titles.spoken_titles(shots, subject, wish, language, own_key, request.mode)
    if request.mode != "fast_video":
        purposes = [shot.purpose for shot in shots]
        return copywriting.write(purposes, subject, wish, language, own_key)
    said: set[str] = set()
    for variant in range(1, request.variant):
        treated = _treated(key, variant)
        earlier = titles.fast_titles(
            _shots(request, subject, variant, treated), subject, wish, language, treated, frozenset(said)
        )
        said |= {words.headline.lower() for words in earlier}
    return titles.fast_titles(shots, subject, wish, language, own_key, said)


def _composition(request: StoryboardRequest, index: int, shot: Shot) -> Composition:
    wanted = request.compositions.get(index + 1, request.composition)
    if wanted is not Composition.MIXED:
        return wanted
    if SceneKind.PRESENTER is shot.kind:
        return Composition.WITH_MODEL
    if request.mode == "ugc":
        return Composition.PRODUCT_ONLY
    return Composition.WITH_MODEL if index % 2 else Composition.PRODUCT_ONLY


def _concept(
    subject: Subject, wish: Wish, moods: tuple[str, ...], seed: Seed | None, looks: list[art_direction.Look]
) -> str:
    tone = " and ".join(mood for mood in moods[:2])
    kind = " ".join(part for part in (tone, wish.season or "", "campaign") if part)
    article = "an" if kind[0] in "aeiou" else "a"
    colors = depiction.colors_in_words(tuple(dict.fromkeys(look.palette[0] for look in looks))[:2])
    occasion = _OCCASIONS.get(next(iter(wish.occasions), ""), "")
    grown = f", grown from “{seed.title}”" if seed else ""
    return f"{subject.the[:1].upper() + subject.the[1:]} in {article} {kind}{occasion}: {colors}{grown}."


def _key(request: StoryboardRequest, take: int) -> str:
    """All that the storyboard follows; file paths and the like are left out."""
    product = request.product
    parts = [
        request.mode,
        product.name,
        product.brand,
        product.category,
        request.prompt.strip(),
        list(request.brand.colors),
        [seed.title for seed in request.seeds],
        str(request.composition),
        request.language,
        *([take] if take else []),
    ]
    return json.dumps(parts, ensure_ascii=False)
