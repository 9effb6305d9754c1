"""Tasks for language models: strict schemas, and answers that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from genai.capabilities.metadata import MetadataRequest
from genai.capabilities.script import ScriptRequest
from genai.domain.enums import Composition
from genai.domain.film import MoveKind, SceneKind, TransitionKind
from genai.errors import Permanent
from genai.prompts.metadata import metadata_task
from genai.prompts.script import script_task
from genai.prompts.storyboard import storyboard_task
from genai.prompts.writing import WrongAnswer
from tests.unit.prompts.cases import BOARD, MUG, REFERENCES, SCRIPT, SEGMENTS, TASKS, WISH

# What strict structured output takes of JSON Schema, at all vendors that have it.
KNOWN = {"type", "properties", "required", "additionalProperties", "items", "enum", "description"}
FAST = replace(BOARD, mode="fast_video", count=None, duration=6.0, composition=Composition.PRODUCT_ONLY)
UGC = replace(BOARD, mode="ugc", count=None, segments=SEGMENTS)


def objects(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for inner in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
        yield from objects(inner)


@pytest.mark.parametrize("name", TASKS)
def test_schemas_are_strict(name: str) -> None:
    schema = TASKS[name]().schema
    jsonschema_rs.meta.validate(dict(schema))
    for part in objects(schema):
        assert set(part) <= KNOWN
        if part["type"] == "object":
            assert part["additionalProperties"] is False and part["required"] == list(part["properties"])


@pytest.mark.parametrize("name", TASKS)
def test_an_answer_of_another_shape_is_refused(name: str) -> None:
    for answer in ({}, {"segments": "all"}, {"surprise": 1}):
        with pytest.raises(WrongAnswer):
            TASKS[name]().read(answer)


def test_the_clients_words_do_not_change() -> None:
    task = script_task(ScriptRequest("script_video", MUG, script=SCRIPT))
    answer = {"segments": [{"last": 2, "purpose": "hook"}, {"last": 7, "purpose": "call_to_action"}]}
    segments = task.read(answer).segments
    assert [segment.text for segment in segments] == [
        "Cold mornings, warm hands.",
        "This mug, by Northbound, goes where you go: up the hill, or to the desk.",
    ]
    assert " ".join(segment.text for segment in segments) == " ".join(SCRIPT.split())


@pytest.mark.parametrize("ends", [[2, 6], [3, 2, 7], [2, 2, 7], [8], [0, 7], []])
def test_every_piece_is_said_once(ends: list[int]) -> None:
    task = script_task(ScriptRequest("script_video", MUG, script=SCRIPT))
    with pytest.raises(WrongAnswer):
        task.read({"segments": [{"last": end, "purpose": "hook"} for end in ends]})


def test_scripts_that_cannot_be_cut_are_refused_before_anybody_is_asked() -> None:
    with pytest.raises(Permanent, match="7 at most") as few:
        script_task(ScriptRequest("script_video", MUG, script=SCRIPT, count=8))
    with pytest.raises(Permanent) as empty:
        script_task(ScriptRequest("script_video", MUG, script=" … "))
    assert (few.value.code, empty.value.code) == ("scene_count", "empty_script")


def test_a_written_script_is_as_long_as_was_asked_for() -> None:
    task = script_task(ScriptRequest("ugc", MUG, WISH, language="en", duration=4.0, count=2))

    def answer(*texts: str) -> dict[str, Any]:
        return {"segments": [{"text": text, "purpose": "hook"} for text in texts]}

    segments = task.read(answer("Mornings start  colder here.", "My Trail Mug comes along anyway.")).segments
    assert segments[0].text == "Mornings start colder here."
    for wrong, says in (
        (answer("Mornings.", "Mug."), "wanted are 4 s"),
        (answer("one " * 40, "two"), "takes 16 s to say"),
        (answer("…", "My Trail Mug comes along anyway, and stays."), "says nothing"),
        (answer("Mornings start colder here, my Trail Mug comes along."), "[Ll]ength"),
    ):
        with pytest.raises(WrongAnswer, match=says):
            task.read(wrong)


def scene(**changes: Any) -> dict[str, Any]:
    return {
        "purpose": "hero",
        "setting": "surface",
        "season": None,
        "prompt": "On a weathered jetty at dawn.",
        "camera": {"shot": "medium", "angle": "low"},
        "light": {"azimuth": -50, "elevation": 30, "softness": 0.7, "kelvin": 4400},
        "palette": ["#D9C9B0", "#7d8f8a"],
        "layout": "text_top",
        "headline": "",
        "body": "",
        "call_to_action": "",
    } | changes


def board(*scenes: dict[str, Any]) -> dict[str, Any]:
    return {"concept": "A mug goes outside.", "scenes": list(scenes)}


def moving(**changes: Any) -> dict[str, Any]:
    move, opening = {"kind": "push_in", "amount": 0.05}, {"kind": "dissolve", "frames": 3}
    return scene(move=move, opening=opening) | changes


def test_stills() -> None:
    task = storyboard_task(BOARD)
    said = [scene(headline=f"Number {n}", composition="with_model") for n in (1, 2, 3)]
    result = task.read(board(*said))
    assert [each.number for each in result.scenes] == [1, 2, 3]
    first = result.scenes[0]
    assert (first.palette, first.duration, first.words.headline) == (("#d9c9b0", "#7d8f8a"), None, "Number 1")
    assert first.composition is Composition.WITH_MODEL


def test_what_the_job_settled_is_not_the_models() -> None:
    task = storyboard_task(replace(BOARD, compositions={2: Composition.PRODUCT_ONLY}))
    said = [scene(composition="with_model") for _ in range(3)]
    compositions = [each.composition for each in task.read(board(*said)).scenes]
    assert compositions == [Composition.WITH_MODEL, Composition.PRODUCT_ONLY, Composition.WITH_MODEL]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"purpose": "finale"}, "Must be one of"),
        ({"setting": "moon"}, "Must be one of"),
        ({"light": {"azimuth": 200, "elevation": 30, "softness": 0.7, "kelvin": 4400}}, "azimuth"),
        ({"palette": ["teal", "#7d8f8a"]}, "no colour"),
        ({"headline": "one two three four five six seven"}, "headline of number 1 has 7 words"),
        ({"call_to_action": "get yours while you can"}, "call_to_action"),
        ({"headline": "Number 2"}, "same headline"),
        ({"shot": "wide"}, "Unknown field"),
    ],
)
def test_scenes_that_are_not_allowed(changes: dict[str, Any], says: str) -> None:
    said = [scene(headline=f"Number {n}", composition="product_only") for n in (1, 2, 3)]
    with pytest.raises(WrongAnswer, match=says):
        storyboard_task(BOARD).read(board(said[0] | changes, *said[1:]))


def test_the_number_of_scenes_is_kept() -> None:
    task = storyboard_task(BOARD)
    for count in (2, 4):
        with pytest.raises(WrongAnswer, match="scenes"):
            task.read(board(*[scene(composition="product_only")] * count))
    with pytest.raises(Permanent) as raised:
        storyboard_task(replace(BOARD, count=13))
    assert raised.value.code == "scene_count"


def test_fast_cuts_can_be_read() -> None:
    task = storyboard_task(FAST)
    said = [moving(seconds=seconds) for seconds in (2.4, 2.0, 1.0)]
    scenes = task.read(board(*said)).scenes
    assert [each.duration for each in scenes] == [1.5, 2.0, 1.5]  # the hook's and the last one's bounds
    assert scenes[0].opening.kind is TransitionKind.CUT and scenes[1].opening.frames == 6
    assert scenes[0].move.kind is MoveKind.PUSH_IN
    with pytest.raises(WrongAnswer, match="nobody reads more than 2"):
        task.read(board(moving(seconds=0.8, headline="Coffee, further out"), *said[1:]))


def test_a_presenter_says_what_the_script_says() -> None:
    task = storyboard_task(UGC)
    kinds = ("presenter", "product", "presenter")
    said = [moving(kind=kind, composition="product_only") for kind in kinds]
    scenes = task.read(board(*said)).scenes
    assert [each.speech for each in scenes] == [segment.text for segment in SEGMENTS]
    assert [each.kind for each in scenes] == [SceneKind(kind) for kind in kinds]
    for wrong in (("product", "presenter", "product"), ("presenter",) * 3):
        with pytest.raises(WrongAnswer):
            task.read(board(*(moving(kind=kind, composition="product_only") for kind in wrong)))


def test_facts_are_what_their_sources_say() -> None:
    task = metadata_task(MetadataRequest(MUG, REFERENCES, {"title": "Trail Mug", "size": "9 cm"}))
    answer: dict[str, Any] = {
        "colors": [{"name": "teal", "hex": "#1F6F6B", "share": 0.6}],
        "proportions": 1.1,
        "facts": [
            {"name": "material", "value": "Enamel", "source": "snapshot"},
            {"name": "size", "value": "9 cm", "source": "link"},
            {"name": "color", "value": "teal", "source": "image"},
        ],
        "selling_points": [{"value": "for the fire and the office", "source": "snapshot"}],
    }
    result = task.read(answer)
    assert result.name.value == "Trail Mug" and result.colors[0].hex == "#1f6f6b"
    assert result.facts["size"].source == "link" and result.marks[0].reason == "estimated_measures"
    assert len(task.pictures) == len(REFERENCES)
    for wrong in (
        {"facts": [{"name": "material", "value": "steel", "source": "snapshot"}]},
        {"facts": [*answer["facts"], answer["facts"][0]]},
        {"selling_points": [{"value": "keeps coffee hot", "source": "link"}]},
        {"colors": [{"name": "teal", "hex": "teal", "share": 0.6}]},
    ):
        with pytest.raises(WrongAnswer):
            task.read(answer | wrong)
