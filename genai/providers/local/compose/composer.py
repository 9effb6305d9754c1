"""A scene of a storyboard, composed: layout, set, light, product, type."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from genai.capabilities.base import Call, Produced
from genai.capabilities.image import ImageRequest, ImageResult
from genai.domain.creative import Light, Scene
from genai.domain.enums import Aspect, AssetRole, Composition
from genai.domain.media import Mark
from genai.errors import Permanent
from genai.media import fonts
from genai.media.safe_box import safe_box
from genai.providers.local.compose import band, color, layout, lettering
from genai.providers.local.compose.color import Array
from genai.providers.local.compose.design import Box, Brief
from genai.providers.local.compose.finish import quantise, rolled_off
from genai.providers.local.compose.light import KeyLight
from genai.providers.local.compose.placing import place
from genai.providers.local.compose.render import Renderer
from genai.providers.local.compose.scheme import Scheme, make_scheme
from genai.providers.local.compose.sets import SETS
from genai.providers.local.compose.shadow import Caster
from genai.providers.local.compose.subject import Subject, choose_subject, printed
from genai.providers.local.compose.typography import Paragraph, Typesetter
from genai.providers.local.pixels import load_rgba, save_png

_SHARES = {"wide": 0.50, "medium": 0.56, "close_up": 0.62, "detail": 0.64}


def scene(request: ImageRequest, call: Call) -> ImageResult:
    """Compose one scene image as a PNG in ``call.workdir``.

    Raises :class:`~genai.errors.Permanent` where the request has no scene or no usable reference.
    """
    if request.scene is None:
        raise Permanent("a scene image needs its scene", code="no_scene")
    return Composer(request, request.scene).compose(call)


@dataclass(frozen=True)
class Picture:
    """A picture before its type: ``srgb`` encoded 0..1, ``matte`` of the product, ``product`` its box."""

    srgb: Array
    matte: Array
    product: Box
    paragraphs: tuple[Paragraph, ...]
    layout: str
    set: str


class Composer:
    """One request on its way to a picture; ``marks`` gathers in what it is less than was asked for."""

    def __init__(self, request: ImageRequest, scene: Scene) -> None:
        self.request, self.scene = request, scene
        self.canvas = request.canvas
        self.marks: list[Mark] = []
        self.rng = np.random.default_rng([scene.seed & 0xFFFFFFFF, request.attempt, scene.number])
        if scene.composition is not Composition.PRODUCT_ONLY:
            self.marks.append(
                Mark("no_model", "This engine cannot photograph people: the product stands alone.")
            )
        self.safe = safe_box(self.canvas.aspect, self.canvas.width, self.canvas.height)
        self.logo, self.logo_box = self._logo(self.safe)
        short = min(self.canvas.width, self.canvas.height)
        self.reserved = self.logo_box[3] - self.safe[1] + round(0.03 * short) if self.logo_box else 0

    def compose(self, call: Call) -> ImageResult:
        subject = choose_subject(self.request, self.scene.number - 1)
        scheme = make_scheme(self._palette(), subject.mean(), subject.palette)
        if not subject.is_cutout:
            self.marks.append(
                Mark(
                    "framed_photograph",
                    "The product could not be cut out cleanly; its photograph is shown framed.",
                )
            )
        self.words = self._words()
        picture = self._banded(subject, scheme) or self._staged(subject, scheme)
        if self.logo is not None and self.logo_box is not None:
            lettering.draw_logo(picture.srgb, self.logo, self.logo_box, scheme)
        contrasts = lettering.draw_words(picture.srgb, picture.matte, picture.paragraphs, scheme)
        path = call.workdir / "scene.png"
        save_png(path, quantise(picture.srgb, picture.matte, self.rng))
        left, top, right, bottom = picture.product
        details = {
            "placement": [[left, top], [right, top], [right, bottom], [left, bottom]],
            "layout": picture.layout,
            "set": picture.set,
            "text_boxes": [list(p.box()) for p in picture.paragraphs],
            "contrast": contrasts,
        }
        marks = tuple(self.marks)
        image = Produced(
            path, "image/png", AssetRole.SCENE_IMAGE, label=self.scene.purpose, details=details, marks=marks
        )
        return ImageResult((image,), marks=marks)

    def _staged(self, subject: Subject, scheme: Scheme) -> Picture:
        """The product (or a print of its photograph) stands on a rendered set."""
        width, height = self.canvas.width, self.canvas.height
        shown = subject if subject.is_cutout else printed(subject)
        firm = self.request.attempt > 1  # what a check did not recognise is shown larger
        arranged = layout.Arranger(width, height, self.safe, self.reserved, shown.ratio, firm).arrange(
            self._layout_name(shown.ratio), self._share(subject), self.words
        )
        if arranged.dropped:
            self.marks.append(Mark("words_dropped", f"No room for: {', '.join(arranged.dropped)}."))
        key = KeyLight.of(self._light())
        brief = Brief(
            width,
            height,
            arranged.product,
            tuple(p.box() for p in arranged.paragraphs),
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
        matte = place(linear, shown, brief, gloss)
        if design.overlay is not None:
            layer = cv2.resize(design.overlay, (width, height), interpolation=cv2.INTER_LINEAR)
            linear *= 1 - layer[..., 3:]
            linear += layer[..., :3]
        name = design.name if subject.is_cutout else f"framed_{design.name}"
        return Picture(
            color.encode(linear), matte, arranged.product, arranged.paragraphs, arranged.name, name
        )

    def _banded(self, subject: Subject, scheme: Scheme) -> Picture | None:
        """A close detail, or a photograph shown whole, beside a band of type; None where another
        composition is wanted or the words need more room."""
        close = self.scene.purpose == "detail" and self.scene.camera.shot in ("detail", "close_up")
        # A close view that a check did not recognise gives way to the whole product.
        close = close and self.request.attempt == 1
        if subject.is_cutout and not close:
            return None
        if not subject.is_cutout and self.rng.random() < 0.5:
            return None
        width, height = self.canvas.width, self.canvas.height
        made = band.divide(self.canvas.aspect, width, height, self.safe, self.reserved, self.words)
        if made is None or not (subject.is_cutout or band.takes(subject.rgba, made.area)):
            return None
        linear = np.broadcast_to(scheme.ground, (height, width, 3)).astype(np.float32)
        matte = np.zeros((height, width), np.float32)
        if subject.is_cutout:
            left, top, right, bottom = made.area
            linear[top:bottom, left:right], product = band.show_detail(subject.rgba, made.area, scheme)
            name = "detail"
        else:
            pixels, product = band.show_photograph(subject.rgba, made.area)
            left, top, right, bottom = product
            linear[top:bottom, left:right] = pixels
            name = "framed_band"
        matte[top:bottom, left:right] = 1
        return Picture(color.encode(linear), matte, product, made.paragraphs, "band", name)

    def _palette(self) -> tuple[str, ...]:
        return self.scene.palette or self.request.brand.colors

    def _setting(self) -> str:
        return self.scene.setting if self.scene.setting in SETS else "studio"

    def _share(self, subject: Subject) -> float:
        share = _SHARES.get(self.scene.camera.shot, 0.56) if subject.is_cutout else layout.LARGEST
        if self.canvas.aspect is Aspect.LANDSCAPE:
            share += 0.05  # its shorter side is the height, and words stand beside the product
        return min(layout.LARGEST, share + 0.05 * (self.request.attempt - 1))

    def _light(self) -> Light:
        if self.request.attempt == 1:
            return self.scene.light
        return replace(self.scene.light, kelvin=5600)

    def _layout_name(self, ratio: float) -> str:
        allowed = list(layout.CENTRED + layout.SHIFTED)
        if self.canvas.aspect is Aspect.LANDSCAPE:
            allowed = list(layout.SPLIT)
        elif self.canvas.aspect is not Aspect.PORTRAIT and ratio < 0.62:
            allowed += layout.SPLIT
        if self.scene.layout in allowed:
            return self.scene.layout
        # Words above leave the ground to the light; below them is the exception.
        weights = np.array([0.5 if name == "text_bottom" else 1.0 for name in allowed])
        return str(self.rng.choice(allowed, p=weights / weights.sum()))

    def _words(self) -> Typesetter:
        """The scene's words in fonts that have their glyphs; words no font of ours can draw go."""
        headline_family, text_family = self._families()
        if self.scene.setting == "editorial":
            headline_family = fonts.SERIF
        words = self.scene.words
        missing: list[str] = []

        def drawable(text: str, family: str) -> tuple[str, str]:
            whole = fonts.family_for(text, family)
            if whole is not None:
                return " ".join(text.split()), whole
            kept = [word for word in text.split() if fonts.can_draw(family, word)]
            missing.extend(word for word in text.split() if word not in kept)
            # What is left of a line has lost its sense when most of it is gone.
            enough = 2 * len(kept) > len(text.split())
            return (" ".join(kept) if enough else ""), family

        headline, headline_family = drawable(words.headline, headline_family)
        body, body_family = drawable(words.body, text_family)
        button, button_family = drawable(words.call_to_action, text_family)
        eyebrow, _ = drawable(self._eyebrow(), text_family)
        if missing:
            self.marks.append(Mark("glyphs_missing", f"No font here can draw {len(missing)} of the words."))
        if text_family not in (body_family, button_family):
            text_family = body_family
        short = min(self.canvas.width, self.canvas.height)
        return Typesetter(headline, body, button, eyebrow, headline_family, text_family, short)

    def _eyebrow(self) -> str:
        """Editorial pages name what they show."""
        if self.scene.setting != "editorial" or not self.scene.words.headline:
            return ""
        return self.request.product.brand or self.request.product.name

    def _families(self) -> tuple[str, str]:
        name = self.request.brand.font
        if name:
            family = fonts.family_named(name)
            if family is not None:
                return family, family if family != fonts.SERIF else fonts.HANKEN
            self.marks.append(
                Mark("brand_font_unavailable", "The brand's font is not installed; another was used.")
            )
        digest = hashlib.sha256(f"{self.request.product.name}|{self.request.prompt}".encode()).digest()
        pairs = ((fonts.SERIF, fonts.HANKEN), (fonts.MANROPE, fonts.MANROPE), (fonts.HANKEN, fonts.HANKEN))
        return pairs[digest[0] % len(pairs)]

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
