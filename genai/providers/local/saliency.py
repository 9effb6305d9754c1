"""Where the product is in a photograph, before any edge is drawn: a probability per superpixel.

One photograph: robust background detection (Zhu, Liang, Wei, Sun: "Saliency Optimization from Robust
Background Detection", CVPR 2014): what is well connected to the border is background, what contrasts
with it is not. Several photographs of one product: colours that the likely foregrounds of most views
share, and that a view's own surroundings lack, belong to the product; hands, grass and windows change
from view to view and drop out.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import cdist

from genai.providers.local import oklab

_SUPERPIXELS = 550
# Colour distances are in OKLab units times 100, where 1 is about the least visible difference.
_COLOR_SIGMA = 4.0
_KERNEL_SIGMA = 4.5
_SPATIAL_SIGMA = 0.25
_ROUNDS = 4
_OWN_VOTE = 0.3
# How far the start (and nearness to the centre) may hold a colour's evidence down.
_PRIOR = 0.75


@dataclass(frozen=True)
class View:
    """A photograph as a graph of superpixels.

    ``labels`` HxW int; ``colors`` Nx3 (OKLab times 100); ``positions`` Nx2 (x, y, 0..1); ``sizes`` N
    (shares of the area); ``pairs`` Mx2 neighbours; ``border`` N, touches the frame.
    """

    labels: np.ndarray
    colors: np.ndarray
    positions: np.ndarray
    sizes: np.ndarray
    pairs: np.ndarray
    border: np.ndarray


class Views:
    """All photographs of one product (uint8 HxWx3 sRGB, some 400 pixels a side).

    Maps are float32 HxW: the probability that the pixel's superpixel shows the product.
    """

    def __init__(self, photographs: list[np.ndarray]) -> None:
        self._views = [_superpixels(rgb) for rgb in photographs]
        self._alone = [_single(view) for view in self._views]

    def salient(self) -> list[np.ndarray]:
        """A map per photograph, from what stands out in each and what all have in common."""
        if len(self._views) < 2:
            return self._maps(self._alone)
        # A view where the single-image cue found next to nothing must not veto the others.
        start = [0.8 * s + 0.2 * _central(v) for s, v in zip(self._alone, self._views, strict=True)]
        return self._maps(_shared(self._views, start))

    def revised(self, masks: list[np.ndarray]) -> list[np.ndarray]:
        """The maps again, given a first cut of each photograph (float HxW, 0..1)."""
        if len(self._views) < 2:
            return self._maps(self._alone)
        return self._maps(_shared(self._views, self._shares(masks)))

    def foreign(self, masks: list[np.ndarray]) -> list[float]:
        """Per photograph the part of its mask, 0..1, in colours that the other masks hardly have."""
        if len(self._views) < 2:
            return [0.0 for _ in self._views]
        insides = self._shares(masks)
        fronts = [_normal(s * v.sizes) for s, v in zip(insides, self._views, strict=True)]
        result = []
        for index, view in enumerate(self._views):
            others = [_kernel(view, other) @ fronts[j] for j, other in enumerate(self._views) if j != index]
            # Half of the other views must know a colour; a back may differ from the front.
            known = np.median(np.stack(others), axis=0)
            result.append(float((fronts[index] * np.clip(1 - known / 0.04, 0, 1)).sum()))
        return result

    def _shares(self, masks: list[np.ndarray]) -> list[np.ndarray]:
        shares = []
        for view, mask in zip(self._views, masks, strict=True):
            height, width = view.labels.shape
            fitted = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
            count = np.maximum(np.bincount(view.labels.ravel(), minlength=len(view.sizes)), 1)
            shares.append(np.bincount(view.labels.ravel(), fitted.ravel(), len(view.sizes)) / count)
        return shares

    def _maps(self, values: list[np.ndarray]) -> list[np.ndarray]:
        return [s[v.labels].astype(np.float32) for v, s in zip(self._views, values, strict=True)]


def _superpixels(rgb: np.ndarray) -> View:
    height, width = rgb.shape[:2]
    smooth = cv2.cvtColor(cv2.GaussianBlur(rgb, (3, 3), 0), cv2.COLOR_RGB2LAB)
    side = max(6, int((height * width / _SUPERPIXELS) ** 0.5))
    slic = cv2.ximgproc.createSuperpixelSLIC(smooth, cv2.ximgproc.SLIC, side, 15.0)
    slic.iterate(8)
    slic.enforceLabelConnectivity(20)
    labels, count = slic.getLabels(), slic.getNumberOfSuperpixels()
    flat = labels.ravel()
    area = np.maximum(np.bincount(flat, minlength=count), 1).astype(float)

    def mean(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.bincount(flat, values.ravel(), count) / area)

    lab = oklab.from_srgb(rgb) * 100
    ys, xs = np.mgrid[:height, :width]
    sideways = np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], 1)
    down = np.stack([labels[:-1].ravel(), labels[1:].ravel()], 1)
    pairs = np.concatenate([sideways, down])
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    border = np.zeros(count, bool)
    border[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    return View(
        labels=labels,
        colors=np.stack([mean(lab[..., channel]) for channel in range(3)], 1),
        positions=np.stack([mean(xs), mean(ys)], 1) / max(height, width),
        sizes=area / area.sum(),
        pairs=pairs,
        border=border,
    )


def _distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(cdist(first, second))


def _single(view: View) -> np.ndarray:
    count = len(view.colors)
    apart = _distances(view.colors, view.colors)
    steps = apart[view.pairs[:, 0], view.pairs[:, 1]]
    nearest = np.full(count, np.inf)
    np.minimum.at(nearest, view.pairs[:, 0], steps)
    np.minimum.at(nearest, view.pairs[:, 1], steps)
    within = nearest[np.isfinite(nearest)]
    tolerance = float(within.mean()) if len(within) else 0.0
    # The frame's superpixels count as neighbours of each other: a product does not divide the ground.
    frame = np.flatnonzero(view.border)
    first, second = np.triu_indices(len(frame), 1)
    edges = np.concatenate([view.pairs, np.stack([frame[first], frame[second]], 1)])
    costs = np.maximum(apart[edges[:, 0], edges[:, 1]] - tolerance, 0) + 1e-6
    graph = coo_matrix((costs, (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
    similar = np.exp(-(dijkstra(graph, directed=False) ** 2) / (2 * _COLOR_SIGMA**2))
    connectivity = similar[:, view.border].sum(1) / np.sqrt(similar.sum(1))
    ground = 1 - np.exp(-(connectivity**2) / 2)
    near = np.exp(-(_distances(view.positions, view.positions) ** 2) / (2 * _SPATIAL_SIGMA**2))
    contrast = (apart * near * ground[None]).sum(1)
    contrast = (contrast - contrast.min()) / max(float(np.ptp(contrast)), 1e-9)
    solved = _settle(view, contrast, 5 * ground)
    return np.asarray(np.clip(solved / max(float(np.percentile(solved, 99.5)), 1e-6), 0, 1))


def _settle(view: View, toward_one: np.ndarray, toward_zero: np.ndarray) -> np.ndarray:
    """The probabilities that agree best with both pulls and with their neighbours of like colour."""
    count = len(view.colors)
    steps = np.linalg.norm(view.colors[view.pairs[:, 0]] - view.colors[view.pairs[:, 1]], axis=1)
    ties = np.exp(-(steps**2) / (2 * _COLOR_SIGMA**2)) + 0.1
    weights = np.zeros((count, count))
    weights[view.pairs[:, 0], view.pairs[:, 1]] = ties
    weights[view.pairs[:, 1], view.pairs[:, 0]] = ties
    system = np.diag(weights.sum(1) + toward_one + toward_zero + 1e-6) - weights
    return np.asarray(np.clip(np.linalg.solve(system, toward_one), 0, 1))


def _central(view: View) -> np.ndarray:
    away = ((view.positions - view.positions.mean(0)) ** 2).sum(1)
    return np.asarray(np.exp(-away / (2 * 0.28**2)) * (1 - 0.7 * view.border))


def _kernel(first: View, second: View) -> np.ndarray:
    return np.asarray(np.exp(-(_distances(first.colors, second.colors) ** 2) / (2 * _KERNEL_SIGMA**2)))


def _normal(weights: np.ndarray) -> np.ndarray:
    return np.asarray(weights / max(float(weights.sum()), 1e-9))


def _shared(views: list[View], start: list[np.ndarray]) -> list[np.ndarray]:
    kernels = [[_kernel(v, u) for u in views] for v in views]
    likely = [0.5 * s + 0.5 * _central(v) for s, v in zip(start, views, strict=True)]
    priors = [1 - _PRIOR + _PRIOR * guess for guess in likely]
    current = start
    for _ in range(_ROUNDS):
        fronts = [_normal(s * v.sizes) for s, v in zip(current, views, strict=True)]
        backs = [_normal((1 - s) * v.sizes) for s, v in zip(current, views, strict=True)]
        updated = []
        for index, view in enumerate(views):
            # Its own foreground counts little: else a hand would vouch for itself.
            logs = np.stack([np.log(kernels[index][j] @ fronts[j] + 0.01) for j in range(len(views))])
            votes = np.where(np.arange(len(views)) == index, _OWN_VOTE, 1.0)
            common = np.exp((logs * votes[:, None]).sum(0) / votes.sum())
            around = 0.6 * kernels[index][index] @ backs[index] + 0.4 * np.mean(
                [kernels[index][j] @ backs[j] for j in range(len(views))], axis=0
            )
            pull = np.clip(common / (common + around + 0.01), 0.02, 0.98)
            leave = (1 - pull) * (1 + 2.0 * view.border)
            updated.append(_settle(view, 1.5 * pull * priors[index], 1.5 * leave))
        current = updated
    return [np.clip(s / max(float(np.percentile(s, 99)), 1e-6), 0, 1) for s in current]
