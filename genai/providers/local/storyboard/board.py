"""From a request to a storyboard."""

from __future__ import annotations

import json

from genai.capabilities.base import Call
from genai.capabilities.storyboard import Seed, StoryboardRequest, StoryboardResult
from genai.domain.creative import Scene
from genai.domain.enums import Composition
from genai.providers.local.storyboard import art_direction, copywriting, depiction, harmony, tongue
from genai.providers.local.storyboard.chance import number, pick
from genai.providers.local.storyboard.rhythm import rhythm_of
from genai.providers.local.storyboard.seeds import fitting, seeds_of
from genai.providers.local.storyboard.subject import Subject, subject_of
from genai.providers.local.storyboard.wish import Wish, read_wish

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


def storyboard(request: StoryboardRequest, call: Call) -> StoryboardResult:  # noqa: ARG001
    """Plan the scenes, or with ``count`` 0 the seeds alone.

    The request alone decides: nothing of ``call`` enters. Raises
    :class:`~genai.errors.Permanent` (``scene_count``) where the mode has not that many scenes.
    """
    subject = subject_of(request)
    key = _key(request)
    wish = read_wish(request.prompt, subject.full.lower().split())
    moods = copywriting.tones(wish, subject)
    if request.count == 0:
        seeds = seeds_of(subject, moods, request.brand.colors, key)
        return StoryboardResult(f"{len(seeds)} ways to show {subject.the}", seeds=seeds)
    purposes = rhythm_of(request.mode).purposes(request.count)
    seed = fitting(request.seeds, art_direction.setting_scores(wish, moods), key)
    scores = art_direction.setting_scores(wish, moods, seed.settings if seed else ())
    contrast = bool({"bold", "playful", "retro"} & set(moods[:1])) or (
        not moods and pick(key + "contrast", 2) == 0
    )
    grown_from = () if wish.colors or request.brand.colors or wish.season or not seed else seed.palette[:2]
    basis = harmony.basis(
        subject.palette, wish.colors, request.brand.colors or grown_from, wish.season, contrast, key
    )
    looks = art_direction.direct(purposes, wish, moods, scores, basis, request.aspect, key)
    words = copywriting.write(purposes, subject, wish, tongue.base(request.language), key)
    scenes = []
    for index, (purpose, look, said) in enumerate(zip(purposes, looks, words, strict=True)):
        composition = _composition(request.composition, index)
        scenes.append(
            Scene(
                number=index + 1,
                purpose=purpose,
                setting=look.setting,
                prompt=depiction.depict(subject, wish, look, composition, request.prompt),
                composition=composition,
                camera=look.camera,
                light=look.light,
                palette=look.palette,
                words=said,
                layout=look.layout,
                season=wish.season,
                seed=number(f"{key}scene{index + 1}"),
            )
        )
    return StoryboardResult(_concept(subject, wish, moods, seed, looks), tuple(scenes))


def _composition(wanted: Composition, index: int) -> Composition:
    if wanted is not Composition.MIXED:
        return wanted
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


def _key(request: StoryboardRequest) -> str:
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
    ]
    return json.dumps(parts, ensure_ascii=False)
