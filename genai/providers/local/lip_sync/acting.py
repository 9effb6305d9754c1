"""What a presenter does besides speaking: nods, looks, blinks, breath, and the hand that holds the camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from genai.domain.film import FPS, Move, MoveKind, SpokenWord
from genai.providers.local.lip_sync.drawing.eyes import Gaze

_BLINK = (0.35, 1.0, 0.75, 0.25)  # how far shut in its frames: about 0.15 s
_PHRASE = 0.22  # seconds of silence that part two phrases


@dataclass(frozen=True)
class Pose:
    """One frame. ``yaw`` and ``pitch`` move the face on the head, ``shift`` and ``breath`` head and chest
    (all in the drawing's units, right and down); ``roll`` and ``lean`` turn head and body (degrees).
    ``camera`` is the hand's: right and down as parts of the frame's width, degrees, and zoom."""

    gaze: Gaze
    yaw: float
    pitch: float
    roll: float
    lean: float
    shift: tuple[float, float]
    breath: float
    camera: tuple[float, float, float, float]


def poses(
    words: Sequence[SpokenWord], frames: int, shown: int, move: Move, seed: Sequence[int], glance: bool
) -> list[Pose]:
    """A pose for each of ``frames`` frames, of which ``shown`` are the scene's and the rest its handle.

    ``glance``: something stands on the right that is worth a look in a pause.
    """
    draw = np.random.default_rng(list(seed))
    time = np.arange(frames) / FPS
    stressed, questions, pauses = _phrases(words)
    nod, lift = np.zeros(frames), np.zeros(frames)
    tilt = np.zeros(frames)
    for moment, strength in stressed:
        nod += strength * (6.5 * _bump(time, moment + 0.07, 0.10) - 2.6 * _bump(time, moment - 0.14, 0.10))
        lift += 5.5 * strength * _bump(time, moment + 0.02, 0.17)
        tilt += draw.choice((-1.0, 1.0)) * 1.5 * strength * _bump(time, moment + 0.2, 0.35)
    for moment in questions:
        lift += 6.0 * _bump(time, moment - 0.1, 0.3)
        tilt += 1.6 * _bump(time, moment, 0.4)
    shut = _blinks(draw, frames, pauses)
    look_x = 0.5 * _wander(draw, time, 0.3, 1.1)
    look_y = 0.3 * _wander(draw, time, 0.3, 0.9)
    turn = np.zeros(frames)
    if glance and pauses:
        moment = pauses[len(pauses) // 2]
        glancing = _plateau(time, moment - 0.25, moment + 0.45)
        look_x, look_y, turn = look_x + 6.5 * glancing, look_y + 4 * glancing, 4.5 * glancing
    yaw = 3.0 * _wander(draw, time, 0.12, 0.5) + turn
    pitch = 1.5 * _wander(draw, time, 0.15, 0.6) + 0.75 * nod
    roll = 1.1 * _wander(draw, time, 0.1, 0.4) + tilt
    lean = 0.35 * _wander(draw, time, 0.08, 0.3)
    across, down = 3.0 * _wander(draw, time, 0.1, 0.45), 1.5 * _wander(draw, time, 0.2, 0.6) + 0.55 * nod
    breath = np.sin(2 * np.pi * (time / 3.7 + draw.uniform()))
    camera = np.stack(
        (
            0.0026 * _wander(draw, time, 0.15, 1.3),
            0.0026 * _wander(draw, time, 0.2, 1.5),
            0.16 * _wander(draw, time, 0.15, 1.0),
            _zoom(move, frames, shown),
        )
    )
    return [
        Pose(
            Gaze(float(shut[i]), float(look_x[i]), float(look_y[i]), float(min(lift[i], 9.0))),
            float(yaw[i]),
            float(pitch[i]),
            float(roll[i]),
            float(lean[i]),
            (float(across[i]), float(down[i])),
            float(breath[i]),
            (float(camera[0, i]), float(camera[1, i]), float(camera[2, i]), float(camera[3, i])),
        )
        for i in range(frames)
    ]


def _phrases(words: Sequence[SpokenWord]) -> tuple[list[tuple[float, float]], list[float], list[float]]:
    """When words are stressed and how much (0..1), when questions end, and when phrases do."""
    stressed: list[tuple[float, float]] = []
    questions: list[float] = []
    pauses: list[float] = []
    phrase: list[SpokenWord] = []
    for word, after in zip_longest(words, words[1:]):
        phrase.append(word)
        ends = (
            after is None
            or after.start - word.end > _PHRASE
            or word.text.rstrip("\"'”’)")[-1:] in set(".,;:!?…—")
        )
        if not ends and len(phrase) < 7:
            continue
        # The longest said words carry the stress; the first of two comes a little weaker.
        heavy = sorted(phrase, key=lambda said: said.end - said.start, reverse=True)[: 1 + len(phrase) // 4]
        stressed += [(said.start, 1.0 if said is heavy[0] else 0.6) for said in heavy if len(said.text) > 2]
        if word.text.rstrip("\"'”’)").endswith("?"):
            questions.append(word.end)
        if ends:
            pauses.append(word.end)
        phrase = []
    return stressed, questions, pauses


def _blinks(draw: np.random.Generator, frames: int, pauses: Sequence[float]) -> NDArray[np.float64]:
    """Every 2 to 5 seconds, at the end of a phrase where one is near."""
    shut = np.zeros(frames)
    due = draw.uniform(0.7, 2.2)
    while due * FPS < frames:
        near = [pause for pause in pauses if abs(pause - due) < 0.7]
        first = round((near[0] if near else due) * FPS)
        for offset, amount in enumerate(_BLINK):
            if 0 <= first + offset < frames:
                shut[first + offset] = amount
        due += draw.uniform(2.3, 5.0)
    return shut


def _zoom(move: Move, frames: int, shown: int) -> NDArray[np.float64]:
    """Scale of the camera move over the shot, eased at both ends; small, a person holds the camera."""
    part = np.clip(np.arange(frames) / max(1, shown - 1), 0, 1)
    eased = part * part * (3 - 2 * part)
    amount = min(move.amount, 0.05)
    if move.kind is MoveKind.PULL_OUT:
        return 1 + amount * (1 - eased)
    return 1 + (amount if move.kind is MoveKind.PUSH_IN else 0.012) * eased


def _wander(
    draw: np.random.Generator, time: NDArray[np.float64], slow: float, fast: float
) -> NDArray[np.float64]:
    """A smooth aimless course of about -1..1 with periods between 1/fast and 1/slow seconds."""
    speeds = np.geomspace(slow, fast, 4)
    sizes = (slow / speeds) ** 0.6
    course = sum(
        size * np.sin(2 * np.pi * (speed * time + draw.uniform()))
        for speed, size in zip(speeds, sizes, strict=True)
    )
    return np.asarray(course / np.sqrt(np.sum(sizes**2)) / 1.4)


def _bump(time: NDArray[np.float64], center: float, width: float) -> NDArray[np.float64]:
    return np.asarray(np.exp(-0.5 * ((time - center) / width) ** 2))


def _plateau(time: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(time - start) / 0.045)) - 1 / (1 + np.exp(-(time - end) / 0.045)))
