"""How far a job is, in percent: fixed weights per phase, so that it never goes back."""

from __future__ import annotations

from collections.abc import Mapping

from genai.domain.enums import Phase

# Rendering the scenes is most of the time of every mode.
_WEIGHTS = {Phase.PLAN: 30, Phase.SCENE: 60, Phase.ASSEMBLE: 10}


def percent(done: Mapping[Phase, int], total: Mapping[Phase, int], *, has_scenes: bool) -> int:
    """0..99 while a job runs; 100 belongs to completion alone.

    ``done`` and ``total`` count steps per phase. ``has_scenes`` says that the flow has scene stages,
    so that their weight counts before their number is known.
    """
    weights = {phase: weight for phase, weight in _WEIGHTS.items() if phase is not Phase.SCENE or has_scenes}
    reached = sum(
        weight * done.get(phase, 0) / total[phase] for phase, weight in weights.items() if total.get(phase)
    )
    return min(99, int(100 * reached / sum(weights.values())))
