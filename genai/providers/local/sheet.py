"""The character sheet: every view there is and what can honestly be derived, on one page and singly."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from PIL import Image, ImageDraw

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImageRequest, ImageResult
from genai.domain.creative import ProductBrief, Reference
from genai.domain.enums import AssetRole
from genai.domain.media import Color, Mark
from genai.errors import InvalidInput
from genai.media import pixels
from genai.media.fonts import HANKEN, MANROPE, SERIF, can_draw, font
from genai.providers.local import panels
from genai.providers.local.cutout import cut_out
from genai.providers.local.palette import product_palette
from genai.providers.local.panels import INK, Panel
from genai.providers.local.trust import CLEAN_MATTE

# Drawn for 2048 x 1536 and scaled from there.
_PAGE = (2048, 1536)
_PAPER = (246, 244, 240)
_QUIET = (118, 112, 104)
_RULE = (214, 209, 201)
_MARGIN, _GUTTER, _LABEL = 96, 24, 46
_TOP, _BOTTOM, _HERO = 300, 1464, 724
_MOST_VIEWS, _MOST_PANELS = 6, 12


@dataclass(frozen=True)
class _Material:
    """What the sheet is made of. ``cuts``: clean cut-outs with their views, the surest first."""

    views: list[tuple[np.ndarray, str | None]]
    cuts: list[tuple[np.ndarray, str | None]]
    neutral: np.ndarray | None
    colors: tuple[Color, ...]


def sheet(request: ImageRequest, call: Call) -> ImageResult:
    """Make the sheet (of the canvas's size) and its panels as single pictures.

    Raises :class:`~genai.errors.InvalidInput` without a reference picture.
    """
    material = _material(request)
    shown = _panels(material)
    marks: tuple[Mark, ...] = ()
    if not material.cuts:
        detail = "No view could be cut out cleanly: no silhouette, no proportions, no details on white."
        marks = (Mark("low_confidence_cutout", detail),)
    page = _page(request.product, material, shown)
    page = pixels.resize(page, request.canvas.width, request.canvas.height)
    path = call.workdir / "sheet.png"
    pixels.save_png(path, page)
    labels = {"panels": [panel.label for panel in shown], "colors": [color.hex for color in material.colors]}
    made = [Produced(path, "image/png", AssetRole.SHEET, None, "Character sheet", labels, marks)]
    for index, panel in enumerate(shown):
        path = call.workdir / f"panel_{index:02}.png"
        pixels.save_png(path, panel.picture)
        made.append(
            Produced(path, "image/png", AssetRole.SHEET_PANEL, panel.view, panel.label, {}, panel.marks)
        )
    return ImageResult(tuple(made), labels, marks)


def _material(request: ImageRequest) -> _Material:
    views = [
        (pixels.load_rgba(r.file.path), r.view)
        for r in request.references
        if r.role not in ("cutout", "neutral")
    ]
    ready = [(pixels.load_rgba(r.file.path), r) for r in request.references if r.role == "cutout"]
    neutral = next((r for r in request.references if r.role == "neutral"), None)
    cuts = [(rgba, r.view) for rgba, r in sorted(ready, key=_sureness) if r.confidence >= CLEAN_MATTE]
    if not views and not ready and neutral is None:
        raise InvalidInput("/product/images", "no picture of the product", "Supply at least one photograph.")
    if not ready and views:
        found = cut_out([photograph for photograph, _ in views])
        pairs = sorted(zip(found, views, strict=True), key=lambda pair: -pair[0].confidence)
        cuts = [(c.rgba, view) for c, (_, view) in pairs if c.confidence >= CLEAN_MATTE]
    colors = request.product.colors or (product_palette(cuts[0][0]) if cuts else ())
    picture = pixels.load_rgb(neutral.file.path) if neutral else None
    return _Material(views[:_MOST_VIEWS], cuts, picture, tuple(colors)[:5])


def _sureness(item: tuple[np.ndarray, Reference]) -> float:
    return -item[1].confidence


def _panels(material: _Material) -> list[Panel]:
    views = [panels.supplied(photo, view, n) for n, (photo, view) in enumerate(material.views, 1)]
    if not material.cuts:
        return views
    best = material.cuts[0][0]
    closer = panels.details(best, 4)
    shapes = [panels.silhouette(best), panels.proportions(best)]
    others = [panels.cut(rgba, view) for rgba, view in material.cuts[1:4]]
    extra = [panel for pair in zip_longest(others, closer[1:]) for panel in pair if panel]
    chosen = panels.filled([*views, *closer[:1], *shapes], extra, _MOST_PANELS)
    order = {panel.label: rank for rank, panel in enumerate([*views, *others, *closer, *shapes])}
    return sorted(chosen, key=lambda panel: order[panel.label])


def _page(product: ProductBrief, material: _Material, shown: list[Panel]) -> np.ndarray:
    image = Image.new("RGB", _PAGE, _PAPER)
    draw = ImageDraw.Draw(image)
    _head(draw, product)
    _hero(image, draw, material)
    _swatches(draw, material.colors)
    left, width = _MARGIN + _HERO + 2 * _GUTTER, _PAGE[0] - 2 * _MARGIN - _HERO - 2 * _GUTTER
    if not shown:
        return np.asarray(image)
    columns, rows = panels.grid(len(shown))
    across = (width - (columns - 1) * _GUTTER) // columns
    down = min(across, (_BOTTOM - _TOP - rows * _LABEL - (rows - 1) * 10) // rows)
    step = (_BOTTOM - _TOP - rows * (down + _LABEL)) // max(rows - 1, 1)
    for index, panel in enumerate(shown):
        x = left + index % columns * (across + _GUTTER)
        y = _TOP + index // columns * (down + _LABEL + step)
        image.paste(Image.fromarray(panels.fitted(panel, across, down)), (x, y))
        _label(draw, x, y + down + 12, panel.label, across)
    return np.asarray(image)


def _head(draw: ImageDraw.ImageDraw, product: ProductBrief) -> None:
    _spaced(draw, (_MARGIN, 92), "CHARACTER SHEET", 21, _QUIET)
    family = next((f for f in (SERIF, MANROPE, HANKEN) if can_draw(f, product.name)), SERIF)
    name, size = product.name, 92
    while size > 52 and font(family, "display", size).getlength(name) > 1300:
        size -= 4
    face = font(family, "display", size)
    while len(name) > 4 and face.getlength(name) > 1300:
        name = name.rstrip("…")[:-1].rstrip() + "…"
    draw.text((_MARGIN - size // 18, 226), name, INK, face, anchor="ls")
    right, line = _PAGE[0] - _MARGIN, 226
    for text in reversed([text for text in (product.brand, product.category) if text]):
        draw.text((right, line), text[:40], _QUIET, font(HANKEN, "regular", 26), anchor="rs")
        line -= 38
    draw.line([(_MARGIN, 262), (right, 262)], _RULE, 2)


def _hero(image: Image.Image, draw: ImageDraw.ImageDraw, material: _Material) -> None:
    if material.neutral is not None:
        panel, label = Panel(material.neutral, "", fills=True), "Neutral image"
    elif material.cuts:
        panel = panels.cut(*material.cuts[0])
        label = panel.label
    else:
        panel = panels.supplied(*material.views[0], 1)
        label = panel.label
    image.paste(Image.fromarray(panels.fitted(panel, _HERO, _HERO)), (_MARGIN, _TOP))
    _label(draw, _MARGIN, _TOP + _HERO + 12, label, _HERO)


def _swatches(draw: ImageDraw.ImageDraw, colors: tuple[Color, ...]) -> None:
    if not colors:
        return
    top = _TOP + _HERO + _LABEL + 46
    _spaced(draw, (_MARGIN, top), "PALETTE", 19, _QUIET)
    top += 42
    bottom = _BOTTOM - 112
    width = (_HERO - (len(colors) - 1) * 12) / len(colors)
    for index, color in enumerate(colors):
        x = _MARGIN + index * (width + 12)
        draw.rectangle([round(x), top, round(x + width), bottom], color.hex, outline=_RULE, width=1)
        face = font(HANKEN, "strong", 23)
        words = color.name.capitalize().split()
        lines = [" ".join(words)] if face.getlength(" ".join(words)) <= width else words[:2]
        y = bottom + 14
        for line in lines:
            draw.text((round(x), y), line, INK, face)
            y += 27
        draw.text((round(x), y + 2), color.hex.upper(), _QUIET, font(MANROPE, "regular", 19))


def _label(draw: ImageDraw.ImageDraw, x: int, y: int, text: str, width: int) -> None:
    face = font(HANKEN, "regular", 22)
    while len(text) > 4 and face.getlength(text) > width:
        text = text.rstrip("…")[:-1].rstrip(" ,:") + "…"
    draw.text((x, y), text, _QUIET, face)


def _spaced(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, ink: tuple[int, ...]
) -> None:
    """Small capitals are set with room between them."""
    face, x = font(MANROPE, "strong", size), float(at[0])
    for letter in text:
        draw.text((x, at[1]), letter, ink, face)
        x += face.getlength(letter) + 0.14 * size
