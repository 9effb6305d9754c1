"""Scenes for what is said: a narrator's over pictures, a person's to the camera."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from genai.capabilities.storyboard import StoryboardRequest
from genai.domain.film import SceneKind, Segment
from genai.domain.speaking import seconds_to_say
from genai.errors import Permanent
from genai.providers.local.storyboard.breaks import halved
from genai.providers.local.storyboard.chance import fraction, pick
from genai.providers.local.storyboard.shots import Shot
from genai.providers.local.storyboard.subject import Subject

LONGEST_SCENE = 6.5  # seconds of speech over one picture

# What a segment's purpose is shown as.
_SHOWN = {"problem": "context", "proof": "benefit"}
_NEXT_SHOT = {
    "hook": "hero",
    "hero": "detail",
    "benefit": "detail",
    "detail": "hero",
    "context": "benefit",
    "call_to_action": "hero",
}
# How much a purpose wants the product in the picture rather than the person who speaks.
_SHOWS = {"detail": 2.0, "hero": 1.6, "proof": 1.0, "benefit": 0.9, "context": 0.2, "problem": -1.0}
_SHOWING = re.compile(
    r"\b(?:show you|look at|up close|closer|details|de cerca|de près|da vicino|de perto|von nahem|schaut)\b",
    re.IGNORECASE,
)
_OWN_VIEW = re.compile(
    r"\b(?:i|i'm|i'd|i'll|i've|me|honestly|personally|ich|mir|je|j'|moi|yo|me gusta|io|mi piace|eu|gosto)\b",
    re.IGNORECASE,
)


def narrated(request: StoryboardRequest, subject: Subject, key: str) -> list[Shot]:
    """One scene a segment, two for a long one. Raises :class:`~genai.errors.Permanent`: ``no_script``
    without segments, ``scene_count`` where ``count`` scenes cannot be made of them."""
    segments = _segments(request)
    purposes = _pictured(segments, subject, key)
    shots: list[Shot] = []
    parts = _parts(request, segments)
    for index, (purpose, speeches) in enumerate(zip(purposes, parts, strict=True)):
        shots.append(Shot(purpose, speech=speeches[0]))
        if len(speeches) > 1:
            # Closer into the same picture where it shows the product whole, another picture elsewhere.
            closer = purpose == "hero" and pick(f"{key}closer{index}", 2) == 0
            shots.append(
                Shot("detail" if closer else _NEXT_SHOT[purpose], speech=speeches[1], continues=closer)
            )
    return shots


def presented(request: StoryboardRequest, subject: Subject, key: str) -> list[Shot]:
    """Presenter and product in turn, by what is said; a face first. Raises as :func:`narrated`."""
    segments = _segments(request)
    purposes = _pictured(segments, subject, key)
    parts = _parts(request, segments)
    kinds = _kinds(segments, purposes, subject, key)
    shots: list[Shot] = []
    for purpose, kind, speeches in zip(purposes, kinds, parts, strict=True):
        shots += [Shot(purpose, kind, speech=speech) for speech in speeches]
    if all(shot.kind is SceneKind.PRESENTER for shot in shots) and len(shots) > 1:
        # Nobody listens to a face alone: the second half of the only segment shows what it speaks of.
        shots[1] = Shot("hero", SceneKind.PRODUCT, speech=shots[1].speech)
    return _in_turn(shots)


def _in_turn(shots: Sequence[Shot]) -> list[Shot]:
    """The same, with never three shots of one kind in a row."""
    found = list(shots)
    for i in range(2, len(found)):
        kind = found[i].kind
        if kind is found[i - 1].kind is found[i - 2].kind:
            other = SceneKind.PRODUCT if kind is SceneKind.PRESENTER else SceneKind.PRESENTER
            found[i] = replace(found[i], kind=other)
    return found


def _segments(request: StoryboardRequest) -> tuple[Segment, ...]:
    if not request.segments:
        raise Permanent(f"{request.mode} shows what is said; plan its script first.", code="no_script")
    return request.segments


def _parts(request: StoryboardRequest, segments: Sequence[Segment]) -> list[tuple[str, ...]]:
    """Each segment's speech, whole or in two: the long ones, or as many as ``count`` wants."""
    language = request.language
    seconds = [seconds_to_say(segment.text, language) for segment in segments]
    halves = [halved(segment.text, language) for segment in segments]
    dividable = sorted((i for i, half in enumerate(halves) if half), key=lambda i: -seconds[i])
    if request.count is None:
        chosen = {i for i in dividable if seconds[i] > LONGEST_SCENE}
    else:
        further = request.count - len(segments)
        if not 0 <= further <= len(dividable):
            lowest, highest = len(segments), len(segments) + len(dividable)
            fits = f"{lowest}" if lowest == highest else f"{lowest} to {highest}"
            raise Permanent(
                f"{request.count} scenes were asked for; what is said makes {fits}. "
                "Ask for that many, or change the script.",
                code="scene_count",
            )
        chosen = set(dividable[:further])
    return [
        half if i in chosen and half else (segment.text,)
        for i, (segment, half) in enumerate(zip(segments, halves, strict=True))
    ]


def _pictured(segments: Sequence[Segment], subject: Subject, key: str) -> list[str]:
    """What each segment is shown as; the first after the hook that names the product is the hero."""
    purposes = [_SHOWN.get(segment.purpose, segment.purpose) for segment in segments]
    naming = [i for i, segment in enumerate(segments) if i and _names(segment.text, subject)]
    middle = [i for i in naming if purposes[i] != "call_to_action"]
    if middle:
        purposes[middle[0]] = "hero"
    elif len(segments) > 2:
        purposes[1] = "hero"
    for i in range(2, len(purposes) - 1):
        # However long the details are spoken of, the eye wants the whole again.
        if purposes[i] == "detail" and purposes[i - 2 : i] == ["detail", "detail"]:
            purposes[i] = "hero" if pick(f"{key}whole{i}", 2) else "benefit"
    return purposes


def _names(text: str, subject: Subject) -> bool:
    return subject.name.lower() in text.lower() or bool(subject.noun and subject.noun in text.lower())


def _kinds(
    segments: Sequence[Segment], purposes: Sequence[str], subject: Subject, key: str
) -> list[SceneKind]:
    """The face at the hook; the product where it is named or described; a face for opinions."""
    last = len(segments) - 1
    kinds: list[SceneKind] = []
    for index, (segment, purpose) in enumerate(zip(segments, purposes, strict=True)):
        wants = _SHOWS.get(purpose, 0.0) + 0.8 * _names(segment.text, subject)
        wants += fraction(f"{key}shows{index}") - 0.5
        wants += 1.2 * bool(_SHOWING.search(segment.text))
        wants -= 0.7 * bool(_OWN_VIEW.search(segment.text.replace("’", "'")))
        if kinds:
            wants += 0.8 if kinds[-1] is SceneKind.PRESENTER else -0.8
        if purpose == "call_to_action" and index == last:
            wants = 1.0 if pick(key + "end", 4) == 0 else -1.0
        kind = SceneKind.PRODUCT if wants > 0.9 else SceneKind.PRESENTER
        if index == 0:
            kind = SceneKind.PRESENTER
        kinds.append(kind)
    if last > 0 and SceneKind.PRODUCT not in kinds:
        kinds[1] = SceneKind.PRODUCT
    return kinds
