"""A scene of a storyboard, composed: layout, set, light, product, type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImageRequest, ImageResult
from genai.domain.creative import Light, Scene
from genai.domain.enums import Aspect, AssetRole, Composition
from genai.domain.media import Mark
from genai.domain.records import to_json
from genai.errors import Permanent
from genai.media.pixels import load_rgba
from genai.media.safe_box import safe_box
from genai.providers.local.compose import band, color, layout, lettering
from genai.providers.local.compose.adjusting import adjusted
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box, Brief
from genai.providers.local.compose.finish import quantise, rolled_off, save_quickly
from genai.providers.local.compose.layers import over, product_layer
from genai.providers.local.compose.light import KeyLight
from genai.providers.local.compose.photograph import (
    Worded,
    fill,
    fill_beside,
    place_words,
    shaded,
)
from genai.providers.local.compose.placing import Placed, place
from genai.providers.local.compose.render import Renderer
from genai.providers.local.compose.scheme import Scheme, make_scheme
from genai.providers.local.compose.sets import SETS
from genai.providers.local.compose.shadow import Caster
from genai.providers.local.compose.subject import Subject, choose_subject, printed
from genai.providers.local.compose.titling import title
from genai.providers.local.compose.typography import Paragraph
from genai.providers.local.compose.wording import typesetter
from genai.providers.local.reaction import reaction

_File = tuple[AssetRole, str, NDArray[np.uint8]]  # what for, its name, its pixels

_CLEAR = 0.3  # of the height, that a detail wants to itself beside captions
_WHITE = 5600  # kelvin
_SHARES = {"wide": 0.50, "medium": 0.56, "close_up": 0.62, "detail": 0.64}


def scene(request: ImageRequest, call: Call) -> ImageResult:
    """Compose one scene image as a PNG in ``call.workdir``, with its layers beside it for a moving scene.

    Raises :class:`~genai.errors.Permanent` where the request has no scene or no usable reference.
    """
    if request.scene is None:
        raise Permanent("a scene image needs its scene", code="no_scene")
    return Composer(request, request.scene).compose(call)


@dataclass(frozen=True)
class Picture:
    """A picture before its type: ``srgb`` encoded 0..1, ``matte`` of what of it is the product, ``product``
    the product's box, ``paragraphs`` as in the full-sized layout. Of a moving scene ``placed`` is the
    product, which ``srgb`` lacks, and ``overlay`` what stands before it."""

    srgb: Array
    matte: Array
    product: Box
    paragraphs: tuple[Paragraph, ...]
    layout: str
    set: str
    placed: Placed | None = None
    overlay: Array | None = None


_COVERING = 0.1  # of the words' block, at most, stands on the product of a photograph
_SHADED = 0.62  # of a photograph's height is shaded, more and more towards its words
_FRAMED = Mark(
    "framed_photograph", "The product could not be cut out cleanly; its photograph is shown framed."
)
_FILLING = Mark(
    "whole_photograph", "The product could not be cut out cleanly; its photograph fills the picture."
)
_UNLIT = Mark(
    "adjustment_not_possible", "A photograph that fills the picture keeps its own light and surroundings."
)


class Composer:
    """One request on its way to a picture; ``marks`` gathers in what it is less than was asked for.

    Layouts are made for a frame whose shorter side is 1080 pixels and scaled, so that a small picture
    shows what the large one will.
    """

    def __init__(self, request: ImageRequest, scene: Scene) -> None:
        asked = adjusted(scene, request.adjustment, request.product.name.split())
        self.request, self.scene, self.size = request, asked.scene, asked.size
        self.canvas = request.canvas
        self.marks: list[Mark] = asked.marks()
        self.reaction = reaction(request.findings, request.attempt)
        self.rng = np.random.default_rng([scene.seed & 0xFFFFFFFF, request.attempt, scene.number])
        if scene.composition is not Composition.PRODUCT_ONLY:
            self.marks.append(
                Mark("no_model", "This engine cannot photograph people: the product stands alone.")
            )
        self.scale = min(self.canvas.width, self.canvas.height) / layout.SHORT
        self.full = round(self.canvas.width / self.scale), round(self.canvas.height / self.scale)
        self.safe = safe_box(self.canvas.aspect, *self.full)
        if request.moving:  # the camera comes nearer: what stands at the edge would leave the box
            self.safe = layout.drawn_in(self.safe, *self.full, scene.move.amount)
        captions = None if request.captions is None else _times(request.captions, 1 / self.scale)
        self.room, self.spare = layout.clear_of(self.safe, captions)
        self.logo, self.logo_box = self._logo(_times(self.room, self.scale))
        bottom = self.logo_box[3] / self.scale if self.logo_box else 0
        self.reserved = round(bottom - self.room[1] + 0.03 * layout.SHORT) if self.logo_box else 0

    def compose(self, call: Call) -> ImageResult:
        subject = choose_subject(self.request, self.scene.number - 1)
        scheme = make_scheme(self._palette(), subject.mean(), subject.palette)
        filling = self.request.moving and not subject.is_cutout
        if not subject.is_cutout:
            self.marks.append(_FILLING if filling else _FRAMED)
        self.words, marks = typesetter(self.request, self.scene)
        self.marks += marks
        if filling:
            if self.request.adjustment:
                self.marks.append(_UNLIT)
            picture = self._filled(subject)
        else:
            picture = self._banded(subject, scheme) or self._staged(subject, scheme)
        if self.logo is not None and self.logo_box is not None:
            lettering.draw_logo(picture.srgb, self.logo, self.logo_box, scheme)
        scaled = [each.scaled(self.scale) for each in picture.paragraphs]
        lettered = lettering.letter(picture.srgb, picture.matte, scaled, scheme, light=filling)
        left, top, right, bottom = picture.product
        details: dict[str, Any] = {
            "placement": [[left, top], [right, top], [right, bottom], [left, bottom]],
            "layout": picture.layout,
            "set": picture.set,
            "text_boxes": [list(each.box()) for each in scaled],
            "contrast": [round(each.contrast, 2) for each in lettered],
        }
        if self.request.moving:
            titles = zip(picture.paragraphs, lettered, strict=True)
            details["titles"] = [to_json(title(*each, self.scale)) for each in titles]
            files = self._taken_apart(picture)
        else:
            lettering.draw(picture.srgb, lettered)
            files = [(AssetRole.SCENE_IMAGE, "scene", quantise(picture.srgb, picture.matte, self.rng))]
        return ImageResult(tuple(self._produced(files, details, call)), marks=tuple(self.marks))

    def _produced(self, files: Sequence[_File], details: dict[str, Any], call: Call) -> Iterator[Produced]:
        """The files written; what is known of the picture goes with the scene image."""
        for role, name, pixels in files:
            path = call.workdir / f"{name}.png"
            save_quickly(path, pixels)
            made = Produced(path, "image/png", role, label=self.scene.purpose)
            if role is AssetRole.SCENE_IMAGE:
                made = replace(made, details=details, marks=tuple(self.marks))
            yield made

    def _taken_apart(self, picture: Picture) -> list[_File]:
        """The scene image, and where the product stands free its layers."""
        plate = quantise(picture.srgb, picture.matte, self.rng)
        if picture.placed is None:
            return [(AssetRole.SCENE_IMAGE, "scene", plate)]
        size = self.canvas.width, self.canvas.height
        product = product_layer(picture.placed, picture.overlay, *size, self.rng)
        return [
            (AssetRole.SCENE_IMAGE, "scene", over(plate, product, picture.placed)),
            (AssetRole.SCENE_PLATE, "plate", plate),
            (AssetRole.SCENE_PRODUCT, "product", product),
        ]

    def _staged(self, subject: Subject, scheme: Scheme) -> Picture:
        """The product (or a print of its photograph) stands on a rendered set."""
        width, height = self.canvas.width, self.canvas.height
        shown = subject if subject.is_cutout else printed(subject)
        arranged = self._arranged(shown.ratio, self._share(subject))
        if arranged.dropped:
            self.marks.append(Mark("words_dropped", f"No room for: {', '.join(arranged.dropped)}."))
        scaled = arranged.scaled(self.scale)
        key = KeyLight.of(self._light())
        brief = Brief(
            width,
            height,
            scaled.product,
            tuple(p.box() for p in scaled.paragraphs),
            scheme,
            key,
            self.scene.camera,
            self.scene.season or "",
            self.rng,
        )
        design = SETS[self._setting()](brief)
        caster = Caster.of(shown.alpha, key)
        linear = rolled_off(Renderer(design, brief, caster, shown.mean()).picture())
        # Words on the ground would run into the product's mirror image.
        gloss = design.floor.gloss * (0.25 if arranged.name == "text_bottom" else 1.0)
        placed = place(linear, shown, brief, gloss)
        if not self.request.moving:
            placed.draw(linear)
        overlay = None
        if design.overlay is not None and not self.reaction.bare:
            overlay = cv2.resize(design.overlay, (width, height), interpolation=cv2.INTER_LINEAR)
            linear *= 1 - overlay[..., 3:]
            linear += overlay[..., :3]
        name = design.name if subject.is_cutout else f"framed_{design.name}"
        made = Picture(
            color.encode(linear),
            placed.matte(width, height),
            scaled.product,
            arranged.paragraphs,
            arranged.name,
            name,
        )
        if self.request.moving:
            return replace(made, matte=np.zeros_like(made.matte), placed=placed, overlay=overlay)
        return made

    def _filled(self, subject: Subject) -> Picture:
        """The photograph over all of the frame: a moving picture of it is a shot, not a print."""
        width, height = self.canvas.width, self.canvas.height
        shot = "wide" if self.reaction.whole else self.scene.camera.shot
        filled = fill(subject.rgba, width, height, _times(self.room, self.scale), shot)
        product = _times(filled.product, 1 / self.scale)
        wide = self.canvas.aspect is Aspect.LANDSCAPE
        worded = place_words(self.words, self.room, product, self.reserved, wide=wide)
        if (worded is None or worded.covering > (0 if self.reaction.bare else _COVERING)) and (
            beside := self._beside(subject)
        ):
            return beside
        if worded is None:
            self.marks.append(Mark("words_dropped", "No room for the scene's words."))
            worded = Worded(())
        srgb = filled.pixels.astype(np.float32) / 255
        if worded.side is not None:
            shaded(srgb, worded.side, _SHADED)
        none = np.zeros((height, width), np.float32)
        return Picture(srgb, none, filled.product, worded.paragraphs, "photograph", "photograph")

    def _beside(self, subject: Subject) -> Picture | None:
        """The photograph beside the words that would have stood on its product; None where they need more
        than half the frame."""
        width, height = self.canvas.width, self.canvas.height
        made = band.divide(self.canvas.aspect, *self.full, self.room, self.reserved, self.words)
        if made is None:
            return None
        area = band.within(_times(made.area, self.scale), width, height)
        filled = fill_beside(subject.rgba, width, height, area, _times(self.room, self.scale), "wide")
        srgb = filled.pixels.astype(np.float32) / 255
        none = np.zeros((height, width), np.float32)
        return Picture(srgb, none, filled.product, made.paragraphs, "band", "photograph")

    def _arranged(self, ratio: float, share: float) -> layout.Layout:
        firm = self.reaction.larger or self.size > 0
        arranger = layout.Arranger(
            *self.full, self.room, self.reserved, ratio, firm, self.safe[3], self.spare
        )
        return arranger.arrange(self._layout_name(ratio), share, self.words)

    def _banded(self, subject: Subject, scheme: Scheme) -> Picture | None:
        """A close detail, or a photograph shown whole, beside a band of type; None where another
        composition is wanted or the words need more room."""
        close = self.scene.purpose == "detail" and self.scene.camera.shot in ("detail", "close_up")
        close = close and not self.reaction.whole
        if subject.is_cutout and not close:
            return None
        # Captions would run over a photograph that is shown whole.
        if not subject.is_cutout and (self.request.captions or self.rng.random() < 0.5):
            return None
        width, height = self.canvas.width, self.canvas.height
        made = band.divide(self.canvas.aspect, *self.full, self.room, self.reserved, self.words)
        if made is None:
            return None
        left, top, right, bottom = area = band.within(_times(made.area, self.scale), width, height)
        if not (subject.is_cutout or band.takes(subject.rgba, area)):
            return None
        captions = self._captions(area)
        if captions is not None and captions.clear[1] - captions.clear[0] < _CLEAR * height:
            return None
        linear = np.broadcast_to(scheme.ground, (height, width, 3)).astype(np.float32)
        matte = np.zeros((height, width), np.float32)
        if subject.is_cutout:
            linear[top:bottom, left:right], product = band.show_detail(
                subject.rgba, area, scheme, captions, self._turn()
            )
            name = "detail"
        else:
            pixels, product = band.show_photograph(subject.rgba, area)
            left, top, right, bottom = product
            linear[top:bottom, left:right] = pixels
            name = "framed_band"
        matte[top:bottom, left:right] = 1
        return Picture(color.encode(linear), matte, product, made.paragraphs, "band", name)

    def _turn(self) -> int:
        """Which detail: the first in a still, in turn in a film, where several follow each other."""
        return self.scene.number if self.request.moving else 0

    def _captions(self, area: Box) -> band.Captions | None:
        """The captions, and the rows of an area that they leave free: the larger part, of what no interface
        covers."""
        captions = self.request.captions
        if captions is None:
            return None
        _, top, _, bottom = captions
        lowest = min(area[3], round(self.scale * self.safe[3]))
        clear = max((area[1], top), (bottom, lowest), key=lambda rows: rows[1] - rows[0])
        return band.Captions(top, bottom, clear)

    def _palette(self) -> tuple[str, ...]:
        return self.scene.palette or self.request.brand.colors

    def _setting(self) -> str:
        known = self.scene.setting in SETS and not self.reaction.white_light
        return self.scene.setting if known else "studio"

    def _share(self, subject: Subject) -> float:
        share = _SHARES.get(self.scene.camera.shot, 0.56) if subject.is_cutout else layout.LARGEST
        if self.canvas.aspect is Aspect.LANDSCAPE:
            share += 0.05  # its shorter side is the height, and words stand beside the product
        share += self.size + 0.05 * (self.request.attempt - 1) * self.reaction.larger
        return min(layout.LARGEST, max(layout.SMALLEST, share))

    def _light(self) -> Light:
        return replace(self.scene.light, kelvin=_WHITE) if self.reaction.white_light else self.scene.light

    def _layout_name(self, ratio: float) -> str:
        allowed = list(layout.CENTRED + layout.SHIFTED)
        if self.canvas.aspect is Aspect.LANDSCAPE:
            allowed = list(layout.SPLIT)
        elif self.canvas.aspect is not Aspect.PORTRAIT and ratio < 0.62:
            allowed += layout.SPLIT
        if self.request.captions is not None and "text_bottom" in allowed:
            allowed.remove("text_bottom")  # words between the product and the captions
        if self.scene.layout in allowed:
            return self.scene.layout
        # Words above leave the ground to the light; below them is the exception.
        weights = np.array([0.5 if name == "text_bottom" else 1.0 for name in allowed])
        return str(self.rng.choice(allowed, p=weights / weights.sum()))

    def _logo(self, safe: Box) -> tuple[NDArray[np.uint8] | None, Box | None]:
        """The brand's logo at its size, and its box at the top of the safe box."""
        if self.request.brand.logo is None:
            return None, None
        rgba = load_rgba(self.request.brand.logo.path)
        short = min(self.canvas.width, self.canvas.height)
        scale = min(0.055 * short / rgba.shape[0], 0.24 * short / rgba.shape[1])
        size = max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale))
        small = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA)
        left = safe[0]
        return small, (left, safe[1], left + size[0], safe[1] + size[1])


def _times(box: Box, scale: float) -> Box:
    left, top, right, bottom = (round(scale * edge) for edge in box)
    return left, top, right, bottom
