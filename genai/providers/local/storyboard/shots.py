"""What a mode plans of a scene before anybody directs it."""

from __future__ import annotations

from dataclasses import dataclass

from genai.domain.film import SceneKind


@dataclass(frozen=True)
class Shot:
    """``purpose``, ``kind``, ``speech``, ``duration`` (seconds) and ``continues`` as of a
    :class:`~genai.domain.creative.Scene`."""

    purpose: str
    kind: SceneKind = SceneKind.PRODUCT
    duration: float | None = None
    speech: str = ""
    continues: bool = False
