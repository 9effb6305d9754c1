"""One fidelity check from its request to its result."""

from __future__ import annotations

from collections.abc import Sequence

from genai.capabilities.base import Call
from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import Reference
from genai.domain.media import Quad
from genai.errors import Permanent
from genai.providers.local import pixels
from genai.providers.local.fidelity import clip, matching, verdict
from genai.providers.local.fidelity.comparing import Comparison, compare
from genai.providers.local.fidelity.matching import Alignment, Picture
from genai.providers.local.fidelity.view import View, view_of

_SMALLEST = 64  # pixels of the candidate's shorter side
_MOST_REFERENCES = 20  # ten photographs, the most a product has, and a cut-out of each
_CLEAN = 0.7  # a cut-out's confidence from which the photographs add nothing
_PLENTY = 40  # matches after which nothing else is tried
_LIKE_ENOUGH = 0.93  # a print this like its reference is not mirrored


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
    if min(rgb.shape[:2]) < _SMALLEST:
        return verdict.unsure("the picture is too small to compare")
    references = _usable(request.references)
    if not references:
        return verdict.unsure("no reference picture can be read")
    placement = request.placement
    picture = matching.picture_of(rgb, placement)
    found = _best(_alignments([view for _, view in references], picture, placement, partial=request.partial))
    if placement is not None and not (found and verdict.is_found(found)):
        # The engine's word is a hint: the product may stand elsewhere.
        picture = matching.picture_of(rgb, None)
        elsewhere = _best(
            _alignments([view for _, view in references], picture, None, partial=request.partial)
        )
        if elsewhere and (found is None or elsewhere.agreement > found.agreement):
            found = elsewhere
    mirrored = _mirrored(references, picture if found is None else found.alignment.picture, found)
    if found is None or not verdict.is_found(found):
        if mirrored and verdict.is_found(mirrored):
            return verdict.decide(found or mirrored, mirrored, request.composition, partial=request.partial)
        if not any(view.masked for _, view in references):
            return verdict.unsure("no reference says which part of it is the product")
        return verdict.absent()
    return verdict.decide(found, mirrored, request.composition, partial=request.partial)


def _usable(references: Sequence[Reference]) -> list[tuple[Reference, View]]:
    """The references to compare with: cut-outs, and where none is clean the photographs too."""
    cutouts = [r for r in references if r.role == "cutout"]
    clean = [r for r in cutouts if r.confidence >= _CLEAN]
    neutral = [r for r in references if r.role == "neutral"]
    others = [r for r in references if r.role not in ("cutout", "neutral")]
    chosen = clean or [*cutouts, *(others or neutral)]
    found = []
    for reference in chosen[:_MOST_REFERENCES]:
        try:
            found.append((reference, view_of(reference)))
        except Permanent:
            continue  # one unreadable reference does not spoil the others
    return found


def _alignments(
    views: Sequence[View], picture: Picture, placement: Quad | None, *, partial: bool
) -> list[Alignment]:
    matched = [alignment for view in views if (alignment := matching.by_features(view, picture))]
    matched = sorted(matched, key=lambda alignment: -alignment.inliers)[:3]
    if matched and matched[0].inliers >= _PLENTY:
        return matched[:2]
    masked = [view for view in views if view.masked]
    placed: list[Alignment] = []
    if placement is not None and not partial:
        placed = [matching.by_placement(view, picture, placement) for view in masked]
    else:
        placed = [found for view in masked if (found := matching.by_template(view, picture))]
    ranked = sorted(placed, key=lambda a: -matching.support(a.view, picture, a.matrix))[:2]
    return matched + [matching.on_outline(alignment) for alignment in ranked]


def _best(alignments: Sequence[Alignment]) -> Comparison | None:
    compared = [comparison for alignment in alignments if (comparison := compare(alignment))]
    return max(compared, key=lambda comparison: comparison.agreement, default=None)


def _mirrored(
    references: Sequence[tuple[Reference, View]], picture: Picture, found: Comparison | None
) -> Comparison | None:
    """The best comparison with the mirrored references, where the print leaves a doubt."""
    clear = found is not None and (found.print_likeness is None or found.print_likeness >= _LIKE_ENOUGH)
    if found and clear and verdict.is_found(found):
        return None
    views = [view_of(reference, mirrored=True) for reference, _ in references]
    return _best([alignment for view in views if (alignment := matching.by_features(view, picture))])
