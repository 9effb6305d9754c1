"""How far a cut-out can be believed: what speaks against its edge, in numbers and in words."""

from __future__ import annotations

import cv2
import numpy as np

from genai.providers.local import oklab
from genai.providers.local.segment import Outline

# At and above this a cut-out may stand alone on any ground. Below it a picture is composed with the
# framed photograph. Set by eye on some fifty product photographs in real surroundings: cuts that take
# a hand or a wall along, leave the frame or are ragged should lie below, at the price of some good ones.
CLEAN_MATTE = 0.6

_SIZE = 640  # pixels, the longer side at which the outline is measured
_BAY = 0.14  # of the cut-out's size: half the width of a bay that may be a missing part
_RIM = 0.035  # of the longer side: so near to the frame a product has most likely left it


def judge(rgb: np.ndarray, found: Outline, foreign: float, said: np.ndarray | None) -> tuple[float, str]:
    """Confidence 0..1 in an outline in ``rgb``, and in words what it rests on or suffers from.

    ``foreign``: the part of the cut, 0..1, in colours that the other views of the product lack.
    ``said``: log-odds (see :mod:`consensus`) of what the other views say, where there are any.
    """
    dirty, missing = _disputed(found.mask, said) if said is not None else (0.0, 0.0)
    edge, patchy, whole, frame = _contour(rgb, found.mask)
    factors = {
        "several cuts from different guesses disagree": _ramp(found.agreement, 0.6, 0.95),
        "it hardly stands out from its surroundings": _ramp(found.leaning, 0.38, 0.6),
        "parts of its edge follow no visible edge": _ramp(edge, 0.5, 0.85),
        "parts of its edge are ragged": 1 - 1.4 * max(0.0, patchy - 0.3),
        "it falls into pieces": _ramp(whole, 0.75, 0.98),
        "much else in the photograph stands out as well": 1 - _ramp(found.stray, 0.12, 0.26),
        "it touches the frame of the photograph": 1.0 if frame < 0.02 else max(0.1, 1 - 12 * frame),
        "it holds what the other views show to be ground": 1 - _ramp(dirty, 0.006, 0.04),
        "it lacks parts that the other views show": 1 - _ramp(missing, 0.006, 0.026),
        "it holds colours that the other views lack": 1 - 1.9 * max(0.0, foreign - 0.08),
    }
    confidence = float(np.prod([max(0.0, factor) for factor in factors.values()]))
    worst = min(factors, key=lambda reason: factors[reason])
    reason = worst if factors[worst] < 0.9 else "its edge is clear all around"
    return round(min(confidence, 0.99), 3), reason


def _disputed(full: np.ndarray, said: np.ndarray) -> tuple[float, float]:
    """The parts of the cut-out's area that the views speak against, within it and without."""
    height, width = said.shape
    mask = cv2.resize(full.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA) > 0.5
    area = np.count_nonzero(mask)
    if not area:
        return 1.0, 1.0
    size = float(np.sqrt(area))
    # Along the outline itself a view that is a pixel off proves nothing.
    away = max(2.0, 0.02 * size)
    solid = mask.astype(np.uint8)
    inner = cv2.distanceTransform(solid, cv2.DIST_L2, 3) > away
    distance = cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3)
    pad = round(_BAY * size) + 1
    bay = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pad - 1, 2 * pad - 1))
    padded = cv2.copyMakeBorder(solid, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, bay)[pad:-pad, pad:-pad] > 0
    # A bay of the outline is the ground's only where that can be told.
    bitten = closed & (said > -0.8) & (distance > away / 2)
    beyond = (distance > away) & (distance < 0.5 * size) & (said > 1.2)
    return np.count_nonzero(inner & (said < -1.2)) / area, np.count_nonzero(bitten | beyond) / area


def _ramp(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0, 1))


def _contour(rgb: np.ndarray, full: np.ndarray) -> tuple[float, float, float, float]:
    """Of the outline: the share on a visible colour edge, how much more ragged its worst part is than
    its middle (pixels), the largest piece's share of the area, the share along the frame."""
    height, width = full.shape
    scale = min(1.0, _SIZE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    mask = cv2.resize(full.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours or max(len(contour) for contour in contours) < 16:
        return 0.0, 1.0, 0.0, 1.0
    main = max(contours, key=cv2.contourArea)
    contour = main[:, 0].astype(np.float32)
    even = _smooth(contour)
    rim = _RIM * max(size)
    on_frame = np.any((contour < rim) | (contour > np.array(size) - 1 - rim), axis=1)
    lab = oklab.from_srgb(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)) * 100
    strong = _on_edge(cv2.GaussianBlur(lab, (0, 0), 1.0), contour, even, max(3.0, 0.02 * mask.sum() ** 0.5))
    gap = np.linalg.norm(contour - even, axis=1)
    window = max(9, len(gap) // 12)
    local = np.convolve(np.concatenate([gap, gap[:window]]), np.ones(window) / window, "valid")
    free = ~on_frame
    return (
        float(strong[free].mean()) if free.any() else 0.0,
        float(np.percentile(local, 95) - np.median(local)),
        cv2.contourArea(main) / max(sum(cv2.contourArea(other) for other in contours), 1.0),
        float(on_frame.mean()),
    )


def _smooth(contour: np.ndarray) -> np.ndarray:
    wrapped = np.concatenate([contour[-7:], contour, contour[:7]])
    kernel = np.ones(15, np.float32) / 15
    return np.stack([np.convolve(wrapped[:, axis], kernel, "valid") for axis in (0, 1)], 1)


def _on_edge(lab: np.ndarray, contour: np.ndarray, even: np.ndarray, reach: float) -> np.ndarray:
    """Per contour point: does the colour change more across it than on either side of it?"""
    tangent = np.roll(even, -2, 0) - np.roll(even, 2, 0)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)

    def at(distance: float) -> np.ndarray:
        points = np.rint(contour + distance * normal).astype(int)
        return np.asarray(
            lab[np.clip(points[:, 1], 0, lab.shape[0] - 1), np.clip(points[:, 0], 0, lab.shape[1] - 1)]
        )

    across = np.linalg.norm(at(reach) - at(-reach), axis=1)
    within = np.minimum(
        np.linalg.norm(at(2.5 * reach) - at(reach), axis=1),
        np.linalg.norm(at(-2.5 * reach) - at(-reach), axis=1),
    )
    # 7 hundredths of OKLab: plainly visible, and well above the noise of a photograph.
    return np.asarray((across > 7) & (across > 1.2 * within))
