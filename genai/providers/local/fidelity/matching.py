"""Where in a picture the product may be, as affine maps from a reference to the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from genai.domain.media import Quad
from genai.providers.local.fidelity.features import Bytes, Features, Floats, find_features, shared
from genai.providers.local.fidelity.view import View

WORK = 1024  # longer side in pixels at which a picture is compared
_SEARCH = 576  # the same at which it is searched: SIFT itself doubles it again
_FEWEST = 5  # consistent matches worth a look: the comparison tells whether they are an accident
_CLOSE = 0.006  # of the picture's longer side that a match may lie off for the best map
_LOOSE = 0.012  # the same for a proof: real things are not flat
_BENT = 1.15  # an affine map must explain that many times the matches of one that keeps proportions
_STRETCH = 2.2  # an affine map beyond it is a wrong one
_FITTING = 0.72  # support at which no other proportions are tried
_FIELD = 112  # longer side in pixels at which a product without features is looked for
TURNS = (-0.16, 0.0, 0.16)  # radians at which it is tried
_EDGE = 14.0  # gradient (grey levels per pixel, Sobel / 8 scale) that counts as half an edge


@dataclass(frozen=True)
class Picture:
    """The candidate, or a part of it: ``rgb`` uint8 and the map from its pixels to the candidate's,
    ``factor`` times plus ``offset``. ``features`` are in its pixels; ``edges`` are its edges at
    ``zoom`` times its size. ``covered``: what of the candidate something was laid over on purpose, in the
    candidate's pixels."""

    rgb: Bytes
    factor: float
    offset: tuple[float, float]
    features: Features
    edges: Floats
    zoom: float
    covered: tuple[Quad, ...] = ()

    def open(self) -> Bytes:
        """255 where the picture shows what it was made of, 0 where something covers it."""
        mask = np.full(self.rgb.shape[:2], 255, np.uint8)
        for quad in self.covered:
            points = (np.array(quad.points, np.float32) - self.offset) / self.factor
            cv2.fillConvexPoly(mask, np.rint(points).astype(np.int32), 0)
        return mask

    def original(self, points: Floats) -> Floats:
        return np.asarray(points * self.factor + self.offset, np.float32)


@dataclass(frozen=True)
class Alignment:
    """``matrix`` 2 x 3 from the view's pixels to the picture's; ``inliers`` matches behind it (0 where it
    does not come from features) and their places on the view (N x 2); ``confirmed``: how many of these
    another reference shows as well, counted where the view may hold ground."""

    view: View
    picture: Picture
    matrix: Floats
    inliers: int
    places: Floats
    confirmed: int = 0

    @property
    def stretch(self) -> float:
        """The larger over the smaller principal scale."""
        values = np.linalg.svd(self.matrix[:, :2], compute_uv=False)
        return float(values[0] / max(values[1], 1e-6))

    @property
    def scale(self) -> float:
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    def corners(self) -> Floats:
        height, width = self.view.mask.shape
        box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return self.picture.original(_mapped(self.matrix, box))


def picture_of(rgb: Bytes, placement: Quad | None, covered: tuple[Quad, ...] = ()) -> Picture:
    """The whole candidate at work size, or the neighbourhood of ``placement`` in more detail."""
    height, width = rgb.shape[:2]
    left, top, right, bottom = 0, 0, width, height
    if placement is not None:
        xs, ys = np.array(placement.points).T
        pad = 0.14 * max(xs.max() - xs.min(), ys.max() - ys.min()) + 8
        left, top = max(0, int(xs.min() - pad)), max(0, int(ys.min() - pad))
        right, bottom = min(width, int(xs.max() + pad)), min(height, int(ys.max() + pad))
        if right - left < 16 or bottom - top < 16:
            return picture_of(rgb, None, covered)
    part = np.ascontiguousarray(rgb[top:bottom, left:right])
    scale = min(1.0, WORK / max(part.shape[:2]))
    part = _reduced(part, scale)
    zoom = min(1.0, _SEARCH / max(part.shape[:2]))
    small = _reduced(part, zoom)
    features = find_features(small, None, 1800).enlarged(1 / zoom)
    offset = float(left), float(top)
    return Picture(part, 1 / scale, offset, features, _edges(small), zoom, covered)


def by_features(view: View, picture: Picture) -> Alignment | None:
    """The affine map on which most matched features agree (RANSAC); None where too few do."""
    source, target = shared(view.features, picture.features, view.size)
    if len(source) < _FEWEST:
        return None
    side = max(picture.rgb.shape[:2])
    limit = max(3.0, _CLOSE * side)
    rigid = _fitted(cv2.estimateAffinePartial2D, view, picture, source, target, limit)
    free = _fitted(cv2.estimateAffine2D, view, picture, source, target, limit)
    loose = _fitted(cv2.estimateAffine2D, view, picture, source, target, _LOOSE * side)
    best = rigid or free
    if rigid and free and free.inliers > _BENT * rigid.inliers + 2:
        best = free
    if best is None or loose is None:
        return best or loose
    return replace(best, inliers=max(best.inliers, loose.inliers))


