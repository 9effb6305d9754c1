"""The storyboard provider: reads the wish, knows the product, directs the pictures, writes the words.

The way through: :mod:`board` asks :mod:`wish` what the prompt wants and :mod:`subject` what is known of
the product, lets :mod:`art_direction` (with :mod:`harmony`) choose sets, cameras, lights and palettes, and
:mod:`copywriting` the words. Nothing is random: equal requests give equal storyboards.
"""

from genai.providers.local.storyboard.board import storyboard

__all__ = ["storyboard"]
