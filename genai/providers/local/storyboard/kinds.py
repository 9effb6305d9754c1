"""What sort of thing a product is, from the nouns of its name and category: data and lookup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# kind -> its countable nouns (singular) | its nouns without article or plural.
_NOUNS: dict[str, str] = {
    "drink": "can drink smoothie lemonade cocktail | beer ipa ale lager stout pilsner wine juice soda cola "
    "water "
    "kombucha cider gin vodka whisky whiskey rum tonic beverages beverage",
    "hot_drink": "teabag | coffee tea espresso matcha cocoa chai",
    "bag": "backpack bag rucksack tote handbag suitcase duffel satchel daypack pouch wallet purse | luggage",
    "plush": "plushie plush teddy bear 'stuffed animal' 'soft toy' 'cuddly toy' monster | ",
    "toy": "toy duck doll puzzle robot car train game figure figurine puppet kite ball | lego",
    "candle": "candle diffuser 'tea light' | ",
    "alarm_clock": "'alarm clock' alarm | ",
    "clock": "clock watch wristwatch timer | ",
    "apparel": "shirt t-shirt tee hoodie jacket coat dress sweater jumper scarf hat cap beanie skirt sock "
    "glove "
    "cardigan blouse | jeans trousers leggings pants clothing apparel knitwear",
    "shoes": "shoe sneaker boot sandal trainer loafer heel slipper | footwear",
    "beauty": "cream serum lotion balm cleanser moisturiser moisturizer lipstick perfume fragrance shampoo "
    "mask "
    "soap cologne | skincare cosmetics makeup haircare",
    "audio": "headphone earbud speaker headset earphone turntable microphone | audio",
    "tech": "phone laptop tablet camera keyboard mouse monitor charger drone console smartwatch router | "
    "electronics",
    "lamp": "lamp lantern light bulb torch | lighting",
    "jewellery": "ring necklace bracelet earring pendant brooch | jewellery jewelry",
    "furniture": "chair table sofa armchair stool desk shelf bench bed couch cabinet | furniture",
    "mug": "mug cup teacup tumbler | drinkware",
    "bottle": "'water bottle' bottle flask thermos canteen | ",
    "kitchen": "pan pot knife bowl plate 'cutting board' teapot kettle blender grinder apron jar spoon | "
    "cookware "
    "kitchenware tableware cutlery",
    "food": "cookie cake bar snack biscuit cracker pie sauce jam | chocolate honey candy granola pasta "
    "cheese bread "
    "muesli 'olive oil' food",
    "book": "book novel cookbook magazine comic | ",
    "plant": "plant bouquet succulent cactus flower bonsai planter vase | ",
    "sport": "bike bicycle racket skateboard surfboard kettlebell dumbbell 'yoga mat' tent helmet paddle | "
    "fitness",
    "stationery": "notebook pen journal planner pencil diary sketchbook | stationery",
    "pet": "'dog toy' leash collar 'dog bed' 'cat tree' | pet",
    "decor": "cushion blanket rug poster print frame mirror ornament sculpture pillow throw emoji vase | "
    "decor "
    "homeware",
}
_CATEGORIES: dict[str, str] = {
    "drinks": "drink",
    "toys": "toy",
    "plush": "plush",
    "soft toys": "plush",
    "bags": "bag",
    "home fragrance": "candle",
    "shoes": "shoes",
    "fashion": "apparel",
    "beauty": "beauty",
    "home": "decor",
    "kitchen": "kitchen",
    "books": "book",
    "pets": "pet",
    "sports": "sport",
    "sports equipment": "sport",
    "watches": "clock",
    "clocks": "clock",
    "groceries": "food",
}


@dataclass(frozen=True)
class Noun:
    """``word`` as it stood in the text; ``form``: one, many or mass."""

    kind: str
    word: str
    form: str


def _table() -> dict[str, tuple[str, str]]:
    table: dict[str, tuple[str, str]] = {}
    for kind, words in _NOUNS.items():
        countable, mass = words.split("|")
        for noun in _split(mass):
            table.setdefault(noun, (kind, "mass"))
        for noun in _split(countable):
            table.setdefault(noun, (kind, "one"))
            for plural in (f"{noun}s", f"{noun}es", f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"):
                table.setdefault(plural, (kind, "many"))
    table.update({"shelves": ("furniture", "many"), "knives": ("kitchen", "many")})
    return table


def _split(words: str) -> Iterable[str]:
    return (quoted or word for quoted, word in re.findall(r"'([^']+)'|(\S+)", words))


_TABLE = _table()
_LONGEST = max(len(noun.split()) for noun in _TABLE)


def last_noun(text: str) -> Noun | None:
    """The last known noun of a name: in English the head of a compound stands last."""
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text.lower())
    for end in range(len(words), 0, -1):
        for length in range(min(_LONGEST, end), 0, -1):
            phrase = " ".join(words[end - length : end])
            if phrase in _TABLE:
                kind, form = _TABLE[phrase]
                return Noun(kind, phrase, form)
    return None


def kind_of(name: str, category: str | None) -> str | None:
    """The kind of product, or None where neither name nor category tells."""
    by_name = last_noun(name)
    # "Bear Plushie", "Dog Backpack": the head decides; but a can of IPA is told by either noun.
    if by_name:
        return by_name.kind
    if category:
        for part in re.split(r"[>/|,&]", category.lower())[::-1]:
            if part.strip() in _CATEGORIES:
                return _CATEGORIES[part.strip()]
            if found := last_noun(part):
                return found.kind
    return None
