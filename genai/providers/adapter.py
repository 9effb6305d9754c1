"""What an adapter says of itself: its models and its limit, as its entry in the settings has them."""

from __future__ import annotations

from genai.domain.enums import Capability
from genai.domain.limits import Limit
from genai.vendors import Vendor


class Adapter:
    """The base of providers that are made of an entry."""

    name: str

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor

    @property
    def model(self) -> str:
        return " ".join(dict.fromkeys(model.name for model in self._vendor.models.values()))

    def model_of(self, capability: Capability) -> str:
        return self._vendor.model_of(capability)

    @property
    def limit(self) -> Limit:
        return self._vendor.limit
