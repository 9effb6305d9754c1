"""Fidelity judged by a model that sees: a rubric per aspect, and the decision over its scores.

The model only grades what it sees, aspect by aspect, and says why. Whether that is a pass is decided
here, by fixed thresholds: the same grades give the same verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import Finding
from genai.domain.enums import Composition, Verdict
from genai.domain.media import MediaFile, Quad
from genai.prompts.fitting import Part
from genai.prompts.product import identity, pictured
from genai.prompts.writing import Task, several, shaped, task, text, whole

# Grade to score. PASSING is a faithful aspect, as in all fidelity scores of this service; DRIFTING a fault
# that anybody sees. What lies between them is a doubt, and a doubt is no pass.
SCORES = (0.0, 0.2, 0.4, 0.75, 1.0)
PASSING, DRIFTING = 0.5, 0.3
# Without a grade for these nobody can say that it is the product.
DECISIVE = ("presence", "shape", "colour")

_RUBRIC = {
    "presence": "Is it this product? 4: this one beyond doubt; 3: this one, seen from a side that the"
    " references hardly show; 2: may be a sibling of it; 1: another variant or model; 0: another product, or"
    " none, or more than one.",
    "shape": "Outline, proportions, parts and their places. 4: the same; 3: the same, as far as view and"
    " lens explain what differs; 2: a doubt; 1: stretched, bent, a part of another form; 0: another form.",
    "colour": "The product's own colours and surface. 4: the same; 3: the same under this light; 2: a shift"
    " that this light hardly explains; 1: a part in another colour or material; 0: another colour.",
    "print": "Words, logos, patterns, labels. 4: letter for letter the same; 3: the same where it can be"
    " read, small because of the distance; 2: too blurred to tell; 1: a letter, word or sign differs, is"
    " garbled, mirrored or misplaced; 0: another print, invented or gone. Null where neither the references"
    " nor the candidate show print on the sides that are seen.",
    "completeness": "Is all of it there? 4: all; 3: all that this view can show; 2: a doubt; 1: a part is"
    " missing, hidden, cut off by the frame, or added; 0: most of it.",
}
ASPECTS = tuple(_RUBRIC)

_RULES = """\
You compare candidate pictures with reference pictures of one product, like a quality inspector who has to \
find what differs. References come first and show the truth; then candidates, each to be judged by itself.
Judge the product alone. Set, ground, light, shadows, camera, people and words beside the product are meant \
to differ and are no faults. Compare part by part, read print letter by letter, and count parts. Write in \
`seen` what you compared and what differs before you grade. Do not be kind: a fault that a customer would \
notice beside the real product is grade 1 or 0. Where the picture does not let you tell, the grade is 2, \
or null where the aspect cannot be seen at all.
`fault` is empty for grades 4 and 3; otherwise the difference in at most 15 words, as something to put \
right ("handle is on the left instead of the right").
"""


@dataclass(frozen=True)
class Candidate:
    """A picture to be judged: the candidate, or a frame of a clip, ``at`` so many seconds."""

    file: MediaFile
    at: float | None = None


def judging_task(request: FidelityRequest, candidates: Sequence[Candidate]) -> Task[FidelityResult]:
    """Compare ``candidates`` (one, or frames of a clip in their order) with the request's references. The
    pictures of the task are the references, then the candidates."""
    form = _form(len(candidates))
    first = len(request.references) + 1
    parts = [
        *identity(request.product, "THE PRODUCT, IN WORDS"),
        *pictured(request.references, "REFERENCES"),
        *(
            Part(f"Image {number}: candidate {place}.", under="CANDIDATES")
            for place, number in enumerate(range(first, first + len(candidates)), 1)
        ),
        *(Part(said, under="WHAT IS MEANT TO BE SO") for said in _meant(request, candidates)),
    ]
    rubric = "\n".join(f"{aspect}: {says}" for aspect, says in _RUBRIC.items())
    return task(
        form,
        "judgement",
        _RULES + rubric,
        parts,
        lambda answer: decide(answer["candidates"], candidates, partial=request.partial),
        (*(reference.file for reference in request.references), *(each.file for each in candidates)),
    )


def decide(
    graded: Sequence[Mapping[str, Any]], candidates: Sequence[Candidate], *, partial: bool
) -> FidelityResult:
    """The verdict over grades 0 to 4 per candidate and aspect: the worst candidate decides.

    ``drift`` where an aspect is at DRIFTING or below, ``pass`` where all that are graded are PASSING or
    better and none that is decisive lacks a grade, otherwise ``unsure``. With ``partial`` a detail is meant,
    and completeness is not judged.
    """
    judged = [aspect for aspect in ASPECTS if not (partial and aspect == "completeness")]
    worst: dict[str, float] = {}
    faults: list[Finding] = []
    doubts: list[str] = []
    for grades, candidate in zip(graded, candidates, strict=True):
        when = "" if candidate.at is None else f" (at {candidate.at:.1f} s)"
        for aspect in judged:
            grade, fault = grades[aspect]["grade"], grades[aspect]["fault"].strip(" .")
            if grade is None:
                doubts += [f"{aspect} cannot be seen{when}"] if aspect in DECISIVE else []
                continue
            score = SCORES[grade]
            worst[aspect] = min(score, worst.get(aspect, 1.0))
            said = f"{fault or f'{aspect} differs from the product'}{when}"
            if score <= DRIFTING:
                faults.append(Finding(aspect, said))
            elif score < PASSING:
                doubts.append(said)
    lowest = min(worst.values(), default=0.0)
    if faults:
        return FidelityResult(Verdict.DRIFT, lowest, worst, tuple(faults))
    if doubts:
        reason = "; ".join(dict.fromkeys(doubts))
        return FidelityResult(Verdict.UNSURE, min(lowest, SCORES[2]), worst, reason=reason)
    return FidelityResult(Verdict.PASS, lowest, worst)


def _meant(request: FidelityRequest, candidates: Sequence[Candidate]) -> list[str]:
    said = []
    if any(candidate.at is not None for candidate in candidates):
        said.append("The candidates are frames of one clip: movement may blur a little.")
    if request.partial:
        said.append("A detail of the product is shown: what the frame cuts off is not missing.")
    if request.composition is not Composition.PRODUCT_ONLY:
        said.append("A person may use it: what hands cover is not missing.")
    file = candidates[0].file
    if request.covered and file.width and file.height:
        boxes = "; ".join(_box(quad, file.width, file.height) for quad in request.covered)
        said.append(f"Words are laid over the picture on purpose at {boxes} (left, top, right, bottom).")
    return said


def _box(quad: Quad, width: int, height: int) -> str:
    xs, ys = zip(*quad.points, strict=True)
    edges = (min(xs) / width, min(ys) / height, max(xs) / width, max(ys) / height)
    return ", ".join(f"{min(1.0, max(0.0, edge)):.0%}" for edge in edges)


def _form(count: int) -> Schema:
    aspects = {
        aspect: shaped(
            "",
            seen=text("what was compared, and what differs", 1000),
            grade=whole("by the rubric", 0, len(SCORES) - 1, none=True),
            fault=text("", 200),
        )
        for aspect in ASPECTS
    }
    entry = Schema.from_dict(dict(aspects))
    listed = several("one for each candidate, in order", fields.Nested(entry), count, count)
    return Schema.from_dict({"candidates": listed})()