def _fitted(
    model: Callable[..., tuple[NDArray[np.float64] | None, Bytes]],
    view: View,
    picture: Picture,
    source: Floats,
    target: Floats,
    limit: float,
) -> Alignment | None:
    matrix, agreed = model(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=limit, maxIters=1000, confidence=0.995
    )
    if matrix is None:
        return None
    inside = agreed.ravel() > 0
    distinct = len(np.unique(np.round(target[inside]), axis=0))
    alignment = Alignment(view, picture, matrix.astype(np.float32), distinct, source[inside])
    return alignment if distinct >= _FEWEST and _is_sane(alignment) else None


def confirmed(alignment: Alignment, views: Sequence[View]) -> Alignment:
    """Of the matched features those counted that other references show too: what a cut-out holds of its
    ground is in its own photograph alone."""
    own = alignment.view
    known: set[tuple[float, float]] = set()
    for other in views:
        if other is not own:
            places, _ = shared(own.features, other.features, own.size)
            if len(places) >= _FEWEST:
                known |= {(x, y) for x, y in places.tolist()}
    return replace(alignment, confirmed=sum((x, y) in known for x, y in alignment.places.tolist()))


def by_placement(view: View, picture: Picture, placement: Quad) -> Alignment:
    """The reference's box laid on the placement's, in its own proportions."""
    points = (np.array(placement.points, np.float32) - picture.offset) / picture.factor
    (left, top), (right, bottom) = points.min(0), points.max(0)
    height, width = view.mask.shape
    scale = min((right - left) / width, (bottom - top) / height)
    shift = (left + right - scale * width) / 2, (top + bottom - scale * height) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    return Alignment(view, picture, matrix, 0, np.zeros((0, 2), np.float32))


