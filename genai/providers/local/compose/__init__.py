"""Scene images of the local engine: the product stands on a rendered set, lit once, with type."""

from genai.providers.local.compose.composer import scene

__all__ = ["scene"]
