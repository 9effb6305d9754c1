"""The shadow of a product standing on a white sweep: tight and dark at the contact, faint around it."""

from __future__ import annotations

import cv2
import numpy as np


def shadow(alpha: np.ndarray) -> np.ndarray:
    """Darkness, float32 HxW 0..1, for a product whose uint8 HxW ``alpha`` stands in its place.

    Each column darkens the ground below its lowest opaque pixel, the less the higher that lies above
    the product's base, as an occluder does under an overcast sky.
    """
    height, width = alpha.shape
    solid = alpha > 128
    columns = np.flatnonzero(solid.any(0))
    darkness = np.zeros((height, width), np.float32)
    if len(columns) == 0:
        return darkness
    lowest = height - 1 - np.argmax(solid[::-1], axis=0)[columns]
    base = int(np.percentile(lowest, 99.5))
    span = float(columns[-1] - columns[0] + 1)
    tall = float(base - int(np.argmax(solid.any(1))) + 1)
    lift = (base - lowest) / max(min(span, tall), 1.0)
    contact = np.exp(-np.maximum(lift, 0) / 0.035)
    # A product seen from a little above stands on a patch, not on a line: columns whose lowest point
    # is higher stand farther back, and their contact lies at that point.
    tight, near = np.zeros_like(darkness), np.zeros_like(darkness)
    for spread, target in ((0.004, tight), (0.016, near)):
        thick = max(1, round(spread * span))
        for column, row, strength in zip(columns, lowest, contact, strict=True):
            first = max(0, int(row) - 2 * thick)
            target[first : min(height, int(row) + thick), column] = strength
    tight = cv2.GaussianBlur(tight, (0, 0), max(1.0, 0.005 * span))
    near = cv2.GaussianBlur(near, (0, 0), sigmaX=max(2.0, 0.03 * span), sigmaY=max(1.5, 0.014 * span))
    middle = float((columns * contact).sum() / contact.sum())
    reach = max(float(np.sqrt((contact * (columns - middle) ** 2).sum() / contact.sum())), 0.12 * span)
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    wide = np.exp(-(((xs - middle) / (1.9 * reach)) ** 2 + ((ys - base) / (0.055 * span + 4)) ** 2))
    darkness = 1 - (1 - 0.5 * tight) * (1 - 0.42 * near) * (1 - 0.13 * wide)
    # Pure white at the frame, whatever the blur reaches.
    margin = 0.04 * min(height, width)
    fade_y = np.clip(np.minimum(np.arange(height), height - 1 - np.arange(height)) / margin, 0, 1)
    fade_x = np.clip(np.minimum(np.arange(width), width - 1 - np.arange(width)) / margin, 0, 1)
    darkness = darkness * fade_y[:, None] * fade_x[None]
    return np.where(darkness < 0.004, 0, darkness).astype(np.float32)
