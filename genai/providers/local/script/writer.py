"""A script out of vetted lines and the sources' facts, as long as it is to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genai.errors import Permanent
from genai.providers.local.script import spoken_abroad, spoken_lines
from genai.providers.local.script.facts import Fact, facts, notes
from genai.providers.local.storyboard.chance import fraction
from genai.providers.local.storyboard.copywriting import Line, parsed, tones
from genai.providers.local.storyboard.pace import seconds_to_say
from genai.providers.local.storyboard.subject import Subject
from genai.providers.local.storyboard.wish import Wish

TOLERANCE = 0.15  # of the wanted length
_CLOSE = 0.05  # near enough to look no further
_DRAFTS = 40
_SHORT = 6.0  # seconds under which there is no time for a hook before the name
_ROUNDS = ("fact", "detail", "fact", "context", "benefit", "fact", "context", "detail", "benefit", "fact")
_ORDER = ("hook", "is", "body", "context", "call_to_action")
_PURPOSES = {"is": "benefit", "fact": "detail"}
_PLAIN = frozenset({None, "black", "white", "cream", "amber", "plum"})
_SLOT = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Sentence:
    """``part`` is hook, is, fact, detail, benefit, context or call_to_action."""

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
            f"{writer.seconds(best):.0f} s. Ask for that, describe the product at more length, or send a script.",
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
        self.tags = wish.tags | {manner, f"kind={subject.kind}"} | many
        self.slots = _slots(subject)
        table = spoken_lines.ENGLISH if self.english else spoken_abroad.LINES[language]
        self.lines = [(line, text) for line in parsed(table) if (text := self._filled(line))]
        self.facts = list(self._led(facts(subject, manner == "ugc") if self.english else notes(subject)))

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
            room = self.duration * (0.45 if self.duration < 12 else 0.3)
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
        return _in_order(said)

    def _led(self, found: Sequence[Fact]) -> Iterator[Sentence]:
        """Facts as they follow each other: linked, or behind a lead."""
        leads = iter(spoken_lines.LEADS[self.manner] if self.english else spoken_abroad.LEADS[self.language])
        links = spoken_lines.LINKS[self.manner]
        whole = 0
        for fact in found:
            if fact.whole:
                link = links[whole % len(links)]
                text = link + (fact.text[0].lower() + fact.text[1:] if link else fact.text)
                whole += 1
            else:
                lead = next(leads, "")
                text = f"{lead} {fact.text}".strip()
            yield Sentence(text, "fact")

    def _fact(self, waiting: list[Sentence], room: float) -> Sentence | None:
        # In their order: what a link joins to must have been said.
        if waiting and self.seconds(waiting[:1]) <= room:
            return waiting.pop(0)
        return None

    def _line(self, part: str, said: Sequence[Sentence], draft: int, room: float) -> Sentence | None:
        texts = {sentence.text for sentence in said}
        options = [
            (self._score(line, text, said, draft), text)
            for line, text in self.lines
            if part in line.purposes and text not in texts and seconds_to_say(text, self.language) <= room
        ]
        return Sentence(max(options)[1], part) if options else None

    def _score(self, line: Line, text: str, said: Sequence[Sentence], draft: int) -> float:
        score = (1.3 + 0.1 * draft) * fraction(f"{self.key}{draft}{text}")
        asked = [tag for tag in line.given if tag in self.wished]
        score += 1.6 * len(asked) + 0.9 * any(tag.startswith("kind=") for tag in line.given)
        if line.moods:
            score += 0.8 if set(line.moods) & set(self.wish.moods) else 0.3
        opening = text.split()[:2]
        score -= 1.2 * sum(sentence.text.split()[:2] == opening for sentence in said)
        score -= 0.5 * sum(sentence.text.split()[:1] == opening[:1] for sentence in said)
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
        if any(not self.slots.get(slot) for slot in _SLOT.findall(line.text) if slot != "s"):
            return None
        text = line.text.format(**self.slots)
        return text[:1].upper() + text[1:]


def _in_order(said: Sequence[Sentence]) -> list[Sentence]:
    """Hook and name, then facts and what surrounds them as they came, contexts, and the call."""
    place = {"hook": 0, "is": 1, "context": 3, "call_to_action": 4}
    return sorted(said, key=lambda sentence: place.get(sentence.part, 2))


def _slots(subject: Subject) -> dict[str, str | None]:
    many = subject.plural
    vivid = subject.color not in _PLAIN and subject.color not in subject.name.lower().split()
    brand = subject.brand
    return {
        "the": subject.the,
        "The": subject.the[:1].upper() + subject.the[1:],
        "the_name": subject.name,
        "name": subject.name,
        "it": subject.it,
        "sub": "they" if many else "it",
        "Sub": "They" if many else "It",
        "is": "are" if many else "is",
        "its": "they're" if many else "it's",
        "Its": "They're" if many else "It's",
        "s": "" if many else "s",
        "color": subject.color if vivid else None,
        "material": subject.material,
        "brand": brand if brand and brand.lower() not in subject.name.lower() else None,
    }
