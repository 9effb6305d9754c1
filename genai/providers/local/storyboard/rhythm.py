"""The rhythm of purposes of a mode's scenes, as data."""

from __future__ import annotations

from dataclasses import dataclass

from genai.errors import Permanent


@dataclass(frozen=True)
class Rhythm:
    """``order``: the purposes in the order in which they are shown. ``priority``: which of them come
    first where there is room for a few only. ``refill``: what further scenes are, in turn, put
    before the last. ``default``, ``lowest`` and ``highest`` numbers of scenes."""

    order: tuple[str, ...]
    priority: tuple[str, ...]
    refill: tuple[str, ...]
    default: int
    lowest: int
    highest: int

    def purposes(self, count: int | None) -> tuple[str, ...]:
        """Raises :class:`~genai.errors.Permanent` (``scene_count``) outside the bounds."""
        number = self.default if count is None else count
        if not self.lowest <= number <= self.highest:
            raise Permanent(
                f"{number} scenes were asked for; this mode has {self.lowest} to {self.highest}",
                code="scene_count",
            )
        chosen = self.priority[:number]
        shown = [purpose for purpose in self.order if purpose in chosen]
        further = [self.refill[i % len(self.refill)] for i in range(number - len(shown))]
        return tuple(shown[:-1] + further + shown[-1:])


STILLS = Rhythm(
    order=("hook", "hero", "benefit", "detail", "context", "call_to_action"),
    priority=("hero", "call_to_action", "hook", "detail", "context", "benefit"),
    refill=("benefit", "context", "detail", "hero"),
    default=5,
    lowest=1,
    highest=12,
)

# A mode that is not listed (one from another package, say) is planned as a set of stills.
RHYTHMS: dict[str, Rhythm] = {"image_bundle": STILLS}


def rhythm_of(mode: str) -> Rhythm:
    return RHYTHMS.get(mode, STILLS)
