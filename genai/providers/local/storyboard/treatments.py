"""Looks for all scenes of a job, and other looks for each further treatment of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from genai.domain.creative import Camera
from genai.domain.film import SceneKind
from genai.providers.local.storyboard import harmony
from genai.providers.local.storyboard.art_direction import Look
from genai.providers.local.storyboard.shots import Shot

_DRAWS = 12  # sketches of a further treatment, of which the least like the earlier ones is kept
_CLEAR = 0.15  # a difference of grounds in OKLab that nobody overlooks


def treatment(variant: int, draw: Callable[[int, int], list[Look]]) -> list[Look]:
    """The looks of treatment ``variant``, from 1. ``draw(variant, sketch)`` makes one sketch of it."""
    kept = [draw(1, 0)]
    for number in range(2, variant + 1):
        sketches = [draw(number, sketch) for sketch in range(_DRAWS)]
        kept.append(max(sketches, key=lambda looks: min(_difference(looks, other) for other in kept)))
    return kept[-1]


def fitted(looks: Sequence[Look], shots: Sequence[Shot], mode: str) -> list[Look]:
    """The looks as a film needs them: a scene that continues keeps its set and light, a person is
    filmed at eye level, nearer and farther in turn, and captions keep the lower third."""
    found: list[Look] = []
    faces = 0
    for look, shot in zip(looks, shots, strict=True):
        if shot.continues:
            made = replace(found[-1], camera=Camera("detail", found[-1].camera.angle))
        elif shot.kind is SceneKind.PRESENTER:
            made = replace(look, camera=Camera(("medium", "close_up")[faces % 2], "eye_level"))
            faces += 1
        else:
            made = look
        if mode != "fast_video" and made.layout == "text_bottom":
            made = replace(made, layout="text_top")
        found.append(made)
    return found


def _difference(one: Sequence[Look], other: Sequence[Look]) -> float:
    return sum(
        (a.setting != b.setting)
        + min(1.0, harmony.distance(a.palette[0], b.palette[0]) / _CLEAR)
        + 0.5 * (a.camera != b.camera)
        + 0.5 * ((a.light.azimuth > 0) != (b.light.azimuth > 0))
        for a, b in zip(one, other, strict=True)
    )
