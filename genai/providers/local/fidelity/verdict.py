"""The decision over a comparison's figures: fixed thresholds, scores per aspect, findings in words.

An aspect's score is 0..1 and :data:`PASS` at its threshold, so that one number says it all: a score at
or above it is faithful. The thresholds were set by hand on half of the products of
``benchmarks/fidelity.py``; ``docs/fidelity.md`` reports them on the other half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genai.capabilities.fidelity import FidelityResult
from genai.domain.creative import Finding
from genai.domain.enums import Composition, Verdict
from genai.domain.media import Quad
from genai.providers.local.fidelity.comparing import Comparison
from genai.providers.local.fidelity.view import View

PASS = 0.5

STRETCH = 1.13  # larger over smaller scale of product against reference
STRETCH_VIEW = 1.35  # the same beyond which a view from the side explains too much
HUE = 12.0  # degrees, where the colours are apart by TURNED as well
CAST_WITH_HUE = 6.0  # CIELAB distance in a*, b* of what a faint outline is found by
TURNED = 3.5  # CIELAB distance in a*, b* below which nobody sees a turn
CAST = 20.0  # CIELAB distance in a*, b* that no white balance explains
EXPOSURE = 26.0  # CIELAB lightness that no exposure explains
RECOLORED = 0.22  # share of the product in another colour than the rest tells
LIKENESS = 0.55  # correlation of the print
LIKENESS_VIEW = 0.45  # the same in another view: what one cell needs to show the print
WEAKEST = 0.3  # the same that three quarters of the print must reach
SHARPNESS = 0.5  # fine detail over the reference's
SOFTENED = 0.14  # share of the product's fine detail that is lost where the rest is kept
ALTERED = 0.07  # share of the product that shows another print than the reference
COMPLETE_VERY_VIEW = 0.9  # share of the visible product that is there, and as it should be
COMPLETE = 0.8  # share of the visible product that is there
COMPLETE_WITH_MODEL = 0.55  # a hand may cover some of it
VISIBLE = 0.93  # share of the product inside the picture, unless a part is meant
VISIBLE_PARTIAL = 0.04
MIRRORED = 0.1  # by how much the mirrored reference must be liker
MIRRORED_PROOF = 14  # matched features of the mirrored reference, where no view is the very one
MIRRORED_LOWEST = 0.2  # the same of its least like cell, where both are seen in the very view

MIRRORED_COMPLETE = 0.08  # the same of what is there of it, which a hand may hide the rest of
EXACT = 0.985  # correlation of the print of a picture in which nothing needs a second look
EXACT_LOWEST = 0.8  # the same in each of its cells
SAME_VIEW = 0.93  # correlation that the best fifth of the print reaches in the reference's very view
VERY_VIEW = 0.98  # from here on it is no view nearby either
SAME_OUTLINE = 0.6  # share of the silhouette that lies on edges, which no other view does
SAME_PRINT = 0.8  # correlation of the print beside it
SETTLED = 0.45  # pixels that the best third may lie off in it: another view moves every part differently
_BY_VIEW = {"print", "completeness"}  # the aspects that a view nearby changes as well
PRINTED = 0.08  # share of the product with texture from which its print identifies it
PROOF = 6  # matched features that agree on one place: another product's have been 4 at most
CONFIRMED = 3  # the same, seen in another reference too, where the cut-out may hold a piece of its ground
CONFIRMED_SHARE = 0.08  # of all matched ones, likewise
_UNCLEAN = 0.3  # a cut-out's confidence below which it may
_SOME = 5  # matched features that prove it where print and colours are like it, too
_TURNED_VIEW = 25.0  # degrees of hue beyond which no photograph's light turns a colour
PRESENT = 0.7  # overlap of colours that supports a few features
ABSENT = 0.6  # overlap of colours below which the product is not in the picture


def is_exact(comparison: Comparison) -> bool:
    """Alike throughout: nothing else need be tried."""
    likeness = comparison.print_likeness
    if likeness is None or comparison.textured < PRINTED:
        return False
    return likeness >= EXACT and comparison.print_lowest >= EXACT_LOWEST and is_same(comparison)


def is_same(comparison: Comparison) -> bool:
    """The picture shows the very view of the reference: what differs in a place differs in truth."""
    if comparison.edges >= SAME_OUTLINE and (comparison.print_likeness or 0.0) >= SAME_PRINT:
        return True
    return comparison.best_likeness >= SAME_VIEW and comparison.settled <= SETTLED


def may_hold_ground(view: View) -> bool:
    return view.confidence < _UNCLEAN


def _may_be_another(comparison: Comparison) -> bool:
    """Nearly the reference's view, or the very view: its print does not settle it; or a cut-out that may
    not be the product alone."""
    if may_hold_ground(comparison.alignment.view):
        return True  # what differs may be a piece of ground
    outlined = is_outlined(comparison) or comparison.edges >= SAME_OUTLINE
    return not outlined and comparison.best_likeness < VERY_VIEW


def is_proven(comparison: Comparison) -> bool:
    """Features agree on the product, in whatever view."""
    alignment = comparison.alignment
    if alignment.inliers < PROOF or not may_hold_ground(alignment.view):
        return alignment.inliers >= PROOF
    return alignment.confirmed >= max(CONFIRMED, CONFIRMED_SHARE * len(alignment.places))


def is_likely(comparison: Comparison) -> bool:
    """A few features agree: enough where the product's colours are there as well."""
    matched, likeness = comparison.alignment.inliers, comparison.print_likeness or 0.0
    if may_hold_ground(comparison.alignment.view):
        return False
    return matched >= _SOME and likeness >= LIKENESS and comparison.complete >= COMPLETE_WITH_MODEL


