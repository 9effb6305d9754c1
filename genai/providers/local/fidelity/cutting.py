"""References that nobody has cut out: cut out together, once per set of photographs.

The service hands its own cut-outs to the checker; photographs alone come from the command line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from genai.domain.creative import Reference
from genai.domain.media import MediaFile
from genai.errors import Permanent
from genai.providers.local import pixels
from genai.providers.local.cutout import cut_out

_SIDE = 640  # longer side in pixels that is enough to compare by


def cut(references: Sequence[Reference], workdir: Path) -> tuple[Reference, ...]:
    """A cut-out of every readable photograph, each with its confidence.

    They are files below ``workdir``; whoever keeps it finds them made already. The order of the
    references does not matter.
    """
    return _cut(tuple(sorted({(r.file.sha256, r.file.path) for r in references})), workdir)


@lru_cache(maxsize=64)
def _cut(photographs: tuple[tuple[str, Path], ...], workdir: Path) -> tuple[Reference, ...]:
    key = hashlib.sha256("".join(sha256 for sha256, _ in photographs).encode()).hexdigest()[:16]
    kept = workdir / f"cutouts_{key}"
    index = kept / "index.json"
    if not index.exists():
        kept.mkdir(parents=True, exist_ok=True)
        small = []
        for _, path in photographs:
            try:
                rgba = pixels.load_rgba(path)
            except Permanent:
                continue  # one unreadable photograph does not spoil the others
            scale = min(1.0, _SIDE / max(rgba.shape[:2]))
            width, height = (max(1, round(side * scale)) for side in (rgba.shape[1], rgba.shape[0]))
            small.append(pixels.resize(rgba, width, height))
        made = []
        for number, cutout in enumerate(cut_out(small)):
            path = kept / f"{number:02}.png"
            pixels.save_png(path, cutout.rgba)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            made.append({"file": path.name, "sha256": digest, "confidence": float(cutout.confidence)})
        index.write_text(json.dumps(made))
    return tuple(
        Reference(
            MediaFile(kept / entry["file"], "image/png", entry["sha256"]),
            "cutout",
            None,
            entry["confidence"],
        )
        for entry in json.loads(index.read_text())
    )
