"""Who is asked for a capability, in which order: names in the settings, providers in a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from genai.domain.enums import Capability

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Order(Generic[T]):
    """Who is asked for a capability, the preferred one first.

    ``usual`` by capability; ``instead`` for a mode (``ugc``), a stage (``neutral_image``) or a stage of a
    mode (``ugc.video``), the closest one holds. Each list replaces the usual one whole.
    """

    usual: Mapping[Capability, tuple[T, ...]]
    instead: Mapping[str, Mapping[Capability, tuple[T, ...]]] = field(default_factory=dict)

    def of(self, capability: Capability, mode: str = "", stage: str = "") -> tuple[T, ...]:
        """Those for a stage's calls in a mode; empty where there are none."""
        for place in (f"{mode}.{stage}", stage, mode):
            if capability in (there := self.instead.get(place, {})):
                return there[capability]
        return self.usual.get(capability, ())

    def map(self, of: Callable[[Capability, tuple[T, ...]], tuple[U, ...]]) -> Order[U]:
        """The same order over what ``of`` makes of each list."""
        return Order(
            {capability: of(capability, named) for capability, named in self.usual.items()},
            {
                place: {capability: of(capability, named) for capability, named in there.items()}
                for place, there in self.instead.items()
            },
        )

    def everyone(self, capability: Capability) -> Iterator[T]:
        """All that are named for the capability, wherever."""
        for lists in (self.usual, *self.instead.values()):
            yield from lists.get(capability, ())
