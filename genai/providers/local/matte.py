"""From a hard outline to a soft edge: alpha, and the product's colours without the ground's spill."""

from __future__ import annotations

import cv2
import numpy as np


def matte(rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Alpha, float32 HxW 0..1, of the bool ``mask`` refined against ``rgb`` (uint8 HxWx3).

    Only a narrow band along the outline is soft (about 1 percent of the product's size to each side).
    There the alpha is where a pixel lies between the product's colour and the ground's, both taken
    from next to the band, as far as the two differ; a guided filter (He, Sun, Tang 2013) follows the
    picture's edge where they don't.
    """
    size = max(float(np.sqrt(np.count_nonzero(mask))), 16.0)
    band = max(2.0, 0.012 * size)
    hard = mask.astype(np.uint8)
    inside = cv2.distanceTransform(hard, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - hard, cv2.DIST_L2, 5)
    picture = rgb.astype(np.float32) / 255
    smooth = cv2.ximgproc.guidedFilter(picture, hard.astype(np.float32), round(band), 1e-4)
    front = _spread(picture, inside > band, band)
    back = _spread(picture, outside > band, band)
    axis = front - back
    length = (axis**2).sum(2)
    projected = np.clip(((picture - back) * axis).sum(2) / np.maximum(length, 1e-6), 0, 1)
    # A difference of some 0.15 (of 1.73) carries the projection; below that it is noise.
    trust = np.clip(length / 0.15**2, 0, 1) * 0.7
    signed = np.clip(0.5 + (inside - outside) / (2 * band), 0, 1)
    alpha = trust * projected + (1 - trust) * smooth
    # The farther from the outline, the less the colours may overrule it.
    alpha = np.clip(alpha, np.clip(2 * signed - 1, 0, 1), np.clip(2 * signed, 0, 1))
    alpha[inside > band] = 1
    alpha[outside > band] = 0
    alpha = cv2.GaussianBlur(alpha.astype(np.float32), (0, 0), 0.6)
    # Nearly nothing and nearly all are noise of the estimate: they would show as haze and pinholes.
    return np.asarray(np.clip((alpha - 0.08) / 0.84, 0, 1), np.float32)


def foreground(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The product's own colour at every pixel (uint8 HxWx3), the ground's share removed.

    Blur fusion, twice (Forte: "Approximate Fast Foreground Colour Estimation", ICIP 2021).
    """
    picture = rgb.astype(np.float32) / 255
    weight = alpha[..., None].astype(np.float32)
    front, back = picture, picture
    for radius in (91, 7):
        size = (radius, radius)
        heavy = cv2.blur(weight, size)[..., None]
        front_mean = cv2.blur(front * weight, size) / (heavy + 1e-5)
        back = cv2.blur(back * (1 - weight), size) / (1 - heavy + 1e-5)
        front = np.clip(front_mean + weight * (picture - weight * front_mean - (1 - weight) * back), 0, 1)
    return np.asarray(np.rint(np.where(weight >= 1, picture, front) * 255), np.uint8)


def _spread(picture: np.ndarray, known: np.ndarray, band: float) -> np.ndarray:
    """Colours of the known pixels carried into the band by normalised convolution."""
    weight = known.astype(np.float32)
    total, mass = np.zeros_like(picture), np.zeros_like(weight)
    for sigma, share in ((band, 1.0), (4 * band, 1e-3)):
        size = 2 * round(1.5 * sigma) + 1
        mass += share * cv2.blur(cv2.blur(weight, (size, size)), (size, size))
        total += share * cv2.blur(cv2.blur(picture * weight[..., None], (size, size)), (size, size))
    return np.asarray(total / np.maximum(mass, 1e-8)[..., None])
