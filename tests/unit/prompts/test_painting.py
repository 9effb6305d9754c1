"""Prompts for image and video models: the product first, limits, nothing that the brief does not say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import BrandKit, Finding, Words
from genai.errors import Permanent
from genai.prompts.fitting import Part, fitted, length
from genai.prompts.image import image_prompt, pictures, with_most_pictures
from genai.prompts.video import video_prompt
from tests.unit.prompts.cases import BARE, CLIP, FOUND, LONG, MUG, SCENE, STILL

AGAIN = replace(STILL, findings=FOUND, attempt=2, adjustment="warmer, and closer")
LEAST = 1450  # about what the core of AGAIN needs


def prompts(request: ImageRequest, limits: range) -> list[str]:
    return [image_prompt(request, limit=limit) for limit in limits]


def test_the_product_comes_first_and_findings_last() -> None:
    prompt = image_prompt(AGAIN, limit=LONG)
    places = [
        prompt.index(said)
        for said in (
            MUG.name,
            "Image 1:",
            "Show exactly this product",
            SCENE.prompt,
            "#143a4a",
            STILL.prompt,
            AGAIN.adjustment,
            FOUND[0].text,
            FOUND[1].text,
        )
    ]
    assert places == sorted(places)


def test_limits_are_kept_and_cost_no_constraint() -> None:
    for limit in range(LEAST + 200, 3000, 40):
        prompt = image_prompt(AGAIN, limit=limit)
        assert length(prompt) <= limit
        for said in (MUG.name, "Show exactly this product", *(f.text for f in FOUND), SCENE.words.headline):
            assert said in prompt, limit


def test_the_wish_gives_way_before_the_palette_and_that_before_the_scene() -> None:
    said = {"wish": STILL.prompt, "palette": SCENE.palette[0], "scene": SCENE.prompt, "adjustment": "warmer"}
    gone: dict[str, int] = {}
    for limit in range(2700, LEAST, -10):
        try:
            prompt = image_prompt(AGAIN, limit=limit)
        except Permanent:
            break
        for name, text in said.items():
            if text not in prompt:
                gone.setdefault(name, limit)
    assert gone["wish"] > gone["palette"] > gone["scene"] > gone["adjustment"]


def test_what_cannot_fit_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(Permanent, match="shorten the product's name") as raised:
        image_prompt(AGAIN, limit=900)
    assert raised.value.code == "prompt_too_long"
    assert raised.value.details["needed"] > raised.value.details["limit"] == 900


def test_a_clip_fits_into_a_thousand_characters() -> None:
    many = tuple(Finding("print", f"label is blurred at {second}.0 s") for second in range(3))
    prompt = video_prompt(replace(CLIP, findings=many, prompt="calm " * 300, adjustment="slower"), limit=1000)
    assert length(prompt) <= 1000
    assert all(finding.text in prompt for finding in many) and "stays exactly" in prompt


def test_lengths_count_signs_beyond_the_basic_plane_twice() -> None:
    text = fitted([Part("😀" * 40, 1, trims=True)], 60)
    assert length(text) <= 60 and text.endswith("…")


@pytest.mark.parametrize("purpose", [ImagePurpose.NEUTRAL, ImagePurpose.SHEET, ImagePurpose.SCENE])
def test_a_brief_without_properties_gets_none(purpose: ImagePurpose) -> None:
    request = replace(
        STILL, purpose=purpose, product=BARE, brand=BrandKit(), prompt="", scene=replace(SCENE, prompt="")
    )
    product = image_prompt(request, limit=LONG).split("\n\n")[0]
    assert BARE.name in product
    assert not re.search(r"#[0-9a-f]{6}|colours:|Known of it|Described|material|label|handle|bottle", product)


def test_words_are_rendered_in_stills_and_left_out_of_clips() -> None:
    still, moving = image_prompt(STILL, limit=LONG), image_prompt(replace(STILL, moving=True), limit=LONG)
    for words in (SCENE.words.headline, SCENE.words.body, SCENE.words.call_to_action):
        assert f"“{words}”" in still and words not in moving
    assert "draw none" in moving and "logo" not in moving
    silent = image_prompt(replace(STILL, scene=replace(SCENE, words=Words())), limit=LONG)
    assert "No words in the picture but those that are printed on the product." in silent


def test_pictures_are_counted_as_they_are_sent() -> None:
    assert len(pictures(STILL)) == 4  # three references and the logo
    assert "Image 4 is the brand's logo" in image_prompt(STILL, limit=LONG)
    few = with_most_pictures(STILL, 2)
    prompt = image_prompt(few, limit=LONG)
    assert pictures(few) == pictures(STILL)[:2]
    assert "Image 2:" in prompt and "Image 3" not in prompt and "logo" not in prompt
    assert with_most_pictures(STILL, 4) == STILL


def test_a_wish_that_the_scene_repeats_is_said_once() -> None:
    scene = replace(SCENE, prompt=f"{SCENE.prompt} Campaign: {STILL.prompt}")
    assert image_prompt(replace(STILL, scene=scene), limit=LONG).count(STILL.prompt) == 1


def test_what_is_no_painting_is_refused() -> None:
    with pytest.raises(Permanent) as cutout:
        image_prompt(replace(STILL, purpose=ImagePurpose.CUTOUT), limit=LONG)
    with pytest.raises(Permanent) as footage:
        video_prompt(replace(CLIP, image=None), limit=LONG)
    assert cutout.value.code == footage.value.code == "unsupported"
