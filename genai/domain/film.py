"""Moving pictures and sound in film's terms: frames and samples, moves, transitions, spoken words.

Time on a timeline is counted in whole frames of 1/30 s; one frame is exactly 1600 samples of sound,
so nothing drifts. Times inside a scene are seconds from the scene's first frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FPS = 30
SAMPLE_RATE = 48_000
SAMPLES_PER_FRAME = SAMPLE_RATE // FPS


class SceneKind(StrEnum):
    """What a scene of a moving format shows, and so which stages it has."""

    PRODUCT = "product"  # the product in a set
    PRESENTER = "presenter"  # a person who speaks to the camera
    FOOTAGE = "footage"  # the client's own clip or still


class MoveKind(StrEnum):
    """What the camera does; static still breathes a little."""

    STATIC = "static"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"


class TransitionKind(StrEnum):
    """How a scene begins. Only a dissolve and a wipe show two scenes at once."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    WIPE = "wipe"


@dataclass(frozen=True)
class Move:
    """A camera move, eased at both ends. ``amount`` is the change of scale over the shot, or the way
    of a pan or tilt as a part of the frame's width or height: 0.02 to 0.08."""

    kind: MoveKind = MoveKind.PUSH_IN
    amount: float = 0.05


@dataclass(frozen=True)
class Transition:
    """Into the scene that carries it; ``frames`` long, 0 for a cut. The scene before renders as many
    frames beyond its end, its handle."""

    kind: TransitionKind = TransitionKind.CUT
    frames: int = 0


@dataclass(frozen=True)
class SpokenWord:
    """A word as it stands in the script, punctuation included, with its time in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Phoneme:
    """A speech sound with its time in seconds. ``symbol`` is IPA, without stress marks or length; a
    pause is the empty string."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True)
class Segment:
    """A part of a script that is spoken over one scene: whole phrases, as they are said.

    ``purpose``: hook, problem, benefit, proof, detail, context or call_to_action.
    """

    text: str
    purpose: str


@dataclass(frozen=True)
class Title:
    """On-screen words of a scene as its picture was laid out for them; pixels of the canvas.

    ``role``: eyebrow, headline, body or call_to_action. ``lines`` are broken as they are to stand.
    ``box`` is left, top, right, bottom of the whole block; ``size`` the type's em in pixels;
    ``leading`` the distance of baselines. ``family`` and ``weight`` name a typeface of
    :mod:`genai.media.fonts`; colours are sRGB hex. ``plate``: the filled shape behind a button, or None.
    ``tracking``: room between letters, in thousandths of the em.
    """

    role: str
    lines: tuple[str, ...]
    box: tuple[float, float, float, float]
    size: float
    leading: float
    family: str
    weight: str
    color: str
    align: str = "left"
    plate: str | None = None
    tracking: float = 0.0


def frames_of(seconds: float) -> int:
    """The nearest whole number of frames."""
    return round(seconds * FPS)


def seconds_of(frames: int) -> float:
    """How long so many frames are."""
    return frames / FPS
