"""What other packages add, through entry points: pipelines, stages, providers."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import EntryPoint, entry_points

from genai.errors import ConfigurationError


def extensions(group: str, taken: Collection[str]) -> dict[str, EntryPoint]:
    """The entry points of the group ``genai.GROUP`` by name, not loaded yet.

    Raises ConfigurationError for a name that is ``taken`` or there twice.
    """
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=f"genai.{group}"):
        if point.name in taken or point.name in found:
            raise ConfigurationError(f"'{point.name}' of {point.value} exists already in {group}; rename it")
        found[point.name] = point
    return found