def is_outlined(comparison: Comparison) -> bool:
    """A product with hardly any print, found by its outline and colours."""
    if comparison.textured >= PRINTED:
        return False
    if comparison.edges >= 0.5 and comparison.complete >= 0.5:
        return True
    # Low contrast to the ground hides an outline; the very colours in the very shape are evidence too.
    cast = comparison.tint.distance
    return comparison.edges >= 0.33 and comparison.complete >= 0.9 and cast < CAST_WITH_HUE


def is_found(comparison: Comparison) -> bool:
    """Enough evidence that this is the product's place at all."""
    return is_same(comparison) or is_proven(comparison) or is_outlined(comparison)


def is_mirrored(direct: Comparison | None, mirrored: Comparison | None) -> bool:
    """The mirrored reference explains the picture, and clearly better than the reference does."""
    if mirrored is None:
        return False
    likeness, own = mirrored.print_likeness or 0.0, (direct and direct.print_likeness) or 0.0
    if is_same(mirrored):
        if direct is None or not is_same(direct):
            return True
        # Nearly its own mirror image: the place where it is not decides.
        apart = mirrored.print_lowest - direct.print_lowest >= MIRRORED_LOWEST
        return likeness > own and (apart or mirrored.complete - direct.complete >= MIRRORED_COMPLETE)
    if mirrored.alignment.inliers < MIRRORED_PROOF or likeness < LIKENESS:
        return False
    return direct is None or (
        likeness - own >= MIRRORED and mirrored.alignment.inliers > direct.alignment.inliers
    )


def decide(comparison: Comparison, composition: Composition, *, partial: bool) -> FidelityResult:
    """The verdict over the best alignment."""
    if not is_same(comparison) and not is_outlined(comparison):
        return _in_another_view(comparison)
    findings: list[Finding] = []
    aspects = {
        "presence": 1.0,
        "shape": _shape(comparison, findings),
        "colour": _color(comparison, findings),
        "print": _print(comparison, findings),
        "completeness": _completeness(comparison, composition, partial, findings),
    }
    score = min(aspects.values())
    aspects = {aspect: round(value, 3) for aspect, value in aspects.items()}
    found = quad_of(comparison)
    if score < PASS and _may_be_another(comparison) and {f.aspect for f in findings} <= _BY_VIEW:
        maybe = f"{findings[0].text if findings else 'a part differs'}, unless the view is another"
        return FidelityResult(Verdict.UNSURE, round(0.4 * PASS + 0.5 * score, 3), aspects, (), found, maybe)
    if score < PASS:
        return FidelityResult(Verdict.DRIFT, round(score, 3), aspects, tuple(findings), found)
    reason = _doubt(comparison)
    verdict = Verdict.UNSURE if reason else Verdict.PASS
    return FidelityResult(verdict, round(score, 3), aspects, tuple(findings), found, reason)


