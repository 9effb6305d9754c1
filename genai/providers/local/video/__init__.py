"""Clips by the local engine: a camera that moves over a scene image, or the client's footage made to fit.

The way through: :mod:`clip` takes the request; :mod:`moves` says where the camera is at each frame and
:mod:`reveal` what a first look adds; :mod:`sheet` shows a picture through that window, :mod:`stage` a
picture in layers; :mod:`genai.media.footage` brings the client's clips and stills to the canvas.
"""

from genai.providers.local.video.clip import video

__all__ = ["video"]
