"""A picture that is one of the client's own photographs, cropped: nothing in it can have drifted.

Photographs are asked for where no clean cut-out exists, because then the engine shows them whole; for a
frame of a clip likewise the picture that has passed, over which the camera moves. It is strict: tile by
tile the other picture must be there, as sharp and in its colours. Whatever fails that is compared as any
other picture is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.capabilities.fidelity import FidelityRequest, FidelityResult
from genai.domain.creative import Reference
from genai.domain.enums import Verdict
from genai.domain.media import Quad
from genai.media import pixels
from genai.providers.local.fidelity.features import Bytes, Features, Floats, shared
from genai.providers.local.fidelity.view import View, view_of
from genai.providers.local.trust import CLEAN_MATTE

_SIDE = 640  # pixels of the candidate's longer side
_TILE = 20  # pixels
_GLANCE = 0.25  # of the candidate's pixels
_LIKE_AT_A_GLANCE = 0.6  # correlation of what is finer than shades
_FIRST = 250  # features of a photograph, the strongest, that are looked for before all others
_FEWEST_FIRST = 8  # of them must agree
_FEWEST = 30  # matches on which one similarity must agree
_TURNED = 20.0  # degrees
_COVERS = 0.2  # of the candidate, at least, is the photograph
_TEXTURE = 5.0  # standard deviation of lightness (0..255) from which a tile tells anything
_SOFT = 1.6  # pixels (sigma): what is finer shifts with the last half pixel of the alignment
_LIKE = 0.8  # correlation from which a tile is the photograph's
_SHARP = 0.35  # of the photograph's fine detail
_TINTED = 0.12  # largest change of log(R/G) or log(B/G)
_SHADED = 0.8  # of its lightness: a tile that is darker was shaded
_STRAY = 0.06  # of the tiles may differ, scattered: moved leaves, a codec
_CLUMP = 5  # tiles in a piece that differ: something was changed there


@dataclass(frozen=True)
class _Laid:
    """A photograph, and the map from its pixels to the candidate's (2 x 3)."""

    rgb: Bytes
    matrix: NDArray[np.float64]


def croppable(request: FidelityRequest) -> list[Reference]:
    """The photographs, and the accepted picture of a clip, that the candidate may be a crop of."""
    clean = any(r.role == "cutout" and r.confidence >= CLEAN_MATTE for r in request.references)
    asked = ("scene_image",) if clean else ("scene_image", "source")
    pictures = [reference for reference in request.references if reference.role in asked]
    return sorted(pictures, key=lambda each: each.role != "scene_image")


def of_photograph(request: FidelityRequest, rgb: Bytes, features: Features) -> FidelityResult | None:
    """A pass where the candidate, ``rgb`` with its ``features``, is a crop of a photograph, or of the
    accepted picture that its clip was made of; None where it has to be compared."""
    if not _is_crop(rgb, features, croppable(request), request.covered):
        return None
    aspects = dict.fromkeys(("presence", "shape", "colour", "print", "completeness"), 1.0)
    return FidelityResult(Verdict.PASS, 1.0, aspects, found=request.placement)


def _is_crop(
    rgb: Bytes, features: Features, photographs: Sequence[Reference], covered: Sequence[Quad]
) -> bool:
    scale = min(1.0, _SIDE / max(rgb.shape[:2]))
    size = max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    free = np.full(small.shape[:2], 255, np.uint8)
    for quad in covered:
        cv2.fillConvexPoly(free, np.rint(np.array(quad.points) * scale).astype(np.int32), 0)
    features = features.enlarged(scale)
    for reference in photographs:
        view = view_of(reference)
        matrix = _matched(view, features)
        if matrix is None or not _is_like(_Laid(view.rgb, matrix), small):
            continue
        if _is_same(_fine(reference, view, matrix), small, free):
            return True
    return False


def _fine(reference: Reference, view: View, matrix: NDArray[np.float64]) -> _Laid:
    """The photograph over the candidate, from as many of its pixels as the candidate shows."""
    rgb = pixels.on_white(pixels.load_rgba(reference.file.path))
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    wanted = min(1.0, view.rgb.shape[1] * max(scale, 0.5) / rgb.shape[1])
    size = max(8, round(rgb.shape[1] * wanted)), max(8, round(rgb.shape[0] * wanted))
    resized = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    ratio = view.rgb.shape[1] / size[0]
    moved = matrix.copy()
    moved[:, :2] *= ratio
    # Pixel centres on pixel centres.
    moved[:, 2] += matrix[:, :2] @ np.full(2, 0.5 * ratio - 0.5)
    return _Laid(resized, moved)


