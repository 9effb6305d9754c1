"""The prompt for models that paint pictures of a product from pictures of it.

The product comes first: its words, its pictures by number, what must not change. Then what is wanted:
the scene, its words, the brand, the customer's wish, and last what checks have found wrong before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from genai.capabilities.image import ImagePurpose, ImageRequest
from genai.domain.creative import Light, Scene
from genai.domain.enums import Composition
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.prompts.fitting import Part, fitted
from genai.prompts.product import constraints, identity, pictured

PRODUCT, PICTURE, WORDS, WISHES, FOUND = (
    "THE PRODUCT, WHICH MUST NOT CHANGE",
    "THE PICTURE",
    "WORDS",
    "WISHES, WHERE THEY LEAVE THE PRODUCT AS IT IS",
    "EARLIER ATTEMPTS FAILED A CHECK. THIS TIME AVOID:",
)
SHEET_COLUMNS, SHEET_ROWS = 3, 2
SHEET_VIEWS = ("front", "three_quarter", "left", "back", "right", "detail")  # row by row

_KEEP = (
    "Show exactly this product, as if photographed again: the same outline and proportions, the same colours"
    " and surfaces, the same parts in the same number and place. What is printed on it stays letter for"
    " letter, in its place and the right way round; what is blank stays blank. Nothing is redesigned,"
    " simplified, added or left out. Where words and pictures differ, the pictures are right, Image 1 first."
)
_ONCE = "The product is in the picture once, and no other product is."
_WHOLE = "All of it is inside the frame, with air around it."
_DETAIL = "A detail is meant: the frame may cut it off, what is seen of it is as in the pictures."

# When a part gives way to a limit, the lowest first; genai.prompts.product has the two of the product.
_WISH, _PALETTE, _BRAND, _LIGHT, _CAMERA, _DEPICTION, _ADJUSTMENT = 1, 2, 3, 4, 5, 7, 8

_SHOTS = {"wide": "Wide shot", "medium": "Medium shot", "close_up": "Close-up", "detail": "Detail shot"}
_ANGLES = {"eye_level": "at eye level", "high": "from slightly above", "low": "from slightly below"}
_PEOPLE = {
    Composition.PRODUCT_ONLY: "No person and no hand is in the picture.",
    Composition.WITH_MODEL: "A person uses the product naturally, at its true size; hands cover as little of"
    " it as they can, and nothing that is printed on it.",
    Composition.MIXED: "A person may be in the picture; nobody covers the product.",
}
# Where the product and the words stand, by the names that storyboards give to layouts.
_LAYOUTS = {
    "text_top": ("low, in the middle", "above it, centred"),
    "text_bottom": ("in the upper part, in the middle", "below it, centred"),
    "off_axis_left": ("low, right of the middle", "above it, flush left"),
    "off_axis_right": ("low, left of the middle", "above it, flush left"),
    "split_left": ("in the right half", "in the left half, flush left"),
    "split_right": ("in the left half", "in the right half, flush left"),
}


def image_prompt(request: ImageRequest, *, limit: int) -> str:
    """The prompt for a picture, at most ``limit`` UTF-16 code units, which are never fewer than characters.

    It numbers the pictures as :func:`pictures` returns them; they are to be sent in that order. Raises
    Permanent: ``prompt_too_long``, and ``unsupported`` for a cut-out, which is no painting.
    """
    if request.purpose is ImagePurpose.CUTOUT:
        raise Permanent("a cut-out is not made from a prompt", code="unsupported")
    purposes = {ImagePurpose.NEUTRAL: _neutral, ImagePurpose.SHEET: _sheet, ImagePurpose.SCENE: _scene}
    parts = [*_product(request), *purposes[request.purpose](request)]
    return fitted([*parts, *constraints(request.findings, FOUND)], limit)


def pictures(request: ImageRequest) -> tuple[MediaFile, ...]:
    """What is to be sent with the prompt: the references, then the logo of a scene's brand."""
    logo = _logo(request)
    return (*(reference.file for reference in request.references), *((logo,) if logo else ()))


def with_most_pictures(request: ImageRequest, most: int) -> ImageRequest:
    """The request with no more pictures than a model takes. The logo goes first, then the last references."""
    if len(pictures(request)) <= most:
        return request
    return replace(request, references=request.references[:most], brand=replace(request.brand, logo=None))


def _logo(request: ImageRequest) -> MediaFile | None:
    return request.brand.logo if request.purpose is ImagePurpose.SCENE and not request.moving else None


def _product(request: ImageRequest) -> Iterator[Part]:
    yield from identity(request.product, PRODUCT)
    yield from pictured(request.references, PRODUCT)
    yield Part(_KEEP, under=PRODUCT)


def _neutral(request: ImageRequest) -> Iterator[Part]:
    yield Part(
        f"The product alone, in the view of Image 1, on pure white (#ffffff) with a faint contact shadow."
        f" {_ONCE} {_WHOLE} It fills about four fifths of the frame. Even, soft, neutral light; sharp all"
        " over. Whatever else the photographs show is gone: hands, props, grounds, stickers of shops.",
        under=PICTURE,
    )
    yield Part("No words but those that are printed on the product.", under=PICTURE)
    yield from _adjustment(request)


