"""Metadata: what the sources say of a product and what its pictures show, each fact with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from genai.capabilities.metadata import Fact, MetadataRequest, MetadataResult
from genai.domain.media import Color, Mark
from genai.prompts.fitting import Part
from genai.prompts.product import identity, pictured
from genai.prompts.writing import Task, WrongAnswer, number, one_of, several, task, text

SNAPSHOT, LINK, IMAGE = "snapshot", "link", "image"
FACTS = ("brand", "category", "material", "audience", "color", "size")
POINTS = 6
ESTIMATED = "estimated_measures"

_RULES = """\
You write down what is known about one product, and nothing else. A fact is what a source says (snapshot: \
the shop's own data; link: its page) in the source's own words, or what the pictures show beyond doubt \
(image). Where no source says something, leave it out. Nothing is guessed, concluded or translated.
Selling points are short phrases copied letter for letter from snapshot or link. No prices, offers, ratings \
or stock: they go stale.
Colours are the product's own, as under neutral light, not the ground's or the shadow's; `proportions` is \
the product's width over its height in the picture that shows its front."""

_FORM = Schema.from_dict(
    {
        "colors": several(
            "largest share first",
            fields.Nested(
                Schema.from_dict(
                    {
                        "name": text("common English name", 30),
                        "hex": text("as #rrggbb", 7),
                        "share": number("part of the product's area", 0, 1),
                    }
                )
            ),
            1,
            6,
        ),
        "proportions": number("width over height", 0.02, 50),
        "facts": several(
            "each name at most once",
            fields.Nested(
                Schema.from_dict(
                    {
                        "name": one_of("", FACTS),
                        "value": text("", 200),
                        "source": one_of("", (SNAPSHOT, LINK, IMAGE)),
                    }
                )
            ),
            0,
            len(FACTS),
        ),
        "selling_points": several(
            "word for word",
            fields.Nested(Schema.from_dict({"value": text("", 80), "source": one_of("", (SNAPSHOT, LINK))})),
            0,
            POINTS,
        ),
    }
)()
_HEX = re.compile(r"#[0-9a-f]{6}")


def metadata_task(request: MetadataRequest) -> Task[MetadataResult]:
    """Describe the product from its data, its page and its pictures, which go with the input."""
    page = _page(request.link)
    said = {SNAPSHOT: _snapshot(request), LINK: _plain(" ".join(page.values()))}

    def read(answer: Mapping[str, Any]) -> MetadataResult:
        for fact in (*answer["facts"], *answer["selling_points"]):
            if fact["source"] in said and _plain(fact["value"]) not in said[fact["source"]]:
                raise WrongAnswer(f"{fact['value']!r}: {fact['source']} does not say that")
        names = [fact["name"] for fact in answer["facts"]]
        if len(set(names)) < len(names):
            raise WrongAnswer("facts: a name stands twice")
        detail = "Colours and proportions are a model's estimate, not measured."
        return MetadataResult(
            name=_name(request, page),
            colors=tuple(_color(color) for color in answer["colors"]),
            proportions=answer["proportions"],
            facts={fact["name"]: Fact(fact["value"], fact["source"]) for fact in answer["facts"]},
            selling_points=tuple(Fact(p["value"], p["source"]) for p in answer["selling_points"]),
            marks=(Mark(ESTIMATED, detail),),
        )

    parts = [
        *identity(request.product, "SNAPSHOT"),
        *(Part(f"{name}: {value}", 1, trims=True, under="LINK") for name, value in page.items()),
        *pictured(request.references, "PICTURES"),
    ]
    pictures = tuple(reference.file for reference in request.references)
    return task(_FORM, "metadata", _RULES, parts, read, pictures)


def _name(request: MetadataRequest, page: Mapping[str, str]) -> Fact:
    """The client's; that is no model's to choose."""
    said = request.product.name.strip()
    return Fact(said, SNAPSHOT) if said else Fact(page.get("name") or page.get("title", ""), LINK)


def _snapshot(request: MetadataRequest) -> str:
    product = request.product
    values = (
        product.name,
        product.brand,
        product.category,
        product.description,
        *product.attributes.values(),
    )
    return _plain(" ".join(value for value in values if value))


def _page(link: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: " ".join(value.split())
        for name, value in link.items()
        if isinstance(value, str) and value.strip()
    }


def _plain(said: str) -> str:
    """For comparing: white space, case and typographic quotes aside."""
    return " ".join(said.casefold().replace("’", "'").split())


def _color(said: Mapping[str, Any]) -> Color:
    code = said["hex"].lower()
    if not _HEX.fullmatch(code):
        raise WrongAnswer(f"colors: {code!r} is no colour as #rrggbb")
    return Color(said["name"], code, said["share"])