def _matched(view: View, features: Features) -> NDArray[np.float64] | None:
    """The similarity from the photograph to the candidate, None where too few features agree on one."""
    first, _ = shared(view.features.strongest(_FIRST), features, view.size)
    if len(first) < _FEWEST_FIRST:
        return None
    source, target = shared(view.features, features, view.size)
    if len(source) < _FEWEST:
        return None
    matrix, agreed = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=2.0)
    if matrix is None or agreed.sum() < _FEWEST:
        return None
    return matrix if abs(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))) <= _TURNED else None


def _is_like(laid: _Laid, candidate: Bytes) -> bool:
    """Whether the photograph is there at a glance, its ground too: most others show the same product."""
    height, width = candidate.shape[:2]
    matrix = laid.matrix * _GLANCE
    size = max(8, round(width * _GLANCE)), max(8, round(height * _GLANCE))
    shown = cv2.resize(candidate, size, interpolation=cv2.INTER_AREA)
    there = cv2.warpAffine(cv2.GaussianBlur(laid.rgb, (0, 0), 0.3 / _GLANCE), matrix, size)
    inside = cv2.warpAffine(np.full(laid.rgb.shape[:2], 255, np.uint8), matrix, size) == 255
    if not inside.any():
        return False
    one, two = (each - cv2.GaussianBlur(each, (0, 0), 6) for each in (_grey(there), _grey(shown)))
    return bool(np.corrcoef(one[inside], two[inside])[0, 1] >= _LIKE_AT_A_GLANCE)


def _grey(rgb: Bytes) -> Floats:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def _is_same(laid: _Laid, candidate: Bytes, free: Bytes) -> bool:
    height, width = candidate.shape[:2]
    photograph = np.asarray(cv2.warpAffine(laid.rgb, laid.matrix, (width, height)), np.uint8)
    reaches = cv2.warpAffine(np.full(laid.rgb.shape[:2], 255, np.uint8), laid.matrix, (width, height))
    valid = (cv2.erode(reaches, np.ones((5, 5), np.uint8)) == 255) & (free > 0)
    if valid.mean() < _COVERS:
        return False
    rows, columns = height // _TILE, width // _TILE
    soft, shown_soft = (cv2.GaussianBlur(each.mean(2), (0, 0), _SOFT) for each in (photograph, candidate))
    told = np.zeros((rows, columns), bool)
    differs = np.zeros((rows, columns), np.uint8)
    for row in range(rows):
        for column in range(columns):
            box = (
                slice(row * _TILE, (row + 1) * _TILE),
                slice(column * _TILE, (column + 1) * _TILE),
            )
            if valid[box].mean() < 0.95:
                continue
            if soft[box].std() < _TEXTURE:
                continue
            told[row, column] = True
            alike = np.corrcoef(soft[box].ravel(), shown_soft[box].ravel())[0, 1] >= _LIKE
            there, here = photograph[box].astype(np.float32), candidate[box].astype(np.float32)
            differs[row, column] = not (alike and _same_tile(there, here))
    if told.sum() < 12 or differs.sum() > _STRAY * told.sum():
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(differs, connectivity=8)
    return bool((stats[1:, cv2.CC_STAT_AREA] < _CLUMP).all())


def _same_tile(there: Floats, here: Floats) -> bool:
    light, shown = there.mean(2), here.mean(2)
    # Fine detail by the tile's own contrast, since a shaded photograph has less of both.
    fine, own = (_detail(each) / max(float(each.std()), 1e-3) for each in (shown, light))
    if fine < _SHARP * own:
        return False
    if shown.mean() < _SHADED * light.mean():
        return True  # darkened for words, by a veil that has a hue of its own
    gain = float(light.mean()) / max(float(shown.mean()), 1.0)
    red, green, blue = (
        np.log((gain * here[..., c].mean() + 8) / (there[..., c].mean() + 8)) for c in range(3)
    )
    return bool(abs(red - green) < _TINTED and abs(blue - green) < _TINTED)


def _detail(light: Floats) -> float:
    return float((light - cv2.GaussianBlur(light, (0, 0), 1.2)).std())
