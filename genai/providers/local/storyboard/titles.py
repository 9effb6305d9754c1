"""On-screen words of the moving formats: few, read in passing, never the same twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from genai.domain.creative import Words
from genai.domain.film import SceneKind
from genai.domain.pacing import readable_words
from genai.providers.local.storyboard import lines, lines_abroad
from genai.providers.local.storyboard.copywriting import LONGEST_HEADLINE, Desk, parsed
from genai.providers.local.storyboard.shots import Shot
from genai.providers.local.storyboard.subject import Subject
from genai.providers.local.storyboard.wish import Wish

LONGEST_TITLE = 5  # words on a fast cut
_CROWD = 12  # with more cuts than that, every third in the middle goes without words
_ARTICLES = re.compile(
    r"^(?:an?|the|its|der|die|das|ein|eine|une?|les?|la|des|el|los|las|un|una|il|gli|lo|os?|as?|uma?)\s+",
    re.IGNORECASE,
)
_ARRIVALS = re.compile(
    "(?:Meet|Say hello|Introducing|Here comes|This is|Make way|It's finally|It has landed|Look who|"
    "Guess who|Well, hello|Here's to|Give {it} a big|Come and take|Hier kommt|Das ist|Darf ich|Sag Hallo|"
    "Voici|Faites place|Aquí llega|Te presentamos|Haz sitio|Ecco|Ti presentiamo|Fai spazio a|Aqui está|"
    "Abra espaço para)"
)
_OPEN_ENDED = """with for of from to in on at by and or the a an that which is are was when if mit für von
und oder avec pour de du des et con para y per di e com em"""
_UNFINISHED = frozenset(_OPEN_ENDED.split())


def fast_titles(
    shots: Sequence[Shot], subject: Subject, wish: Wish, language: str, key: str, said: Collection[str] = ()
) -> list[Words]:
    """One :class:`Words` per cut, as many words as its time lets one read; ``said`` are headlines of
    other treatments, which are used last."""
    facts = short_facts(subject.points)
    if language != "en" and language not in lines_abroad.HEADLINES:
        return _own_titles(shots, subject, wish, facts)
    desk = Desk(subject, wish, language, key, said)
    if language == "en":
        desk.bank += parsed(lines.QUICK)
    quotes = [quote for quote in wish.quotes if len(quote.split()) <= LONGEST_TITLE]
    words = []
    for index, shot in enumerate(shots):
        first, last = index == 0, index == len(shots) - 1
        button = desk.button() if last else ""
        room = min(LONGEST_TITLE, readable_words(shot.duration or 0.0) - len(button.split()))
        bare = len(shots) > _CROWD and index % 3 == 2 and not last
        headline = ""
        if (first or last) and quotes and len(quotes[0].split()) <= room:
            headline = desk.keep(quotes.pop(0))
        elif not bare:
            own = shot.purpose in ("detail", "benefit") or (shot.purpose == "hero" and index > 1)
            headline = (_taken(facts, room, desk) if own else "") or desk.headline(
                shot.purpose, room, strict=True
            )
        if index == 1:
            # Nobody is introduced twice.
            desk.bank = tuple(line for line in desk.bank if not _ARRIVALS.match(line.text))
        words.append(Words(headline, "", button))
    return words


def spoken_titles(
    shots: Sequence[Shot], subject: Subject, wish: Wish, language: str, key: str, mode: str
) -> list[Words]:
    """The captions carry what is said: the name at the hook and a button at the end for a narrator,
    the name once, beside the product, for a person."""
    name = subject.name[:1].upper() + subject.name[1:]
    words = [Words() for _ in shots]
    if mode == "ugc":
        shown = next((i for i, shot in enumerate(shots) if shot.kind is SceneKind.PRODUCT), None)
        if shown is not None:
            words[shown] = Words(name)
        return words
    title = next((quote for quote in wish.quotes if len(quote.split()) <= LONGEST_HEADLINE), name)
    words[0] = Words(title)
    if language == "en" or language in lines_abroad.BUTTONS:
        button = Desk(subject, wish, language, key).button()
        last = len(shots) - 1
        words[last] = Words(words[last].headline, "", button)
    return words


def short_facts(points: Sequence[str]) -> list[str]:
    """The sources' own words, two to five at a time: short phrases, and the entries of lists."""
    found: dict[str, str] = {}
    for point in points:
        parts = (
            [point]
            if len(point.split()) <= LONGEST_TITLE
            else re.split(r",\s+|\s+(?:and|und|et|y|e)\s+", point)
        )
        for part in parts:
            words = _ARTICLES.sub("", part.strip(" .,;:")).split()
            cut_off = {words[0].lower(), words[-1].lower()} & _UNFINISHED if words else True
            if 2 <= len(words) <= LONGEST_TITLE and not cut_off:
                phrase = " ".join(words)
                found.setdefault(phrase.casefold(), phrase[:1].upper() + phrase[1:])
    return list(found.values())


def _taken(facts: list[str], room: int, desk: Desk) -> str:
    """The first fact that fits, which is then used."""
    for fact in facts:
        if len(fact.split()) <= room and fact.lower() not in desk.used:
            facts.remove(fact)
            return desk.keep(fact)
    return ""


def _own_titles(shots: Sequence[Shot], subject: Subject, wish: Wish, facts: Sequence[str]) -> list[Words]:
    """The client's quoted words, the name, and the description's phrases, in that order."""
    offered = [*wish.quotes, subject.name, *facts, *subject.points]
    left = list(dict.fromkeys(text for text in offered if len(text.split()) <= LONGEST_TITLE))
    words = []
    for shot in shots:
        room = min(LONGEST_TITLE, readable_words(shot.duration or 0.0))
        text = next((text for text in left if len(text.split()) <= room), "")
        if text:
            left.remove(text)
        words.append(Words(text))
    return words
