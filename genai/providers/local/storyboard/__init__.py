"""The storyboard provider: reads the wish, knows the product, directs the pictures, writes the words.

The way through: :mod:`board` asks :mod:`wish` what the prompt wants and :mod:`subject` what is known of
the product, lets :mod:`art_direction` (with :mod:`harmony`) choose sets, cameras, lights and palettes, and
:mod:`copywriting` the words. For moving formats :mod:`cuts` and
:mod:`spoken` plan the shots, :mod:`motion` moves and transitions, :mod:`titles` the words on them;
:mod:`treatments` makes further variants. :mod:`breaks` and :mod:`pace` know where a text may be cut and how
long it takes to say. Nothing is random: equal requests give equal storyboards.
"""

from genai.providers.local.storyboard.board import storyboard

__all__ = ["storyboard"]
