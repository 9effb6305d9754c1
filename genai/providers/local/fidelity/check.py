"""One fidelity check from its request to its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from genai.capabilities.base import Call, Produced
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import Reference
from genai.domain.enums import AssetRole, Composition, Verdict
from genai.domain.media import Quad
from genai.errors import Permanent
from genai.media import pixels
from genai.providers.local.fidelity import clip, explain, matching, palette, photograph, verdict
from genai.providers.local.fidelity.comparing import Comparison, compare
from genai.providers.local.fidelity.cutting import cut
from genai.providers.local.fidelity.features import Bytes
from genai.providers.local.fidelity.matching import Alignment, Picture
from genai.providers.local.fidelity.view import View, view_of

_SMALLEST = 64  # pixels of the candidate's shorter side
_MOST_REFERENCES = 20
_MOST_PHOTOGRAPHS = 10  # that a product has
_SURE = 0.3  # a cut-out's confidence from which its colours are the product's
_PLENTY = 14  # matches after which nothing else is tried
_COMPARED = 2  # alignments by features looked at closely, those with most matches
_NEARLY = 0.6  # of the matches of the best one, without which another is not looked at
_TRIED = 3  # places looked at closely
_SEARCHED = 1  # references whose colours are searched for at every turn
_EVEN = 0.8  # evenness of a silhouette from which its mirror image may stand where it stands


def fidelity(request: FidelityRequest, call: Call) -> FidelityResult:
    """Compare the candidate with the references; of a clip, some of its frames.

    Passes and drifts are decided by :mod:`verdict`'s thresholds; unsure, with a reason, is what cannot
    be seen well enough. Raises :class:`~genai.errors.Permanent` where the candidate is no picture, or a clip
    that cannot be decoded.
    """
    if request.candidate.media_type.startswith("video/"):
        return clip.of_clip(request, call, fidelity)
    rgba = pixels.load_rgba(request.candidate.path)
    rgb = pixels.on_white(rgba) if rgba[..., 3].min() < 255 else rgba[..., :3]
    whole: Picture | None = None
    if not request.explain and photograph.croppable(request):
        whole = matching.picture_of(rgb, None, request.covered)
        own = photograph.of_photograph(request, rgb, whole.features.enlarged(whole.factor))
        if own is not None:
            return own
    references = _usable(request.references, call.workdir)
    result, comparison = _judged(request, rgb, references, whole)
    if request.explain:
        view = comparison.alignment.view if comparison else references[0][1] if references else None
        path = call.workdir / "explanation.png"
        pixels.save_png(path, explain.picture(result, rgb, view, comparison))
        result = replace(result, explanation=Produced(path, "image/png", AssetRole.EXPLANATION))
    return result


def _judged(
    request: FidelityRequest,
    rgb: Bytes,
    references: Sequence[tuple[Reference, View]],
    whole: Picture | None,
) -> tuple[FidelityResult, Comparison | None]:
    """The result, and the comparison that it rests on; ``whole``: the candidate's features, where they are
    known."""
    if min(rgb.shape[:2]) < _SMALLEST:
        return verdict.unsure("the picture is too small to compare"), None
    if not references:
        return verdict.unsure("no reference picture can be read"), None
    views = [view for _, view in references]
    placement = request.placement
    picture = whole if placement is None else None
    picture = picture or matching.picture_of(rgb, placement, request.covered)
    held = request.composition is not Composition.PRODUCT_ONLY
    found = _search(views, picture, placement, partial=request.partial, held=held)
    if placement is not None and not (found and verdict.is_found(found)):
        # The engine's word is a hint: the product may stand elsewhere.
        picture = whole or matching.picture_of(rgb, None, request.covered)
        found = _better(found, _search(views, picture, None, partial=request.partial, held=held))
    mirrored = _mirrored(references, picture if found is None else found.alignment.picture, found, held=held)
    if mirrored is not None and verdict.is_mirrored(found, mirrored):
        return verdict.mirrored_product(mirrored), mirrored
    return _concluded(request, rgb, views, found)


def _concluded(
    request: FidelityRequest, rgb: Bytes, views: Sequence[View], found: Comparison | None
) -> tuple[FidelityResult, Comparison | None]:
    """What follows from the best comparison there is, and from the product's colours where it says little."""
    masked = [view for view in views if view.masked]
    result: FidelityResult | None = None
    if found is not None and verdict.is_found(found):
        result = verdict.decide(found, request.composition, partial=request.partial)
        others = [view for view in masked if view is not found.alignment.view]
        if result.verdict is Verdict.PASS and others and palette.apart(found.alignment.view, others):
            return verdict.unsure("the references do not show one product"), found
        if result.verdict is not Verdict.UNSURE or verdict.is_same(found) or not masked:
            return result, found
    if not masked:
        return verdict.unsure("no reference says which part of it is the product"), None
    sure = [view for view in masked if view.confidence >= _SURE] or masked
    colors = palette.likeness(sure, rgb)
    if result is not None and colors >= verdict.ABSENT:
        return result, found
    if found is not None and verdict.is_likely(found) and colors >= verdict.PRESENT:
        return verdict.decide(found, request.composition, partial=request.partial), found
    return verdict.not_found(colors), None


