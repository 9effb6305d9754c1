"""The product as the storyboard speaks of it: what to call it, and what may be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from genai.domain.creative import ProductBrief
from genai.providers.local.storyboard import tongue
from genai.providers.local.storyboard.kinds import kind_of, last_noun

# Colours that a person would say of a product in a headline; taupe and "dark grey" are not among them.
_COLORS = """black, white, cream, red, crimson, coral, peach, orange, amber, mustard, yellow, lime, green,
mint, teal, turquoise, blue, sky blue, royal blue, navy, lavender, purple, plum, magenta, pink, hot pink"""
_SAYABLE = frozenset(re.split(r",\s+", _COLORS))
_MAIN_SHARE = 0.4
_LONGEST_PHRASE = 12
# A phrase that begins or ends with one of these was cut off from something.
_HANGING = """with when if because while as for after before although since by in on at from to of and or but
whether the a an"""
_DANGLING = frozenset(_HANGING.split())
_SIZE = re.compile(
    r"\b\d+([.,]\d+)?\s?(ml|cl|l|oz|g|kg|cm|mm|m|inch|in|ft|pcs|pack|x)\b|\b\d+\s?[x×]\s?\d+\b|[\"″]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Subject:
    """``name`` is short enough for a headline, ``the`` the same inside a sentence, with its article
    where it needs one; ``full`` is the name as supplied. ``color`` and ``second_color`` are common
    names, set where they may be said. ``points`` are the sources' own phrases, at most twelve words."""

    full: str
    name: str
    the: str
    noun: str | None
    kind: str | None
    plural: bool
    brand: str | None
    color: str | None
    second_color: str | None
    material: str | None
    points: tuple[str, ...]
    palette: tuple[tuple[str, float], ...]

    @property
    def it(self) -> str:
        return "them" if self.plural else "it"


def subject_of(product: ProductBrief, metadata: Mapping[str, Any], language: str) -> Subject:
    """``metadata`` is the metadata stage's output; ``language`` that of the job, a BCP 47 tag."""
    full = product.name.strip() or _said(metadata.get("name")) or "this product"
    name = _short(full, product.brand)
    facts = {str(key).lower(): _said(value) for key, value in _mapping(metadata.get("facts")).items()}
    attributes = {key.lower().strip(): str(value).strip() for key, value in product.attributes.items()}
    kind = kind_of(full, product.category or facts.get("category"))
    noun = last_noun(name)
    language = tongue.base(language)
    colors = _colors(product, metadata)
    color, second = _sayable(colors, attributes.get("color") or attributes.get("colour"))
    material = attributes.get("material") or facts.get("material")
    points = _points(
        product.description, [_said(point) for point in metadata.get("selling_points") or ()], language
    )
    return Subject(
        full=full,
        name=name,
        the=_with_article(name),
        noun=noun.word if noun else None,
        kind=kind,
        plural=noun is not None and noun.form == "many",
        brand=product.brand.strip() if product.brand and product.brand.strip() else None,
        color=color,
        second_color=second,
        material=material.lower()
        if material and len(material.split()) <= 3 and not _SIZE.search(material)
        else None,
        points=points,
        palette=tuple((value, share) for _, value, share in colors),
    )


def phrases(text: str) -> list[str]:
    """Self-contained phrases of at most twelve words, in the text's own words and order."""
    found = []
    for sentence in re.split(r"(?<=[.!?。！？])\s+|\n+|\s[•·*]\s?|(?<=。)", re.sub(r"<[^>]+>", " ", text)):
        whole = re.sub(r"\s+", " ", sentence).strip(" -–—•·*\t").rstrip(".!。！ ")
        if not whole:
            continue
        if len(whole.split()) <= _LONGEST_PHRASE and not whole.endswith("?"):
            found.append(whole)
            continue
        clause = re.split(r"[,;:]\s|\s[–—-]\s|\s\(", whole)[0]
        words = clause.split()
        if (
            3 <= len(words) <= _LONGEST_PHRASE
            and words[0].lower() not in _DANGLING
            and words[-1].lower() not in _DANGLING
        ):
            found.append(clause)
    return [phrase for phrase in found if len(phrase) >= 4 and "http" not in phrase and len(phrase) <= 90]


def _points(description: str, selling_points: Iterable[str], language: str) -> tuple[str, ...]:
    """What the sources say, where it is in the job's language; of another language whose words we do
    not know, nobody can tell, and the client's own words are all there is."""
    known = tongue.language_of(description)
    told = language in tongue.KNOWN
    if (told and known not in (None, language)) or (not told and known == "en"):
        return ()
    unique: dict[str, str] = {}
    for phrase in (*(p for point in selling_points for p in phrases(point)), *phrases(description)):
        key = re.sub(r"\W+", "", phrase.lower())
        if not any(key in other or other in key for other in unique):
            unique[key] = phrase[:1].upper() + phrase[1:]
    return tuple(unique.values())


def _short(full: str, brand: str | None) -> str:
    """At most three words: the name without brand, size, and what stands after a dash or bracket."""
    name = re.split(r"\s[-–—|:]\s|[,(\[|]", full)[0]
    name = re.sub(r"\s+", " ", _SIZE.sub(" ", name)).strip() or full
    if brand and name.lower().startswith(brand.lower() + " ") and len(name) > len(brand) + 1:
        name = name[len(brand) :].strip()
    words = name.split()
    if len(words) <= 3:
        return name
    noun = last_noun(name)
    if noun:
        span = len(noun.word.split())
        lowered = [word.lower().strip(".,") for word in words]
        for end in range(len(words), span - 1, -1):
            if " ".join(lowered[end - span : end]) == noun.word:
                return " ".join(words[max(0, end - span - 1) : end])
    return " ".join(words[:3])


def _with_article(name: str) -> str:
    if name.lower().startswith("the "):
        return "the " + name[4:]
    noun = last_noun(name)
    # "the Rubber Duck", but "Transatlantic IPA", "Fluffo" and "Grandma's Jam".
    if noun is None or noun.form == "mass" or re.search(r"['’]s\b", name):
        return name
    return f"the {name}" if name.lower().split()[-1].strip(".,") in noun.word.split() else name


def _colors(product: ProductBrief, metadata: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    if product.colors:
        return [(color.name, color.hex, color.share) for color in product.colors]
    found = []
    for color in metadata.get("colors") or ():
        entry = _mapping(color)
        if isinstance(entry.get("hex"), str) and re.fullmatch(r"#[0-9a-fA-F]{6}", entry["hex"]):
            found.append((str(entry.get("name", "")), entry["hex"], float(entry.get("share") or 0)))
    return found


def _sayable(colors: list[tuple[str, str, float]], stated: str | None) -> tuple[str | None, str | None]:
    if stated:
        # The client's word for the colour goes before what was measured, and may be a list of two.
        words = re.split(r"\s*(?:,|/|&|\band\b)\s*", stated.lower().strip())
        said = [word for word in words if word in _SAYABLE]
        return (said[0] if said else None, said[1] if len(said) > 1 else None)
    if not colors or colors[0][2] < _MAIN_SHARE or colors[0][0] not in _SAYABLE:
        return None, None
    second = next((name for name, _, share in colors[1:] if share >= 0.04 and name in _SAYABLE), None)
    return colors[0][0], second


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("value", "")
    return str(value).strip() if value else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
