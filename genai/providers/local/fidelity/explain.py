"""What a check saw, as one picture: reference, candidate with matches and place, both aligned, difference."""

from __future__ import annotations

import cv2
import numpy as np

from genai.capabilities.fidelity import FidelityResult
from genai.domain.enums import Verdict
from genai.providers.local.fidelity.comparing import Comparison
from genai.providers.local.fidelity.features import Bytes, Floats
from genai.providers.local.fidelity.view import View

_TALL = 480  # pixels of every panel's height
_GAP = 12
_WORDS = 26  # pixels of a line of words
_COLORS = {Verdict.PASS: (30, 140, 60), Verdict.UNSURE: (190, 130, 0), Verdict.DRIFT: (200, 40, 40)}
_MOST_MATCHES = 60
_FULL = 40.0  # CIELAB difference drawn as the warmest colour


def picture(result: FidelityResult, rgb: Bytes, view: View | None, comparison: Comparison | None) -> Bytes:
    """Panels side by side over the verdict in words, uint8 sRGB."""
    candidate, scale = _fitted(rgb)
    if result.found is not None:
        corners = np.rint(np.array(result.found.points) * scale).astype(np.int32)
        cv2.polylines(candidate, [corners], isClosed=True, color=_COLORS[result.verdict], thickness=3)
    panels = [candidate]
    if view is not None:
        reference, view_scale = _fitted(np.where(view.mask[..., None] > 0, view.rgb, 255).astype(np.uint8))
        panels.insert(0, reference)
        if comparison is not None:
            _matches(reference, candidate, comparison, view_scale, scale)
    if comparison is not None:
        frame = comparison.frame
        panels += [_fitted(_rgb(frame.reference))[0], _fitted(_rgb(frame.candidate))[0]]
        panels.append(_fitted(_difference(comparison))[0])
    gap = np.full((_TALL, _GAP, 3), 255, np.uint8)
    row = np.hstack([part for panel in panels for part in (panel, gap)][:-1])
    return np.vstack([row, _words(result, row.shape[1])])


def _fitted(rgb: Bytes) -> tuple[Bytes, float]:
    scale = _TALL / rgb.shape[0]
    size = max(2, round(rgb.shape[1] * scale)), _TALL
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.array(cv2.resize(rgb, size, interpolation=method), np.uint8), scale


def _matches(
    reference: Bytes, candidate: Bytes, comparison: Comparison, view_scale: float, scale: float
) -> None:
    """The matched features, each pair in a colour of its own."""
    alignment = comparison.alignment
    places = alignment.places[:: max(1, len(alignment.places) // _MOST_MATCHES)]
    if not len(places):
        return
    shown = alignment.picture.original(places @ alignment.matrix[:, :2].T + alignment.matrix[:, 2])
    hues = np.linspace(0, 170, len(places)).astype(np.uint8)
    colors = cv2.cvtColor(
        np.dstack([hues, np.full_like(hues, 220), np.full_like(hues, 230)]), cv2.COLOR_HSV2RGB
    )
    for mine, theirs, color in zip(places * view_scale, shown * scale, colors[0].tolist(), strict=True):
        for panel, point in ((reference, mine), (candidate, theirs)):
            cv2.circle(panel, (round(float(point[0])), round(float(point[1]))), 4, color, 2, cv2.LINE_AA)


def _difference(comparison: Comparison) -> Bytes:
    """CIELAB distance after the picture's cast, from white to dark red; outside the product, grey."""
    frame, tint = comparison.frame, comparison.tint
    cast = np.array([tint.light, tint.red, tint.yellow], np.float32)
    apart = np.linalg.norm(cv2.GaussianBlur(frame.candidate - frame.reference - cast, (0, 0), 1.5), axis=2)
    share = np.clip(apart / _FULL, 0, 1)[..., None]
    drawn = 255 * (1 - share) + np.array([170, 0, 0]) * share
    return np.where((frame.core & frame.seen)[..., None] > 0, drawn, 210).astype(np.uint8)


def _rgb(lab: Floats) -> Bytes:
    rgb = cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    return np.clip(np.rint(rgb * 255), 0, 255).astype(np.uint8)


def _words(result: FidelityResult, width: int) -> Bytes:
    aspects = "  ".join(f"{name} {value:.2f}" for name, value in result.aspects.items())
    told = [finding.text for finding in result.findings] + ([result.reason] if result.reason else [])
    lines = [f"{result.verdict.value}  {result.score:.2f}   {aspects}", *told]
    drawn = np.full((_WORDS * len(lines) + _GAP, width, 3), 255, np.uint8)
    for number, line in enumerate(lines):
        color = _COLORS[result.verdict] if number == 0 else (40, 40, 40)
        plain = line.encode("ascii", "replace").decode()
        at = (8, _WORDS * (number + 1) - 4)
        cv2.putText(drawn, plain, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, color, 1, cv2.LINE_AA)
    return drawn
