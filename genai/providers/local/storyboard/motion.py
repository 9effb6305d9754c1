"""How the camera moves in each scene of a moving format, and how each scene begins."""

from __future__ import annotations

from collections.abc import Sequence

from genai.domain.film import Move, MoveKind, SceneKind, Transition, TransitionKind
from genai.providers.local.storyboard.chance import fraction, pick
from genai.providers.local.storyboard.shots import Shot

_PUSH, _PULL, _STILL = MoveKind.PUSH_IN, MoveKind.PULL_OUT, MoveKind.STATIC
_LEFT, _RIGHT, _UP, _DOWN = MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT, MoveKind.TILT_UP, MoveKind.TILT_DOWN
_MOVES: dict[str, tuple[MoveKind, ...]] = {
    "hook": (_PUSH, _PULL, _UP),
    "hero": (_PULL, _PUSH, _UP),
    "benefit": (_LEFT, _PUSH, _RIGHT, _DOWN),
    "detail": (_RIGHT, _UP, _LEFT, _PUSH, _DOWN),
    "context": (_PULL, _LEFT, _RIGHT),
    "call_to_action": (_PUSH, _STILL, _PULL),
}
# A person who speaks is not flown around.
_PRESENTER_MOVES = (_STILL, _PUSH)
_SCALES = (_PUSH, _PULL)
_AMOUNTS = {True: (0.035, 0.05), False: (0.03, 0.045)}  # of scale; of the way of a pan or tilt
_QUICK = 1.5  # a fast cut's move is that much larger: it has less time to be seen
_MOST = 0.08

_SOFT = {"fast_video": 4, "script_video": 4}  # at most one opening in so many is no cut
_TURNS = {"context": 3.0, "hero": 2.0, "call_to_action": 1.5, "benefit": 1.0, "detail": 0.5}


def moves(shots: Sequence[Shot], quick: bool, key: str) -> list[Move]:
    """One move a scene, no kind twice in a row."""
    found: list[Move] = []
    for index, shot in enumerate(shots):
        before = found[-1].kind if found else None
        following = shots[index + 1] if index + 1 < len(shots) else None
        if shot.continues:
            kind = _PUSH  # further in, from where the scene before came to rest
        else:
            presenting = shot.kind is SceneKind.PRESENTER
            options = [
                kind
                for kind in (_PRESENTER_MOVES if presenting else _MOVES[shot.purpose])
                if kind is not before and not (following and following.continues and kind is _PUSH)
            ]
            start = pick(f"{key}move{index}", len(options))
            kind = options[start]
        low, high = _AMOUNTS[kind in _SCALES]
        amount = low + (high - low) * fraction(f"{key}amount{index}")
        if quick:
            amount *= _QUICK
        if kind is _STILL or shot.kind is SceneKind.PRESENTER:
            amount = 0.02
        found.append(Move(kind, round(min(_MOST, amount), 3)))
    return found


def openings(shots: Sequence[Shot], mode: str, key: str) -> list[Transition]:
    """Cuts, and where the sense turns a dissolve or a wipe of 6 to 10 frames: at most one in four,
    never at the first scene, never into one that continues, never in ``ugc``, which jumps."""
    found = [Transition() for _ in shots]
    if mode not in _SOFT:
        return found
    turns = [
        (_TURNS.get(shot.purpose, 0.0) + fraction(f"{key}turn{i}"), i)
        for i, shot in enumerate(shots)
        if i > 1 and shot.purpose != shots[i - 1].purpose and not shot.continues
    ]
    for _, i in sorted(turns, reverse=True):
        spent = sum(transition.kind is not TransitionKind.CUT for transition in found)
        if (spent + 1) * _SOFT[mode] > len(shots):
            break
        if found[i - 1].frames or (i + 1 < len(found) and found[i + 1].frames):
            continue
        wipes = mode == "fast_video" and pick(f"{key}wipe{i}", 2) == 0
        kind = TransitionKind.WIPE if wipes else TransitionKind.DISSOLVE
        found[i] = Transition(kind, 6 + pick(f"{key}frames{i}", 5))
    return found
