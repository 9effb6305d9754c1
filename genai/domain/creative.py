"""What the planning stages write down and the picture stages follow: product, scene, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from genai.domain.enums import Aspect, Composition
from genai.domain.film import Move, SceneKind, Transition
from genai.domain.media import Color, MediaFile


@dataclass(frozen=True)
class ProductBrief:
    """The words about the product: from the snapshot, completed by its metadata."""

    name: str
    brand: str | None = None
    description: str = ""
    category: str | None = None
    colors: tuple[Color, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BrandKit:
    """The client's brand: a logo, sRGB hex colours in order of weight, a font family name."""

    logo: MediaFile | None = None
    colors: tuple[str, ...] = ()
    font: str | None = None


@dataclass(frozen=True)
class Camera:
    """Film terms: shot size (wide, medium, close_up, detail), angle (eye_level, high, low)."""

    shot: str = "medium"
    angle: str = "eye_level"


@dataclass(frozen=True)
class Light:
    """The key light. ``azimuth`` in degrees, 0 from the camera, -90 from the left, 90 from the right;
    ``elevation`` in degrees above the horizon; ``softness`` 0 (hard) to 1; ``kelvin`` its colour
    temperature."""

    azimuth: float = -45.0
    elevation: float = 45.0
    softness: float = 0.6
    kelvin: int = 5600


@dataclass(frozen=True)
class Words:
    """On-screen words of a scene; each may be empty. The headline has at most six words."""

    headline: str = ""
    body: str = ""
    call_to_action: str = ""


@dataclass(frozen=True)
class Scene:
    """One scene of a storyboard.

    ``purpose``: hook, hero, benefit, detail, context or call_to_action. ``setting``: the family of
    set (studio, surface, podium, colour_block, editorial, seasonal). ``palette``: sRGB hex colours,
    by weight (about 60, 30 and 10 percent). ``layout``: where words and product stand, a name the
    image provider knows or ignores. ``prompt``: the scene in words, for generative models; it names
    no property of the product that is not in the brief.

    For moving formats: ``duration`` in seconds, whole frames; None where the speech sets it.
    ``continues``: it begins with the last frame of the scene before, in place of a picture of its own.
    ``kind`` what it shows, ``footage`` the asset id of the client's own picture; ``speech`` what is
    said during it, ``recorded`` the part of the client's recording that says it (seconds), ``pause``
    the seconds of silence after it; ``opening`` the transition into it, ``handle`` the frames that it
    renders beyond its end for the next one's. ``variant`` counts the treatments of one job from 1;
    scenes are numbered through.
    """

    number: int
    purpose: str
    setting: str
    prompt: str
    composition: Composition = Composition.PRODUCT_ONLY
    camera: Camera = Camera()
    light: Light = Light()
    palette: tuple[str, ...] = ()
    words: Words = Words()
    layout: str = ""
    season: str | None = None
    continues: bool = False
    duration: float | None = None
    seed: int = 0
    kind: SceneKind = SceneKind.PRODUCT
    variant: int = 1
    move: Move = Move()
    opening: Transition = Transition()
    handle: int = 0
    speech: str = ""
    recorded: tuple[float, float] | None = None
    pause: float = 0.0
    footage: str | None = None


@dataclass(frozen=True)
class Finding:
    """What a fidelity check saw, usable as a constraint on the next attempt.

    ``aspect``: shape, colour, print, completeness or presence; ``text`` in words for a prompt.
    """

    aspect: str
    text: str


@dataclass(frozen=True)
class Reference:
    """A picture of the product. ``role`` is source, cutout, neutral, sheet_panel, or scene_image for the
    accepted picture that a clip was made of; ``view`` front,
    back, left, right, top, bottom, three_quarter, detail or None when nobody said; ``confidence``
    0..1 how sure a cut-out's edge is (1 for a photograph)."""

    file: MediaFile
    role: str
    view: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class Canvas:
    """The picture to make: its aspect and size in pixels."""

    aspect: Aspect
    width: int
    height: int
