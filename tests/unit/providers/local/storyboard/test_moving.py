"""Storyboards of the moving formats: rhythm, words in their time, speech whole, treatments that differ."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call
from genai.capabilities.script import ScriptRequest
from genai.capabilities.storyboard import StoryboardRequest, StoryboardResult
from genai.domain.creative import ProductBrief, Scene
from genai.domain.enums import Aspect, Composition
from genai.domain.film import MoveKind, SceneKind, Segment, TransitionKind
from genai.domain.media import Color
from genai.domain.pacing import cut_bounds, cut_limits
from genai.errors import Permanent
from genai.providers.local.script import script
from genai.providers.local.storyboard import storyboard

DUCK = ProductBrief(
    "Rubber Duck",
    "Quackers",
    "A cheerful rubber duck for bath time. Floats upright. Soft, squeezable body.",
    "Toys",
    (Color("yellow", "#f2c21a", 0.8),),
)
BACKPACK = ProductBrief(
    "Classic Backpack",
    "Northbound",
    "Padded shoulder straps, a front zip pocket and a laptop sleeve. Water-repellent canvas.",
    "Bags",
    (Color("crimson", "#b8123a", 0.85),),
)
BARE = ProductBrief("Fluffo")
PRODUCTS = (DUCK, BACKPACK, BARE)
PROMPTS = ("", "cozy winter campaign, for gifting", "bold summer launch")
SPOKEN = ("script_video", "ugc")


def plan(product: ProductBrief, prompt: str = "", mode: str = "fast_video", **more: Any) -> StoryboardResult:
    if mode in SPOKEN and "segments" not in more:
        language = more.get("language", "en")
        wanted = ScriptRequest(mode, product, prompt, language=language)
        more["segments"] = script(wanted, Call("key", Path("unused"))).segments
    request = replace(StoryboardRequest(mode, product, prompt, aspect=Aspect.PORTRAIT), **more)
    return storyboard(request, Call("key", Path("unused")))


def frames(scenes: tuple[Scene, ...]) -> list[int]:
    return [round((scene.duration or 0) * 30) for scene in scenes]


def shown(scenes: tuple[Scene, ...]) -> list[str]:
    words = [(scene.words.headline, scene.words.body) for scene in scenes]
    return [text.lower() for pair in words for text in pair if text]


@pytest.mark.parametrize("duration", [3, 4.5, 6, 10, 15, 22.3, 30, 60, 100, 180])
def test_fast_cuts_sum_to_the_duration_within_their_bounds(duration: float) -> None:
    for product in PRODUCTS:
        scenes = plan(product, duration=duration).scenes
        lengths = frames(scenes)
        seconds = [scene.duration or 0 for scene in scenes]
        assert all(abs(each * 30 - round(each * 30)) < 1e-6 for each in seconds)
        assert sum(lengths) == round(duration * 30)
        for index, length in enumerate(lengths):
            low, high = cut_limits(index, len(lengths))
            assert low <= length <= high
        assert lengths[0] <= 45 and 45 <= lengths[-1] <= 75
        assert [scene.number for scene in scenes] == list(range(1, len(scenes) + 1))


def test_fast_default_rhythm() -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS:
            scenes = plan(product, prompt).scenes
            purposes = [scene.purpose for scene in scenes]
            assert sum(frames(scenes)) == 450 and 8 <= len(scenes) <= 12
            assert purposes[:2] == ["hook", "hero"] and purposes[-2:] == ["context", "call_to_action"]
            assert {"benefit", "detail"} <= set(purposes)
            assert all(one != other for one, other in pairwise(purposes))
            assert scenes[1].camera.shot in ("medium", "wide")
            lengths = frames(scenes)
            assert len(set(lengths)) >= 6
            assert sum(lengths[2:4]) / 2 < lengths[1] and lengths[-1] > sum(lengths) / len(lengths)


@pytest.mark.parametrize("duration", [3, 8, 15, 60])
def test_fast_counts(duration: float) -> None:
    lowest, highest = cut_bounds(duration)
    for count in {lowest, (lowest + highest) // 2, highest}:
        scenes = plan(DUCK, duration=duration, count=count).scenes
        assert len(scenes) == count and sum(frames(scenes)) == round(duration * 30)
        assert scenes[0].purpose == "hook" and scenes[-1].purpose == "call_to_action"
    for count in (lowest - 1, highest + 1):
        with pytest.raises(Permanent, match=f"has {lowest} to {highest}") as refused:
            plan(DUCK, duration=duration, count=count)
        assert refused.value.code == "scene_count"


@pytest.mark.parametrize("duration", [2.9, 181])
def test_fast_durations_out_of_bounds(duration: float) -> None:
    with pytest.raises(Permanent, match="3 to 180") as refused:
        plan(DUCK, duration=duration)
    assert refused.value.code == "duration"


@pytest.mark.parametrize("beat", [0.5, 0.47, 0.66])
def test_most_fast_cuts_fall_on_beats(beat: float) -> None:
    beats = tuple(beat * n for n in range(1, int(30 / beat)))
    scenes = plan(BACKPACK, duration=20, beats=beats).scenes
    lengths = frames(scenes)
    assert sum(lengths) == 600
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths) - 1)]
    on = sum(any(abs(end - beat_frame * 30) < 1 for beat_frame in beats) for end in ends)
    assert on >= 0.8 * len(ends)
    assert all(cut_limits(i, len(lengths))[0] <= length for i, length in enumerate(lengths))


@pytest.mark.parametrize("duration", [5, 15, 30, 120])
def test_fast_words_are_few_different_and_readable(duration: float) -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS:
            scenes = plan(product, prompt, duration=duration).scenes
            for scene in scenes:
                count = len(scene.words.headline.split())
                button = len(scene.words.call_to_action.split())
                assert count <= 5 and not scene.words.body
                if count + button:
                    assert (scene.duration or 0) >= 0.25 * (count + button) + 0.3 - 1e-6, scene.words
                assert bool(button) == (scene is scenes[-1])
            texts = shown(scenes)
            assert len(texts) == len(set(texts)) >= min(3, len(scenes))
            assert scenes[0].words.headline or duration < 10


def test_fast_words_are_the_sources() -> None:
    scenes = plan(BACKPACK, duration=20).scenes
    assert {"padded shoulder straps", "front zip pocket", "laptop sleeve"} & set(shown(scenes))


def test_a_long_fast_video_keeps_changing() -> None:
    scenes = plan(DUCK, "bold summer launch", duration=120).scenes
    assert len(scenes) >= 60
    assert all(
        one.setting != two.setting or two.continues or one.camera != two.camera
        for one, two in pairwise(scenes)
    )
    assert len({(s.setting, s.camera, s.palette[0]) for s in scenes}) >= 30
    assert {s.setting for s in plan(DUCK, duration=120).scenes}.isdisjoint({"seasonal"})


@pytest.mark.parametrize("mode", ["fast_video", *SPOKEN])
def test_moves_and_openings(mode: str) -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS:
            more = {"duration": 30} if mode == "fast_video" else {}
            scenes = plan(product, prompt, mode, **more).scenes
            assert all(one.move.kind is not two.move.kind for one, two in pairwise(scenes))
            assert all(0.02 <= scene.move.amount <= 0.08 for scene in scenes)
            soft = [scene for scene in scenes if scene.opening.kind is not TransitionKind.CUT]
            assert len(soft) <= len(scenes) / 4 and scenes[0] not in soft
            assert all(6 <= scene.opening.frames <= 10 for scene in soft)
            assert not any(scene.continues for scene in soft) and (mode != "ugc" or not soft)
            assert [s.handle for s in scenes] == [s.opening.frames for s in scenes[1:]] + [0]


def test_a_detail_goes_on_from_its_hero_at_times() -> None:
    boards = [plan(p, prompt, duration=d).scenes for p in PRODUCTS for prompt in PROMPTS for d in (15, 30)]
    runs = [[i for i, scene in enumerate(scenes) if scene.continues] for scenes in boards]
    assert any(runs) and not all(runs)
    for scenes, run in zip(boards, runs, strict=True):
        assert len(run) <= 1
        for i in run:
            hero, detail = scenes[i - 1], scenes[i]
            assert (hero.purpose, detail.purpose) == ("hero", "detail")
            assert (hero.setting, hero.palette, hero.light) == (detail.setting, detail.palette, detail.light)
            assert detail.move.kind is MoveKind.PUSH_IN and detail.camera.shot == "detail"


@pytest.mark.parametrize("mode", SPOKEN)
def test_what_is_said_is_said_whole_and_in_order(mode: str) -> None:
    text = "Look at this, because it matters, and you should know why it does, so stay with me for a moment. "
    segments = (
        Segment("Okay, look.", "hook"),
        Segment((text * 2).strip(), "detail"),
        Segment("Get yours.", "call_to_action"),
    )
    scenes = plan(DUCK, mode=mode, segments=segments).scenes
    assert " ".join(scene.speech for scene in scenes) == " ".join(segment.text for segment in segments)
    assert len(scenes) == 4 and all(scene.duration is None and scene.speech for scene in scenes)
    assert len(plan(DUCK, mode=mode, segments=segments, count=3).scenes) == 3
    with pytest.raises(Permanent, match="makes 3 to 4") as refused:
        plan(DUCK, mode=mode, segments=segments, count=9)
    assert refused.value.code == "scene_count"


@pytest.mark.parametrize("mode", SPOKEN)
def test_nothing_said_is_refused(mode: str) -> None:
    with pytest.raises(Permanent) as refused:
        plan(DUCK, mode=mode, segments=())
    assert refused.value.code == "no_script"


def test_narrated_pictures_follow_the_sense() -> None:
    segments = (
        Segment("Heading out?", "hook"),
        Segment("This is the Classic Backpack.", "benefit"),
        Segment("It's canvas.", "detail"),
        Segment("Take it to the park.", "context"),
        Segment("Get yours.", "call_to_action"),
    )
    scenes = plan(BACKPACK, mode="script_video", segments=segments).scenes
    assert [s.purpose for s in scenes] == ["hook", "hero", "detail", "context", "call_to_action"]
    assert {scene.kind for scene in scenes} == {SceneKind.PRODUCT}
    assert [s.words.headline for s in scenes] == ["Classic Backpack", "", "", "", ""]
    assert [bool(s.words.call_to_action) for s in scenes] == [False] * 4 + [True]
    assert not any("bottom" in scene.layout for scene in scenes)


def test_details_are_not_spoken_of_over_details_alone() -> None:
    said = tuple(Segment(f"Here is seam number {n}.", "detail") for n in range(6))
    segments = (Segment("Look.", "hook"), *said, Segment("Get yours.", "call_to_action"))
    purposes = [scene.purpose for scene in plan(BACKPACK, mode="script_video", segments=segments).scenes]
    assert not any(purposes[i : i + 3] == ["detail"] * 3 for i in range(len(purposes)))


def test_a_person_and_the_product_take_turns() -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS:
            scenes = plan(product, prompt, "ugc").scenes
            kinds = [scene.kind for scene in scenes]
            assert kinds[0] is SceneKind.PRESENTER
            assert SceneKind.PRODUCT in kinds and kinds.count(SceneKind.PRESENTER) >= 2
            assert not any(len(set(kinds[i : i + 3])) == 1 for i in range(len(kinds) - 2)), kinds
            assert sum(bool(scene.words.headline) for scene in scenes) <= 1
            assert not any(scene.words.call_to_action or scene.words.body for scene in scenes)
            for scene in scenes:
                assert scene.camera.angle == "eye_level" or scene.kind is SceneKind.PRODUCT
                assert ("speaks to the camera" in scene.prompt) == (scene.kind is SceneKind.PRESENTER)


def test_one_long_segment_still_shows_product_and_person() -> None:
    said = (
        "Okay, look at this rubber duck, because it floats upright, and you can squeeze it all day, you know."
    )
    kinds = [s.kind for s in plan(DUCK, mode="ugc", segments=(Segment(said, "hook"),)).scenes]
    assert kinds == [SceneKind.PRESENTER, SceneKind.PRODUCT]


def test_compositions_per_request_and_scene() -> None:
    mixed = plan(DUCK, mode="ugc", composition=Composition.MIXED).scenes
    for scene in mixed:
        person = scene.kind is SceneKind.PRESENTER
        assert scene.composition is (Composition.WITH_MODEL if person else Composition.PRODUCT_ONLY)
    named = plan(DUCK, compositions={2: Composition.WITH_MODEL}).scenes
    assert [s.number for s in named if s.composition is Composition.WITH_MODEL] == [2]


@pytest.mark.parametrize("mode", ["image_bundle", "fast_video", *SPOKEN])
def test_treatments_differ_and_tell_the_same(mode: str) -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS:
            treatments = [plan(product, prompt, mode, variant=variant).scenes for variant in (1, 2, 3, 4)]
            assert treatments[0] == plan(product, prompt, mode).scenes
            for number, scenes in enumerate(treatments, 1):
                assert {scene.variant for scene in scenes} == {number}
                assert " ".join(s.speech for s in scenes) == " ".join(s.speech for s in treatments[0])
                assert {scene.season for scene in scenes} == {treatments[0][0].season}
            for i, one in enumerate(treatments):
                for other in treatments[i + 1 :]:
                    pairs = list(zip(one, other, strict=True))
                    changed = [a.setting != b.setting or a.palette[0] != b.palette[0] for a, b in pairs]
                    assert sum(changed) >= 0.5 * len(changed), (product.name, prompt)
                    assert [s.seed for s in one] != [s.seed for s in other]


def test_treatments_have_other_headlines() -> None:
    for product in PRODUCTS:
        first, second = (plan(product, "bold summer launch", variant=v).scenes for v in (1, 2))
        facts = {"floats upright", "soft, squeezable body", "water-repellent canvas", "laptop sleeve"}
        facts |= {"padded shoulder straps", "front zip pocket"}
        one, other = set(shown(first)) - facts, set(shown(second)) - facts
        assert len(one & other) <= 1, one & other


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt"])
@pytest.mark.parametrize("mode", ["fast_video", *SPOKEN])
def test_every_language(language: str, mode: str) -> None:
    scenes = plan(DUCK, "for gifting", mode, language=language).scenes
    texts = shown(scenes)
    assert texts and len(texts) == len(set(texts))
    if language != "en":
        assert not any(re.search(r"\b(the|your|with|upright)\b", text) for text in texts)


def test_a_language_without_lines_shows_the_clients_words_once() -> None:
    product = ProductBrief("木のおもちゃ", "森工房", "手で磨いた木。やさしい丸み。")
    texts = shown(plan(product, language="ja").scenes)
    assert set(texts) == {"木のおもちゃ", "手で磨いた木", "やさしい丸み"} and len(texts) == 3


def test_same_request_same_storyboard() -> None:
    for mode in ("fast_video", *SPOKEN):
        assert plan(DUCK, "bold", mode, variant=2) == plan(DUCK, "bold", mode, variant=2)
