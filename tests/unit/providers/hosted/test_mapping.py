"""The small language from our requests to a model's inputs, and what an entry may not say."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from genai.domain.creative import Canvas
from genai.domain.enums import Aspect
from genai.errors import ConfigurationError
from genai.providers.hosted.mapping import NAMES, Entry, Options, entries
from genai.vendors import Model, Vendor, load_vendors

TALL = Canvas(Aspect.PORTRAIT, 1080, 1920)
FEED = Canvas(Aspect.FEED, 1080, 1350)


def entry(use: str, inputs: dict[str, Any], **options: Any) -> Entry:
    vendor = Vendor("fal", "https://e.test", "key", models={use: Model("a/b", {}, inputs, options)})
    return entries(vendor)[use]


def filled(inputs: dict[str, Any], **values: Any) -> dict[str, Any]:
    made = entry("video", inputs)
    return made.inputs({name: lambda value=value: value for name, value in values.items()})  # type: ignore[misc]


def test_names_are_filled_in_and_all_else_stays() -> None:
    inputs = {
        "prompt": "$prompt",
        "frames": {"first": "$image", "strength": 0.5},
        "images": ["$image", "https://e.test/style.png"],
        "sound": False,
        "note": "costs $5, $prompt",
        "price": "$$5",
    }
    assert filled(inputs, prompt="a teapot", image="data:x") == {
        "prompt": "a teapot",
        "frames": {"first": "data:x", "strength": 0.5},
        "images": ["data:x", "https://e.test/style.png"],
        "sound": False,
        "note": "costs $5, $prompt",
        "price": "$5",
    }


def test_what_there_is_none_of_is_left_out_with_its_input() -> None:
    inputs = {"image": "$image", "prompt": "$prompt", "list": ["$prompt", 1]}
    assert filled(inputs, image="data:x", prompt=None) == {"image": "data:x", "list": [1]}


def test_only_what_is_mapped_is_made() -> None:
    def never() -> Any:
        raise AssertionError("nobody asked for it")

    made = entry("video", {"image": "$image"})
    assert made.inputs({"image": lambda: "x", "prompt": never}) == {"image": "x"}


@pytest.mark.parametrize(
    ("allowed", "wanted", "asked"),
    [
        ((5, 10), 3.2, 5),
        ((5, 10), 5.0, 5),
        ((5, 10), 5.04, 10),
        ((5, 10), 14.0, 10),
        (("5", "10"), 7.0, "10"),
        (("10", "5"), 3.0, "5"),
        ((), 3.2, 4),
        ((), 3.0, 3),
    ],
)
def test_seconds_are_enough_where_the_model_can(
    allowed: tuple[int | str, ...], wanted: float, asked: int | str
) -> None:
    assert Options(seconds=allowed).length(wanted) == asked


def test_the_nearest_shape_is_asked_for() -> None:
    assert Options(aspects=("16:9", "9:16", "1:1")).aspect(TALL) == "9:16"
    assert Options(aspects=("16:9", "9:16", "1:1")).aspect(FEED) == "1:1"
    assert Options().aspect(FEED) == "4:5"


def test_how_many_references_a_prompt_numbers() -> None:
    assert entry("image", {"p": "$prompt", "i": "$references"}, pictures=3).pictures() == 3
    assert entry("image", {"p": "$prompt", "i": "$image"}, pictures=3).pictures() == 1
    assert entry("image", {"p": "$prompt"}).pictures() == 0


@pytest.mark.parametrize(
    ("use", "inputs", "options", "named"),
    [
        (
            "video",
            {"image": "$picture"},
            {},
            "inputs.image: there is no '$picture' here; there are: $aspect,",
        ),
        ("video", {"image": "$image", "a": [{"b": "$speech"}]}, {}, "inputs.a[0].b: there is no '$speech'"),
        ("video", {"prompt": "$prompt"}, {}, "inputs: no input is '$image'"),
        ("image", {"images": "$references"}, {}, "inputs: no input is '$prompt'"),
        ("image.cutout", {"image": "$image", "p": "$prompt"}, {}, "there is no '$prompt' here"),
        ("image.sheet", {"prompt": "$prompt"}, {}, "is none of image, image.neutral"),
        ("audio", {}, {}, "is none of"),
        ("video", {"image": "$image"}, {"second": [5]}, "second"),
        ("video", {"image": "$image"}, {"seconds": ["five"]}, "options.seconds: must be whole numbers"),
        ("video", {"image": "$image"}, {"seconds": [0]}, "options.seconds: must be 1 or more"),
        ("video", {"image": "$image"}, {"aspects": ["wide"]}, "aspects"),
        ("video", {"image": "$image"}, {"prompt": 10}, "prompt"),
        ("lip_sync", {"a": "$speech", "b": "$presenter"}, {}, "options.presenters: must name at least one"),
    ],
)
def test_an_entry_that_cannot_be_worked_with_is_named(
    use: str, inputs: dict[str, Any], options: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        entry(use, inputs, **options)
    assert f'GENAI_VENDORS_FILE: fal.use."{use}"' in str(caught.value)
    assert named in str(caught.value)


@pytest.mark.parametrize("vendor", ["replicate", "fal"])
def test_what_is_shipped_can_be_worked_with(vendor: str) -> None:
    shipped = load_vendors("", "OWN", {vendor.upper(): "key"}, {})[vendor]
    assert set(entries(shipped)) == {"image", "image.cutout", "video"}


PAGE = Path(__file__).parents[4] / "docs" / "hosted-models.md"


@pytest.mark.parametrize(
    "text", re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
)
def test_what_the_documentation_shows_can_be_worked_with(text: str) -> None:
    vendors = load_vendors(text, "OWN", {}, {})
    assert [entries(vendors[name]) for name in ("replicate", "fal")]


def test_the_documentation_has_every_name_and_option() -> None:
    page = PAGE.read_text()
    names = set().union(*NAMES.values())
    assert [name for name in sorted(names) if f"`${name}`" not in page] == []
    assert [each.name for each in fields(Options) if f"| `{each.name}` |" not in page] == []


@pytest.mark.parametrize(
    ("vendor", "model"), [("replicate", "nano-banana"), ("replicate", "a/b:latest"), ("fal", "birefnet")]
)
def test_a_model_s_name_is_as_the_vendor_has_them(vendor: str, model: str) -> None:
    from genai.bootstrap import _made  # as a worker makes it

    text = f'[{vendor}.use.image]\nmodel = "{model}"\n'
    vendors = load_vendors(text, "OWN", {vendor.upper(): "key"}, {})
    path = {"replicate": "ReplicateProvider", "fal": "FalProvider"}[vendor]
    with pytest.raises(ConfigurationError, match=f"'{model}' is no model's name"):
        _made(vendor, {vendor: f"genai.providers.{vendor}.provider:{path}"}, vendors)


@pytest.mark.parametrize("place", ["nowhere.png", "http://pictures.test/anna.png", __file__])
def test_a_presenter_without_a_picture_is_named(place: str) -> None:
    from genai.providers.fal.provider import FalProvider

    text = f"""
[fal.use.lip_sync]
model = "fal-ai/a"
inputs = {{ image_url = "$presenter", audio_url = "$speech" }}
options = {{ presenters = {{ anna = "{place}" }} }}
"""
    vendor = load_vendors(text, "OWN", {"FAL": "key"}, {})["fal"]
    with pytest.raises(ConfigurationError, match=r"options\.presenters\.anna"):
        FalProvider.for_vendor(vendor)