def _sheet(request: ImageRequest) -> Iterator[Part]:
    views = ", ".join(view.replace("_", " ") for view in SHEET_VIEWS)
    yield Part(
        f"A character sheet: the product alone, {SHEET_COLUMNS * SHEET_ROWS} times, in a grid of"
        f" {SHEET_COLUMNS} columns and {SHEET_ROWS} rows of equal cells, on one plain light grey ground"
        f" (#f2f2f2) without lines between the cells. Row by row: {views}. The same size, lens and even"
        " light in each, the whole product inside its cell; the detail is its most telling print or surface.",
        under=PICTURE,
    )
    yield Part(
        "A side that no picture shows continues what the pictures do show, and is otherwise blank: no"
        " print, part or colour is invented for it.",
        under=PICTURE,
    )
    yield Part("No captions, and no words but those that are printed on the product.", under=PICTURE)
    yield from _adjustment(request)


def _scene(request: ImageRequest) -> Iterator[Part]:
    scene = request.scene
    if scene is None:
        raise Permanent("a scene's picture was asked for without a scene", code="unsupported")
    detail = "detail" in (scene.purpose, scene.camera.shot)
    shape = f"{request.canvas.aspect.value}, {request.canvas.width} x {request.canvas.height} pixels"
    yield Part(f"A photorealistic advertising photograph, {shape}.", under=PICTURE)
    yield Part(f"{_ONCE} {_DETAIL if detail else _WHOLE} {_PEOPLE[scene.composition]}", under=PICTURE)
    yield Part(_depiction(scene), _DEPICTION, trims=True, under=PICTURE)
    yield Part(
        f"{_SHOTS.get(scene.camera.shot, 'Medium shot')} {_ANGLES.get(scene.camera.angle, 'at eye level')}.",
        _CAMERA,
        under=PICTURE,
    )
    yield Part(lit(scene.light), _LIGHT, under=PICTURE)
    yield from _palette(scene)
    yield from _words(request, scene)
    yield from _brand(request)
    wish = " ".join(request.prompt.split())
    if wish and wish not in scene.prompt:
        yield Part(f"The customer's campaign: {wish}", _WISH, trims=True, under=WISHES)
    yield from _adjustment(request)


def _depiction(scene: Scene) -> str:
    said = " ".join(scene.prompt.split())
    season = f" Season: {scene.season}." if scene.season and scene.season not in said else ""
    return f"{said}{season}"


def lit(light: Light) -> str:
    """One key light in words."""
    side = "the camera" if abs(light.azimuth) < 10 else "the left" if light.azimuth < 0 else "the right"
    hard = "soft" if light.softness >= 0.55 else "hard" if light.softness <= 0.25 else "defined"
    tint = "warm" if light.kelvin < 4700 else "cool" if light.kelvin > 6000 else "neutral"
    return (
        f"One key light from {side}, {light.elevation:.0f}° high, {hard} shadows, {tint} ({light.kelvin} K)."
        " It lights product and set alike, with true shadows and reflections; the product's own colours stay"
        " what they are."
    )


def _palette(scene: Scene) -> Iterator[Part]:
    shares = ("about 60 %", "30 %", "10 %")
    said = ", ".join(f"{code} {share}" for code, share in zip(scene.palette, shares, strict=False))
    if said:
        yield Part(f"Colours of set and ground, not of the product: {said}.", _PALETTE, under=PICTURE)


def _words(request: ImageRequest, scene: Scene) -> Iterator[Part]:
    stands, words_stand = _LAYOUTS.get(scene.layout, ("in the middle", "clear of it"))
    words = [
        (role, " ".join(text.split()))
        for role, text in (
            ("Headline, the largest", scene.words.headline),
            ("Text, small", scene.words.body),
            ("Button", scene.words.call_to_action),
        )
        if text.strip()
    ]
    if not words:
        yield Part("No words in the picture but those that are printed on the product.", under=WORDS)
    elif request.moving:
        yield Part(
            "This is the first frame of a clip, and words are laid over it later: draw none. The product"
            f" stands {stands}; the room {words_stand}, is calm and empty for them. No words but those that"
            " are printed on the product, and some air at all edges for the camera to move.",
            under=WORDS,
        )
    else:
        yield Part(
            f"The product stands {stands}; the words {words_stand}, clear of it and of the frame's edges."
            f" Exactly these words (language: {request.language}), spelled as here, each once, without the"
            " quotation marks, well legible, and no others but what is printed on the product:",
            under=WORDS,
        )
        for role, text in words:
            yield Part(f"{role}: “{text}”", under=WORDS)
    yield from _captions(request)


def _captions(request: ImageRequest) -> Iterator[Part]:
    if request.captions is None:
        return
    width, height = request.canvas.width, request.canvas.height
    left, top, right, bottom = request.captions
    yield Part(
        f"From {top / height:.0%} to {bottom / height:.0%} of the height and {left / width:.0%} to"
        f" {right / width:.0%} of the width the ground is calm and empty: neither the product nor words.",
        under=WORDS,
    )


def _brand(request: ImageRequest) -> Iterator[Part]:
    brand = request.brand
    said = []
    if brand.colors:
        said.append(f"Brand colours, for set and words and never for the product: {', '.join(brand.colors)}.")
    if brand.font and not request.moving:
        said.append(f"Words in the typeface {brand.font} or one much like it.")
    if _logo(request):
        yield Part(
            f"Image {len(request.references) + 1} is the brand's logo: unchanged, small, in an upper corner,"
            " flat on the ground, never on the product.",
            under=WORDS,
        )
    if said:
        yield Part(" ".join(said), _BRAND, under=WISHES)


def _adjustment(request: ImageRequest) -> Iterator[Part]:
    if said := " ".join(request.adjustment.split()):
        yield Part(
            f"Before all else, other than in the last one: {said}", _ADJUSTMENT, trims=True, under=WISHES
        )
