"""Which provider serves a capability: an ordered list per capability, from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from genai.capabilities.base import Provider
from genai.domain.enums import Capability
from genai.errors import ConfigurationError


@dataclass(frozen=True)
class Selection:
    """The providers of this process, by capability, in the order of preference."""

    providers: Mapping[Capability, tuple[Provider, ...]]

    def first(self, capability: Capability) -> Provider:
        """The preferred provider. Raises ConfigurationError naming the variable when there is none."""
        for provider in self.providers.get(capability, ()):
            return provider
        raise ConfigurationError(
            f"GENAI_{capability.value.upper()}: no provider offers the capability '{capability.value}'"
        )
