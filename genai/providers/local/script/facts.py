"""The sources' phrases as things that can be said: English sentences of what was a note.

``Floats upright`` becomes "It floats upright.", ``Padded straps and a zip pocket`` "You get padded straps
and a zip pocket."; what no rule is sure of stays as it stands, behind a lead. No word of a source changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from genai.providers.local.storyboard.kinds import last_noun
from genai.providers.local.storyboard.subject import Subject

# A price, an offer or a rating goes stale; no film repeats it.
_PERISHABLE = re.compile(
    r"[$€£¥]|\d\s?%|\b(?:sale|discount|free shipping|in stock|reviews?|rated|stars?|buy|order now|"
    r"subscribe|click|now only|best[- ]?sell\w*|usd|eur|gbp)\b",
    re.IGNORECASE,
)
_VERBS = """float fit hold keep come include feature fold open close charge last burn smell taste play
work light
ring glow stand sit pack weigh measure run wash clean protect stay make give bring offer have squeak tick wake
carry store dry connect pair snap lock roll stack stretch breathe absorb support cover need use contain turn
spin bounce fly swim sing hang clip attach mount brew blend cook cool heat serve pour feel look sound"""


def _third(verb: str) -> str:
    if verb == "have":
        return "has"
    if verb in ("carry", "dry", "fly"):
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("sh", "ch", "ss")) else "s")


_THIRD = {_third(verb): verb for verb in _VERBS.split()}
_BASES = frozenset(_THIRD.values())
_PREPOSITIONS = """with of from in for by to at on and without into under over out up"""
_PREPOSITION = frozenset(_PREPOSITIONS.split())
_PARTICIPLES = frozenset(
    [
        "made",
        "built",
        "sewn",
        "knit",
        "knitted",
        "cut",
        "woven",
        "grown",
        "spun",
        "drawn",
        "sold",
        "born",
        "handmade",
    ]
)
_MATERIALS = """canvas cotton leather wood steel glass ceramic wax wool linen felt silk denim fleece
polyester nylon
rubber silicone plastic paper bamboo cork aluminium aluminum brass copper gold silver fur plush foam porcelain
stoneware marble concrete velvet suede mesh jersey cashmere soy beeswax fabric stuffing filling packaging"""
_MATERIAL = frozenset(_MATERIALS.split())
_PARTS = """sole upper lid body cover face pocket sleeve zip zipper strap handle base frame case screen
battery cable
cap pump bottle jar tin box can tube button dial hand bell ring chain clasp collar hood lining finish
edge back
front top bottom tail head nose smile grip blade wick label pouch compartment divider hook loop buckle
belt stand
foot leg wheel seat spout filter bowl set kit pack design shape print pattern movement display light speaker
microphone mic alarm switch timer bag brim cuff waistband drawstring heel tongue insole keyring tag
ribbon bow"""
_PART = frozenset(_PARTS.split())
_PREDICATE = re.compile(
    r"(?:able|ible|proof|free|resistant|repellent|friendly|safe|ready|tall|long|wide|high|deep)$"
)
_ADJECTIVES = """soft perfect ideal suitable available compatible great good easy safe small big light
lightweight gentle
ready quick simple comfortable warm strong free full rich suited handy heavy thin slim kind tough smooth
clean"""
_ADJECTIVE = frozenset(_ADJECTIVES.split())
_AFTER_ADJECTIVE = frozenset({"for", "to", "in", "with", "enough", "on", "and", "from"})
_SUBJECTS = frozenset({"it", "it's", "they", "they're", "this", "these", "you", "your", "its"})
_FINITE = re.compile(
    r"\b(?:is|are|has|have|can(?=\s)|will|don't|doesn't|isn't|aren't|won't|keeps?|glows?|comes?|makes?|fits?|holds?|"
    r"lasts?|stays?|works?|opens?|closes?|lets?|gives?|turns?|lights?|needs?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fact:
    """``text`` is a sentence with its stop. ``whole`` is False where it is a phrase that wants a lead."""

    text: str
    whole: bool


def facts(subject: Subject, casual: bool) -> list[Fact]:
    """English facts in the sources' order. ``casual``: "it's got" for "it has"."""
    found = list(_found(subject, casual))
    material = subject.material
    if material and not any(material in fact.text.lower() for fact in found):
        found.append(Fact(f"{'They are' if subject.plural else 'It is'} made of {material}.", whole=True))
    return [Fact(_contracted(fact.text), fact.whole) for fact in found]


def notes(subject: Subject) -> list[Fact]:
    """The sources' phrases as they stand, for a language whose grammar is not known here."""
    return [Fact(_stopped(point), whole=False) for point in subject.points if not _PERISHABLE.search(point)]


