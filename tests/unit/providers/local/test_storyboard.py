"""Storyboards: they follow product, prompt, brand and mode, and say only what a source says."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call
from genai.capabilities.storyboard import Seed, StoryboardRequest, StoryboardResult
from genai.domain.creative import BrandKit, ProductBrief, Scene
from genai.domain.enums import Aspect, Composition
from genai.domain.media import Color
from genai.errors import Permanent
from genai.providers.local.storyboard import harmony, lines, lines_abroad, storyboard, wish
from genai.providers.local.storyboard.copywriting import parsed
from genai.providers.local.storyboard.kinds import kind_of

DUCK = ProductBrief(
    "Rubber Duck",
    "Quackers",
    "A cheerful rubber duck for bath time. Floats upright. Soft, squeezable body.",
    "Toys",
    (Color("yellow", "#f2c21a", 0.8), Color("orange", "#e86a1c", 0.1)),
)
BACKPACK = ProductBrief(
    "Classic Backpack",
    "Northbound",
    "Padded shoulder straps, a front zip pocket and a laptop sleeve. Water-repellent canvas.",
    "Bags",
    (Color("crimson", "#b8123a", 0.85),),
    {"material": "Canvas"},
)
IPA = ProductBrief(
    "Transatlantic IPA",
    "Harbour",
    "Brewed with Pacific hops. 330 ml can.",
    "Drinks > Beer",
    (Color("sky blue", "#5fb6e8", 0.5), Color("black", "#0b0b0c", 0.2)),
)
BARE = ProductBrief("Fluffo")
SNEAKERS = ProductBrief("Trail Sneakers", "Peak", colors=(Color("black", "#0b0b0c", 0.6),))
LONG = ProductBrief("Acme 500ml Stainless Steel Insulated Water Bottle - Blue", "Acme", "Leak-proof lid.")
HEADPHONES = ProductBrief(
    "Kopfhörer Modell 3", "Klang", "Leicht und faltbar. Mit Mikrofon für Anrufe und Musik."
)
PRODUCTS = (DUCK, BACKPACK, IPA, BARE, SNEAKERS, LONG)
PROMPTS = (
    "",
    "cozy winter campaign, warm light, for gifting",
    "bold summer launch",
    "Minimal and premium",
    "Christmas gifts for kids, playful",
    "Autumn, moody, no pumpkins",
    "Valentine's day, romantic",
    "golden hour at the beach",
    "Black Friday sale",
)

# Claims that only a source could make.
CLAIM_WORDS = """best finest greatest perfect ultimate favourite favorite no.1 number-one guaranteed
award-winning revolutionary amazing unbeatable cheapest free premium luxury quality durable sustainable
organic natural handmade award rated stars reviews percent deal discount"""
CLAIMS = frozenset(CLAIM_WORDS.split())


def plan(product: ProductBrief, prompt: str = "", **settings: Any) -> StoryboardResult:
    request = replace(StoryboardRequest("image_bundle", product, prompt), **settings)
    return storyboard(request, Call("key", Path("unused")))


def words_of(scene: Scene) -> list[str]:
    return [scene.words.headline, scene.words.body, scene.words.call_to_action]


def everything() -> list[tuple[ProductBrief, str, StoryboardResult]]:
    return [(product, prompt, plan(product, prompt)) for product in PRODUCTS for prompt in PROMPTS]


def test_same_request_same_storyboard() -> None:
    assert plan(DUCK, "bold summer launch") == plan(DUCK, "bold summer launch")


def test_a_storyboard_that_is_asked_for_again_is_another_one() -> None:
    request = StoryboardRequest("image_bundle", DUCK, "bold summer launch")
    first, again = (storyboard(request, Call("key", Path("x"), seed=seed)) for seed in (0, 9))
    assert first.scenes != again.scenes


def test_prompts_make_different_campaigns() -> None:
    cosy = plan(BACKPACK, "cozy winter campaign, warm light, for gifting")
    bold = plan(BACKPACK, "bold summer launch")
    assert {scene.season for scene in cosy.scenes} == {"winter"}
    assert {scene.season for scene in bold.scenes} == {"summer"}
    assert max(scene.light.kelvin for scene in cosy.scenes) <= 4300
    assert min(scene.light.kelvin for scene in bold.scenes) > 4800
    assert min(s.light.softness for s in cosy.scenes) > max(s.light.softness for s in bold.scenes)
    settings = {scene.setting for scene in cosy.scenes}
    assert "seasonal" in settings and "editorial" in settings and "colour_block" not in settings
    assert "colour_block" in {scene.setting for scene in bold.scenes}
    said = " ".join(" ".join(words_of(scene)) for scene in cosy.scenes).lower()
    assert re.search(r"gift|wrap|give|smile|someone", said)
    assert {s.words.headline for s in cosy.scenes}.isdisjoint(s.words.headline for s in bold.scenes)
    assert cosy.concept != bold.concept


def test_no_season_nobody_asked_for() -> None:
    for prompt in ("", "Minimal and premium", "a campaign without snow, not christmas"):
        result = plan(DUCK, prompt)
        assert all(scene.season is None and scene.setting != "seasonal" for scene in result.scenes), prompt


@pytest.mark.parametrize("count", range(1, 13))
def test_counts_and_rhythm(count: int) -> None:
    scenes = plan(DUCK, "", count=count).scenes
    assert [scene.number for scene in scenes] == list(range(1, count + 1))
    assert scenes[-1].words.call_to_action
    assert not any(scene.words.call_to_action for scene in scenes[:-1])
    if count > 1:
        assert scenes[-1].purpose == "call_to_action"
    assert len({scene.seed for scene in scenes}) == count


def test_default_is_five_scenes_that_differ_and_belong_together() -> None:
    for product in PRODUCTS:
        scenes = plan(product, "").scenes
        assert [scene.purpose for scene in scenes] == ["hook", "hero", "detail", "context", "call_to_action"]
        assert len({scene.setting for scene in scenes}) >= 3
        assert all(one.setting != two.setting for one, two in pairwise(scenes))
        assert len({(scene.camera.shot, scene.camera.angle) for scene in scenes}) >= 3
        assert len({scene.layout for scene in scenes}) >= 3
        assert len({scene.light.kelvin for scene in scenes}) == 1
        azimuths = [scene.light.azimuth for scene in scenes]
        assert max(azimuths) - min(azimuths) <= 25 and len({azimuth > 0 for azimuth in azimuths}) == 1


@pytest.mark.parametrize("count", [-1, 13])
def test_count_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(Permanent, match="1 to 12") as caught:
        plan(DUCK, "", count=count)
    assert caught.value.code == "scene_count"


def test_mode_of_another_package_is_planned_as_stills() -> None:
    assert len(plan(DUCK, "", mode="postcards").scenes) == 5


def test_headlines_are_short_and_different_and_bodies_too() -> None:
    for product, prompt, result in everything():
        headlines = [scene.words.headline for scene in result.scenes]
        bodies = [scene.words.body for scene in result.scenes if scene.words.body]
        assert all(1 <= len(headline.split()) <= 6 for headline in headlines), (
            product.name,
            prompt,
            headlines,
        )
        assert len({headline.lower() for headline in headlines}) == len(headlines)
        assert len({body.lower() for body in bodies}) == len(bodies)
        assert all(len(body.split()) <= 12 for body in bodies), bodies
        assert sum(headline.startswith("Discover") for headline in headlines) == 0
        openings = [headline.split()[0] for headline in headlines]
        assert len(set(openings)) >= len(openings) - 1, headlines


def test_nothing_is_said_that_no_source_says() -> None:
    for product, prompt, result in everything():
        source = f"{product.name} {product.brand} {product.description} {prompt}".lower()
        for scene in result.scenes:
            for text in words_of(scene):
                assert "{" not in text
                for number in re.findall(r"\d+", text):
                    assert number in source, text
                for word in re.findall(r"[\w.-]+", text.lower()):
                    assert word not in CLAIMS or word in source, text


def test_the_sources_own_phrases_are_shown() -> None:
    said = {scene.words.body for scene in plan(BACKPACK, "").scenes}
    assert "Water-repellent canvas" in said
    point = {"selling_points": [{"value": "Fits under an aircraft seat", "source": "link"}]}
    assert "Fits under an aircraft seat" in {s.words.body for s in plan(BARE, "", metadata=point).scenes}


def test_colour_is_named_only_where_it_is_known() -> None:
    plain = plan(BARE, "bold and playful", count=12)
    said = " ".join(" ".join(words_of(scene)) for scene in plain.scenes).lower()
    assert not re.search(r"\b(red|yellow|blue|green|pink|orange)\b", said)
    assert any("crimson" in s.words.headline for s in plan(BACKPACK, "bold and playful", count=12).scenes)


def test_quoted_words_of_the_prompt_head_the_campaign() -> None:
    assert plan(DUCK, 'retro pop with the line "Stay golden"').scenes[0].words.headline == "Stay golden"


def test_long_names_are_shortened_and_plurals_agree() -> None:
    said = " ".join(s.words.headline for s in plan(LONG, "", count=12).scenes)
    assert "500ml" not in said and "Acme 500" not in said
    sneakers = [s.words.headline for p in PROMPTS for s in plan(SNEAKERS, p, count=12).scenes]
    assert not any(re.search(r"(comes|This is|stands) the Trail Sneakers", headline) for headline in sneakers)
    assert any("them" in headline.split() for headline in sneakers)


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "pt"])
def test_other_languages_are_not_half_english(language: str) -> None:
    english = {
        line.text.lower() for table in (lines.ENGLISH, lines.BODIES, lines.BUTTONS) for line in parsed(table)
    }
    for prompt in PROMPTS:
        result = plan(DUCK, prompt, language=language)
        for scene in result.scenes:
            assert scene.words.headline
            assert not english & {text.lower() for text in words_of(scene)}
            # The description is English: not one phrase of it belongs into this campaign.
            assert "bath" not in scene.words.body and "Soft" not in scene.words.body


def test_description_in_the_jobs_language_is_used() -> None:
    bodies = {scene.words.body for scene in plan(HEADPHONES, "", language="de-DE").scenes}
    assert "Leicht und faltbar" in bodies


def test_unknown_language_shows_only_the_clients_words() -> None:
    product = ProductBrief("木のおもちゃ", "森工房", "手で磨いた木。やさしい丸み。")
    result = plan(product, "", language="ja", count=4)
    shown = [text for scene in result.scenes for text in words_of(scene) if text]
    assert shown and all(text in ("木のおもちゃ", "手で磨いた木", "やさしい丸み") for text in shown)
    assert len(shown) == len(set(shown))


def test_palettes_are_colours_that_stand_off_the_product() -> None:
    for product, prompt, result in everything():
        for scene in result.scenes:
            assert 3 <= len(scene.palette) <= 4
            assert all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in scene.palette)
            assert len(set(scene.palette)) == len(scene.palette)
            if product.colors:
                shares = [color.share for color in product.colors]
                mean = sum(harmony.lch(c.hex)[0] * c.share for c in product.colors) / sum(shares)
                assert abs(harmony.lch(scene.palette[0])[0] - mean) >= 0.2, (
                    product.name,
                    prompt,
                    scene.palette,
                )


def test_brand_and_wished_colours_lead() -> None:
    branded = plan(DUCK, "", brand=BrandKit(colors=("#123456", "#d0e0f0")))
    assert "#123456" in {scene.palette[0] for scene in branded.scenes}
    wished = plan(BACKPACK, "on a #fafafa background", brand=BrandKit(colors=("#123456",)))
    assert wished.scenes[0].palette[0] == "#fafafa"
    green = plan(BACKPACK, "everything in dark green")
    assert 130 < harmony.lch(green.scenes[0].palette[0])[2] < 175


def test_compositions() -> None:
    mixed = plan(DUCK, "", composition=Composition.MIXED, count=4).scenes
    assert [s.composition for s in mixed] == [Composition.PRODUCT_ONLY, Composition.WITH_MODEL] * 2
    alone = plan(DUCK, "").scenes
    assert {scene.composition for scene in alone} == {Composition.PRODUCT_ONLY}


def test_seeds_alone_and_a_job_grown_from_the_fitting_one() -> None:
    result = plan(BACKPACK, "", count=0, mode="")
    assert not result.scenes and 3 <= len(result.seeds) <= 5
    assert len({seed.title for seed in result.seeds}) == len(result.seeds)
    quiet = Seed("Hush", "Quiet.", ("studio", "surface"), ("#dfe7ee", "#b9c6d2"))
    loud = Seed("Shout", "Loud.", ("colour_block", "podium"), ("#ff3355", "#2233ff"))
    grown = {prompt: plan(BACKPACK, prompt, seeds=(quiet, loud)).concept for prompt in ("calm", "bold, loud")}
    assert "Hush" in grown["calm"] and "Shout" in grown["bold, loud"]


def test_layouts_and_prompts_for_models() -> None:
    for aspect in Aspect:
        scenes = plan(BACKPACK, "spring in the garden", aspect=aspect).scenes
        for scene in scenes:
            assert "Classic Backpack" in scene.prompt and "spring in the garden" in scene.prompt
            assert "leather" not in scene.prompt


@pytest.mark.parametrize(
    ("prompt", "season", "moods", "colors"),
    [
        ("warm and cosy, snow outside", "winter", ("cosy",), 0),
        ("no snow please, but festive", "holiday", (), 0),
        ("fall in love with it", None, (), 0),
        ("our fall campaign", "autumn", (), 0),
        ("spring water ad", None, (), 0),
        ("without red, minimal", None, (), 0),
        ("bold, on pastel pink and navy", None, ("bold",), 2),
        ("our yellow duck at the beach", "summer", (), 0),
        ("Black Friday", None, (), 0),
        ("Weihnachten, gemütlich", "holiday", ("cosy",), 0),
    ],
)
def test_reading_the_wish(prompt: str, season: str | None, moods: tuple[str, ...], colors: int) -> None:
    read = wish.read_wish(prompt, ("rubber", "duck"))
    assert read.season == season
    assert read.moods[: len(moods)] == moods
    assert len(read.colors) == colors


@pytest.mark.parametrize(
    ("name", "category", "kind"),
    [
        ("Bear Plushie", None, "plush"),
        ("Yellow Alarm Clock", None, "alarm_clock"),
        ("Dog Backpack", "Pets", "bag"),
        ("Transatlantic IPA", None, "drink"),
        ("Soy Candle with Wooden Lid", None, "candle"),
        ("Fluffo", "Home > Toys", "toy"),
        ("Fluffo", None, None),
    ],
)
def test_kinds(name: str, category: str | None, kind: str | None) -> None:
    assert kind_of(name, category) == kind


def test_every_vetted_line_can_be_shown() -> None:
    for table in (lines.ENGLISH, *lines_abroad.HEADLINES.values()):
        for line in parsed(table):
            filled = re.sub(r"{(the|name|material)}", "X", line.text)
            assert len(filled.split()) <= 6, line.text
            assert not re.search(r"\d", line.text)
            assert line.text == line.text.strip() and "  " not in line.text
