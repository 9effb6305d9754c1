"""How the product's colours are turned and cast against the reference's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genai.providers.local.fidelity.cells import Cell
from genai.providers.local.fidelity.frame import Frame

_CHROMA = 10.0  # CIELAB chroma from which a hue can be told
_SPREAD = 12.0  # CIELAB distance between the product's own colours from which a turn differs from a cast
# Upper bounds of CIELAB hue in degrees.
_HUE_NAMES = (
    (15, "pink"),
    (50, "red"),
    (75, "orange"),
    (105, "yellow"),
    (170, "green"),
    (230, "teal"),
    (290, "blue"),
    (330, "purple"),
    (360, "pink"),
)


@dataclass(frozen=True)
class Tint:
    """``hue``: degrees the colours are turned by, positive from red towards yellow, None where the
    reference has no hue, and ``turned`` the CIELAB distance in a*, b* that those colours moved by.
    ``own``: the turn that is left when the light may have added one colour to everything, None where the
    product has one colour only. ``light``, ``red``, ``yellow``: median differences in L*, a*, b*."""

    hue: float | None
    turned: float
    own: float | None
    light: float
    red: float
    yellow: float

    @property
    def distance(self) -> float:
        return float(np.hypot(self.red, self.yellow))


def tint_of(frame: Frame, sure: list[Cell]) -> Tint:
    light, red, yellow = (float(v) for v in np.median([cell.offset for cell in sure], axis=0))
    where = np.zeros(frame.core.shape, bool)
    for cell in sure:
        where[cell.box] = True
    where &= (frame.core > 0) & (frame.seen > 0)
    own = (frame.reference[..., 1] + 1j * frame.reference[..., 2])[where]
    shown = (frame.candidate[..., 1] + 1j * frame.candidate[..., 2])[where]
    vivid = np.abs(own) > _CHROMA
    if vivid.sum() < max(30, 0.02 * (frame.core > 0).sum()):
        return Tint(None, 0.0, None, light, red, yellow)
    angles = np.angle(shown[vivid] * np.conj(own[vivid]))
    hue = float(np.degrees(np.median(angles)))
    turned = float(np.median(np.abs(shown[vivid] - own[vivid])))
    return Tint(hue, turned, _own_turn(own, shown), light, red, yellow)


def _own_turn(own: np.ndarray, shown: np.ndarray) -> float | None:
    """Least squares of ``shown = turn * own + cast`` over the colours as complex numbers."""
    middle = own.mean()
    spread = float(np.sqrt(np.square(np.abs(own - middle)).mean()))
    if spread < _SPREAD:
        return None
    turn = (np.conj(own - middle) * (shown - shown.mean())).sum()
    return float(np.degrees(np.angle(turn)))


def hue_word(frame: Frame) -> str:
    """The hue that most of the candidate's product has."""
    shown = (frame.candidate[..., 1] + 1j * frame.candidate[..., 2])[(frame.core > 0) & (frame.seen > 0)]
    vivid = shown[np.abs(shown) > 0.4 * _CHROMA]
    if not len(vivid):
        return "grey"
    hue = float(np.degrees(np.angle(vivid.sum()))) % 360
    return next(name for limit, name in _HUE_NAMES if hue < limit)