def _found(subject: Subject, casual: bool) -> Iterator[Fact]:
    for point in subject.points:
        if _PERISHABLE.search(point):
            continue
        said = _sentence(point, subject, casual)
        yield Fact(_stopped(said or point), whole=said is not None)


def _sentence(point: str, subject: Subject, casual: bool) -> str | None:
    """The point as a sentence of the product; None where no rule is sure of it."""
    many = subject.plural
    words = point.split()
    first, second = words[0].lower(), words[1].lower() if len(words) > 1 else ""
    is_ = "They are" if many else "It is"
    lowered = _lowered(point)
    if _speaks_itself(point, first):
        return point
    if first in _THIRD:
        return " ".join(["They", _THIRD[first], *words[1:]] if many else ["It", first, *words[1:]])
    participle = first in _PARTICIPLES or (first.endswith("ed") and len(first) > 4)
    adjective = first in _ADJECTIVE and second in _AFTER_ADJECTIVE
    if first == "for" or adjective or (participle and second in _PREPOSITION):
        return f"{is_} {lowered}"
    if first == "with":
        return f"{'They come' if many else 'It comes'} {lowered}"
    if _FINITE.search(point):
        return None
    has = "have" if many else "has"
    got = "They've got" if many else "It's got"
    return _noun_phrase(point, lowered, subject, is_, got if casual else f"{'They' if many else 'It'} {has}")


def _speaks_itself(point: str, first: str) -> bool:
    """Whether the source wrote a sentence: with its subject, or an invitation."""
    if first in _SUBJECTS:
        return True
    if first in _BASES:
        return bool(re.search(r"\bit\b", point, re.IGNORECASE))
    return first in ("the", "each", "every", "both", "all") and bool(_FINITE.search(point))


def _noun_phrase(point: str, lowered: str, subject: Subject, is_: str, has: str) -> str | None:
    last = re.sub(r"\W", "", point.rsplit(maxsplit=1)[-1].lower())
    # The phrase up to the first preposition, comma or "and": its last word is what it speaks of.
    core = re.split(r"\s(?:with|for|in|of|from|that|on|and|to|by)\s", lowered)[0]
    entries = [part for part in re.split(r",\s+(?:and\s+)?|\s+and\s+", point) if part]
    listed = "," in core and len(core.split(", ")[0].split()) > 1
    head = (
        re.sub(r"\W", "", core.split(", ")[0].split()[-1]) if listed else re.sub(r"\W", "", core.split()[-1])
    )
    article = re.match(r"(?:an?|one|two|three|four|\d+)\s", lowered)
    noun = last_noun(head)
    itself = head in subject.name.lower().split() or (
        noun is not None and noun.kind == subject.kind and not listed
    )
    if _PREDICATE.search(last) and len(entries) <= 2 and not article:
        return f"{is_} {lowered}"
    if re.match(r"\d", lowered) and re.search(r"\b(?:tall|long|wide|high|deep|thick)\b", lowered):
        return f"{is_} {lowered}"
    if subject.plural and itself:
        return f"{is_} {lowered}"
    if itself and head not in _MATERIAL:
        bare = not article or re.match(r"\d", lowered)
        return f"It is {_article(lowered) + ' ' if bare else ''}{lowered}"
    if head in _MATERIAL:
        return f"{is_} {lowered}" if not listed and not article else None
    plural = head.endswith("s") and not head.endswith(("ss", "us", "is"))
    if article and not re.match(r"\d", lowered):
        return f"{has} {lowered}"
    if plural:
        return f"You get {lowered}"
    if head in _PART:
        return f"{has} {_article(lowered)} {lowered}"
    return None


def _article(phrase: str) -> str:
    """``a`` or ``an``, by sound as far as writing shows it."""
    first = phrase.split(maxsplit=1)[0].lower()
    if re.match(r"(?:8|11(?!\d)|18(?!\d))", first):
        return "an"
    if re.match(r"(?:uni|use|usu|eu|one)", first):
        return "a"
    return "an" if first[0] in "aeiou" or first.startswith("hour") else "a"


def _lowered(point: str) -> str:
    """Its first letter small, unless it is a name's or an abbreviation's."""
    first = point.split(maxsplit=1)[0]
    return (
        point
        if any(letter.isupper() for letter in first[1:]) or first == "I"
        else point[:1].lower() + point[1:]
    )


def _contracted(text: str) -> str:
    return re.sub(r"^It is\b", "It's", re.sub(r"^They are\b", "They're", text))


def _stopped(text: str) -> str:
    return text if text[-1] in ".!?…" else f"{text}."
