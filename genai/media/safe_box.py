"""The part of a picture that no platform's interface and no screen's edge covers."""

from __future__ import annotations

from genai.domain.enums import Aspect

# Feeds of vertical video lay captions, buttons and a header over the frame: in 1080x1920 text,
# product and logo stay within x 120..888 and y 288..1248.
_PORTRAIT = (120 / 1080, 288 / 1920, 888 / 1080, 1248 / 1920)
_MARGIN = 0.06  # of the shorter side, where nothing overlays the picture


def safe_box(aspect: Aspect, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in pixels of a frame of ``width`` x ``height`` pixels.

    Right and bottom are exclusive. Text, product and logo belong inside.
    """
    if aspect is Aspect.PORTRAIT:
        left, top, right, bottom = _PORTRAIT
        return round(left * width), round(top * height), round(right * width), round(bottom * height)
    margin = round(_MARGIN * min(width, height))
    return margin, margin, width - margin, height - margin
