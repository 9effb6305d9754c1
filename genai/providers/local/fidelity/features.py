"""Local features of a picture, and which of them two pictures share."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_RATIO = 0.94  # Lowe's ratio of the nearest to the second nearest descriptor: the poses decide below
_MOST = 400  # pairs compared with each other, the most distinct ones
_TURN = 0.45  # radians that poses of one object may differ by
_ZOOM = 0.7  # octaves of size
_PLACE = 0.14  # of the object's size


@dataclass(frozen=True)
class Features:
    """SIFT keypoints, the strongest first: ``points`` (N x 2, pixels), ``sizes`` (N, pixels), ``angles`` (N,
    radians), and their RootSIFT ``descriptors`` (N x 128).

    Arandjelovic and Zisserman, "Three things everyone should know to improve object retrieval", 2012.
    """

    points: Floats
    sizes: Floats
    angles: Floats
    descriptors: Floats

    def strongest(self, count: int) -> Features:
        return Features(
            self.points[:count], self.sizes[:count], self.angles[:count], self.descriptors[:count]
        )

    def enlarged(self, factor: float) -> Features:
        """The same features in the picture ``factor`` times as large."""
        return Features(self.points * factor, self.sizes * factor, self.angles, self.descriptors)


def find_features(rgb: Bytes, mask: Bytes | None, limit: int) -> Features:
    """At most ``limit`` features of a picture, the strongest."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    sift = cv2.SIFT.create(nfeatures=limit, contrastThreshold=0.01)
    keypoints, descriptors = sift.detectAndCompute(grey, mask)
    if descriptors is None or not len(keypoints):
        keypoints, descriptors = (), np.zeros((0, 128), np.float32)
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(1, keepdims=True), 1e-6), dtype=np.float32)
    told = [(*point.pt, point.size, point.angle, -point.response) for point in keypoints]
    table = np.array(told, np.float32).reshape(-1, 5)
    order = table[:, 4].argsort(kind="stable")
    points, sizes, angles = table[order, :2], table[order, 2], np.radians(table[order, 3])
    return Features(points, sizes, angles, root[order])


def shared(mine: Features, theirs: Features, size: float) -> tuple[Floats, Floats]:
    """Where both show the same things: points of ``mine``, an object of ``size`` pixels, and of ``theirs``
    (N x 2 each).

    Every pair of like features says where the object stands, how large and how turned. The pairs whose
    words agree with those of one of them are kept, the largest such group (a Hough vote, Lowe 2004,
    around each pair instead of in bins): accidents agree on nothing, so the descriptors need not be
    distinct by much.
    """
    nowhere = np.zeros((0, 2), np.float32)
    if not len(mine.points) or len(theirs.points) < 2:
        return nowhere, nowhere
    likeness = mine.descriptors @ theirs.descriptors.T
    rows = np.arange(len(likeness))
    best = likeness.argmax(1)
    nearest = likeness[rows, best]
    likeness[rows, best] = -1
    # Unit vectors: the squared distance is 2 - 2 cos.
    ratio = (1 - nearest) / np.maximum(1 - likeness.max(1), 1e-6)
    kept = np.flatnonzero(ratio < _RATIO**2)
    if not len(kept):
        return nowhere, nowhere
    kept = kept[np.argsort(ratio[kept])[:_MOST]]
    there = best[kept]
    zoom = theirs.sizes[there] / mine.sizes[kept]
    turn = theirs.angles[there] - mine.angles[kept]
    away = mine.points.mean(0) - mine.points[kept]
    cos, sin = zoom * np.cos(turn), zoom * np.sin(turn)
    x = theirs.points[there, 0] + cos * away[:, 0] - sin * away[:, 1]
    y = theirs.points[there, 1] + sin * away[:, 0] + cos * away[:, 1]
    octave = np.log2(zoom)
    agree = np.abs(octave[:, None] - octave) < _ZOOM
    agree &= np.abs((turn[:, None] - turn + np.pi) % (2 * np.pi) - np.pi) < _TURN
    agree &= np.hypot(x[:, None] - x, y[:, None] - y) < _PLACE * size * zoom[:, None]
    group = agree[agree.sum(1).argmax()]
    return mine.points[kept[group]], theirs.points[there[group]]
