"""An illustrated presenter who says what a sound file says.

speech      phonemes and their times -> a mouth per frame
acting      words and their times -> nods, blinks, brows, breath, the hand-held camera
looks       who presents
drawing     their heads, bodies and rooms, as vectors
puppet      the layers of a person, and a person out of layers, per frame
staging     the framing of each aspect and take
product     the product on a stand beside them
"""

from genai.providers.local.lip_sync.clip import lip_sync

__all__ = ["lip_sync"]
