"""How long shots may be, and how many of them a fast video has: bounds that planning and checking share.

All times are seconds; what is counted is whole frames of 1/30 s.
"""

from __future__ import annotations

import math

from genai.domain.film import frames_of

FAST_CUT = (0.8, 2.5)  # shortest and longest shot
FIRST_CUT = (0.8, 1.5)  # the hook: something new happens by then
LAST_CUT = (1.5, 2.5)  # the call to action has to be read
FAST_LENGTH = (3.0, 180.0)  # of a whole fast video
FAST_DEFAULT = 15.0

READING_START = 0.3  # before the eye has found the words
READING_WORD = 0.25  # per word: 240 words a minute


def cut_limits(index: int, count: int) -> tuple[int, int]:
    """The fewest and most frames of cut ``index`` (from 0) of ``count``."""
    bounds = FIRST_CUT if index == 0 else LAST_CUT if index == count - 1 else FAST_CUT
    return frames_of(bounds[0]), frames_of(bounds[1])


def cut_bounds(duration: float) -> tuple[int, int]:
    """The fewest and the most cuts that a fast video of ``duration`` seconds can have.

    Where no number of cuts comes to that length, the first is above the second.
    """
    frames = frames_of(duration)
    shortest, longest = map(frames_of, FAST_CUT)
    lowest = 1 + math.ceil((frames - frames_of(FIRST_CUT[1])) / longest)
    highest = 1 + (frames - frames_of(LAST_CUT[0])) // shortest
    return max(2, lowest), highest


def readable_words(duration: float) -> int:
    """How many on-screen words can be read in a shot of ``duration`` seconds."""
    return max(0, math.floor((duration - READING_START) / READING_WORD + 1e-9))
