"""Request contracts: what is accepted comes back the same, what is not is named."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from genai.contracts import dump_request, fingerprint, load_request
from genai.contracts.fields import Number
from genai.contracts.settings import SettingsSchema
from genai.domain.enums import Aspect, Composition, Mode
from genai.domain.request import OutputSettings
from genai.errors import ContractError

ALL = list(Mode)
ASSET = "ab" * 32
JOB = "7b7a3a3e-2f0b-4a55-9d7f-6b0e4ab8c001"


def request(mode: str | None = "image_bundle", **changes: Any) -> dict[str, Any]:
    document = {
        "contract": 2,
        "job_type": "marketing_output",
        "idempotency_key": "k",
        "mode": mode,
        "product": {"product_id": "p", "name": "Teapot", "images": [{"asset_id": ASSET}]},
        "prompt": "A quiet morning",
    }
    return {**document, **changes}


def pointers(document: object, modes: Any = ALL) -> list[str]:
    """What is wrong with the document, by pointer; nothing where it is accepted."""
    try:
        load_request(document, modes)
    except ContractError as error:
        return [problem.pointer for problem in error.problems if problem.detail]
    return []


def test_the_whole_request_of_the_design():
    settings = {
        "duration": 15, "aspect": "9:16", "composition": "mixed", "scenes": None, "language": "en",
        "script": None, "voice": None, "presenter": None, "footage": [], "music": None, "captions": {},
        "brand": {"logo": None, "colors": [], "font": None}, "variants": 1, "preview": False,
        "preview_of": None, "review": False, "priority": 0, "budget": None, "allow_degraded": True,
        "fidelity": {"on_cap": "fail", "on_unsure": "accept"},
    }  # fmt: skip
    product: dict[str, Any] = {
        "product_id": "prod_91", "name": "Teapot", "brand": None, "description": "...", "category": None,
        "links": ["https://example.com"], "attributes": {},
        "images": [{"asset_id": ASSET, "view": "front"}, {"url": "https://example.com/a.jpg"}],
    }  # fmt: skip
    document = request("fast_video", product=product, settings=settings, metadata={}, retry=None)
    loaded = load_request(document, ALL)
    assert loaded.settings == OutputSettings(
        aspect=Aspect.PORTRAIT, composition=Composition.MIXED, duration=15.0, music="made"
    )
    assert loaded.product is not None
    assert [image.view for image in loaded.product.images] == ["front", None]


def test_settings_have_the_modes_defaults():
    assert load_request(request(), ALL).settings == OutputSettings()
    for mode in ("fast_video", "script_video", "ugc"):
        moving = load_request(request(mode, settings=None), ALL).settings
        music = "none" if mode == "ugc" else "made"
        assert moving == OutputSettings(aspect=Aspect.PORTRAIT, music=music)


@pytest.mark.parametrize(
    ("mode", "refused"),
    [
        (
            "image_bundle",
            [
                "captions", "duration", "footage", "music", "presenter", "script", "speech_rate", "voice",
                "voice_over",
            ],
        ),
        ("fast_video", ["presenter", "script", "speech_rate", "voice", "voice_over"]),
        ("script_video", ["duration", "presenter"]),
        ("ugc", []),
    ],
)  # fmt: skip
def test_a_mode_accepts_what_it_uses(mode, refused):
    settings = {
        "captions": {}, "duration": 20, "footage": [{"asset_id": ASSET}], "music": ASSET, "presenter": "ada",
        "script": "Hello.", "speech_rate": 1.2, "voice": "ada", "voice_over": ASSET,
    }  # fmt: skip
    assert pointers(request(mode, settings=settings)) == [f"/settings/{name}" for name in refused]
    absent = dict.fromkeys(refused)
    kept = {name: value for name, value in settings.items() if name not in refused}
    assert pointers(request(mode, settings={**kept, **absent})) == []


def test_creation_takes_a_small_set():
    document = request(None, job_type="marketing_creation", prompt=None)
    del document["prompt"]
    assert load_request(document, []).settings == OutputSettings()
    document["settings"] = {"language": "de", "budget": 0, "aspect": "1:1"}
    assert pointers(document) == ["/settings/aspect"]


def test_modes_are_those_that_are_given():
    with pytest.raises(ContractError) as caught:
        load_request(request("ugc", settings={"scenes": 0}), ["image_bundle", "fast_video"])
    first, second = caught.value.problems
    assert (first.pointer, first.remedy) == ("/mode", "Available: fast_video, image_bundle.")
    assert "'ugc'" in first.detail
    assert second.pointer == "/settings/scenes"


def test_a_third_partys_mode():
    class Collage(SettingsSchema):
        duration = Number(1, 5, load_default=2.0)

    own = {"collage": Collage}
    document = request("collage", settings={"duration": 3})
    loaded = load_request(document, own)
    assert loaded.settings == OutputSettings(duration=3.0)
    assert load_request(dump_request(loaded, own), own) == loaded
    assert pointers(request("collage", settings={"scenes": 2}), own) == ["/settings/scenes"]
    # Without a schema of its own it takes what image_bundle takes.
    plain = load_request(request("collage", settings={"scenes": 2}), ["collage"])
    assert load_request(dump_request(plain), ["collage"]) == plain
    assert pointers(document, ["collage"]) == ["/settings/duration"]


RETRY_FORMS: dict[str, dict[str, Any]] = {
    "neutral image": {"stage": "neutral_image", "scope": "only"},
    "storyboard suggestions": {"stage": "storyboard_seeds", "scope": "only"},
    "image from scene": {"stage": "image", "scene": 3, "scope": "onward"},
    "video of one scene": {"stage": "video", "scene": 3, "scope": "only", "prompt_adjustment": "Slower."},
    "resume": {"scope": "missing"},
    "resume from a stage": {"stage": "stitch", "scope": "missing"},
    "with edits": {"edits": {"2": {"words": {"headline": ""}, "palette": ["#ABCDEF"], "season": None}}},
    "with nulls": {"stage": None, "scene": None, "prompt_adjustment": None, "edits": None},
}


@pytest.mark.parametrize("form", RETRY_FORMS)
def test_retry_forms(form):
    retry = {"job_id": JOB, **RETRY_FORMS[form]}
    document = {"contract": 2, "job_type": "retry", "idempotency_key": "r", "retry": retry}
    loaded = load_request(document, [])
    assert loaded.product is loaded.settings is loaded.mode is None
    assert load_request(dump_request(loaded), []) == loaded
    assert pointers({**document, "prompt": "x"}) == ["/prompt"]


def test_words_are_normalised_and_metadata_is_not():
    decomposed = "cafe\u0301"
    document = request(prompt=f"{decomposed}\r\nnow", metadata={decomposed: [decomposed, None, 1.0, True]})
    loaded = load_request(document, ALL)
    assert loaded.prompt == "caf\u00e9\nnow"
    assert loaded.metadata == document["metadata"]


def test_the_fingerprint_is_of_what_is_asked():
    base = fingerprint(load_request(request(), ALL))
    same = request(
        idempotency_key="other", retry=None, settings={"aspect": "1:1", "priority": 0}, metadata={}
    )
    assert fingerprint(load_request(dict(reversed(same.items())), ALL)) == base
    different = [
        request(**change) for change in ({"prompt": "x"}, {"metadata": {"a": 1}}, {"settings": {"scenes": 2}})
    ]
    assert len({base, *(fingerprint(load_request(document, ALL)) for document in different)}) == 4


@pytest.mark.parametrize("document", [None, [], "x", 1, {}])
def test_no_request_at_all(document):
    assert pointers(document)


def test_a_flood_of_problems_is_cut():
    with pytest.raises(ContractError) as caught:
        load_request({**request(), **{f"field {n}": n for n in range(5000)}, "x" * 100_000: 1}, ALL)
    assert len(caught.value.problems) == 101
    assert max(len(problem.pointer) for problem in caught.value.problems) < 300


def test_loading_leaves_the_document_alone():
    document = request(settings={"scene_compositions": {"1": "mixed"}}, retry=None)
    before = json.dumps(document)
    load_request(deepcopy(document), ALL)
    load_request(document, ALL)
    assert json.dumps(document) == before


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"voice_over": ASSET}, "/settings/voice_over"),
        ({"script": " \n "}, "/settings/script"),
        ({"script": "word " * 10_000}, "/settings/script"),
        ({"music": "loud"}, "/settings/music"),
        ({"music": "A" * 64}, "/settings/music"),
        ({"speech_rate": 3}, "/settings/speech_rate"),
        ({"duration": 2.9}, "/settings/duration"),
        ({"duration": 181}, "/settings/duration"),
        ({"aspect": "21:9"}, "/settings/aspect"),
        ({"review": True, "preview_of": JOB}, "/settings/review"),
        ({"preview": True, "preview_of": JOB}, "/settings/preview_of"),
        ({"footage": [{"asset_id": ASSET, "scene": 1}] * 2}, "/settings/footage"),
    ],
)
def test_what_a_moving_format_cannot_be(settings, pointer):
    assert pointers(request("ugc", settings=settings)) == [pointer]


def test_music_may_be_made_or_none_or_an_asset():
    for mode, usual in (("fast_video", "made"), ("script_video", "made"), ("ugc", "none")):
        for sent, meant in ((None, usual), ("made", "made"), ("none", "none"), (ASSET, ASSET)):
            loaded = load_request(request(mode, settings={"music": sent}), ALL).settings
            assert loaded is not None
            assert loaded.music == meant
