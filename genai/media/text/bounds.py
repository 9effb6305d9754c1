"""What of the canvas a text layer covers: rendered by libass alone, measured on its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from genai.media import ffmpeg, fonts
from genai.media.encoding import quoted

_VISIBLE = 16  # of 255: the last of an outline's soft edge counts for nothing


def text_bounds(
    ass: str, width: int, height: int, times: Sequence[float]
) -> tuple[int, int, int, int] | None:
    """The box (left, top, right, bottom, the last two exclusive) of all that the document draws at any of
    the ``times`` (seconds), in pixels of a canvas of ``width`` x ``height``; None where it draws nothing.

    Raises what :func:`genai.media.ffmpeg.run` raises.
    """
    if not ass or not times:
        return None
    alpha = text_alpha(ass, width, height, sorted(set(times))).max(axis=0) > _VISIBLE
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def text_alpha(ass: str, width: int, height: int, times: Sequence[float]) -> np.ndarray:
    """The document's opacity at ascending times, uint8 of times x height x width."""
    with TemporaryDirectory(prefix="text") as name:
        folder = Path(name)
        (folder / "text.ass").write_text(ass, encoding="utf-8")
        # The frames of the blank picture are moved to the times that are asked for.
        stamps = "+".join(f"eq(N,{index})*{round(1000 * time)}" for index, time in enumerate(times))
        script, faces = quoted(folder / "text.ass"), quoted(fonts.fonts_dir())
        filters = (
            f"settb=1/1000,setpts='{stamps}',ass=filename={script}:fontsdir={faces}:alpha=1,alphaextract"
        )
        # The format stands in the source: negotiated from behind, it comes out opaque.
        source = f"color=c=black@0:s={width}x{height}:r=30,format=yuva420p"
        output = [
            "-fps_mode",
            "passthrough",
            "-pix_fmt",
            "gray",
            "-f",
            "rawvideo",
            str(folder / "alpha.gray"),
        ]
        arguments = ["-f", "lavfi", "-i", source, "-vf", filters, "-frames:v", str(len(times)), *output]
        ffmpeg.run(arguments)
        pixels = np.fromfile(folder / "alpha.gray", np.uint8)
    return pixels.reshape(len(times), height, width)
