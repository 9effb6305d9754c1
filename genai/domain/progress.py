"""How far a job is, in percent: fixed weights per phase, so that it never goes back."""

from __future__ import annotations

from genai.domain.enums import Phase

# Rendering the scenes is most of the time of every mode.
WEIGHTS = {Phase.PLAN: 30, Phase.SCENE: 60, Phase.ASSEMBLE: 10}
