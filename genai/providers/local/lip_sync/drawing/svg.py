"""Vector fragments and their raster."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

Box = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]

# Blurs by their standard deviation in units, ready for every drawing.
_BLURS = "".join(
    f'<filter id="blur{deviation}" x="-0.5" y="-0.5" width="2" height="2" color-interpolation-filters="sRGB">'
    f'<feGaussianBlur stdDeviation="{deviation}"/></filter>'
    for deviation in (1, 2, 4, 7, 12, 20)
)


def raster(drawing: str, box: Box, width: int, height: int) -> NDArray[np.uint8]:
    """``drawing``, SVG elements, as far as ``box`` shows it: RGBA (height, width, 4), straight alpha."""
    left, top, right, bottom = box
    document = (
        '<svg xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="none" '
        f'width="{width}" height="{height}" viewBox="{left} {top} {right - left} {bottom - top}">'
        f"<defs>{_BLURS}</defs>{drawing}</svg>"
    )
    encoded = resvg_py.svg_to_bytes(svg_string=document, width=width, height=height, skip_system_fonts=True)
    pixels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None  # resvg's own PNG
    if pixels.shape[2] == 3:  # nothing in it is transparent
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA))


def smooth(points: Sequence[Point], *, closed: bool = True, tension: float = 1.0) -> str:
    """A path through all points without corners: Catmull-Rom as cubic Bézier curves."""
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    path = [f"M{points[0][0]:.2f},{points[0][1]:.2f}"]
    for index in range(count if closed else count - 1):
        before, here, there, after = (at(index + step) for step in (-1, 0, 1, 2))
        path.append(
            f"C{here[0] + (there[0] - before[0]) / 6 * tension:.2f},"
            f"{here[1] + (there[1] - before[1]) / 6 * tension:.2f} "
            f"{there[0] - (after[0] - here[0]) / 6 * tension:.2f},"
            f"{there[1] - (after[1] - here[1]) / 6 * tension:.2f} {there[0]:.2f},{there[1]:.2f}"
        )
    return "".join(path) + ("Z" if closed else "")


def points(text: str) -> list[Point]:
    """``x,y x,y ...`` as numbers."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def curve(text: str, *, closed: bool = True) -> str:
    """The smooth path through ``x,y x,y ...``."""
    return smooth(points(text), closed=closed)


def mirrored(text: str) -> str:
    """A closed smooth path from its right half, ``x,y ...`` from the top to the bottom of the middle."""
    right = points(text)
    left = [(-x, y) for x, y in reversed(right) if x > 0.5]
    return smooth([*right, *left])


def shape(path: str, fill: str, *, opacity: float = 1, blur: int = 0, more: str = "") -> str:
    """A filled path, blurred by one of the prepared deviations."""
    effect = f' filter="url(#blur{blur})"' if blur else ""
    faded = f' opacity="{opacity:.3g}"' if opacity < 1 else ""
    return f'<path d="{path}" fill="{fill}"{faded}{effect} {more}/>'


def stroke(path: str, color: str, width: float, *, opacity: float = 1, blur: float = 0) -> str:
    """A line with round ends. A blurred one is lines of growing width over each other: filters would take
    a hundred times as long."""
    if not blur:
        return _line(path, color, width, opacity)
    count = min(8, 3 + round(blur / 2))
    # Each lets its share through, so that all together reach the opacity.
    share = 1 - (1 - min(opacity, 0.95)) ** (1 / count)
    spread = np.linspace(-0.9, 0.9, count) * 2 * blur
    return "".join(_line(path, color, max(0.6, width + more), share) for more in spread)


def _line(path: str, color: str, width: float, opacity: float) -> str:
    line = f'stroke="{color}" stroke-width="{width:.3g}" stroke-linecap="round" stroke-linejoin="round"'
    return shape(path, "none", opacity=opacity, more=line)


def oval(x: float, y: float, rx: float, ry: float, fill: str, *, opacity: float = 1, blur: float = 0) -> str:
    """A filled ellipse. A blurred one is a gradient, for the same reason."""
    if not blur:
        place = f'cx="{x:.2f}" cy="{y:.2f}" rx="{rx:.2f}" ry="{ry:.2f}"'
        return f'<ellipse {place} fill="{fill}" opacity="{opacity:.3g}"/>'
    name = (
        "o"
        + hashlib.md5(repr((x, y, rx, ry, fill, opacity, blur)).encode(), usedforsecurity=False).hexdigest()[
            :10
        ]
    )
    wide, high = rx + 2.2 * blur, ry + 2.2 * blur
    mean, reach = math.sqrt(rx * ry), math.sqrt(wide * high)
    peak = opacity * (1 - math.exp(-(mean**2) / (2 * blur**2)))
    # A disc's edge under a Gaussian.
    profile = [0.5 * math.erfc((step / 8 * reach - mean) / (blur * math.sqrt(2))) for step in range(9)]
    stops = "".join(
        f'<stop offset="{step / 8:.3f}" stop-color="{fill}" stop-opacity="{peak * (value - profile[-1]) / (profile[0] - profile[-1]):.4f}"/>'
        for step, value in enumerate(profile)
    )
    return (
        f'<radialGradient id="{name}">{stops}</radialGradient>'
        f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{wide:.2f}" ry="{high:.2f}" fill="url(#{name})"/>'
    )


def within(name: str, path: str, drawing: str) -> str:
    """``drawing`` as far as ``path`` encloses it; ``name`` is unique in its document."""
    return f'<clipPath id="{name}"><path d="{path}"/></clipPath><g clip-path="url(#{name})">{drawing}</g>'


def across(name: str, start: Point, end: Point, *stops: tuple[float, str]) -> str:
    """A linear gradient between two points of the drawing, to be filled with as ``url(#name)``."""
    colors = "".join(f'<stop offset="{offset:.3g}" stop-color="{color}"/>' for offset, color in stops)
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{start[0]}" y1="{start[1]}" '
        f'x2="{end[0]}" y2="{end[1]}">{colors}</linearGradient>'
    )


def around(name: str, center: Point, radius: float, *stops: tuple[float, str]) -> str:
    """A radial gradient, likewise."""
    colors = "".join(f'<stop offset="{offset:.3g}" stop-color="{color}"/>' for offset, color in stops)
    return (
        f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="{center[0]}" cy="{center[1]}" '
        f'r="{radius}">{colors}</radialGradient>'
    )
