"""What this engine does differently when a check found something wrong with its earlier attempts.

It cannot ask a model to do better: it changes how it shows the product, never the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from genai.domain.creative import Finding


@dataclass(frozen=True)
class Reaction:
    """``larger``: the product takes more of the frame and gives way for no headline. ``whole``: no close
    view. ``bare``: nothing stands before it, no petals and no words. ``white_light``: light without a
    colour, and no reflected colour of a set: the plain studio. ``still``: in a clip the camera all but
    stands, product and set are one picture, and the first look is like all others."""

    larger: bool = False
    whole: bool = False
    bare: bool = False
    white_light: bool = False
    still: bool = False


# By the aspect of the finding. Nothing here is ever mirrored: what reads so was seen too small.
REACTIONS = {
    "presence": Reaction(larger=True, whole=True, bare=True, still=True),
    "shape": Reaction(larger=True, whole=True, still=True),
    "colour": Reaction(white_light=True, bare=True, still=True),
    "print": Reaction(larger=True, bare=True, still=True),
    "completeness": Reaction(whole=True, bare=True, still=True),
}
_EVERYTHING = Reaction(*(True for _ in fields(Reaction)))


def reaction(findings: Sequence[Finding], attempt: int) -> Reaction:
    """The changes that all findings ask for together; where a check could not say what was wrong, or says
    it the second time, all there are."""
    if attempt == 1:
        return Reaction()
    told = [REACTIONS[finding.aspect] for finding in findings if finding.aspect in REACTIONS]
    if not told or attempt > 2:
        return _EVERYTHING
    return Reaction(*(any(getattr(each, field.name) for each in told) for field in fields(Reaction)))