def by_template(
    view: View, picture: Picture, *, turns: Sequence[float] = TURNS, scales: int = 10
) -> list[Alignment]:
    """Where the reference's colours fit best, for products without features: a place and turn for each
    scale, the best scale first."""
    if not view.masked:
        return []
    shrink = _FIELD / max(picture.rgb.shape[:2])
    field = _colors(cv2.resize(picture.rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
    found: list[tuple[float, Floats]] = []
    for share in np.geomspace(0.2, 0.95, scales):
        best: tuple[float, Floats] | None = None
        scale = float(share) * min(field.shape[:2]) / view.size
        near = min(1.0, 2 * scale)
        soft = np.asarray(cv2.resize(view.rgb, None, fx=near, fy=near, interpolation=cv2.INTER_AREA))
        for turn in turns:
            template, mask, laid = _turned(view, soft, scale, turn)
            if template.shape[0] >= field.shape[0] or template.shape[1] >= field.shape[1]:
                continue
            if mask.sum() < 20:
                continue
            three = np.dstack([mask] * 3)
            misfit = cv2.matchTemplate(field, template, cv2.TM_SQDIFF, mask=three) / mask.sum()
            y, x = np.unravel_index(int(np.argmin(misfit)), misfit.shape)
            laid[:, 2] += x, y
            matrix = np.asarray(laid / shrink, np.float32)
            # A small template fits anywhere inside a plain product: the larger one, on edges, is meant.
            worth = 6 * share + 25 * support(view, picture, matrix) - float(np.sqrt(max(misfit[y, x], 0)))
            if best is None or worth > best[0]:
                best = worth, matrix
        if best is not None:
            found.append(best)
    nowhere = np.zeros((0, 2), np.float32)
    ranked = sorted(found, key=lambda place: -place[0])
    return [Alignment(view, picture, matrix, 0, nowhere) for _, matrix in ranked]


def _turned(view: View, soft: Bytes, scale: float, turn: float) -> tuple[Floats, Floats, NDArray[np.float64]]:
    """The view's colours and mask, smaller and turned, and the map from its pixels to theirs. ``soft`` is the
    view at about twice the size, so that nothing aliases."""
    height, width = view.mask.shape
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ linear.T
    laid = np.column_stack([linear, -corners.min(0)])
    size = [int(side) for side in np.ceil(np.ptp(corners, 0))]
    soft_laid = np.column_stack([linear * (view.rgb.shape[1] / soft.shape[1]), laid[:, 2]])
    colors = _colors(np.asarray(cv2.warpAffine(soft, soft_laid, size)))
    mask = np.asarray(cv2.warpAffine(view.mask, laid, size) > 200, np.float32)
    return colors, mask, laid


def on_outline(alignment: Alignment) -> Alignment:
    """The alignment moved, turned and stretched until the silhouette lies on edges of the picture."""
    view, picture = alignment.view, alignment.picture
    if len(view.outline) < 40:
        return alignment
    centre = np.array([view.mask.shape[1], view.mask.shape[0]], np.float32) / 2
    reach = 0.08 * view.size * alignment.scale
    start_linear = alignment.matrix[:, :2]
    start_middle = start_linear @ centre + alignment.matrix[:, 2]

    def moved(values: NDArray[np.float64]) -> Floats:
        turn, wide, tall = values[2:].tolist()
        cos, sin = np.cos(0.12 * turn), np.sin(0.12 * turn)
        across, down = np.exp(0.2 * wide), np.exp(0.2 * tall)
        linear = start_linear @ np.array([[cos * across, -sin * down], [sin * across, cos * down]])
        matrix = np.empty((2, 3), np.float32)
        matrix[:, :2] = linear
        matrix[:, 2] = start_middle + reach * values[:2] - linear @ centre
        return matrix

    def cost(values: NDArray[np.float64]) -> float:
        return 0.02 * float(values @ values) - support(view, picture, moved(values))

    lowest, best = np.inf, np.zeros(5)
    # The silhouette may be stretched: from three proportions, the best end.
    for wide, tall in ((0.0, 0.0), (0.7, -0.7), (-0.7, 0.7)):
        if lowest < -_FITTING:
            break
        start = np.array([0.0, 0.0, 0.0, wide, tall])
        simplex = np.vstack([start, start + 0.45 * np.eye(5)])
        found = minimize(
            cost,
            start,
            method="Nelder-Mead",
            options={"initial_simplex": simplex, "maxfev": 170, "xatol": 0.01, "fatol": 1e-4},
        )
        if float(found.fun) < lowest - 0.01:
            lowest, best = float(found.fun), np.asarray(found.x)
    return Alignment(view, picture, moved(best), 0, alignment.places)


def support(view: View, picture: Picture, matrix: Floats) -> float:
    """How much of the silhouette lies on edges of the picture that run along it, 0..1."""
    points, normals = view.outline[:, :2], view.outline[:, 2:]
    x, y = np.rint(_mapped(matrix, points) * picture.zoom).astype(np.intp).T
    height, width = picture.edges.shape[:2]
    # Normals turn with the inverse transpose, here times the determinant.
    (a, b), (c, d) = matrix[:, :2]
    turned = normals @ np.array([[d, -b], [-c, a]], np.float32)
    if x.min() < 0 or y.min() < 0 or x.max() >= width or y.max() >= height:
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        x, y, turned = x[inside], y[inside], turned[inside]
    edges = picture.edges.reshape(-1, 2).take(y * width + x, axis=0)
    along = np.abs((edges * turned).sum(1)) / np.maximum(np.hypot(turned[:, 0], turned[:, 1]), 1e-6)
    return float(along.sum() / len(points))


def _is_sane(alignment: Alignment) -> bool:
    turned = float(np.linalg.det(alignment.matrix[:, :2])) > 0
    return turned and alignment.stretch <= _STRETCH and 0.04 <= alignment.scale <= 10


def _reduced(rgb: Bytes, scale: float) -> Bytes:
    if scale >= 1:
        return rgb
    size = max(2, round(rgb.shape[1] * scale)), max(2, round(rgb.shape[0] * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _edges(rgb: Bytes) -> Floats:
    """Direction of the strongest channel's gradient (H x W x 2), as long as the edge is sure, 0..1."""
    soft = cv2.GaussianBlur(rgb, (0, 0), 1.6)
    dx = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    dy = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    across, down = cv2.split(dx), cv2.split(dy)
    x, y, length = across[0], down[0], cv2.magnitude(across[0], down[0])
    for other_x, other_y in zip(across[1:], down[1:], strict=True):
        other = cv2.magnitude(other_x, other_y)
        stronger = (other > length).view(np.uint8)
        for kept, value in ((x, other_x), (y, other_y), (length, other)):
            cv2.copyTo(value, stronger, kept)
    return np.asarray(cv2.merge([x, y]) / (length + _EDGE)[..., None], np.float32)


def _colors(rgb: Bytes) -> Floats:
    """CIELAB with half the lightness: exposure differs more than colour does."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    return np.asarray(lab * np.array([0.5, 1, 1], np.float32), np.float32)


def _mapped(matrix: Floats, points: Floats) -> Floats:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)
