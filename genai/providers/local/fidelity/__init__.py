"""The local fidelity checker: finds the product in a picture, lays it over its reference, compares.

The way through: :mod:`check` asks :mod:`view` for the references' features (:mod:`cutting` cuts out what
nobody has), :mod:`matching` for where the product may be (by features, by the engine's placement, by its
outline), :mod:`comparing` for what differs there (:mod:`frame` lays both over each other, :mod:`cells` and
:mod:`tint` measure), :mod:`palette` whether its colours are anywhere at all, and :mod:`verdict` for the
decision and its words. :mod:`explain` draws what was seen, :mod:`clip` has frames of a clip checked so, and
:mod:`photograph` knows a crop of the client's own picture.
"""

from genai.providers.local.fidelity.check import fidelity

__all__ = ["fidelity"]
