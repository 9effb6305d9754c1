"""A script out of vetted lines and the sources' facts, as long as it is to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle

from genai.domain.speaking import seconds_to_say
from genai.errors import Permanent
from genai.providers.local.script import spoken_abroad, spoken_lines
from genai.providers.local.script.facts import facts, notes
from genai.providers.local.storyboard.chance import fraction
from genai.providers.local.storyboard.copywriting import Line, parsed, tones
from genai.providers.local.storyboard.subject import Subject
from genai.providers.local.storyboard.wish import Wish

TOLERANCE = 0.15  # of the wanted length
_CLOSE = 0.05  # near enough to look no further
_DRAFTS = 100
_SHORT = 6.0  # seconds under which there is no time for a hook before the name
_ROUNDS = (
    "fact",
    "fact",
    "context",
    "detail",
    "fact",
    "benefit",
    "fact",
    "detail",
    "context",
    "fact",
    "benefit",
)
_PURPOSES = {"is": "benefit", "fact": "detail", "phrase": "detail"}
_CARRIED = {"drink", "hot_drink", "food", "bag", "shoes", "apparel", "jewellery", "book", "bottle"}
# No colour to speak of, or a word that is heard as a food.
_UNSAID = {"black", "white", "cream", "amber", "plum", "mustard", "peach", "lime", "mint", "orange", "coral"}
_COMMON = frozenset({"the", "and", "you", "for", "with", "that", "this", "your", "okay", "und", "les", "que"})
_SLOT = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Sentence:
    """``part``: hook, is, fact, phrase (a fact that is no sentence), detail, benefit, context or
    call_to_action."""

    text: str
    part: str

    @property
    def purpose(self) -> str:
        return _PURPOSES.get(self.part, self.part)


def written(
    subject: Subject, wish: Wish, mode: str, language: str, duration: float, key: str
) -> list[Sentence]:
    """Sentences in the order in which they are said, about ``duration`` seconds of them.

    Raises :class:`~genai.errors.Permanent`: ``unsupported_language``, and ``script_length`` where too
    little is known of the product to speak that long, or nothing can be said that shortly.
    """
    if language not in spoken_abroad.LINES and language != "en":
        raise Permanent(
            f"A script cannot be written in the language {language!r}; send a script to be spoken.",
            code="unsupported_language",
        )
    writer = _Writer(subject, wish, "ugc" if mode == "ugc" else "told", language, duration, key)
    best: list[Sentence] = []
    for draft in range(_DRAFTS):
        made = writer.draft(draft)
        if not best or writer.off(made) < writer.off(best):
            best = made
        if writer.off(best) <= _CLOSE:
            break
    if writer.off(best) > TOLERANCE:
        raise Permanent(
            f"A script of {duration:g} s was asked for; what is known of the product makes one of about "
            f"{writer.seconds(best):.0f} s. Ask for that, say more about the product, or send a script.",
            code="script_length",
        )
    return best


class _Writer:
    def __init__(
        self, subject: Subject, wish: Wish, manner: str, language: str, duration: float, key: str
    ) -> None:
        self.subject, self.wish, self.manner = subject, wish, manner
        self.language, self.duration, self.key = language, duration, key
        self.english = language == "en"
        self.tones = tones(wish, subject)
        self.wished = wish.tags
        many = {"many"} if subject.plural else set()
        carried = {"carried"} if subject.kind in _CARRIED else set()
        self.tags = wish.tags | {manner, f"kind={subject.kind}"} | many | carried
        self.slots = _slots(subject)
        table = spoken_lines.ENGLISH if self.english else spoken_abroad.LINES[language]
        self.lines = [
            (line, text, seconds_to_say(text, language))
            for line in parsed(table)
            if (text := self._filled(line))
        ]
        known = facts(subject, manner == "ugc") if self.english else notes(subject)
        self.facts = [Sentence(fact.text, "fact" if fact.whole else "phrase") for fact in known]

    def seconds(self, sentences: Sequence[Sentence]) -> float:
        return sum(seconds_to_say(sentence.text, self.language) for sentence in sentences)

    def off(self, sentences: Sequence[Sentence]) -> float:
        """How far from the wanted length, as a part of it."""
        return abs(self.seconds(sentences) - self.duration) / self.duration

    def draft(self, number: int) -> list[Sentence]:
        """One script. Others come of other numbers; the first follows the wish most closely."""
        said: list[Sentence] = []
        quoted = next((quote for quote in self.wish.quotes if len(quote.split()) <= 12), None)
        if quoted:
            said.append(Sentence(quoted if quoted[-1] in ".!?…" else f"{quoted}.", "hook"))
        needed = ("hook", "is", "call_to_action") if self.duration >= _SHORT else ("is", "call_to_action")
        for part in needed[1:] if quoted else needed:
            room = self.duration * (0.7 if self.duration < _SHORT else 0.45 if self.duration < 12 else 0.3)
            if line := self._line(part, said, number, room):
                said.append(line)
        waiting = list(self.facts)
        skipped = 0
        turn = 0
        while skipped < len(_ROUNDS) and self.seconds(said) < self.duration * (1 - _CLOSE / 2):
            part = _ROUNDS[turn % len(_ROUNDS)]
            turn += 1
            room = self.duration * (1 + _CLOSE) - self.seconds(said)
            found = self._fact(waiting, room) if part == "fact" else self._line(part, said, number, room)
            if found:
                said.append(found)
            skipped = 0 if found else skipped + 1
        return list(self._linked(_in_order(said)))

    def _linked(self, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
        """The same with what a speaker puts before facts, so that they are no list."""
        leads = iter(spoken_lines.LEADS[self.manner] if self.english else spoken_abroad.LEADS[self.language])
        resumed = cycle(spoken_lines.RESUMED[self.manner])
        told, before = 0, ""
        for sentence in sentences:
            text = sentence.text
            if sentence.part == "phrase":
                text = f"{next(leads, '')} {text}".strip()
            elif sentence.part == "fact":
                link = "" if not told else spoken_lines.JOINED if before == "fact" else next(resumed)
                # Never three in a row: "And ... And ..."
                before = "" if link == spoken_lines.JOINED else "fact"
                told += 1
                yield Sentence(link + text[0].lower() + text[1:] if link else text, "fact")
                continue
            before = sentence.part
            yield Sentence(text, sentence.part)

    def _fact(self, waiting: list[Sentence], room: float) -> Sentence | None:
        if waiting and self.seconds(waiting[:1]) <= room:
            return waiting.pop(0)
        return None

    def _line(self, part: str, said: Sequence[Sentence], draft: int, room: float) -> Sentence | None:
        texts = {sentence.text for sentence in said}
        options = [
            (self._score(line, text, said, draft), text)
            for line, text, seconds in self.lines
            if part in line.purposes and text not in texts and seconds <= room
        ]
        return Sentence(max(options)[1], part) if options else None

    def _score(self, line: Line, text: str, said: Sequence[Sentence], draft: int) -> float:
        score = (1.3 + 0.1 * draft) * fraction(f"{self.key}{draft}{text}")
        asked = [tag for tag in line.given if tag in self.wished]
        score += 2.0 * len(asked) + 0.9 * any(tag.startswith("kind=") for tag in line.given)
        if line.moods:
            score += 1.3 if set(line.moods) & set(self.wish.moods) else 0.3
        opening = text.split()[:1]
        score -= 0.5 * sum(sentence.text.split()[:1] == opening for sentence in said)
        words = _content(text)
        score -= 0.8 * sum(
            len(words & _content(sentence.text)) for sentence in said if sentence.part != "fact"
        )
        named = sum(self.subject.name in sentence.text for sentence in said)
        score -= 0.8 * named * (self.subject.name in text)
        if "brand" in _SLOT.findall(line.text):
            score += 0.7
        return score

    def _filled(self, line: Line) -> str | None:
        if not line.given <= self.tags or line.barred & self.tags:
            return None
        if line.moods and not set(line.moods) & set(self.tones):
            return None
        if any(not self.slots.get(slot) for slot in _SLOT.findall(line.text)):
            return None
        text = line.text.format(**self.slots)
        return text[:1].upper() + text[1:]


@cache
def _content(text: str) -> frozenset[str]:
    """The words by which two lines sound alike, by their beginnings: "close" and "closer"."""
    return frozenset(word[:5] for word in re.findall(r"[^\W\d_]{3,}", text.lower())) - _COMMON


def _in_order(said: Sequence[Sentence]) -> list[Sentence]:
    """Hook and name, then facts and what surrounds them as they came, contexts, and the call."""
    place = {"hook": 0, "is": 1, "context": 3, "call_to_action": 4}
    return sorted(said, key=lambda sentence: place.get(sentence.part, 2))


def _slots(subject: Subject) -> dict[str, str | None]:
    many = subject.plural
    vivid = (
        subject.color is not None
        and subject.color not in _UNSAID
        and subject.color not in subject.name.lower().split()
    )
    brand = subject.brand
    return {
        "the": subject.the,
        "The": subject.the[:1].upper() + subject.the[1:],
        "bare_name": subject.name if subject.the == subject.name else None,
        "name": subject.name,
        "it": subject.it,
        "sub": "they" if many else "it",
        "Sub": "They" if many else "It",
        "is": "are" if many else "is",
        "its": "they're" if many else "it's",
        "Its": "They're" if many else "It's",
        "color": subject.color if vivid else None,
        "Color": subject.color.capitalize() if vivid and subject.color else None,
        "material": subject.material,
        "brand": brand if brand and brand.lower() not in subject.name.lower() else None,
    }
