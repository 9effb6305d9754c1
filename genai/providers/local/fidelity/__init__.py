"""The local fidelity checker: finds the product in a picture, lays it over its reference, compares.

The way through: :mod:`check` asks :mod:`view` for the references' features, :mod:`matching` for where the
product may be (by features, by the engine's placement, by its outline), :mod:`comparing` for what differs
there, and :mod:`verdict` for the decision and its words. :mod:`clip` has frames of a clip checked so.
"""

from genai.providers.local.fidelity.check import fidelity

__all__ = ["fidelity"]
