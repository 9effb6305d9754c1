"""Written scripts: as long as asked, about this product and this wish, and nothing that no source says."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from genai.capabilities.base import Call
from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.domain.creative import ProductBrief
from genai.domain.media import Color
from genai.domain.speaking import seconds_to_say
from genai.errors import Permanent
from genai.providers.local.script import script, spoken_abroad, spoken_lines
from genai.providers.local.script.facts import facts
from genai.providers.local.storyboard.copywriting import parsed
from genai.providers.local.storyboard.subject import subject_of

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
    {"material": "Canvas"},
)
IPA = ProductBrief("Transatlantic IPA", "Harbour", "Brewed with Pacific hops. 330 ml can.", "Drinks > Beer")
SNEAKERS = ProductBrief("Trail Sneakers", "Peak", "Grippy rubber sole. Weighs 280 g.", "Shoes")
BARE = ProductBrief("Fluffo")
PRODUCTS = (DUCK, BACKPACK, IPA, SNEAKERS, BARE)
PROMPTS = (
    "",
    "cozy winter campaign, for gifting",
    "bold summer launch",
    "Minimal and premium",
    "for the beach",
)
MODES = ("script_video", "ugc")
ABROAD = ("de", "fr", "es", "it", "pt")
CLAIMS = re.compile(
    r"\b(best|finest|greatest|perfect|ultimate|favou?rite|guaranteed|revolutionary|amazing|cheapest|free|"
    r"luxury|quality|durable|sustainable|organic|award|reviews?|percent|discount|price|dollars?|"
    r"for (?:weeks|months|years)|every day since|changed my life|since i got|"
    r"i(?:'ve| have) (?:used|had|owned|worn|tried)|bought)\b",
    re.IGNORECASE,
)


def write(product: ProductBrief, prompt: str = "", seed: int = 0, **more: Any) -> ScriptResult:
    request = replace(ScriptRequest("script_video", product, prompt), **more)
    return script(request, Call("key", Path("unused"), seed=seed))


def text_of(result: ScriptResult) -> str:
    return " ".join(segment.text for segment in result.segments)


def every_english() -> list[tuple[ProductBrief, str, str]]:
    return [
        (product, prompt, text_of(write(product, prompt, mode=mode)))
        for product in PRODUCTS
        for prompt in PROMPTS
        for mode in MODES
    ]


def test_same_request_and_seed_same_script_and_others_differ() -> None:
    assert write(DUCK, "bold") == write(DUCK, "bold")
    seeds = {text_of(write(DUCK, "bold", seed)) for seed in range(6)}
    assert len(seeds) >= 5
    assert len({text_of(write(DUCK, prompt)) for prompt in PROMPTS}) == len(PROMPTS)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("duration", [8, 12, 20, 30, 40])
def test_length_follows_duration(mode: str, duration: float) -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS[:3]:
            words = len(text_of(write(product, prompt, mode=mode, duration=duration)).split())
            assert abs(words / 2.5 - duration) <= 0.15 * duration, (product.name, prompt, words)


def test_default_lengths() -> None:
    assert 42 <= len(text_of(write(DUCK)).split()) <= 58
    assert 53 <= len(text_of(write(DUCK, mode="ugc")).split()) <= 72


def test_more_than_can_be_said_is_refused_with_what_can() -> None:
    with pytest.raises(Permanent, match=r"about \d+ s") as refused:
        write(BARE, duration=170)
    assert refused.value.code == "script_length"


def test_hook_first_name_early_call_last() -> None:
    for product in PRODUCTS:
        for prompt in PROMPTS:
            for mode in MODES:
                segments = write(product, prompt, mode=mode).segments
                assert segments[0].purpose == "hook"
                assert segments[-1].purpose == "call_to_action"
                assert product.name.split()[-1] in " ".join(segment.text for segment in segments[:2])
                assert all(1.0 <= seconds_to_say(s.text, "en") <= 8.5 for s in segments), segments


def test_nothing_is_said_that_no_source_says() -> None:
    for product, prompt, text in every_english():
        source = f"{product.name} {product.brand} {product.description} {prompt}".lower()
        assert "{" not in text
        for number in re.findall(r"\d+", text):
            assert number in source, text
        for claim in CLAIMS.findall(text):
            assert claim.lower() in source, text
        assert not re.search(r"\b(crimson|yellow|sky blue)\b", text) or product.colors, text


def test_no_sentence_is_said_twice() -> None:
    for _, _, text in every_english():
        said = re.split(r"(?<=[.!?])\s+", text)
        assert len(said) == len(set(said)), text


def test_the_sources_facts_are_told() -> None:
    text = text_of(write(BACKPACK))
    assert "You get padded shoulder straps, a front zip pocket and a laptop sleeve." in text
    assert "it's water-repellent canvas" in text.lower()
    pointed = {"selling_points": [{"value": "Fits under an aircraft seat", "source": "link"}]}
    assert "It fits under an aircraft seat." in text_of(write(BARE, metadata=pointed))


def test_offers_and_ratings_are_not_repeated() -> None:
    product = ProductBrief("Mug", None, "Now 20% off. Rated 5 stars. Only $9. Holds your coffee.")
    text = text_of(write(product))
    assert not re.search(r"[%$]|\bstars?\b", text), text
    assert "holds your coffee" in text.lower()


def test_the_wish_is_taken_up() -> None:
    assert re.search(r"gift|wrap|smile|someone|somebody", text_of(write(BACKPACK, "a gift")), re.IGNORECASE)
    assert re.search(r"summer|sun|long", text_of(write(DUCK, "summer", mode="ugc")), re.IGNORECASE)
    assert text_of(write(DUCK, 'retro, with the line "Stay golden"')).startswith("Stay golden.")
    winter = " ".join(text for _, prompt, text in every_english() if not prompt)
    assert not re.search(r"winter|snow|christmas|summer", winter, re.IGNORECASE)


def test_manners() -> None:
    person = " ".join(text_of(write(product, mode="ugc")) for product in PRODUCTS)
    narrator = " ".join(text_of(write(product)) for product in PRODUCTS)
    assert re.search(r"\bI('m|'d)?\b", person)
    assert not re.search(r"\bI('m|'d)?\b", narrator)


def test_plurals_agree() -> None:
    for prompt in PROMPTS:
        for mode in MODES:
            text = text_of(write(SNEAKERS, prompt, mode=mode))
            assert not re.search(
                r"\bThis is the Trail|\bit's called|\bIt (?:has|weighs)", text, re.IGNORECASE
            )


@pytest.mark.parametrize("language", ABROAD)
@pytest.mark.parametrize("mode", MODES)
def test_other_languages(language: str, mode: str) -> None:
    english = {line.text for line in parsed(spoken_lines.ENGLISH)}
    for product in PRODUCTS:
        for prompt in PROMPTS:
            result = write(product, prompt, mode=mode, language=language, duration=20)
            text = text_of(result)
            assert abs(seconds_to_say(text, language) - 20) <= 3.4, text
            assert not any(line in text for line in english)
            assert "bath" not in text and "{" not in text
            assert result.segments[-1].purpose == "call_to_action"


def test_notes_in_the_jobs_language_are_told() -> None:
    product = ProductBrief("Kopfhörer", "Klang", "Leicht und faltbar. Mit Mikrofon für Anrufe und Musik.")
    assert "Gut zu wissen: Leicht und faltbar." in text_of(write(product, language="de-DE"))


def test_a_language_without_lines_is_refused_but_its_scripts_are_cut() -> None:
    with pytest.raises(Permanent, match="send a script") as refused:
        write(DUCK, language="ja")
    assert refused.value.code == "unsupported_language"
    assert text_of(write(DUCK, language="ja", script="すごい！ 本当に。")) == "すごい！ 本当に。"


def test_a_given_script_is_only_cut() -> None:
    given = "  Look here.\n\nThis is   it. Buy one, now! "
    assert text_of(write(DUCK, script=given)) == "Look here. This is it. Buy one, now!"


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("Leak-proof lid", "It has a leak-proof lid."),
        ("Keeps drinks cold for 24 hours", "It keeps drinks cold for 24 hours."),
        ("Made in Portugal", "It's made in Portugal."),
        ("Machine washable", "It's machine washable."),
        ("Two side pockets", "It has two side pockets."),
        ("Twin bells and a quiet movement", "You get twin bells and a quiet movement."),
        ("30 cm tall, just right for small arms", "It's 30 cm tall, just right for small arms."),
        ("With a wooden lid", "It comes with a wooden lid."),
        ("Charge it over USB-C", "Charge it over USB-C."),
        ("The hands glow in the dark", "The hands glow in the dark."),
        ("Organic cotton lining", "It has an organic cotton lining."),
        ("USB-C charging thingamajig", None),
    ],
)
def test_facts_are_sentences_where_a_rule_is_sure(point: str, said: str | None) -> None:
    (fact,) = facts(subject_of(replace(BARE, description=point), {}, "en"), casual=False)
    assert fact.text == said if said else not fact.whole


def test_vetted_lines_are_whole_sentences() -> None:
    for table in (spoken_lines.ENGLISH, *spoken_abroad.LINES.values()):
        for line in parsed(table):
            assert line.text[-1] in ".?!" and not re.search(r"\d", line.text), line.text
            assert not CLAIMS.search(line.text), line.text
            assert line.given & {"told", "ugc"} or line.purposes == {"is"}, line.text