def _readable(reference: Reference) -> View | None:
    try:
        return view_of(reference)
    except Permanent:
        return None  # one unreadable reference does not spoil the others


def _usable(references: Sequence[Reference], workdir: Path) -> list[tuple[Reference, View]]:
    """The references to compare with: cut-outs, and where there are none the photographs, cut out here."""
    references = [r for r in references if r.role != "scene_image"]
    cutouts = [r for r in references if r.role == "cutout"]
    photographs = [r for r in references if r.role == "source"]
    if not cutouts and photographs:
        cutouts = list(cut(photographs[:_MOST_PHOTOGRAPHS], workdir))
    chosen = cutouts or references
    chosen = chosen[:_MOST_REFERENCES]
    return [(reference, view) for reference in chosen if (view := _readable(reference))]


def _matched(views: Sequence[View], picture: Picture) -> list[Alignment]:
    found = [alignment for view in views if (alignment := matching.by_features(view, picture))]
    return sorted(found, key=lambda alignment: -alignment.inliers)


def _laid(
    views: Sequence[View], picture: Picture, placement: Quad | None, *, partial: bool
) -> list[Alignment]:
    """Alignments by colours and outline, or by the engine's word, where features do not tell."""
    masked = [view for view in views if view.masked]
    if placement is not None and not partial:
        placed = [matching.by_placement(view, picture, placement) for view in masked]
        ranked = sorted(placed, key=lambda a: -matching.support(a.view, picture, a.matrix))[:2]
    else:
        if len(masked) > _SEARCHED:
            rough = [matching.by_template(view, picture, turns=(0.0,), scales=5) for view in masked]
            firsts = [places[0] for places in rough if places]
            firsts.sort(key=lambda a: -matching.support(a.view, picture, a.matrix))
            masked = [alignment.view for alignment in firsts[:_SEARCHED]]
        places = [matching.by_template(view, picture) for view in masked]
        ranked = [place for found in places for place in found[: _TRIED // len(masked)]]
    return [matching.on_outline(alignment) for alignment in ranked]


def _search(
    views: Sequence[View], picture: Picture, placement: Quad | None, *, partial: bool, held: bool
) -> Comparison | None:
    """The alignment under which the picture agrees best with a reference."""
    best: Comparison | None = None
    alignments = [
        matching.confirmed(alignment, views) if verdict.may_hold_ground(alignment.view) else alignment
        for alignment in _matched(views, picture)[:_COMPARED]
    ]
    for alignment in alignments:
        if alignment.inliers < _NEARLY * alignments[0].inliers:
            break
        best = _better(best, compare(alignment, held=held))
        if best and verdict.is_exact(best):
            return best
    if best and (verdict.is_same(best) or (verdict.is_proven(best) and best.alignment.inliers >= _PLENTY)):
        return best
    matched = best
    for alignment in _laid(views, picture, placement, partial=partial):
        best = _better(best, compare(alignment, held=held))
    # A few features that agree say more than colours laid where they fit best but do not.
    return matched if matched and best and not verdict.is_found(best) else best


def _better(one: Comparison | None, two: Comparison | None) -> Comparison | None:
    if one is None or two is None:
        return one or two
    return one if one.agreement >= two.agreement else two


def _mirrored(
    references: Sequence[tuple[Reference, View]],
    picture: Picture,
    found: Comparison | None,
    *,
    held: bool,
) -> Comparison | None:
    """The best comparison with the mirrored references, where the print leaves a doubt."""
    if found is not None and verdict.is_exact(found):
        return None
    known = found.alignment.view if found is not None and verdict.is_found(found) else None
    asked = [reference for reference, view in references if known is None or view is known]
    views = [view_of(reference, mirrored=True) for reference in asked]
    alignments = _matched(views, picture)[:1]
    if found is not None and known is not None and known.evenness >= _EVEN:
        # A product that is nearly its own mirror image: the mirrored one in the same place.
        alignments.append(replace(found.alignment, view=views[0]))
    best: Comparison | None = None
    for alignment in alignments:
        best = _better(best, compare(alignment, held=held))
    return best
