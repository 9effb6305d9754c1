"""What a file is known by."""

from __future__ import annotations

import hashlib
from pathlib import Path

from genai.errors import InvalidInput


def digest(path: Path, *, pointer: str, up_to: int) -> tuple[str, int]:
    """SHA-256 in hex and size in bytes of a file of at most ``up_to`` bytes.

    Raises InvalidInput with ``pointer`` for a larger one, without reading it.
    """
    size = path.stat().st_size
    if size > up_to:
        limit = f"{up_to / 1e6:g} MB"
        raise InvalidInput(
            pointer, f"the file has {size / 1e6:.1f} MB, over the limit of {limit}.", "Send a smaller one."
        )
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), size
