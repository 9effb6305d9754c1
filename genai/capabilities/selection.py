"""The providers of a process, and which of them is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from genai.capabilities.base import Provider, Selective
from genai.domain.enums import Capability
from genai.domain.order import Order
from genai.errors import ConfigurationError


@dataclass(frozen=True)
class Selection(Order[Provider]):
    """The providers of this process."""

    def first(self, capability: Capability, mode: str = "", stage: str = "") -> Provider:
        """The preferred provider. Raises ConfigurationError naming the variable when there is none."""
        for provider in self.of(capability, mode, stage):
            return provider
        raise ConfigurationError(
            f"GENAI_{capability.value.upper()}: no provider offers the capability '{capability.value}'"
        )

    def able(
        self, capability: Capability, request: Any, mode: str = "", stage: str = ""
    ) -> tuple[Provider, ...]:
        """Those that can be asked this request. Raises ConfigurationError when there is none."""
        self.first(capability, mode, stage)
        named = self.of(capability, mode, stage)
        serving = tuple(p for p in named if not isinstance(p, Selective) or p.serves(request))
        if serving:
            return serving
        names = ", ".join(provider.name for provider in named)
        raise ConfigurationError(
            f"GENAI_{capability.value.upper()}: {names} cannot serve this request of stage '{stage}';"
            " name a provider that can after them"
        )

    def named(self, capability: Capability, name: str) -> Provider:
        """The provider of that name, which has been asked before. Raises ConfigurationError naming the
        variable where it is not there any more."""
        for provider in self.everyone(capability):
            if provider.name == name:
                return provider
        raise ConfigurationError(
            f"GENAI_{capability.value.upper()}: '{name}' has accepted work for '{capability.value}' and is"
            " no longer there; name it again, at the end say"
        )
