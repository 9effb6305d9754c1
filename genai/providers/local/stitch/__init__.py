"""Clips, speech and music to one video, with as little encoding as possible.

film.py         the order of work, and the result
conforming.py   clips as the joining needs them: as they are, or encoded once
transitions.py  the frames that show two scenes at once
joining.py      packets of clips and sound to one MP4
"""

from genai.providers.local.stitch.film import stitch

__all__ = ["stitch"]
