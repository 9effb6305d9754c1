"""The prompt for models that set a scene's picture in motion.

The picture is there already, as the clip's first frame. So the prompt says what must not change in it,
what moves, and what checks have found wrong before; the scene itself only where there is room.
"""

from __future__ import annotations

from collections.abc import Iterator

from genai.capabilities.video import VideoRequest
from genai.domain.enums import Composition
from genai.domain.film import Move, MoveKind, seconds_of
from genai.errors import Permanent
from genai.prompts.fitting import Part, fitted
from genai.prompts.product import constraints, named

PRODUCT, MOTION, SCENE, FOUND = (
    "THE PRODUCT, WHICH MUST NOT CHANGE",
    "WHAT MOVES",
    "THE SCENE",
    "EARLIER ATTEMPTS FAILED A CHECK. THIS TIME AVOID:",
)
_KEEP = (
    "It is rigid and stays exactly as in the first frame, in every frame: outline, proportions, colours,"
    " parts, and all that is printed on it, sharp and letter for letter; what is blank stays blank. It does"
    " not morph, turn to a side that the first frame hides, or multiply."
)
_WISH, _BRAND, _DEPICTION, _LIVING, _ADJUSTMENT = 1, 2, 3, 4, 8  # what gives way to a limit, lowest first

_MOVES = {
    MoveKind.STATIC: "The camera stands still but for a breath of movement.",
    MoveKind.PUSH_IN: "The camera slowly pushes in, {amount:.0%} closer at the end.",
    MoveKind.PULL_OUT: "The camera slowly pulls out, {amount:.0%} wider at the end.",
    MoveKind.PAN_LEFT: "The camera slowly pans left by {amount:.0%} of the frame's width.",
    MoveKind.PAN_RIGHT: "The camera slowly pans right by {amount:.0%} of the frame's width.",
    MoveKind.TILT_UP: "The camera slowly tilts up by {amount:.0%} of the frame's height.",
    MoveKind.TILT_DOWN: "The camera slowly tilts down by {amount:.0%} of the frame's height.",
}


def video_prompt(request: VideoRequest, *, limit: int) -> str:
    """The prompt for a clip that begins with ``request.image``, at most ``limit`` UTF-16 code units, which
    are never fewer than characters. It speaks of that picture alone; no references go with it.

    Raises Permanent: ``prompt_too_long``, and ``unsupported`` for the client's own footage, which is shown
    as it is.
    """
    if request.image is None:
        raise Permanent("footage is shown as it is, not made from a prompt", code="unsupported")
    return fitted([*_parts(request), *constraints(request.findings, FOUND)], limit)


def _parts(request: VideoRequest) -> Iterator[Part]:
    scene = request.scene
    yield Part(f"The given picture is the first frame. It shows {named(request.product)}.", under=PRODUCT)
    yield Part(_KEEP, under=PRODUCT)
    seconds = seconds_of(request.frames + request.handle)
    yield Part(f"One take of {seconds:.1f} s, no cut. {_moved(scene.move)}", under=MOTION)
    yield Part(_living(scene.composition), _LIVING, under=MOTION)
    yield Part("No words, captions or logos appear.", under=MOTION)
    if said := " ".join(scene.prompt.split()):
        yield Part(said, _DEPICTION, trims=True, under=SCENE)
    if request.brand.colors:
        colors = ", ".join(request.brand.colors)
        yield Part(f"Where new ground comes into view, it keeps to {colors}.", _BRAND, under=SCENE)
    wish = " ".join(request.prompt.split())
    if wish and wish not in scene.prompt:
        yield Part(f"The customer's campaign: {wish}", _WISH, trims=True, under=SCENE)
    if said := " ".join(request.adjustment.split()):
        yield Part(
            f"Before all else, other than in the last one: {said}", _ADJUSTMENT, trims=True, under=SCENE
        )


def _moved(move: Move) -> str:
    return _MOVES[move.kind].format(amount=move.amount) + " It starts and ends gently."


def _living(composition: Composition) -> str:
    """What else may move, so that the clip is no still."""
    if composition is Composition.PRODUCT_ONLY:
        return "Light and shadows drift a little over set and product. Nobody comes into the picture."
    return "The person moves calmly and naturally; hands keep clear of what is printed on the product."