def _in_another_view(comparison: Comparison) -> FidelityResult:
    """Features have proven the product; its parts stand differently, so they tell little one by one."""
    matched, likeness = comparison.alignment.inliers, comparison.print_likeness or 0.0
    tint, found = comparison.tint, quad_of(comparison)
    presence = 1 - 0.5 * float(np.exp(-matched / 30))
    aspects = {"presence": round(presence, 3), "print": round(likeness, 3)}
    turns = [abs(turn) for turn in (tint.hue, tint.own) if turn is not None]
    if turns and min(turns) >= _TURNED_VIEW and tint.turned >= 2 * TURNED and matched >= PROOF:
        words = f"colour is {abs(tint.hue or 0):.0f} degrees off towards {comparison.becomes}"
        colour = round(PASS * _TURNED_VIEW / (2 * min(turns)), 3)
        return FidelityResult(
            Verdict.DRIFT, colour, {**aspects, "colour": colour}, (Finding("colour", words),), found
        )
    reason: str | None = None
    if comparison.alignment.stretch > STRETCH_VIEW:
        reason = "the product is seen too far from the side to judge its proportions"
    elif likeness < LIKENESS_VIEW or comparison.complete < COMPLETE_WITH_MODEL:
        reason = f"{comparison.damaged or 'a part'} of the product differs, which may be the view"
    if reason:
        return FidelityResult(Verdict.UNSURE, round(0.9 * PASS * presence, 3), aspects, (), found, reason)
    return FidelityResult(Verdict.PASS, round(presence, 3), aspects, (), found)


def mirrored_product(comparison: Comparison) -> FidelityResult:
    finding = Finding("print", "label is mirrored")
    return FidelityResult(
        Verdict.DRIFT, 0.1, {"presence": 1.0, "print": 0.1}, (finding,), quad_of(comparison)
    )


def not_found(colors: float) -> FidelityResult:
    """Neither features nor outline showed the product; ``colors``: how well its colours are there."""
    if colors < ABSENT:
        return absent(score=0.4 * colors * PASS)
    return unsure(
        "no reference shows the product as it may stand here; only its colours are there",
        score=PASS * (0.4 + 0.4 * (colors - ABSENT) / (1 - ABSENT)),
    )


def absent(
    text: str = "the product is missing, or it is another product", score: float = 0.0
) -> FidelityResult:
    presence = round(score, 3)
    return FidelityResult(Verdict.DRIFT, presence, {"presence": presence}, (Finding("presence", text),))


def unsure(reason: str, score: float = 0.9 * PASS) -> FidelityResult:
    return FidelityResult(Verdict.UNSURE, round(score, 3), {}, (), None, reason)


def quad_of(comparison: Comparison) -> Quad:
    points: Sequence[tuple[float, float]] = [(float(x), float(y)) for x, y in comparison.alignment.corners()]
    return Quad((points[0], points[1], points[2], points[3]))


def _graded(value: float, perfect: float, threshold: float) -> float:
    """1 at ``perfect``, PASS at ``threshold``, on towards 0 at the same rate."""
    return min(1.0, max(0.0, 1 - (1 - PASS) * (value - perfect) / (threshold - perfect)))


def _shape(comparison: Comparison, findings: list[Finding]) -> float:
    score = _graded(comparison.stretch, 1.0, STRETCH)
    if score < PASS:
        findings.append(
            Finding(
                "shape", f"product is stretched by {comparison.stretch - 1:.0%}: {_direction(comparison)}"
            )
        )
    return score


def _direction(comparison: Comparison) -> str:
    matrix = comparison.alignment.matrix
    wide = float((matrix[0, 0] ** 2 + matrix[1, 0] ** 2) ** 0.5)
    tall = float((matrix[0, 1] ** 2 + matrix[1, 1] ** 2) ** 0.5)
    return "too wide" if wide > 1.04 * tall else "too tall" if tall > 1.04 * wide else "askew"


