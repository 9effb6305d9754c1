"""Scripts: the client's own words cut into segments, or words written to a length.

Of the client's script the model only says after which piece a segment ends, so that no answer can change
a word of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from marshmallow import Schema, fields

from genai.capabilities.script import ScriptRequest, ScriptResult
from genai.domain.film import Segment
from genai.domain.speaking import seconds_to_say
from genai.errors import Permanent
from genai.prompts.fitting import Part
from genai.prompts.writing import Task, WrongAnswer, about, one_of, several, task, text, whole

PURPOSES = ("hook", "problem", "benefit", "proof", "detail", "context", "call_to_action")
SECONDS = {"ugc": 25.0, "script_video": 20.0}  # of a script, where nobody asks for a length
TOLERANCE = 0.2  # of that length
LONGEST = 15.0  # seconds of one segment
MOST = 60  # segments

# A cut may stand after punctuation that white space follows, and at the end of a line.
_PIECES = re.compile(r"(?<=[.!?…:;,–—])\s+|\s*\n\s*")

_CUT = """\
You divide a script that will be spoken over pictures into segments, one picture each.
The script is given as numbered pieces. Answer with the number of each segment's last piece, in order; the \
last segment ends with the last piece. Cut where a new thought begins: after sentences rather than clauses, \
never within a phrase, an abbreviation or a list that belongs together. Spoken calmly (about 2.5 words a \
second), a segment takes 2 to 7 seconds.
Say of each segment what it does: hook (opens), problem, benefit, proof, detail, context, call_to_action."""

_WRITE = """\
You write what is spoken in a short advertising film about one product, in segments of 2 to 7 seconds (about \
2.5 words a second), one picture each.
Say only what the product's data say: no property, number, price, offer, award, material, origin or effect \
that is not there, and no comparison with others. Where little is known, speak of the moment of use.
The first segment is a hook, the last a call to action. Short, whole sentences that are easy to say aloud: \
no lists, emojis, hashtags, stage directions, no signs that nobody pronounces.
Everything is in the language {language}. {manner}"""
_MANNERS = {
    "ugc": "The speaker is a person who owns the product and talks to a friend through a phone: first person,"
    " plain, warm, no advertising phrases, nothing claimed to have happened that the data do not say.",
}
_NARRATOR = "The speaker is a calm narrator: third person or the viewer as “you”."


def script_task(request: ScriptRequest) -> Task[ScriptResult]:
    """Cut the client's script or write one. Raises Permanent: ``empty_script``, and ``scene_count`` where
    the client's script has fewer pieces than segments are wanted."""
    return _cut(request, request.script) if request.script is not None else _written(request)


def _cut(request: ScriptRequest, script: str) -> Task[ScriptResult]:
    pieces = [" ".join(piece.split()) for piece in _PIECES.split(script.strip()) if piece.strip()]
    if not any(letter.isalnum() for letter in script):
        raise Permanent("The script has no words; send words to be said.", code="empty_script")
    count = request.count
    if count is not None and count > len(pieces):
        raise Permanent(
            f"{count} scenes were asked for; this script can be cut into {len(pieces)} at most. Ask for "
            "fewer, or change the script.",
            code="scene_count",
        )
    form = _form(
        Schema.from_dict(
            {
                "last": whole("number of the segment's last piece", 1, len(pieces)),
                "purpose": one_of("what the segment does", PURPOSES),
            }
        ),
        count,
        len(pieces),
    )

    def read(answer: Mapping[str, Any]) -> ScriptResult:
        segments = answer["segments"]
        ends = [0, *(segment["last"] for segment in segments)]
        if any(before >= after for before, after in pairwise(ends)) or ends[-1] != len(pieces):
            raise WrongAnswer(f"segments: each ends after the one before, the last with {len(pieces)}")
        return ScriptResult(
            tuple(
                Segment(" ".join(pieces[start:end]), segment["purpose"])
                for (start, end), segment in zip(pairwise(ends), segments, strict=True)
            )
        )

    numbered = "\n".join(f"{number}: {piece}" for number, piece in enumerate(pieces, 1))
    wanted = Part(f"{count} segments." if count else "As many segments as it takes.", under="WANTED")
    return task(
        form,
        "script",
        _CUT,
        [wanted, Part(numbered, under=f"THE SCRIPT, IN PIECES (language: {request.language})")],
        read,
    )


def _written(request: ScriptRequest) -> Task[ScriptResult]:
    seconds = request.duration or SECONDS.get(request.mode, SECONDS["script_video"])
    form = _form(
        Schema.from_dict(
            {
                "text": text("what is said, as it is said"),
                "purpose": one_of("what the segment does", PURPOSES),
            }
        ),
        request.count,
        MOST,
    )

    def read(answer: Mapping[str, Any]) -> ScriptResult:
        segments = tuple(
            Segment(" ".join(segment["text"].split()), segment["purpose"]) for segment in answer["segments"]
        )
        times = [seconds_to_say(segment.text, request.language) for segment in segments]
        for place, (segment, spoken) in enumerate(zip(segments, times, strict=True), 1):
            if not any(letter.isalnum() for letter in segment.text):
                raise WrongAnswer(f"segments: number {place} says nothing")
            if spoken > LONGEST:
                raise WrongAnswer(
                    f"segments: number {place} takes {spoken:.0f} s to say, at most {LONGEST:g}"
                )
        if abs(sum(times) - seconds) > TOLERANCE * seconds:
            raise WrongAnswer(f"segments: they take {sum(times):.0f} s to say, wanted are {seconds:g} s")
        return ScriptResult(segments)

    words = f", about {round(2.5 * seconds)} words in English" if request.language.startswith("en") else ""
    wanted = [Part(f"{seconds:g} s of speech in all{words}.", under="WANTED")]
    if request.count:
        wanted.append(Part(f"{request.count} segments.", under="WANTED"))
    wish = Part(" ".join(request.prompt.split()), 1, trims=True, under="THE CUSTOMER'S WISH")
    manner = _MANNERS.get(request.mode, _NARRATOR)
    return task(
        form,
        "script",
        _WRITE.format(language=request.language, manner=manner),
        [*about(request.product, request.metadata), *wanted, wish],
        read,
    )


def _form(segment: type[Schema], count: int | None, most: int) -> Schema:
    listed = several("in the order in which they are said", fields.Nested(segment), count or 1, count or most)
    return Schema.from_dict({"segments": listed})()
