"""How far a cut-out can be believed: what speaks against its edge, in numbers and in words."""

from __future__ import annotations

import cv2
import numpy as np

from genai.providers.local import oklab
from genai.providers.local.segment import Outline

# At and above this a cut-out may stand alone on any ground. Below it a picture is composed with the
# framed photograph. Set by eye on some fifty product photographs in real surroundings: every cut that
# is ragged, partial or takes a hand along lies below.
CLEAN_MATTE = 0.6


def measure(rgb: np.ndarray, found: Outline, alpha: np.ndarray) -> dict[str, float]:
    """The single measurements, each 0..1 and rising with quality (see the keys)."""
    height, width = found.mask.shape
    scale = min(1.0, 640 / max(height, width))
    size = (round(width * scale), round(height * scale))
    mask = cv2.resize(found.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    lab = oklab.from_srgb(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)) * 100
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len)[:, 0].astype(np.float32)
    reach = max(3.0, 0.02 * float(np.sqrt(mask.sum())))
    kernel = np.ones(15, np.float32) / 15
    wrapped = np.concatenate([contour[-7:], contour, contour[:7]])
    even = np.stack([np.convolve(wrapped[:, axis], kernel, "valid") for axis in (0, 1)], 1)
    tangent = np.roll(even, -2, 0) - np.roll(even, 2, 0)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    on_frame = (
        (contour[:, 0] < 2) | (contour[:, 1] < 2) | (contour[:, 0] > size[0] - 3) | (contour[:, 1] > size[1] - 3)
    )
    blurred = cv2.GaussianBlur(lab, (0, 0), 1.0)

    def at(points: np.ndarray) -> np.ndarray:
        x = np.clip(np.rint(points[:, 0]).astype(int), 0, size[0] - 1)
        y = np.clip(np.rint(points[:, 1]).astype(int), 0, size[1] - 1)
        return blurred[y, x]

    across = np.linalg.norm(at(contour + reach * normal) - at(contour - reach * normal), axis=1)
    within = np.minimum(
        np.linalg.norm(at(contour + 2.5 * reach * normal) - at(contour + reach * normal), axis=1),
        np.linalg.norm(at(contour - 2.5 * reach * normal) - at(contour - reach * normal), axis=1),
    )
    free = ~on_frame
    strong = (across > 7) & (across > 1.2 * within)
    edge = float(strong[free].mean()) if free.any() else 0.0
    gap = np.linalg.norm(contour - even, axis=1)
    ragged = float(gap[free].mean()) if free.any() else 9.0
    hull = cv2.contourArea(cv2.convexHull(contour))
    solid = cv2.contourArea(contour) / max(hull, 1.0)
    return {
        "agreement": found.agreement,
        "leaning": found.leaning,
        "edge": edge,
        "ragged": ragged,
        "frame": float(on_frame.mean()),
        "solid": solid,
        "area": float(mask.mean()),
        "soft": float(((alpha > 0.1) & (alpha < 0.9)).sum() / max((alpha > 0.5).sum(), 1) ** 0.5),
    }


def judge(rgb: np.ndarray, found: Outline, alpha: np.ndarray, foreign: float) -> tuple[float, str]:
    """Confidence 0..1 and what it rests on."""
    m = measure(rgb, found, alpha)
    m['FOREIGN'] = foreign
    return round((1-foreign)*m["agreement"] * m["edge"], 3), " ".join(f"{k[:4]}{v:.2f}" for k, v in m.items())
