"""The product's own colours: clustered in OKLab, named from a small vocabulary, with their shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.distance import cdist

from genai.domain.media import Color
from genai.providers.local import oklab

# Basic and familiar English terms with the sRGB value people mean by them: the basic ones of Berlin
# and Kay, and the agreed values of frequent further terms in the xkcd colour survey (2010).
VOCABULARY: dict[str, str] = {
    "black": "#0b0b0c",
    "charcoal": "#36383b",
    "dark grey": "#5b5d60",
    "grey": "#8c8e91",
    "light grey": "#c3c5c8",
    "white": "#f7f7f5",
    "cream": "#f4ecc9",
    "beige": "#dcc8a4",
    "tan": "#c8a472",
    "taupe": "#a08c7d",
    "light brown": "#a87347",
    "brown": "#7a4a25",
    "reddish brown": "#86402a",
    "dark brown": "#43291a",
    "mauve": "#98707a",
    "maroon": "#6b0f23",
    "dark red": "#8f0d14",
    "red": "#d6151c",
    "crimson": "#b8123a",
    "coral": "#f7705a",
    "peach": "#fbb78c",
    "orange": "#f37f1a",
    "dark orange": "#c25a10",
    "amber": "#f4ae1a",
    "ochre": "#bd8a24",
    "mustard": "#caa21a",
    "yellow": "#f9d923",
    "pale yellow": "#f7ea8c",
    "olive": "#6c6f1e",
    "lime": "#a8da2b",
    "light green": "#97d584",
    "green": "#2f9b3f",
    "dark green": "#12492a",
    "sage": "#97a98a",
    "mint": "#a5e8cc",
    "teal": "#138382",
    "turquoise": "#2bc4c0",
    "light blue": "#9fd0f2",
    "sky blue": "#5fb6e8",
    "blue": "#1f62c9",
    "royal blue": "#2140a8",
    "navy": "#141f48",
    "slate blue": "#5b7390",
    "lavender": "#bfa9e3",
    "purple": "#75339a",
    "dark purple": "#3a1648",
    "plum": "#67254f",
    "magenta": "#c41d8b",
    "hot pink": "#f0418f",
    "pink": "#f49bb9",
    "dusty pink": "#d39a98",
}

_NAMES = tuple(VOCABULARY)
_VALUES = np.stack([oklab.from_hex(value) for value in VOCABULARY.values()])
# One material in light and shade is one colour to a person: lightness counts for less than hue.
_WEIGHTS = np.array([0.55, 1.0, 1.0], np.float32)
_SAME_COLOR = 0.06
_SMALLEST_SHARE = 0.012
_SAMPLES = 24_000
_ITERATIONS = 12  # of k-means


def product_palette(rgba: np.ndarray, limit: int = 5) -> tuple[Color, ...]:
    """The colours of the opaque part of a cut-out (uint8 HxWx4, straight alpha, sRGB).

    Largest share first, at most ``limit``; shares are of the whole opaque area and sum to at most 1.
    An empty tuple where nothing is opaque. The same pixels give the same palette.
    """
    pixels = rgba[rgba[..., 3] > 240][:, :3]
    if len(pixels) == 0:
        return ()
    pixels = pixels[:: max(1, len(pixels) // _SAMPLES)]
    lab = oklab.from_srgb(pixels)
    groups = _merge(_cluster(lab))
    by_name: dict[str, Color] = {}
    for members in sorted(groups, key=len, reverse=True):
        color = _color(_typical(members), len(members) / len(lab))
        # Two clusters that a person would call the same are one colour in light and in shade.
        known = by_name.get(color.name)
        by_name[color.name] = replace(known, share=known.share + color.share) if known else color
    ordered = sorted(by_name.values(), key=lambda color: -color.share)
    kept = [color for color in ordered if color.share >= _SMALLEST_SHARE] or ordered[:1]
    return tuple(replace(color, share=round(color.share, 4)) for color in kept[:limit])


def color_name(lab: np.ndarray) -> str:
    """The vocabulary's nearest term to an OKLab colour (3,)."""
    difference = (_VALUES - lab) * (0.8, 1.0, 1.0)
    return _NAMES[int(np.argmin((difference**2).sum(1)))]


def _cluster(lab: np.ndarray) -> list[np.ndarray]:
    points = lab * _WEIGHTS
    # k-means on few distinct colours would leave clusters empty: seeds are distinct occupied bins.
    bins, inverse = np.unique(np.floor(points / 0.04).astype(int), axis=0, return_inverse=True)
    counts = np.bincount(inverse.ravel(), minlength=len(bins))
    centres: list[np.ndarray] = []
    for index in np.argsort(-counts, kind="stable"):
        centre = points[inverse.ravel() == index].mean(0)
        if all(np.linalg.norm(centre - other) > _SAME_COLOR for other in centres):
            centres.append(centre)
        if len(centres) == 12:
            break
    means, labels = np.stack(centres), np.zeros(len(points), int)
    for _ in range(_ITERATIONS):
        labels = cdist(points, means).argmin(1)
        # A centre that has lost all its points stays where it is.
        means = np.stack(
            [points[labels == i].mean(0) if np.any(labels == i) else m for i, m in enumerate(means)]
        )
    return [lab[labels == index] for index in range(len(means)) if np.any(labels == index)]


def _merge(groups: list[np.ndarray]) -> list[np.ndarray]:
    while len(groups) > 1:
        means = np.stack([group.mean(0) for group in groups]) * _WEIGHTS
        gaps = np.linalg.norm(means[:, None] - means[None], axis=2)
        np.fill_diagonal(gaps, np.inf)
        first, second = np.unravel_index(int(np.argmin(gaps)), gaps.shape)
        if gaps[first, second] >= _SAME_COLOR:
            break
        merged = np.concatenate([groups[first], groups[second]])
        groups = [g for i, g in enumerate(groups) if i not in (first, second)] + [merged]
    return groups


def _typical(members: np.ndarray) -> np.ndarray:
    # Shade and gloss pull the mean off the material's colour; the upper-middle lightness is what
    # a person would pick.
    order = np.argsort(members[:, 0], kind="stable")
    middle = members[order[int(len(order) * 0.45) : int(len(order) * 0.8) + 1]]
    return np.asarray(np.median(middle, axis=0))


def _color(lab: np.ndarray, share: float) -> Color:
    red, green, blue = (int(value) for value in oklab.to_srgb(lab))
    return Color(name=color_name(lab), hex=f"#{red:02x}{green:02x}{blue:02x}", share=share)