def _color(comparison: Comparison, findings: list[Finding]) -> float:
    tint = comparison.tint
    red, yellow, light, cast = tint.red, tint.yellow, tint.light, tint.distance
    scores = [_graded(cast, 0, CAST), _graded(abs(light), 0, EXPOSURE)]
    hue = tint.hue or 0.0
    if tint.turned >= TURNED:
        # What a cast explains in a product of several colours is no turn.
        scores.append(_graded(abs(hue) if tint.own is None else min(abs(hue), abs(tint.own)), 0, HUE))
    score = min(scores)
    if score < PASS:
        if scores[-1] < PASS and len(scores) == 3:
            findings.append(
                Finding("colour", f"colour is {abs(hue):.0f} degrees off towards {comparison.becomes}")
            )
        elif cast > CAST:
            words = (
                "red"
                if red > abs(yellow)
                else "green"
                if -red > abs(yellow)
                else "yellow"
                if yellow > 0
                else "blue"
            )
            findings.append(Finding("colour", f"colours have a {words} cast"))
        else:
            findings.append(Finding("colour", f"product is much too {'light' if light > 0 else 'dark'}"))
    part = _graded(comparison.recolored, 0, RECOLORED)
    if part < PASS:
        findings.append(Finding("colour", "a part of the product has another colour"))
    return min(score, part)


def _print(comparison: Comparison, findings: list[Finding]) -> float:
    likeness = comparison.print_likeness
    if likeness is None:
        return 1.0
    score = _graded(1 - likeness, 0, 1 - LIKENESS)
    if comparison.print_weakest is not None:
        score = min(score, _graded(1 - comparison.print_weakest, 0, 1 - WEAKEST))
    if score < PASS:
        findings.append(Finding("print", "label or surface differs from the product's"))
    if comparison.sharpness is not None:
        sharp = _graded(1 - min(1.0, comparison.sharpness), 0, 1 - SHARPNESS)
        if sharp < PASS:
            findings.append(Finding("print", "label is blurred"))
        score = min(score, sharp)
    where = comparison.damaged or "a part"
    for damage, limit, words in (
        (comparison.softened, SOFTENED, f"{where} of the print is blurred"),
        (comparison.altered, ALTERED, f"{where} of the product shows something else"),
    ):
        part = _graded(damage, 0, limit)
        if part < PASS and score >= PASS and comparison.complete >= COMPLETE_VERY_VIEW:
            findings.append(Finding("print", words))
        score = min(score, part)
    return score


def _completeness(
    comparison: Comparison, composition: Composition, partial: bool, findings: list[Finding]
) -> float:
    if composition is not Composition.PRODUCT_ONLY:
        score = _graded(1 - comparison.complete, 0, 1 - COMPLETE_WITH_MODEL)
    elif comparison.best_likeness >= VERY_VIEW:
        score = _graded(1 - comparison.complete + comparison.altered, 0, 1 - COMPLETE_VERY_VIEW)
    else:
        score = _graded(1 - comparison.complete, 0, 1 - COMPLETE)
    if score < PASS:
        findings.append(
            Finding(
                "completeness",
                f"{comparison.missing or 'a part'} of the product is hidden, missing or replaced",
            )
        )
    visible = VISIBLE_PARTIAL if partial else VISIBLE
    inside = _graded(1 - comparison.visible, 0, 1 - visible)
    if inside < PASS:
        findings.append(Finding("completeness", "product is cut off by the frame"))
    return min(score, inside)


def _doubt(comparison: Comparison) -> str | None:
    """Why a picture in which nothing is wrong still cannot be passed."""
    if may_hold_ground(comparison.alignment.view):
        return "the product could not be cut out of its photographs reliably"
    outlined = comparison.alignment.inliers == 0 and comparison.textured < PRINTED
    if outlined and (comparison.edges < 0.5 or comparison.stretch > 1.08):
        return "the product has no print to go by, and its outline is not clear enough"
    return None
