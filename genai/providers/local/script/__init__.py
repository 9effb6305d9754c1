"""The script provider: cuts the client's script into segments, or writes one of what the sources say.

:mod:`segments` cuts, by :mod:`genai.providers.local.storyboard.breaks`; :mod:`purposes` says what each
part is for; :mod:`writer` writes, out of the vetted lines of :mod:`spoken_lines` and :mod:`spoken_abroad`
and out of what :mod:`facts` makes of the sources. Equal requests and seeds give equal scripts.
"""

from genai.providers.local.script.provider import script

__all__ = ["script"]
